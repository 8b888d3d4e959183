package billing

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/charge"
	"medoffice/ent/feeschedule"
	"medoffice/ent/invoice"
	"medoffice/ent/payment"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/page"
)

// Who and which visit a row is of is told only to those who may see them, by a
// filter no more than by a field.
const (
	readPatients = "patients.read"
	readVisits   = "visits.read"
)

var chargeFields = field.Entity{
	Type: "Charge", Table: charge.Table, Prefix: "chg",
	Fields: map[string]field.Field{
		"status":   {Column: charge.FieldStatus, Kind: field.Enum, Filter: true},
		"patient":  {Column: charge.FieldPatientID, Kind: field.ID, Filter: true, Can: readPatients},
		"visit":    {Column: charge.FieldVisitID, Kind: field.ID, Nullable: true, Filter: true, Can: readVisits},
		"location": {Column: charge.FieldLocationID, Kind: field.ID, Filter: true},
		"at":       {Column: charge.FieldAt, Kind: field.Time, Filter: true, Order: true},
	},
	Default: field.Order{Field: "at", Desc: true},
}

var invoiceFields = field.Entity{
	Type: "Invoice", Table: invoice.Table, Prefix: "inv",
	Fields: map[string]field.Field{
		"status":    {Column: invoice.FieldStatus, Kind: field.Enum, Filter: true},
		"patient":   {Column: invoice.FieldPatientID, Kind: field.ID, Filter: true, Can: readPatients},
		"location":  {Column: invoice.FieldLocationID, Kind: field.ID, Filter: true},
		"draftedAt": {Column: invoice.FieldDraftedAt, Kind: field.Time, Filter: true, Order: true},
	},
	Default: field.Order{Field: "draftedAt", Desc: true},
}

var paymentFields = field.Entity{
	Type: "Payment", Table: payment.Table, Prefix: "paym",
	Fields: map[string]field.Field{
		"method":     {Column: payment.FieldMethod, Kind: field.Enum, Filter: true},
		"patient":    {Column: payment.FieldPatientID, Kind: field.ID, Filter: true, Can: readPatients},
		"location":   {Column: payment.FieldLocationID, Kind: field.ID, Filter: true},
		"receivedAt": {Column: payment.FieldReceivedAt, Kind: field.Time, Filter: true, Order: true},
	},
	Default: field.Order{Field: "receivedAt", Desc: true},
}

type (
	charges  = page.Lister[ent.Charge, *ent.ChargeQuery]
	invoices = page.Lister[ent.Invoice, *ent.InvoiceQuery]
	payments = page.Lister[ent.Payment, *ent.PaymentQuery]
)

func chargeList(d kit.Deps, seal *page.Seal) charges {
	return charges{
		Entity: &chargeFields, DB: d.DB, Seal: seal,
		Query: func(c *ent.Client) *ent.ChargeQuery { return c.Charge.Query() },
		Keys:  func(r *ent.Charge) map[string]any { return map[string]any{"at": r.At} },
	}
}

func invoiceList(d kit.Deps, seal *page.Seal) invoices {
	return invoices{
		Entity: &invoiceFields, DB: d.DB, Seal: seal,
		Query: func(c *ent.Client) *ent.InvoiceQuery { return c.Invoice.Query() },
		Keys:  func(r *ent.Invoice) map[string]any { return map[string]any{"draftedAt": r.DraftedAt} },
	}
}

func paymentList(d kit.Deps, seal *page.Seal) payments {
	return payments{
		Entity: &paymentFields, DB: d.DB, Seal: seal,
		Query: func(c *ent.Client) *ent.PaymentQuery { return c.Payment.Query() },
		Keys:  func(r *ent.Payment) map[string]any { return map[string]any{"receivedAt": r.ReceivedAt} },
	}
}

// Rules implements kit.Ruler: who is bound to a location sees what was charged
// and paid there.
func (*Module) Rules() kit.Rules {
	here := []kit.Rule{func(v *kit.Viewer) func(*sql.Selector) {
		if v.LocationID == "" {
			return nil
		}
		return func(s *sql.Selector) { s.Where(sql.EQ(s.C("location_id"), v.LocationID)) }
	}}
	return kit.Rules{
		"Charge": here, "Invoice": here, "Payment": here, "LedgerEntry": here, "CashDrawer": here, "DrawerClosing": here,
	}
}

func (m *Module) chargesByID(ctx context.Context, ids []string) (map[string]*ent.Charge, error) {
	return load.ByID(m.DB.Client(ctx).Charge.Query().Where(charge.ID.In(ids...)).All(ctx))
}

func (m *Module) invoicesByID(ctx context.Context, ids []string) (map[string]*ent.Invoice, error) {
	return load.ByID(m.DB.Client(ctx).Invoice.Query().Where(invoice.ID.In(ids...)).All(ctx))
}

func (m *Module) paymentsByID(ctx context.Context, ids []string) (map[string]*ent.Payment, error) {
	return load.ByID(m.DB.Client(ctx).Payment.Query().Where(payment.ID.In(ids...)).All(ctx))
}

func (m *Module) schedulesByID(ctx context.Context, ids []string) (map[string]*ent.FeeSchedule, error) {
	return load.ByID(m.DB.Client(ctx).FeeSchedule.Query().Where(feeschedule.ID.In(ids...)).All(ctx))
}

// Nodes implements kit.Noder.
func (m *Module) Nodes() map[string]kit.Finder {
	return map[string]kit.Finder{
		"chg": kit.Find(Read, m.chargesByID), "inv": kit.Find(Read, m.invoicesByID), "paym": kit.Find(Read, m.paymentsByID), "fees": kit.Find(Read, m.schedulesByID),
		"ins": kit.Find(Read, m.payersByID), "cov": kit.Find(Read, m.coveragesByID),
	}
}
