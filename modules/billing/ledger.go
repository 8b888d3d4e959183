package billing

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/invoice"
	"medoffice/ent/ledgerentry"
	"medoffice/ent/numberseries"
	"medoffice/ent/payment"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

// The series of numbers.
const (
	invoiceNumbers    = "INVOICE"
	creditNoteNumbers = "CREDIT_NOTE"
)

// entry is a line of the ledger before it is written. The account of the
// patient is held.
type entry struct {
	kind        ledgerentry.Kind
	invoice     *ent.Invoice
	payment     *ent.Payment
	due, credit int64 // minor units added to the invoice and to the payment
	credited    int64 // of the invoice, taken back by credit note
	drawer      *string
	line        *string
	reverses    *string
	number      *int64
	reason      string
}

// book changes an invoice and a payment, and writes the line that says so.
func (m *Module) book(ctx context.Context, e entry) error {
	row := m.DB.Client(ctx).LedgerEntry.Create()
	if e.payment != nil {
		if err := m.bookPayment(ctx, e); err != nil {
			return err
		}
		row.SetPatientID(e.payment.PatientID).SetLocationID(e.payment.LocationID).SetCurrency(e.payment.Currency).
			SetPaymentID(e.payment.ID).SetMethod(ledgerentry.Method(e.payment.Method))
	}
	if e.invoice != nil {
		if err := m.bookInvoice(ctx, e); err != nil {
			return err
		}
		row.SetPatientID(e.invoice.PatientID).SetLocationID(e.invoice.LocationID).SetCurrency(e.invoice.Currency).SetInvoiceID(e.invoice.ID)
	}
	viewer, now := kit.ViewerOf(ctx), m.Clock.Now()
	made, err := row.SetKind(e.kind).SetDueMinor(e.due).SetCreditMinor(e.credit).SetNillableDrawerID(e.drawer).
		SetNillableLineID(e.line).SetNillableReversesID(e.reverses).SetNillableNumber(e.number).SetNillableReason(opt.Of(e.reason)).
		SetAt(now).SetDay(m.Day(now)).SetActorID(viewer.ID).SetActorName(viewer.Name).Save(ctx)
	if err != nil {
		return err
	}
	return m.Bus.Publish(ctx, viewer.ID, events.Booked{
		EntryID: made.ID, Kind: string(made.Kind), PatientID: made.PatientID, LocationID: made.LocationID,
		InvoiceID: opt.Text(made.InvoiceID), PaymentID: opt.Text(made.PaymentID), Due: made.DueMinor, Credit: made.CreditMinor,
	})
}

// bookPayment changes the credit of a payment; a new one has it already.
func (m *Module) bookPayment(ctx context.Context, e entry) error {
	if e.kind == ledgerentry.KindPAYMENT {
		return nil
	}
	row, err := e.payment.Update().Where(payment.UnappliedMinor.GTE(-e.credit)).AddUnappliedMinor(e.credit).Save(ctx)
	if ent.IsNotFound(err) {
		return kit.Refuse(kit.FailedPrecondition, "there is not so much credit", "amountMinor")
	}
	if err != nil {
		return err
	}
	*e.payment = *row
	return nil
}

// bookInvoice changes what is due on an invoice, and its status with it.
func (m *Module) bookInvoice(ctx context.Context, e entry) error {
	after, credited := e.invoice.DueMinor+e.due, e.invoice.CreditedMinor+e.credited
	status := invoice.StatusISSUED
	switch {
	case credited == e.invoice.TotalMinor && credited > 0:
		status = invoice.StatusCANCELLED
	case after == 0:
		status = invoice.StatusBALANCED
	}
	// The condition, not what was read before, is what keeps two writers apart.
	row, err := e.invoice.Update().Where(invoice.DueMinor.EQ(e.invoice.DueMinor), invoice.DueMinor.GTE(-e.due)).
		SetDueMinor(after).SetCreditedMinor(credited).SetStatus(status).Save(ctx)
	if ent.IsNotFound(err) {
		return kit.Refuse(kit.FailedPrecondition, "there is not so much due on this invoice", "amountMinor")
	}
	if err != nil {
		return err
	}
	*e.invoice = *row
	return nil
}

// next takes the next number of a series. The row is locked until the
// transaction ends: a number is given only with what it numbers, so there are
// no gaps.
func (m *Module) next(ctx context.Context, series string) (int64, error) {
	ctx = kit.Unbound(ctx)
	c := m.DB.Client(ctx)
	find := func() (*ent.NumberSeries, error) {
		q := c.NumberSeries.Query().Where(numberseries.Name.EQ(series))
		q.Modify(db.ForUpdate)
		return q.Only(ctx)
	}
	row, err := find()
	if ent.IsNotFound(err) {
		if err := m.DB.Alone(ctx, "series "+series); err != nil {
			return 0, err
		}
		if row, err = find(); ent.IsNotFound(err) {
			row, err = c.NumberSeries.Create().SetName(series).Save(ctx)
		}
	}
	if err != nil {
		return 0, err
	}
	return row.Last + 1, row.Update().AddLast(1).Exec(ctx)
}
