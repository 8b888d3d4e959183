package visits

import (
	"context"
	"slices"
	"strings"

	"medoffice/ent"
	"medoffice/ent/room"
	"medoffice/ent/row"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/opt"
)

// lockRoom finds a room for a change that is possible in some of its states.
func (m *Module) lockRoom(ctx context.Context, id string, version int, in ...room.Status) (*ent.Room, error) {
	rooms, err := m.lockRooms(ctx, room.ID.EQ(id))
	if err != nil {
		return nil, err
	}
	r := rooms[id]
	if r == nil || !r.Active {
		return nil, kit.Missing("room", "roomId")
	}
	if err := kit.Fresh(r.ID, r.Version, version); err != nil {
		return nil, err
	}
	if slices.Contains(in, r.Status) {
		return r, nil
	}
	if r.Status == room.StatusOCCUPIED {
		return nil, occupied(nil)
	}
	return nil, kit.Refuse(kit.FailedPrecondition, "this is not possible in the state of the room", "roomId")
}

// turn brings a room to a state and publishes it.
func (m *Module) turn(ctx context.Context, r *ent.Room, u *ent.RoomUpdateOne, status room.Status) (string, error) {
	after, err := u.SetStatus(status).SetStatusSince(m.since(r)).Save(ctx)
	if err != nil {
		return "", err
	}
	return after.ID, m.publish(ctx, changed(after))
}

// reserveRoom keeps a room for a visit that has none.
func (m *Module) reserveRoom(ctx context.Context, in model.ReserveRoomInput) (string, error) {
	v, err := m.lockAny(ctx, in.VisitID)
	if err != nil {
		return "", err
	}
	rooms, err := m.lockRooms(ctx, row.Or(room.ID.EQ(in.RoomID), room.VisitID.EQ(v.ID)))
	if err != nil {
		return "", err
	}
	for _, r := range rooms {
		if opt.Text(r.VisitID) == v.ID {
			return "", kit.Refuse(kit.Conflict, "this visit has a room already", "visitId")
		}
	}
	r, err := m.lockRoom(ctx, in.RoomID, in.ExpectedVersion, room.StatusAVAILABLE)
	if err != nil {
		return "", err
	}
	if r.LocationID != opt.Text(v.LocationID) {
		return "", kit.Missing("room", "roomId")
	}
	id, err := m.turn(ctx, r, r.Update().SetVisitID(v.ID), room.StatusRESERVED)
	if err != nil {
		return "", err
	}
	return id, m.touch(ctx, v)
}

// releaseRoom gives a reserved room free.
func (m *Module) releaseRoom(ctx context.Context, in model.ReleaseRoomInput) (string, error) {
	r, err := m.lockRoom(ctx, in.RoomID, in.ExpectedVersion, room.StatusRESERVED)
	if err != nil {
		return "", err
	}
	held := opt.Text(r.VisitID)
	id, err := m.turn(ctx, r, r.Update().ClearVisitID(), room.StatusAVAILABLE)
	if err != nil {
		return "", err
	}
	return id, m.Touch(ctx, held)
}

// startCleaning records that somebody cleans a room.
func (m *Module) startCleaning(ctx context.Context, in model.StartCleaningInput) (string, error) {
	r, err := m.lockRoom(ctx, in.RoomID, in.ExpectedVersion, room.StatusNEEDS_CLEANING)
	if err != nil {
		return "", err
	}
	return m.turn(ctx, r, r.Update(), room.StatusCLEANING)
}

// cleanRoom records that a room is clean.
func (m *Module) cleanRoom(ctx context.Context, in model.CleanRoomInput) (string, error) {
	r, err := m.lockRoom(ctx, in.RoomID, in.ExpectedVersion, room.StatusNEEDS_CLEANING, room.StatusCLEANING)
	if err != nil {
		return "", err
	}
	return m.turn(ctx, r, r.Update(), room.StatusAVAILABLE)
}

// takeOutOfService closes a room in which nobody is.
func (m *Module) takeOutOfService(ctx context.Context, in model.TakeOutOfServiceInput) (string, error) {
	reason := strings.TrimSpace(in.Reason)
	if reason == "" || len(reason) > mostReason {
		return "", kit.Invalid("tell in a few words why", "reason")
	}
	r, err := m.lockRoom(ctx, in.RoomID, in.ExpectedVersion, room.StatusAVAILABLE, room.StatusNEEDS_CLEANING, room.StatusCLEANING)
	if err != nil {
		return "", err
	}
	return m.turn(ctx, r, r.Update().SetOutOfServiceReason(reason), room.StatusOUT_OF_SERVICE)
}

// returnToService opens a room again.
func (m *Module) returnToService(ctx context.Context, in model.ReturnToServiceInput) (string, error) {
	r, err := m.lockRoom(ctx, in.RoomID, in.ExpectedVersion, room.StatusOUT_OF_SERVICE)
	if err != nil {
		return "", err
	}
	return m.turn(ctx, r, r.Update().ClearOutOfServiceReason(), room.StatusAVAILABLE)
}
