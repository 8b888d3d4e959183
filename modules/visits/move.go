package visits

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/stagechange"
	"medoffice/ent/visit"
	"medoffice/ent/visitstage"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/db"
)

// move is one step of a visit. Everything in it is locked.
type move struct {
	visit    *ent.Visit
	from, to *ent.VisitStage
	room     *ent.Room // where to; nil where the visit stays where it is
	path     string    // the input field that named the stage
}

// stage notes in the visit which stage it goes to.
func (s move) stage(u *ent.VisitUpdateOne, now time.Time) {
	if s.to.ID == s.from.ID {
		return
	}
	u.SetStageID(s.to.ID).SetStageSince(now).SetStatus(statusOf(s.to.Category))
	if s.from.Category == expected && !ends(s.to.Category) {
		u.SetStartedAt(now)
	}
}

// move takes the step: the rooms, the visit, the record of the move, the events.
func (m *Module) move(ctx context.Context, s move) error {
	if s.to.ID != s.from.ID && (!s.to.Active || !mayFollow(s.from.Category, s.to.Category)) {
		return m.illegal(s.from, s.path)
	}
	now, err := m.moment(ctx, s.visit.ID)
	if err != nil {
		return err
	}
	u := s.visit.Update()
	s.stage(u, now)
	told, err := m.changeRooms(ctx, s, u, now)
	if err != nil {
		return err
	}
	after, err := u.Save(ctx)
	if err != nil {
		return err
	}
	if err := m.note(ctx, s, now); err != nil {
		return err
	}
	if ends(s.to.Category) {
		if err := m.over(ctx, after.ID, s.to.Category == out); err != nil {
			return err
		}
	}
	return m.publish(ctx, append(told, moved(after, s.to))...)
}

// over notifies those who have to know that a visit is over.
func (m *Module) over(ctx context.Context, id string, seen bool) error {
	for _, f := range m.followers {
		if err := f.VisitOver(ctx, id, seen); err != nil {
			return err
		}
	}
	return nil
}

// changeRooms takes the visit out of the rooms that it leaves and into the one
// to which it goes.
func (m *Module) changeRooms(ctx context.Context, s move, u *ent.VisitUpdateOne, now time.Time) (told []bus.Event, err error) {
	if over := ends(s.to.Category); over || s.room != nil || s.to.Category == expected {
		if told, err = m.leaveRooms(ctx, s.visit, s.room, now); err != nil {
			return nil, err
		}
		u.ClearRoomID()
		if over {
			u.SetEndedAt(now).SetOnBoard(false)
		}
	}
	if s.room != nil {
		event, err := m.occupy(ctx, s.visit, s.room, now)
		if err != nil {
			return nil, err
		}
		told = append(told, event)
		u.SetRoomID(s.room.ID)
	}
	return told, nil
}

// note keeps the move with the names of its day. The visit is as it was before.
func (m *Module) note(ctx context.Context, s move, at time.Time) error {
	who := kit.ViewerOf(ctx)
	c := m.DB.Client(ctx).StageChange.Create().SetVisitID(s.visit.ID).SetPatientID(s.visit.PatientID).
		SetToStageID(s.to.ID).SetToName(s.to.Name).SetToCategory(stagechange.ToCategory(s.to.Category)).
		SetAt(at).SetActorID(who.ID).SetActorName(who.Name)
	if s.from != nil {
		c.SetFromStageID(s.from.ID).SetFromName(s.from.Name).SetFromSince(s.visit.StageSince).SetNillableFromRoomID(s.visit.RoomID)
	}
	switch {
	case s.room != nil:
		c.SetToRoomID(s.room.ID)
	case !ends(s.to.Category) && s.to.Category != expected:
		c.SetNillableToRoomID(s.visit.RoomID)
	}
	return c.Exec(ctx)
}

// lock finds a visit and its stage for a change, if nobody changed it since.
func (m *Module) lock(ctx context.Context, id string, version int) (*ent.Visit, *ent.VisitStage, error) {
	q := m.DB.Client(ctx).Visit.Query().Where(visit.ID.EQ(id))
	q.Modify(db.ForUpdate)
	v, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil, kit.Missing("visit", "visitId")
	}
	if err != nil {
		return nil, nil, err
	}
	if err := kit.Fresh(v.ID, v.Version, version); err != nil {
		return nil, nil, err
	}
	if v.StageID == nil {
		return nil, nil, kit.Refuse(kit.FailedPrecondition, "this visit was imported and does not move", "visitId")
	}
	stage, err := m.DB.Client(ctx).VisitStage.Get(ctx, *v.StageID)
	return v, stage, err
}

// illegal refuses a move and says which are possible.
func (m *Module) illegal(from *ent.VisitStage, path string) error {
	const safe = "the visit cannot go there from where it is"
	e := kit.Refuse(kit.IllegalMove, safe, path)
	e.Make = func(ctx context.Context) any {
		legal, err := m.legal(ctx, from)
		if err != nil {
			return nil
		}
		return model.IllegalMoveError{Message: safe, Code: kit.IllegalMove, Path: e.Path, Legal: legal}
	}
	return e
}

// legal lists the stages to which a visit may go.
func (m *Module) legal(ctx context.Context, from *ent.VisitStage) ([]*ent.VisitStage, error) {
	categories := next[from.Category]
	if !ends(from.Category) {
		categories = append(categories[:len(categories):len(categories)], from.Category)
	}
	return m.DB.Client(ctx).VisitStage.Query().
		Where(visitstage.CategoryColumn.In(categories...), visitstage.Active.EQ(true), visitstage.ID.NEQ(from.ID)).
		Order(visitstage.Position.Asc(), visitstage.ID.Asc()).Limit(mostStages).All(ctx)
}
