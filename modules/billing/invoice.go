package billing

import (
	"context"
	"slices"

	"medoffice/ent"
	"medoffice/ent/charge"
	"medoffice/ent/invoice"
	"medoffice/ent/invoiceline"
	"medoffice/ent/ledgerentry"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/opt"
)

// invoiceOf finds an invoice and holds its account until the transaction ends.
func (m *Module) invoiceOf(ctx context.Context, id, path string) (*ent.Invoice, error) {
	c := m.DB.Client(ctx)
	row, err := act.Found(c.Invoice.Query().Where(invoice.ID.EQ(id)).Only(ctx))("invoice", path)
	if err != nil {
		return nil, err
	}
	if err := m.hold(ctx, row.PatientID); err != nil {
		return nil, err
	}
	return c.Invoice.Query().Where(invoice.ID.EQ(id)).Only(ctx)
}

func (m *Module) draftInvoice(ctx context.Context, in model.DraftInvoiceInput) (string, error) {
	if err := m.site(ctx, in.LocationID); err != nil {
		return "", err
	}
	if err := m.account(ctx, in.PatientID); err != nil {
		return "", err
	}
	c := m.DB.Client(ctx)
	q := c.Charge.Query().Where(charge.PatientID.EQ(in.PatientID), charge.LocationID.EQ(in.LocationID),
		charge.StatusColumn.EQ(charge.StatusBILLABLE), charge.InvoiceID.IsNil())
	at := in.VisitID.Value()
	if at != nil {
		if _, err := m.visitOf(ctx, *at, in.PatientID); err != nil {
			return "", err
		}
		q.Where(charge.VisitID.EQ(*at))
	}
	rows, err := q.Order(charge.At.Asc(), charge.ID.Asc()).Limit(mostLines).All(ctx)
	if err != nil {
		return "", err
	}
	if len(rows) == 0 {
		return "", kit.Refuse(kit.FailedPrecondition, "no charge waits for an invoice", "patientId")
	}
	currency := rows[0].Currency
	made, err := c.Invoice.Create().SetPatientID(in.PatientID).SetLocationID(in.LocationID).SetNillableVisitID(at).
		SetCurrency(currency).SetDraftedAt(m.Clock.Now()).Save(ctx)
	if err != nil {
		return "", err
	}
	for _, r := range rows {
		if r.Currency != currency {
			continue // it goes on another invoice
		}
		if err := r.Update().SetInvoiceID(made.ID).Exec(ctx); err != nil {
			return "", err
		}
	}
	return made.ID, nil
}

func (m *Module) issueInvoice(ctx context.Context, in model.IssueInvoiceInput) (string, error) {
	inv, err := m.invoiceOf(ctx, in.ID, "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(inv.ID, inv.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if inv.Status != invoice.StatusDRAFT {
		return "", kit.Refuse(kit.FailedPrecondition, "this invoice is no draft", "id")
	}
	total, err := m.copyCharges(ctx, inv)
	if err != nil {
		return "", err
	}
	number, err := m.next(ctx, invoiceNumbers)
	if err != nil {
		return "", err
	}
	now := m.Clock.Now()
	status := invoice.StatusISSUED
	if total == 0 {
		status = invoice.StatusBALANCED
	}
	if inv, err = inv.Update().SetNumber(number).SetStatus(status).SetTotalMinor(total).
		SetIssuedAt(now).SetIssuedOn(date.Date(m.Day(now))).Save(ctx); err != nil || total == 0 {
		return in.ID, err
	}
	return inv.ID, m.book(ctx, entry{kind: ledgerentry.KindISSUE, invoice: inv, due: total})
}

// copyCharges makes the lines of an invoice of its charges, as they are now.
func (m *Module) copyCharges(ctx context.Context, inv *ent.Invoice) (total int64, err error) {
	c := m.DB.Client(ctx)
	rows, err := c.Charge.Query().Where(charge.InvoiceID.EQ(inv.ID), charge.StatusColumn.EQ(charge.StatusBILLABLE)).
		Order(charge.At.Asc(), charge.ID.Asc()).Limit(mostLines).All(ctx)
	if err != nil {
		return 0, err
	}
	if len(rows) == 0 {
		return 0, kit.Refuse(kit.FailedPrecondition, "no charge of this draft is left", "id")
	}
	for i, r := range rows {
		sum := r.Quantity * *r.UnitMinor
		total += sum
		if err := c.InvoiceLine.Create().SetInvoiceID(inv.ID).SetChargeID(r.ID).SetPosition(i + 1).SetCode(r.Code).
			SetDescription(r.Description).SetQuantity(r.Quantity).SetUnitMinor(*r.UnitMinor).SetTotalMinor(sum).Exec(ctx); err != nil {
			return 0, err
		}
		if err := r.Update().SetStatus(charge.StatusBILLED).Exec(ctx); err != nil {
			return 0, err
		}
	}
	return total, nil
}

