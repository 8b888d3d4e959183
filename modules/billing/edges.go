package billing

import (
	"context"

	"medoffice/ent"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
)

func (c Charge) Patient(ctx context.Context, obj *ent.Charge) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(r *ent.Charge) string { return r.PatientID }, c.patients.ByID)
}

func (c Charge) Location(ctx context.Context, obj *ent.Charge) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(r *ent.Charge) string { return r.LocationID }, c.practice.LocationsByID)
}

func (c Charge) Visit(ctx context.Context, obj *ent.Charge) (*ent.Visit, error) {
	return load.Of(ctx, obj, "visit", func(r *ent.Charge) string { return opt.Text(r.VisitID) }, c.visits.ByID)
}

func (c Charge) Provider(ctx context.Context, obj *ent.Charge) (*ent.Provider, error) {
	return load.Of(ctx, obj, "provider", func(r *ent.Charge) string { return opt.Text(r.ProviderID) }, c.practice.ProvidersByID)
}

func (c Charge) Invoice(ctx context.Context, obj *ent.Charge) (*ent.Invoice, error) {
	return load.Of(ctx, obj, "invoice", func(r *ent.Charge) string { return opt.Text(r.InvoiceID) }, c.invoicesByID)
}

func (i Invoice) Patient(ctx context.Context, obj *ent.Invoice) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(r *ent.Invoice) string { return r.PatientID }, i.patients.ByID)
}

func (i Invoice) Location(ctx context.Context, obj *ent.Invoice) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(r *ent.Invoice) string { return r.LocationID }, i.practice.LocationsByID)
}

func (e InvoiceLine) Charge(ctx context.Context, obj *ent.InvoiceLine) (*ent.Charge, error) {
	return load.Of(ctx, obj, "charge", func(r *ent.InvoiceLine) string { return r.ChargeID }, e.chargesByID)
}

func (e LedgerEntry) Invoice(ctx context.Context, obj *ent.LedgerEntry) (*ent.Invoice, error) {
	return load.Of(ctx, obj, "invoice", func(r *ent.LedgerEntry) string { return opt.Text(r.InvoiceID) }, e.invoicesByID)
}

func (e LedgerEntry) Payment(ctx context.Context, obj *ent.LedgerEntry) (*ent.Payment, error) {
	return load.Of(ctx, obj, "payment", func(r *ent.LedgerEntry) string { return opt.Text(r.PaymentID) }, e.paymentsByID)
}

func (p Payment) Patient(ctx context.Context, obj *ent.Payment) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(r *ent.Payment) string { return r.PatientID }, p.patients.ByID)
}

func (p Payment) Location(ctx context.Context, obj *ent.Payment) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(r *ent.Payment) string { return r.LocationID }, p.practice.LocationsByID)
}

func (p Payment) Drawer(ctx context.Context, obj *ent.Payment) (*ent.CashDrawer, error) {
	return load.Of(ctx, obj, "drawer", func(r *ent.Payment) string { return opt.Text(r.DrawerID) }, p.drawersByID)
}

func (e CashDrawer) Location(ctx context.Context, obj *ent.CashDrawer) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(r *ent.CashDrawer) string { return r.LocationID }, e.practice.LocationsByID)
}

func (e DrawerClosing) Drawer(ctx context.Context, obj *ent.DrawerClosing) (*ent.CashDrawer, error) {
	return load.Of(ctx, obj, "drawer", func(r *ent.DrawerClosing) string { return r.DrawerID }, e.drawersByID)
}
