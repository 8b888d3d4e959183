package medications

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/dosereaction"
	"medoffice/ent/medicationlink"
	"medoffice/ent/medicationoverride"
	"medoffice/ent/reconciliationline"
	"medoffice/graph/model"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
)

func (f Medication) Item(ctx context.Context, obj *ent.Medication) (*ent.Item, error) {
	return load.Of(ctx, obj, "item", func(x *ent.Medication) string { return opt.Text(x.ItemID) }, f.stock.ItemsByID)
}

func (f Medication) Links(ctx context.Context, obj *ent.Medication) ([]*ent.MedicationLink, error) {
	return load.Of(ctx, obj, "links", func(x *ent.Medication) string { return x.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.MedicationLink, error) {
		rows, err := f.DB.Client(ctx).MedicationLink.Query().Where(medicationlink.MedicationID.In(ids...)).Order(medicationlink.KindColumn.Asc(), medicationlink.Folded.Asc(), medicationlink.ID.Asc()).Limit(mostLinks * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(x *ent.MedicationLink) string { return x.MedicationID })
	})
}

func (f MedicationRequest) Patient(ctx context.Context, obj *ent.MedicationRequest) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(x *ent.MedicationRequest) string { return x.PatientID }, f.patients.ByID)
}

func (f MedicationRequest) Visit(ctx context.Context, obj *ent.MedicationRequest) (*ent.Visit, error) {
	return load.Of(ctx, obj, "visit", func(x *ent.MedicationRequest) string { return opt.Text(x.VisitID) }, f.visits.ByID)
}

func (f MedicationRequest) Location(ctx context.Context, obj *ent.MedicationRequest) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(x *ent.MedicationRequest) string { return opt.Text(x.LocationID) }, f.practice.LocationsByID)
}

func (f MedicationRequest) Provider(ctx context.Context, obj *ent.MedicationRequest) (*ent.Provider, error) {
	return load.Of(ctx, obj, "provider", func(x *ent.MedicationRequest) string { return opt.Text(x.ProviderID) }, f.practice.ProvidersByID)
}

func (f MedicationRequest) Medication(ctx context.Context, obj *ent.MedicationRequest) (*ent.Medication, error) {
	return load.Of(ctx, obj, "medication", func(x *ent.MedicationRequest) string { return x.MedicationID }, f.MedicationsByID)
}

func (f MedicationRequest) Overrides(ctx context.Context, obj *ent.MedicationRequest) ([]*ent.MedicationOverride, error) {
	return load.Of(ctx, obj, "overrides", func(x *ent.MedicationRequest) string { return x.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.MedicationOverride, error) {
		rows, err := f.DB.Client(ctx).MedicationOverride.Query().Where(medicationoverride.OrderID.In(ids...)).Order(medicationoverride.At.Asc(), medicationoverride.ID.Asc()).Limit(mostOverrides * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(x *ent.MedicationOverride) string { return x.OrderID })
	})
}

func (a Administration) Patient(ctx context.Context, obj *ent.Administration) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(x *ent.Administration) string { return x.PatientID }, a.patients.ByID)
}

func (a Administration) Visit(ctx context.Context, obj *ent.Administration) (*ent.Visit, error) {
	return load.Of(ctx, obj, "visit", func(x *ent.Administration) string { return opt.Text(x.VisitID) }, a.visits.ByID)
}

func (a Administration) Location(ctx context.Context, obj *ent.Administration) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(x *ent.Administration) string { return opt.Text(x.LocationID) }, a.practice.LocationsByID)
}

func (a Administration) Order(ctx context.Context, obj *ent.Administration) (*ent.MedicationRequest, error) {
	return load.Of(ctx, obj, "order", func(x *ent.Administration) string { return x.OrderID }, a.OrdersByID)
}

func (a Administration) Medication(ctx context.Context, obj *ent.Administration) (*ent.Medication, error) {
	return load.Of(ctx, obj, "medication", func(x *ent.Administration) string { return x.MedicationID }, a.MedicationsByID)
}

func (a Administration) Lot(ctx context.Context, obj *ent.Administration) (*ent.Lot, error) {
	return load.Of(ctx, obj, "lot", func(x *ent.Administration) string { return opt.Text(x.LotID) }, a.stock.Lots)
}

func (a Administration) Immunization(ctx context.Context, obj *ent.Administration) (*ent.Immunization, error) {
	return load.Of(ctx, obj, "immunization", func(x *ent.Administration) string { return opt.Text(x.ImmunizationID) }, a.patients.ImmunizationsByID)
}

