package visits

import (
	"context"
	"strings"

	"medoffice/ent/location"
	"medoffice/ent/room"
	"medoffice/graph/model"
	"medoffice/modules/kit"
)

// maxRoomName bounds the name of a room, in bytes.
const maxRoomName = 60

func (m *Module) addRoom(ctx context.Context, in model.AddRoomInput) (string, error) {
	there, err := m.DB.Client(ctx).Location.Query().Where(location.ID.EQ(in.LocationID), location.Active.EQ(true)).Exist(ctx)
	if err != nil {
		return "", err
	}
	if !there {
		return "", kit.Missing("location", "locationId")
	}
	if err := m.nameIsFree(ctx, in.LocationID, in.Name, ""); err != nil {
		return "", err
	}
	r, err := m.DB.Client(ctx).Room.Create().SetLocationID(in.LocationID).SetName(strings.TrimSpace(in.Name)).
		SetNillableKind(in.Kind.Value()).SetNillablePosition(in.Position.Value()).SetStatusSince(m.Clock.Now()).Save(ctx)
	if err != nil {
		return "", err
	}
	return r.ID, m.publish(ctx, changed(r))
}

func (m *Module) updateRoom(ctx context.Context, in model.UpdateRoomInput) (string, error) {
	rooms, err := m.lockRooms(ctx, room.ID.EQ(in.RoomID))
	if err != nil {
		return "", err
	}
	r := rooms[in.RoomID]
	if r == nil {
		return "", kit.Missing("room", "roomId")
	}
	if err := kit.Fresh(r.ID, r.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if active := in.Active.Value(); active != nil && !*active && r.VisitID != nil {
		return "", occupied(nil)
	}
	if name := in.Name.Value(); name != nil {
		if err := m.nameIsFree(ctx, r.LocationID, *name, r.ID); err != nil {
			return "", err
		}
	}
	after, err := r.Update().SetNillableName(in.Name.Value()).SetNillableKind(in.Kind.Value()).
		SetNillablePosition(in.Position.Value()).SetNillableActive(in.Active.Value()).Save(ctx)
	if err != nil {
		return "", err
	}
	return after.ID, m.publish(ctx, changed(after))
}

// nameIsFree refuses a name that is empty or that another room of the location has.
func (m *Module) nameIsFree(ctx context.Context, location, name, self string) error {
	name = strings.TrimSpace(name)
	if name == "" || len(name) > maxRoomName {
		return kit.Invalid("a name has 1 to 60 characters", "name")
	}
	taken, err := m.DB.Client(ctx).Room.Query().
		Where(room.LocationID.EQ(location), room.Name.EQ(name), room.Active.EQ(true), room.ID.NEQ(self)).Exist(ctx)
	if err == nil && taken {
		err = kit.Refuse(kit.AlreadyExists, "another room of this location has the name", "name")
	}
	return err
}
