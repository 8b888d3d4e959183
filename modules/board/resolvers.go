package board

import (
	"context"

	"medoffice/ent/location"
	"medoffice/modules/kit"
	"medoffice/modules/kit/live"
)

type (
	// Query answers the root fields.
	Query struct{ *Module }
	// Subscription answers the root fields.
	Subscription struct{ *Module }
)

func (q Query) RoomBoard(ctx context.Context, location string) (*Snapshot, error) {
	if !mayWatch(ctx, location) {
		return nil, kit.Missing("location", "location")
	}
	p, err := q.boards.Load(ctx, location)
	if err == nil && p == nil {
		err = kit.Missing("location", "location")
	}
	if err != nil {
		return nil, err
	}
	return p.Snapshot(false), nil
}

func (s Subscription) RoomBoard(ctx context.Context, at string, since *string) (<-chan Event, error) {
	if live.Single(ctx) != nil {
		return live.Stream[Event](ctx, nil), nil
	}
	known, err := s.DB.Client(ctx).Location.Query().Where(location.ID.EQ(at)).Exist(ctx)
	if err != nil {
		return nil, err
	}
	if !known || !mayWatch(ctx, at) {
		return nil, kit.Missing("location", "location")
	}
	if last := live.Place(ctx); last != nil {
		since = last
	}
	if since != nil {
		if err := CheckCursor(*since); err != nil {
			return nil, err
		}
	}
	return live.Stream[Event](ctx, s.boards.Watch(at, since)), nil
}

// mayWatch reports whether the viewer may see what is at the location.
func mayWatch(ctx context.Context, location string) bool {
	bound := kit.ViewerOf(ctx).LocationID
	return bound == "" || bound == location
}