func (a Administration) Reactions(ctx context.Context, obj *ent.Administration) ([]*ent.DoseReaction, error) {
	return load.Of(ctx, obj, "reactions", func(x *ent.Administration) string { return x.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.DoseReaction, error) {
		rows, err := a.DB.Client(ctx).DoseReaction.Query().Where(dosereaction.AdministrationID.In(ids...)).Order(dosereaction.BeganAt.Asc(), dosereaction.ID.Asc()).Limit(mostReactions * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(x *ent.DoseReaction) string { return x.AdministrationID })
	})
}

func (a Administration) Overrides(ctx context.Context, obj *ent.Administration) ([]*ent.MedicationOverride, error) {
	return load.Of(ctx, obj, "overrides", func(x *ent.Administration) string { return x.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.MedicationOverride, error) {
		rows, err := a.DB.Client(ctx).MedicationOverride.Query().Where(medicationoverride.AdministrationID.In(ids...)).Order(medicationoverride.At.Asc(), medicationoverride.ID.Asc()).Limit(mostOverrides * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(x *ent.MedicationOverride) string { return opt.Text(x.AdministrationID) })
	})
}

func (d DoseReaction) Allergy(ctx context.Context, obj *ent.DoseReaction) (*ent.Allergy, error) {
	return load.Of(ctx, obj, "allergy", func(x *ent.DoseReaction) string { return opt.Text(x.AllergyID) }, d.patients.AllergiesByID)
}

func (r RegisterEntry) Location(ctx context.Context, obj *ent.RegisterEntry) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(x *ent.RegisterEntry) string { return x.LocationID }, r.practice.LocationsByID)
}

func (r RegisterEntry) Item(ctx context.Context, obj *ent.RegisterEntry) (*ent.Item, error) {
	return load.Of(ctx, obj, "item", func(x *ent.RegisterEntry) string { return x.ItemID }, r.stock.ItemsByID)
}

func (f MedicationStatement) Patient(ctx context.Context, obj *ent.MedicationStatement) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(x *ent.MedicationStatement) string { return x.PatientID }, f.patients.ByID)
}

func (MedicationStatement) Code(_ context.Context, obj *ent.MedicationStatement) (*model.Code, error) {
	return &model.Code{Text: obj.CodeText, Code: obj.Code, System: obj.CodeSystem}, nil
}

func (f MedicationStatement) Medication(ctx context.Context, obj *ent.MedicationStatement) (*ent.Medication, error) {
	return load.Of(ctx, obj, "medication", func(x *ent.MedicationStatement) string { return opt.Text(x.MedicationID) }, f.MedicationsByID)
}

func (f MedicationStatement) Order(ctx context.Context, obj *ent.MedicationStatement) (*ent.MedicationRequest, error) {
	return load.Of(ctx, obj, "order", func(x *ent.MedicationStatement) string { return opt.Text(x.OrderID) }, f.OrdersByID)
}

func (f MedicationStatement) ChangedFrom(ctx context.Context, obj *ent.MedicationStatement) (*ent.MedicationStatement, error) {
	return load.Of(ctx, obj, "changedFrom", func(x *ent.MedicationStatement) string { return opt.Text(x.ChangedFromID) }, f.StatementsByID)
}

func (r Reconciliation) Patient(ctx context.Context, obj *ent.Reconciliation) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(x *ent.Reconciliation) string { return x.PatientID }, r.patients.ByID)
}

func (r Reconciliation) Visit(ctx context.Context, obj *ent.Reconciliation) (*ent.Visit, error) {
	return load.Of(ctx, obj, "visit", func(x *ent.Reconciliation) string { return opt.Text(x.VisitID) }, r.visits.ByID)
}

func (r Reconciliation) Lines(ctx context.Context, obj *ent.Reconciliation) ([]*ent.ReconciliationLine, error) {
	return load.Of(ctx, obj, "lines", func(x *ent.Reconciliation) string { return x.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.ReconciliationLine, error) {
		rows, err := r.DB.Client(ctx).ReconciliationLine.Query().Where(reconciliationline.ReconciliationID.In(ids...)).Order(reconciliationline.Position.Asc(), reconciliationline.ID.Asc()).Limit(mostLines * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(x *ent.ReconciliationLine) string { return x.ReconciliationID })
	})
}

func (r ReconciliationLine) Statement(ctx context.Context, obj *ent.ReconciliationLine) (*ent.MedicationStatement, error) {
	return load.Of(ctx, obj, "statement", func(x *ent.ReconciliationLine) string { return x.StatementID }, r.StatementsByID)
}

func (r ReconciliationLine) ReplacedBy(ctx context.Context, obj *ent.ReconciliationLine) (*ent.MedicationStatement, error) {
	return load.Of(ctx, obj, "replacedBy", func(x *ent.ReconciliationLine) string { return opt.Text(x.ReplacedByID) }, r.StatementsByID)
}