func (m *Module) voidInvoice(ctx context.Context, in model.VoidInvoiceInput) (string, error) {
	reason, err := act.Words(in.Reason, mostReason, "reason")
	if err != nil {
		return "", err
	}
	inv, err := m.invoiceOf(ctx, in.ID, "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(inv.ID, inv.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if inv.Status == invoice.StatusCANCELLED {
		return "", kit.Refuse(kit.FailedPrecondition, "this invoice is voided already", "id")
	}
	if err := m.credit(ctx, inv, inv.TotalMinor-inv.CreditedMinor, nil, reason); err != nil {
		return "", err
	}
	if err := m.free(ctx, inv.ID); err != nil {
		return "", err
	}
	return inv.ID, m.DB.Client(ctx).Invoice.UpdateOneID(inv.ID).SetStatus(invoice.StatusCANCELLED).SetCancelReason(reason).Exec(ctx)
}

// free lets the charges of an invoice wait for another one.
func (m *Module) free(ctx context.Context, invoiceID string) error {
	rows, err := m.DB.Client(ctx).Charge.Query().Where(charge.InvoiceID.EQ(invoiceID),
		charge.StatusColumn.In(charge.StatusBILLABLE, charge.StatusBILLED)).All(ctx)
	for _, r := range rows {
		if err := r.Update().SetStatus(charge.StatusBILLABLE).ClearInvoiceID().Exec(ctx); err != nil {
			return err
		}
	}
	return err
}

// creditCharge takes the line of a charge back by a credit note.
func (m *Module) creditCharge(ctx context.Context, row *ent.Charge, reason string) error {
	c := m.DB.Client(ctx)
	inv, err := c.Invoice.Get(ctx, opt.Text(row.InvoiceID))
	if err != nil {
		return err
	}
	line, err := c.InvoiceLine.Query().Where(invoiceline.InvoiceID.EQ(inv.ID), invoiceline.ChargeID.EQ(row.ID)).Only(ctx)
	if err != nil {
		return err
	}
	return m.credit(ctx, inv, line.TotalMinor, &line.ID, reason)
}

// credit writes a credit note. What was paid or given up of it is released
// first, and applied again to what is still due.
func (m *Module) credit(ctx context.Context, inv *ent.Invoice, amount int64, line *string, reason string) error {
	if amount == 0 {
		return nil
	}
	ctx = kit.Unbound(ctx) // it may have been paid at another location
	released, err := m.release(ctx, inv, amount)
	if err != nil {
		return err
	}
	number, err := m.next(ctx, creditNoteNumbers)
	if err != nil {
		return err
	}
	if err := m.book(ctx, entry{kind: ledgerentry.KindCREDIT_NOTE, invoice: inv, due: -amount, credited: amount, line: line, number: &number, reason: reason}); err != nil {
		return err
	}
	slices.Reverse(released) // what came first is applied first again
	for _, e := range released {
		n := min(inv.DueMinor, -e.due)
		if n == 0 {
			break
		}
		e.due = -n
		if e.payment != nil {
			e.credit = -n
		}
		if err := m.book(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// release takes allocations and write-offs back, the newest first, until so
// much is due on the invoice. It returns them as they may be booked again.
func (m *Module) release(ctx context.Context, inv *ent.Invoice, amount int64) (list []entry, err error) {
	if inv.DueMinor >= amount {
		return nil, nil
	}
	rows, err := m.DB.Client(ctx).LedgerEntry.Query().Where(ledgerentry.InvoiceID.EQ(inv.ID)).With(ent.WithLedgerEntryPayment()).
		Order(ledgerentry.At.Asc(), ledgerentry.ID.Asc()).All(kit.Unbound(ctx))
	if err != nil {
		return nil, err
	}
	gone, payments := map[string]bool{}, map[string]*ent.Payment{}
	for _, r := range rows {
		gone[opt.Text(r.ReversesID)] = true
		if p := r.Edges.Payment; p != nil { // one row for all lines of a payment
			payments[p.ID] = p
		}
	}
	for _, r := range slices.Backward(rows) {
		if inv.DueMinor >= amount {
			break
		}
		if gone[r.ID] || r.Kind != ledgerentry.KindALLOCATION && r.Kind != ledgerentry.KindWRITE_OFF {
			continue
		}
		was := entry{kind: r.Kind, invoice: inv, payment: payments[opt.Text(r.PaymentID)], due: r.DueMinor, credit: r.CreditMinor, reason: opt.Text(r.Reason)}
		back := was
		back.kind, back.due, back.credit, back.reverses = ledgerentry.KindRELEASE, -r.DueMinor, -r.CreditMinor, &r.ID
		if err := m.book(ctx, back); err != nil {
			return nil, err
		}
		list = append(list, was)
	}
	return list, nil
}
