package visits

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql/sqlgraph"

	"medoffice/ent"
	"medoffice/ent/predicate"
	"medoffice/ent/room"
	"medoffice/ent/roomstay"
	"medoffice/ent/stagechange"
	"medoffice/ent/visitstage"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
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
	u.SetStage(s.to).SetStageSince(now).SetStatus(statusOf(s.to.Category))
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
	return m.tell(ctx, append(told, moved(after, s.to))...)
}

// over tells those who have to know that a visit is over.
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

// lockRooms locks rooms in the order of their ids, so that two moves never
// wait for each other.
func (m *Module) lockRooms(ctx context.Context, which predicate.Room) (map[string]*ent.Room, error) {
	q := m.DB.Client(ctx).Room.Query().Where(which).Order(room.ByID())
	q.Modify(db.ForUpdate)
	rows, err := q.All(ctx)
	found := make(map[string]*ent.Room, len(rows))
	for _, r := range rows {
		found[r.ID] = r
	}
	return found, err
}

// leaveRooms takes the visit out of its room, which then needs cleaning, and
// gives a room free that is reserved for it, unless it is going there.
func (m *Module) leaveRooms(ctx context.Context, v *ent.Visit, to *ent.Room, at time.Time) (told []bus.Event, err error) {
	rooms, err := m.lockRooms(ctx, room.VisitID(v.ID))
	if err != nil {
		return nil, err
	}
	for _, r := range rooms {
		if to != nil && r.ID == to.ID {
			continue
		}
		status := room.StatusAVAILABLE
		if r.Status == room.StatusOCCUPIED {
			status = room.StatusNEEDS_CLEANING
		}
		event, err := m.empty(ctx, r, status)
		if err != nil {
			return nil, err
		}
		told = append(told, event)
	}
	return told, m.endStay(ctx, v.ID, at)
}

// empty takes whoever has the room off it.
func (m *Module) empty(ctx context.Context, r *ent.Room, status room.Status) (bus.Event, error) {
	after, err := r.Update().ClearVisitID().SetStatus(status).SetStatusSince(m.since(r)).Save(ctx)
	if err != nil {
		return nil, err
	}
	return changed(after), nil
}

func changed(r *ent.Room) events.RoomChanged {
	return events.RoomChanged{RoomID: r.ID, LocationID: r.LocationID, Status: string(r.Status), VisitID: opt.Text(r.VisitID)}
}

// endStay ends the stay that the visit is in, if any.
func (m *Module) endStay(ctx context.Context, visitID string, at time.Time) error {
	open, err := m.DB.Client(ctx).RoomStay.Query().Where(roomstay.VisitID(visitID), roomstay.EndedAtIsNil()).All(ctx)
	if err != nil {
		return err
	}
	for _, stay := range open {
		if err := stay.Update().SetEndedAt(later(at, stay.StartedAt)).SetStatus(roomstay.StatusCOMPLETED).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// occupy puts the visit into the room. Should two ever get this far at once,
// the database refuses the second.
func (m *Module) occupy(ctx context.Context, v *ent.Visit, r *ent.Room, since time.Time) (bus.Event, error) {
	after, err := r.Update().SetVisitID(v.ID).SetStatus(room.StatusOCCUPIED).SetStatusSince(later(since, r.StatusSince)).Save(ctx)
	if err == nil {
		err = m.DB.Client(ctx).RoomStay.Create().SetVisitID(v.ID).SetPatientID(v.PatientID).SetRoomID(r.ID).
			SetStatus(roomstay.StatusACTIVE).SetStartedAt(since).Exec(ctx)
	}
	if sqlgraph.IsUniqueConstraintError(err) {
		return nil, occupied(err)
	}
	if err != nil {
		return nil, err
	}
	return changed(after), nil
}

// undo brings stage, time and room back to what they were before the move.
func (m *Module) undo(ctx context.Context, v *ent.Visit, last *ent.StageChange) error {
	stage, err := m.DB.Client(ctx).VisitStage.Get(ctx, *last.FromStageID)
	if err != nil {
		return err
	}
	u := v.Update().SetStage(stage).SetStageSince(*last.FromSince).SetStatus(statusOf(stage.Category)).
		SetOnBoard(true).ClearEndedAt()
	if stage.Category == expected {
		u.SetStartedAt(*last.FromSince)
	}
	var told []bus.Event
	if opt.Text(v.RoomID) != opt.Text(last.FromRoomID) {
		if told, err = m.undoRoom(ctx, v, last.FromRoomID, later(m.Clock.Now(), last.At)); err != nil {
			return err
		}
		u.ClearRoomID()
		if last.FromRoomID != nil {
			u.SetRoomID(*last.FromRoomID)
		}
	}
	after, err := u.Save(ctx)
	if err != nil {
		return err
	}
	if err := last.Update().SetUndoneAt(later(m.Clock.Now(), last.At)).Exec(ctx); err != nil {
		return err
	}
	if ends(visitstage.Category(last.ToCategory)) {
		if err := m.over(ctx, v.ID, false); err != nil {
			return err
		}
	}
	return m.tell(ctx, append(told, moved(after, stage))...)
}

// undoRoom gives the present room free as if nobody had been there, and the
// former one back to the visit, if nobody else has it by now.
func (m *Module) undoRoom(ctx context.Context, v *ent.Visit, former *string, at time.Time) (told []bus.Event, err error) {
	rooms, err := m.lockRooms(ctx, room.Or(room.VisitID(v.ID), room.ID(opt.Text(former))))
	if err != nil {
		return nil, err
	}
	for _, r := range rooms {
		if r.ID == opt.Text(former) {
			continue
		}
		event, err := m.empty(ctx, r, room.StatusAVAILABLE)
		if err != nil {
			return nil, err
		}
		told = append(told, event)
	}
	if err := m.endStay(ctx, v.ID, at); err != nil || former == nil {
		return told, err
	}
	event, err := m.goBack(ctx, v, rooms[*former])
	return append(told, event), err
}

// goBack goes on with the stay in a room that the visit has left by mistake.
func (m *Module) goBack(ctx context.Context, v *ent.Visit, r *ent.Room) (bus.Event, error) {
	switch {
	case r == nil || !r.Active:
		return nil, kit.Missing("room", "visitId")
	case r.VisitID != nil && *r.VisitID != v.ID:
		return nil, occupied(nil)
	case r.Status == room.StatusOUT_OF_SERVICE:
		return nil, kit.Refuse(kit.FailedPrecondition, "the room is out of service by now", "visitId")
	}
	stay, err := m.DB.Client(ctx).RoomStay.Query().Where(roomstay.VisitID(v.ID), roomstay.RoomID(r.ID)).
		Order(ent.Desc(roomstay.FieldStartedAt, roomstay.FieldID)).First(ctx)
	if err != nil {
		return nil, err
	}
	err = stay.Update().ClearEndedAt().SetStatus(roomstay.StatusACTIVE).Exec(ctx)
	if sqlgraph.IsUniqueConstraintError(err) {
		return nil, occupied(err)
	}
	if err != nil {
		return nil, err
	}
	after, err := r.Update().SetVisitID(v.ID).SetStatus(room.StatusOCCUPIED).SetStatusSince(stay.StartedAt).Save(ctx)
	if err != nil {
		return nil, err
	}
	return changed(after), nil
}

// illegal refuses a move and tells which are possible.
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
		Where(visitstage.CategoryIn(categories...), visitstage.Active(true), visitstage.IDNEQ(from.ID)).
		Order(visitstage.ByPosition(), visitstage.ByID()).Limit(mostStages).All(ctx)
}
