package billing

import (
	"context"

	"medoffice/ent"
	"medoffice/modules/kit/load"
)

// Patient implements the field.
func (x Charge) Patient(ctx context.Context, obj *ent.Charge) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(r *ent.Charge) string { return r.PatientID }, x.patients.ByID)
}

// Location implements the field.
func (x Charge) Location(ctx context.Context, obj *ent.Charge) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(r *ent.Charge) string { return r.LocationID }, x.practice.LocationsByID)
}

// Visit implements the field.
func (x Charge) Visit(ctx context.Context, obj *ent.Charge) (*ent.Visit, error) {
	return load.Of(ctx, obj, "visit", func(r *ent.Charge) string { return text(r.VisitID) }, x.visits.ByID)
}

// Provider implements the field.
func (x Charge) Provider(ctx context.Context, obj *ent.Charge) (*ent.Provider, error) {
	return load.Of(ctx, obj, "provider", func(r *ent.Charge) string { return text(r.ProviderID) }, x.practice.ProvidersByID)
}

// Invoice implements the field.
func (x Charge) Invoice(ctx context.Context, obj *ent.Charge) (*ent.Invoice, error) {
	return load.Of(ctx, obj, "invoice", func(r *ent.Charge) string { return text(r.InvoiceID) }, x.invoicesByID)
}

// Patient implements the field.
func (x Invoice) Patient(ctx context.Context, obj *ent.Invoice) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(r *ent.Invoice) string { return r.PatientID }, x.patients.ByID)
}

// Location implements the field.
func (x Invoice) Location(ctx context.Context, obj *ent.Invoice) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(r *ent.Invoice) string { return r.LocationID }, x.practice.LocationsByID)
}

// Charge implements the field.
func (x InvoiceLine) Charge(ctx context.Context, obj *ent.InvoiceLine) (*ent.Charge, error) {
	return load.Of(ctx, obj, "charge", func(r *ent.InvoiceLine) string { return r.ChargeID }, x.chargesByID)
}

// Invoice implements the field.
func (x LedgerEntry) Invoice(ctx context.Context, obj *ent.LedgerEntry) (*ent.Invoice, error) {
	return load.Of(ctx, obj, "invoice", func(r *ent.LedgerEntry) string { return text(r.InvoiceID) }, x.invoicesByID)
}

// Payment implements the field.
func (x LedgerEntry) Payment(ctx context.Context, obj *ent.LedgerEntry) (*ent.Payment, error) {
	return load.Of(ctx, obj, "payment", func(r *ent.LedgerEntry) string { return text(r.PaymentID) }, x.paymentsByID)
}

// Patient implements the field.
func (x Payment) Patient(ctx context.Context, obj *ent.Payment) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(r *ent.Payment) string { return r.PatientID }, x.patients.ByID)
}

// Location implements the field.
func (x Payment) Location(ctx context.Context, obj *ent.Payment) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(r *ent.Payment) string { return r.LocationID }, x.practice.LocationsByID)
}

// Drawer implements the field.
func (x Payment) Drawer(ctx context.Context, obj *ent.Payment) (*ent.CashDrawer, error) {
	return load.Of(ctx, obj, "drawer", func(r *ent.Payment) string { return text(r.DrawerID) }, x.drawersByID)
}

// Location implements the field.
func (x CashDrawer) Location(ctx context.Context, obj *ent.CashDrawer) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(r *ent.CashDrawer) string { return r.LocationID }, x.practice.LocationsByID)
}

// Drawer implements the field.
func (x DrawerClosing) Drawer(ctx context.Context, obj *ent.DrawerClosing) (*ent.CashDrawer, error) {
	return load.Of(ctx, obj, "drawer", func(r *ent.DrawerClosing) string { return r.DrawerID }, x.drawersByID)
}
