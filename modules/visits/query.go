package visits

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/room"
	"medoffice/ent/visitstage"
	"medoffice/ent/visittype"
	"medoffice/modules/kit"
)

// The bounds of the lists of the office, as the schema gives them.
const (
	mostRooms  = 200
	mostStages = 100
	mostTypes  = 200
)

func (q Query) Rooms(ctx context.Context, location *string) ([]*ent.Room, error) {
	rooms := q.DB.Client(ctx).Room.Query().Where(room.Active.EQ(true))
	if location != nil {
		rooms.Where(room.LocationID.EQ(*location))
	}
	return rooms.Order(room.LocationID.Asc(), room.Position.Asc(), room.ID.Asc()).Limit(mostRooms).All(ctx)
}

func (q Query) VisitStages(ctx context.Context, active *bool) ([]*ent.VisitStage, error) {
	stages := q.DB.Client(ctx).VisitStage.Query()
	if active != nil {
		stages.Where(visitstage.Active.EQ(*active))
	}
	return stages.Order(visitstage.Position.Asc(), visitstage.ID.Asc()).Limit(mostStages).All(ctx)
}

func (q Query) VisitTypes(ctx context.Context, active *bool) ([]*ent.VisitType, error) {
	types := q.DB.Client(ctx).VisitType.Query()
	if active != nil {
		types.Where(visittype.Active.EQ(*active))
	}
	return types.Order(visittype.Name.Asc(), visittype.ID.Asc()).Limit(mostTypes).All(ctx)
}

// mayWatch reports whether the viewer may see what is at the location.
func mayWatch(ctx context.Context, location string) bool {
	bound := kit.ViewerOf(ctx).LocationID
	return bound == "" || bound == location
}
