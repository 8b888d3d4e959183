package visits

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/visit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/put"
)

// PutVisit writes a visit that an import brought, by its source, in the
// running transaction. It stands on no board: it was elsewhere, or before. A
// visit that was changed here since is left alone.
func (m *Module) PutVisit(ctx context.Context, row *ent.Visit) (id string, created, updated bool, err error) {
	q := m.DB.Client(ctx).Visit.Query().Where(visit.Source.EQ(*row.Source))
	q.Modify(db.ForUpdate)
	old, err := q.Only(ctx)
	return put.Door[ent.Visit]{
		Columns: visitColumns,
		Stamp:   func(v *ent.Visit) (string, string) { return v.ID, v.UpdatedBy },
		Save: func(ctx context.Context, old *ent.Visit, c put.Columns) (*ent.Visit, error) {
			if old == nil {
				made := m.DB.Client(ctx).Visit.Create().SetStageSince(row.StartedAt).SetOnBoard(false)
				return put.Save(ctx, made, made.Mutation(), c)
			}
			change := old.Update()
			return put.Save(ctx, change, change.Mutation(), c)
		},
	}.Put(ctx, old, err, row)
}

func visitColumns(v *ent.Visit) put.Columns {
	return put.Columns{
		visit.FieldSource: put.Opt(v.Source), visit.FieldPatientID: v.PatientID,
		visit.FieldLocationID: put.Opt(v.LocationID), visit.FieldProviderID: put.Opt(v.ProviderID),
		visit.FieldStatus: v.Status, visit.FieldVisitClass: v.VisitClass, visit.FieldReason: put.Opt(v.Reason),
		visit.FieldStartedAt: v.StartedAt, visit.FieldEndedAt: put.Opt(v.EndedAt),
	}
}
