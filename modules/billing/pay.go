package billing

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/cashdrawer"
	"medoffice/ent/invoice"
	"medoffice/ent/ledgerentry"
	"medoffice/ent/payer"
	"medoffice/ent/payment"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

func (m *Module) recordPayment(ctx context.Context, in model.RecordPaymentInput) (string, error) {
	amount, err := money(in.AmountMinor, "amountMinor")
	if err != nil {
		return "", err
	}
	if err := m.site(ctx, in.LocationID); err != nil {
		return "", err
	}
	if err := m.account(ctx, in.PatientID); err != nil {
		return "", err
	}
	currency, err := m.currency(ctx)
	if err != nil {
		return "", err
	}
	if in.Currency != currency {
		return "", kit.Invalid("the practice takes its own currency alone", "currency")
	}
	reference, err := m.means(ctx, in)
	if err != nil {
		return "", err
	}
	row, err := m.DB.Client(ctx).Payment.Create().SetPatientID(in.PatientID).SetLocationID(in.LocationID).SetMethod(in.Method).
		SetNillableReference(opt.Of(reference)).SetNillableDrawerID(in.DrawerID.Value()).SetNillablePayerID(in.PayerID.Value()).SetAmountMinor(amount).
		SetUnappliedMinor(amount).SetCurrency(currency).SetReceivedAt(m.Clock.Now()).Save(ctx)
	if err != nil {
		return "", err
	}
	if err := m.book(ctx, entry{kind: ledgerentry.KindPAYMENT, payment: row, credit: amount, drawer: row.DrawerID}); err != nil {
		return "", err
	}
	if keep := in.KeepAsCredit.Value(); keep != nil && *keep {
		return row.ID, nil
	}
	return row.ID, m.apply(ctx, row, in.InvoiceID.Value())
}

// means checks what goes with the way in which money comes.
func (m *Module) means(ctx context.Context, in model.RecordPaymentInput) (reference string, err error) {
	drawer := in.DrawerID.Value()
	if err := m.insurer(ctx, in); err != nil {
		return "", err
	}
	if in.Method == payment.MethodCASH {
		if drawer == nil {
			return "", kit.Invalid("tell the drawer that the cash is put in", "drawerId")
		}
		d, err := m.drawerOf(ctx, *drawer)
		if err == nil && d.LocationID != in.LocationID {
			err = kit.Missing("drawer", "drawerId")
		}
		return "", err
	}
	if drawer != nil {
		return "", kit.Invalid("only cash is put in a drawer", "drawerId")
	}
	return act.Words(opt.Text(in.Reference.Value()), mostName, "reference")
}

// insurer refuses a payer that is not there, or where no insurer pays.
func (m *Module) insurer(ctx context.Context, in model.RecordPaymentInput) error {
	id := in.PayerID.Value()
	switch {
	case id == nil:
		return nil
	case in.Method != payment.MethodINSURANCE:
		return kit.Invalid("only the money of an insurer is of a payer", "payerId")
	}
	_, err := act.Found(m.DB.Client(ctx).Payer.Query().Where(payer.ID.EQ(*id)).Only(ctx))("payer", "payerId")
	return err
}

// drawerOf finds a drawer in use and holds it until the transaction ends.
func (m *Module) drawerOf(ctx context.Context, id string) (*ent.CashDrawer, error) {
	q := m.DB.Client(ctx).CashDrawer.Query().Where(cashdrawer.ID.EQ(id), cashdrawer.Active.EQ(true))
	q.Modify(db.ForUpdate)
	return act.Found(q.Only(ctx))("drawer", "drawerId")
}

