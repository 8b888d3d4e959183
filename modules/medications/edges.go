package medications

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/dosereaction"
	"medoffice/ent/medicationlink"
	"medoffice/ent/medicationoverride"
	"medoffice/ent/reconciliationline"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
)

func (f Medication) Links(ctx context.Context, obj *ent.Medication) ([]*ent.MedicationLink, error) {
	return load.Of(ctx, obj, "links", func(x *ent.Medication) string { return x.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.MedicationLink, error) {
		rows, err := f.DB.Client(ctx).MedicationLink.Query().Where(medicationlink.MedicationID.In(ids...)).Order(medicationlink.KindColumn.Asc(), medicationlink.Folded.Asc(), medicationlink.ID.Asc()).Limit(mostLinks * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(x *ent.MedicationLink) string { return x.MedicationID })
	})
}

func (f MedicationRequest) Overrides(ctx context.Context, obj *ent.MedicationRequest) ([]*ent.MedicationOverride, error) {
	return load.Of(ctx, obj, "overrides", func(x *ent.MedicationRequest) string { return x.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.MedicationOverride, error) {
		rows, err := f.DB.Client(ctx).MedicationOverride.Query().Where(medicationoverride.OrderID.In(ids...)).Order(medicationoverride.At.Asc(), medicationoverride.ID.Asc()).Limit(mostOverrides * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(x *ent.MedicationOverride) string { return x.OrderID })
	})
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

func (r Reconciliation) Lines(ctx context.Context, obj *ent.Reconciliation) ([]*ent.ReconciliationLine, error) {
	return load.Of(ctx, obj, "lines", func(x *ent.Reconciliation) string { return x.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.ReconciliationLine, error) {
		rows, err := r.DB.Client(ctx).ReconciliationLine.Query().Where(reconciliationline.ReconciliationID.In(ids...)).Order(reconciliationline.Position.Asc(), reconciliationline.ID.Asc()).Limit(mostLines * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(x *ent.ReconciliationLine) string { return x.ReconciliationID })
	})
}
