package visits

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/visit"
	"medoffice/ent/visitcheck"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/person"
)

// Vitals is the item of a checklist that recording vital signs ticks.
const Vitals = "Vitals"

// prepare copies the checklist of the kind of the visit to it.
func (m *Module) prepare(ctx context.Context, v *ent.Visit) error {
	if v.TypeID == nil {
		return nil
	}
	kind, err := m.DB.Client(ctx).VisitType.Get(ctx, *v.TypeID)
	if err != nil {
		return err
	}
	for i, item := range kind.Checklist {
		err := m.DB.Client(ctx).VisitCheck.Create().SetVisitID(v.ID).SetPosition(i).SetItem(item).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// tickCheck marks an item as done.
func (m *Module) tickCheck(ctx context.Context, in model.TickCheckInput) (string, error) {
	return m.mark(ctx, in.CheckID, true)
}

// untickCheck marks an item as open.
func (m *Module) untickCheck(ctx context.Context, in model.UntickCheckInput) (string, error) {
	return m.mark(ctx, in.CheckID, false)
}

func (m *Module) mark(ctx context.Context, id string, done bool) (string, error) {
	q := m.DB.Client(ctx).VisitCheck.Query().Where(visitcheck.ID.EQ(id))
	q.Modify(db.ForUpdate)
	check, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return "", kit.Missing("item of a checklist", "checkId")
	}
	if err != nil {
		return "", err
	}
	if (check.DoneAt != nil) == done {
		return check.VisitID, nil
	}
	if err := m.tick(ctx, check, done); err != nil {
		return "", err
	}
	return check.VisitID, m.Touch(ctx, check.VisitID)
}

func (m *Module) tick(ctx context.Context, check *ent.VisitCheck, done bool) error {
	if !done {
		return check.Update().ClearDoneAt().ClearDoneBy().Exec(ctx)
	}
	return check.Update().SetDoneAt(m.Clock.Now()).SetDoneBy(kit.ViewerOf(ctx).ID).Exec(ctx)
}

// TickVitals notes that vital signs were recorded for a visit, in the running
// transaction: the item of the checklist is done, and the board looks again.
func (m *Module) TickVitals(ctx context.Context, visitID string) error {
	open, err := m.DB.Client(ctx).VisitCheck.Query().Where(visitcheck.VisitID.EQ(visitID), visitcheck.DoneAt.IsNil()).All(ctx)
	if err != nil {
		return err
	}
	for _, check := range open {
		if person.Fold(check.Item) != person.Fold(Vitals) {
			continue
		}
		if err := m.tick(ctx, check, true); err != nil {
			return err
		}
	}
	return m.Touch(ctx, visitID)
}

// Touch publishes, in the running transaction, that something changed that the
// board shows of a visit, such as its badges. A visit that is not on the board
// is nobody's news.
func (m *Module) Touch(ctx context.Context, visitID string) error {
	v, err := m.DB.Client(ctx).Visit.Query().Where(visit.ID.EQ(visitID)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return m.touch(ctx, v)
}

func (m *Module) touch(ctx context.Context, v *ent.Visit) error {
	if !v.OnBoard {
		return nil
	}
	return m.publish(ctx, events.VisitChanged{VisitID: v.ID, LocationID: opt.Text(v.LocationID)})
}

// lockAny finds a visit that is not over, whatever its version.
func (m *Module) lockAny(ctx context.Context, id string) (*ent.Visit, error) {
	q := m.DB.Client(ctx).Visit.Query().Where(visit.ID.EQ(id), visit.OnBoard.EQ(true))
	q.Modify(db.ForUpdate)
	v, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return nil, kit.Missing("visit on the board", "visitId")
	}
	return v, err
}
