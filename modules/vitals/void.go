package vitals

import (
	"context"
	"strings"

	"medoffice/ent"
	"medoffice/ent/row"
	"medoffice/ent/vitalreading"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

// locked finds a reading to change and checks that it is the one the caller saw.
func (m *Module) locked(ctx context.Context, id string, expected int) (*ent.VitalReading, error) {
	q := m.DB.Client(ctx).VitalReading.Query().Where(vitalreading.ID.EQ(id))
	q.Modify(db.ForUpdate)
	row, err := q.Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return nil, kit.Missing("reading", "id")
	case err != nil:
		return nil, err
	}
	return row, kit.Fresh(row.ID, row.Version, expected)
}

// markWrong marks a reading, and what was computed from it, as entered in error.
func (m *Module) markWrong(ctx context.Context, in model.MarkVitalEnteredInErrorInput) (string, error) {
	reason := strings.TrimSpace(in.Reason)
	if reason == "" || len([]rune(reason)) > reasonText {
		return "", kit.Invalid("tell the reason in 1 to 500 letters", "reason")
	}
	row, err := m.locked(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	viewer := kit.ViewerOf(ctx)
	if row.CreatedBy != viewer.ID && !viewer.May(VoidOthers) {
		return "", kit.Denied(VoidOthers)
	}
	if row.Status == vitalreading.StatusENTERED_IN_ERROR {
		return "", kit.Refuse(kit.FailedPrecondition, "this reading is marked already", "id")
	}
	rows, err := m.void(ctx, row, reason)
	if err != nil {
		return "", err
	}
	return joined(rows), m.publishVoided(ctx, rows)
}

// void marks a reading and what was computed from it, and returns them all.
func (m *Module) void(ctx context.Context, r *ent.VitalReading, reason string) ([]*ent.VitalReading, error) {
	derived, err := m.DB.Client(ctx).VitalReading.Query().Where(
		vitalreading.PatientID.EQ(r.PatientID), vitalreading.StatusColumn.EQ(vitalreading.StatusFINAL),
		row.Or(vitalreading.DerivedFromID.EQ(r.ID), vitalreading.DerivedWithID.EQ(r.ID)),
	).Order(vitalreading.TakenAt.Asc(), vitalreading.ID.Asc()).All(kit.Unbound(ctx))
	if err != nil {
		return nil, err
	}
	rows := append([]*ent.VitalReading{r}, derived...)
	for _, r := range rows {
		err := r.Update().SetStatus(vitalreading.StatusENTERED_IN_ERROR).SetVoidReason(reason).
			SetVoidedAt(m.Clock.Now()).SetVoidedBy(kit.ViewerOf(ctx).ID).Exec(ctx)
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func (m *Module) publishVoided(ctx context.Context, rows []*ent.VitalReading) error {
	location, err := m.locationOf(ctx, rows[0])
	if err != nil {
		return err
	}
	e := events.VitalVoided{VisitID: opt.Text(rows[0].VisitID), LocationID: location}
	for _, r := range rows {
		e.ReadingIDs = append(e.ReadingIDs, r.ID)
	}
	return m.Bus.Publish(ctx, kit.ViewerOf(ctx).ID, e)
}

// acknowledgeCriticalVital records that somebody takes care of a critical reading.
func (m *Module) acknowledgeCriticalVital(ctx context.Context, in model.AcknowledgeCriticalVitalInput) (string, error) {
	row, err := m.locked(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	switch {
	case row.Status != vitalreading.StatusFINAL || row.Interpretation == nil || !critical(*row.Interpretation):
		return "", kit.Refuse(kit.FailedPrecondition, "this reading is not critical", "id")
	case row.AcknowledgedAt != nil:
		return "", kit.Refuse(kit.FailedPrecondition, "somebody has acknowledged this reading already", "id")
	}
	viewer := kit.ViewerOf(ctx)
	if err := row.Update().SetAcknowledgedAt(m.Clock.Now()).SetAcknowledgedBy(viewer.Name).Exec(ctx); err != nil {
		return "", err
	}
	location, err := m.locationOf(ctx, row)
	if err != nil {
		return "", err
	}
	return row.ID, m.Bus.Publish(ctx, viewer.ID, events.VitalAcknowledged{
		ReadingID: row.ID, VisitID: opt.Text(row.VisitID), LocationID: location,
	})
}

// locationOf is where the visit of the reading takes place, "" where there is none.
func (m *Module) locationOf(ctx context.Context, r *ent.VitalReading) (string, error) {
	if r.VisitID == nil {
		return "", nil
	}
	v, err := m.DB.Client(ctx).Visit.Get(ctx, *r.VisitID)
	if err != nil {
		return "", err
	}
	return opt.Text(v.LocationID), nil
}
