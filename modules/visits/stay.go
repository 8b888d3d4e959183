package visits

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql/sqlgraph"

	"medoffice/ent"
	"medoffice/ent/predicate"
	"medoffice/ent/room"
	"medoffice/ent/roomstay"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/db"
)

// lockRooms locks rooms in the order of their ids, so that two moves never
// wait for each other.
func (m *Module) lockRooms(ctx context.Context, which predicate.Room) (map[string]*ent.Room, error) {
	q := m.DB.Client(ctx).Room.Query().Where(which).Order(room.ID.Asc())
	q.Modify(db.ForUpdate)
	rows, err := q.All(ctx)
	found := make(map[string]*ent.Room, len(rows))
	for _, r := range rows {
		found[r.ID] = r
	}
	return found, err
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

// leaveRooms takes the visit out of its room, which then needs cleaning, and
// gives a room free that is reserved for it, unless it is going there.
func (m *Module) leaveRooms(ctx context.Context, v *ent.Visit, to *ent.Room, at time.Time) (told []bus.Event, err error) {
	rooms, err := m.lockRooms(ctx, room.VisitID.EQ(v.ID))
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

// endStay ends the stay that the visit is in, if any.
func (m *Module) endStay(ctx context.Context, visitID string, at time.Time) error {
	open, err := m.DB.Client(ctx).RoomStay.Query().Where(roomstay.VisitID.EQ(visitID), roomstay.EndedAt.IsNil()).All(ctx)
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

func occupied(cause error) *kit.Error {
	e := kit.Refuse(kit.RoomOccupied, "somebody else has this room", "roomId")
	e.Cause = cause
	return e
}
