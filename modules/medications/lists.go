package medications

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/administration"
	"medoffice/ent/medicationrequest"
	"medoffice/ent/medicationstatement"
	"medoffice/ent/reconciliation"
	"medoffice/graph/model"
	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/page"
)

type (
	// Query answers the root fields.
	Query struct{ *Module }
	// Mutation answers the root fields.
	Mutation struct{ *Module }
	// Patient answers what medications add to a patient.
	Patient struct{ *Module }
	// Visit answers what medications add to a visit.
	Visit struct{ *Module }
	// Medication answers what a medication is beyond its columns.
	Medication struct{ *Module }
	// MedicationRequest answers what an order is beyond its columns.
	MedicationRequest struct{ *Module }
	// Administration answers what a dose is beyond its columns.
	Administration struct{ *Module }
	// DoseReaction answers what a reaction is beyond its columns.
	DoseReaction struct{ *Module }
	// RegisterEntry answers what a line of the register is beyond its columns.
	RegisterEntry struct{ *Module }
	// MedicationStatement answers what a medication of the list is beyond its columns.
	MedicationStatement struct{ *Module }
	// Reconciliation answers what a reconciliation is beyond its columns.
	Reconciliation struct{ *Module }
	// ReconciliationLine answers what a line is beyond its columns.
	ReconciliationLine struct{ *Module }
)

func (q Query) Medications(ctx context.Context, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.MedicationConnection, error) {
	return q.catalogue.All(ctx, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before})
}

func (q Query) MedicationRequests(ctx context.Context, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.MedicationRequestConnection, error) {
	return q.orders.All(ctx, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before})
}

func (q Query) Administrations(ctx context.Context, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.AdministrationConnection, error) {
	return q.doses.All(ctx, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before})
}

func (q Query) ControlledRegister(ctx context.Context, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.RegisterEntryConnection, error) {
	return q.register.All(ctx, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before})
}

func (q Query) DoseCheck(ctx context.Context, in model.GiveMedicationInput) ([]*model.DoseFinding, error) {
	return q.check(ctx, in)
}

func (p Patient) MedicationRequests(ctx context.Context, obj *ent.Patient, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.MedicationRequestConnection, error) {
	return page.Of(ctx, p.orders, obj, page.Child{Column: medicationrequest.FieldPatientID}, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before}, func(x *ent.MedicationRequest) string { return x.PatientID })
}

func (p Patient) Administrations(ctx context.Context, obj *ent.Patient, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.AdministrationConnection, error) {
	return page.Of(ctx, p.doses, obj, page.Child{Column: administration.FieldPatientID}, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before}, func(x *ent.Administration) string { return x.PatientID })
}

func (p Patient) MedicationList(ctx context.Context, obj *ent.Patient, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.MedicationStatementConnection, error) {
	return page.Of(ctx, p.list, obj, page.Child{Column: medicationstatement.FieldPatientID}, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before}, func(x *ent.MedicationStatement) string { return x.PatientID })
}

func (p Patient) Reconciliations(ctx context.Context, obj *ent.Patient, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.ReconciliationConnection, error) {
	return page.Of(ctx, p.reconciliations, obj, page.Child{Column: reconciliation.FieldPatientID}, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before}, func(x *ent.Reconciliation) string { return x.PatientID })
}

func (v Visit) MedicationRequests(ctx context.Context, obj *ent.Visit, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.MedicationRequestConnection, error) {
	return page.Of(ctx, v.orders, obj, page.Child{Column: medicationrequest.FieldVisitID}, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before}, func(x *ent.MedicationRequest) string { return opt.Text(x.VisitID) })
}

func (v Visit) Administrations(ctx context.Context, obj *ent.Visit, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.AdministrationConnection, error) {
	return page.Of(ctx, v.doses, obj, page.Child{Column: administration.FieldVisitID}, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before}, func(x *ent.Administration) string { return opt.Text(x.VisitID) })
}

func (f MedicationRequest) Administrations(ctx context.Context, obj *ent.MedicationRequest, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.AdministrationConnection, error) {
	return page.Of(ctx, f.doses, obj, page.Child{Column: administration.FieldOrderID}, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before}, func(x *ent.Administration) string { return x.OrderID })
}