// apply puts credit on one invoice, or on all that are due, the oldest first.
func (m *Module) apply(ctx context.Context, p *ent.Payment, only *string) error {
	q := m.DB.Client(ctx).Invoice.Query().Where(invoice.PatientID.EQ(p.PatientID), invoice.DueMinor.GT(0), invoice.Currency.EQ(p.Currency))
	if only != nil {
		if _, err := act.Found(m.DB.Client(ctx).Invoice.Query().Where(invoice.ID.EQ(*only), invoice.PatientID.EQ(p.PatientID), invoice.StatusColumn.NEQ(invoice.StatusDRAFT)).Only(ctx))("invoice", "invoiceId"); err != nil {
			return err
		}
		q.Where(invoice.ID.EQ(*only))
	}
	rows, err := q.Order(invoice.Number.Asc()).Limit(mostEntries).All(ctx)
	for _, inv := range rows {
		if err := m.allot(ctx, p, inv, min(p.UnappliedMinor, inv.DueMinor)); err != nil || p.UnappliedMinor == 0 {
			return err
		}
	}
	return err
}

func (m *Module) allot(ctx context.Context, p *ent.Payment, inv *ent.Invoice, n int64) error {
	return m.book(ctx, entry{kind: ledgerentry.KindALLOCATION, invoice: inv, payment: p, due: -n, credit: -n})
}

// paymentOf finds a payment and holds its account until the transaction ends.
func (m *Module) paymentOf(ctx context.Context, id string) (*ent.Payment, error) {
	c := m.DB.Client(ctx)
	row, err := act.Found(c.Payment.Query().Where(payment.ID.EQ(id)).Only(ctx))("payment", "paymentId")
	if err != nil {
		return nil, err
	}
	if err := m.hold(ctx, row.PatientID); err != nil {
		return nil, err
	}
	return c.Payment.Query().Where(payment.ID.EQ(id)).Only(ctx)
}

func (m *Module) allocateCredit(ctx context.Context, in model.AllocateCreditInput) (string, error) {
	n, err := money(in.AmountMinor, "amountMinor")
	if err != nil {
		return "", err
	}
	p, err := m.paymentOf(ctx, in.PaymentID)
	if err != nil {
		return "", err
	}
	inv, err := act.Found(m.DB.Client(ctx).Invoice.Query().Where(invoice.ID.EQ(in.InvoiceID), invoice.PatientID.EQ(p.PatientID), invoice.Currency.EQ(p.Currency)).Only(ctx))("invoice", "invoiceId")
	if err != nil {
		return "", err
	}
	return p.ID, m.allot(ctx, p, inv, n)
}

func (m *Module) refundPayment(ctx context.Context, in model.RefundPaymentInput) (string, error) {
	n, err := money(in.AmountMinor, "amountMinor")
	if err != nil {
		return "", err
	}
	reason, err := act.Words(in.Reason, mostReason, "reason")
	if err != nil {
		return "", err
	}
	p, err := m.paymentOf(ctx, in.PaymentID)
	if err != nil {
		return "", err
	}
	drawer := in.DrawerID.Value()
	if (p.Method == payment.MethodCASH) != (drawer != nil) {
		return "", kit.Invalid("cash goes back out of a drawer, and nothing else does", "drawerId")
	}
	if drawer != nil {
		d, err := m.drawerOf(ctx, *drawer)
		if err == nil && d.LocationID != p.LocationID {
			err = kit.Missing("drawer", "drawerId")
		}
		if err != nil {
			return "", err
		}
	}
	return p.ID, m.book(ctx, entry{kind: ledgerentry.KindREFUND, payment: p, credit: -n, drawer: drawer, reason: reason})
}

func (m *Module) writeOff(ctx context.Context, in model.WriteOffInput) (string, error) {
	n, err := money(in.AmountMinor, "amountMinor")
	if err != nil {
		return "", err
	}
	reason, err := act.Words(in.Reason, mostReason, "reason")
	if err != nil {
		return "", err
	}
	inv, err := m.invoiceOf(ctx, in.InvoiceID, "invoiceId")
	if err != nil {
		return "", err
	}
	return inv.ID, m.book(ctx, entry{kind: ledgerentry.KindWRITE_OFF, invoice: inv, due: -n, reason: reason})
}
