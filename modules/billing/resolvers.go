package billing

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/cashdrawer"
	"medoffice/ent/charge"
	"medoffice/ent/chargerule"
	"medoffice/ent/feeprice"
	"medoffice/ent/feeschedule"
	"medoffice/ent/invoiceline"
	"medoffice/ent/ledgerentry"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
)

func (q Query) FeeSchedules(ctx context.Context) ([]*ent.FeeSchedule, error) {
	return q.DB.Client(ctx).FeeSchedule.Query().Order(feeschedule.Name.Asc(), feeschedule.ID.Asc()).Limit(mostSchedules).All(ctx)
}

func (q Query) ChargeRules(ctx context.Context) ([]*ent.ChargeRule, error) {
	return q.DB.Client(ctx).ChargeRule.Query().Where(chargerule.Active.EQ(true)).
		Order(chargerule.Code.Asc(), chargerule.ID.Asc()).Limit(mostRules).All(ctx)
}

func (q Query) CashDrawers(ctx context.Context, location *string) ([]*ent.CashDrawer, error) {
	all := q.DB.Client(ctx).CashDrawer.Query().Where(cashdrawer.Active.EQ(true))
	if location != nil {
		all.Where(cashdrawer.LocationID.EQ(*location))
	}
	return all.Order(cashdrawer.Name.Asc(), cashdrawer.ID.Asc()).Limit(mostDrawers).All(ctx)
}

func (f FeeSchedule) Prices(ctx context.Context, obj *ent.FeeSchedule) ([]*ent.FeePrice, error) {
	return load.Of(ctx, obj, "prices", func(r *ent.FeeSchedule) string { return r.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.FeePrice, error) {
		rows, err := f.DB.Client(ctx).FeePrice.Query().Where(feeprice.ScheduleID.In(ids...)).
			Order(feeprice.Code.Asc(), feeprice.ID.Asc()).Limit(mostPrices * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(p *ent.FeePrice) string { return p.ScheduleID })
	})
}

func (Charge) Modifiers(_ context.Context, r *ent.Charge) ([]string, error) {
	return told(r.Modifier1, r.Modifier2, r.Modifier3, r.Modifier4), nil
}

func (Charge) Diagnoses(_ context.Context, r *ent.Charge) ([]string, error) {
	return told(r.Diagnosis1, r.Diagnosis2, r.Diagnosis3, r.Diagnosis4), nil
}

// told returns the texts that are not nil.
func told(texts ...*string) []string {
	list := []string{}
	for _, t := range texts {
		if t != nil {
			list = append(list, *t)
		}
	}
	return list
}

func (i Invoice) Lines(ctx context.Context, obj *ent.Invoice) ([]*ent.InvoiceLine, error) {
	return load.Of(ctx, obj, "lines", func(r *ent.Invoice) string { return r.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.InvoiceLine, error) {
		rows, err := i.DB.Client(ctx).InvoiceLine.Query().Where(invoiceline.InvoiceID.In(ids...)).
			Order(invoiceline.Position.Asc(), invoiceline.ID.Asc()).Limit(mostLines * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(l *ent.InvoiceLine) string { return l.InvoiceID })
	})
}

func (i Invoice) Charges(ctx context.Context, obj *ent.Invoice) ([]*ent.Charge, error) {
	return load.Of(ctx, obj, "charges", func(r *ent.Invoice) string { return r.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.Charge, error) {
		rows, err := i.DB.Client(ctx).Charge.Query().Where(charge.InvoiceID.In(ids...)).
			Order(charge.At.Asc(), charge.ID.Asc()).Limit(mostLines * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(c *ent.Charge) string { return opt.Text(c.InvoiceID) })
	})
}

func (i Invoice) Entries(ctx context.Context, obj *ent.Invoice) ([]*ent.LedgerEntry, error) {
	return load.Of(ctx, obj, "entries", func(r *ent.Invoice) string { return r.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.LedgerEntry, error) {
		rows, err := i.DB.Client(ctx).LedgerEntry.Query().Where(ledgerentry.InvoiceID.In(ids...)).
			Order(ledgerentry.At.Asc(), ledgerentry.ID.Asc()).Limit(mostEntries * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(e *ent.LedgerEntry) string { return opt.Text(e.InvoiceID) })
	})
}

func (p Payment) Entries(ctx context.Context, obj *ent.Payment) ([]*ent.LedgerEntry, error) {
	return load.Of(ctx, obj, "entries", func(r *ent.Payment) string { return r.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.LedgerEntry, error) {
		rows, err := p.DB.Client(ctx).LedgerEntry.Query().Where(ledgerentry.PaymentID.In(ids...)).
			Order(ledgerentry.At.Asc(), ledgerentry.ID.Asc()).Limit(mostEntries * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(e *ent.LedgerEntry) string { return opt.Text(e.PaymentID) })
	})
}
