package tasks

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/fact"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/live"
)

// perRead bounds the facts that a subscriber reads at once.
const perRead = 100

// MyTasks implements the field.
func (s Subscription) MyTasks(ctx context.Context, since *string) (<-chan *model.TaskNews, error) {
	if live.Single(ctx) != nil {
		return live.Stream[*model.TaskNews](ctx, nil), nil
	}
	if last := live.Place(ctx); last != nil {
		since = last
	}
	at := bus.Cursor{}
	if since != nil {
		c, err := bus.ParseCursor(*since)
		if err != nil {
			return nil, kit.Refuse(kit.InvalidCursor, "this is not a cursor of this stream", "since")
		}
		at = c
	}
	return live.Stream[*model.TaskNews](ctx, s.watch(at, since != nil)), nil
}

// watch begins with a mark of where it stands, then sends every change of a
// task of the viewer in the order of commits. A place that is not kept any more
// begins anew, with resync: look at the whole list again.
func (m *Module) watch(at bus.Cursor, resume bool) live.Source {
	return func(ctx context.Context, send func(*live.Frame) error) error {
		poked := make(chan struct{}, 1)
		defer m.Bus.Watch(func([]bus.Fact) {
			select {
			case poked <- struct{}{}:
			default:
			}
		})()
		if !resume || !m.kept(ctx, at) {
			head, err := m.Bus.Head(ctx)
			if err != nil {
				return err
			}
			at = head
			if err := send(&live.Frame{Value: &model.TaskNews{Cursor: at.String(), Resync: true}}); err != nil {
				return err
			}
		}
		for {
			if err := m.catchUp(ctx, &at, send); err != nil {
				return err
			}
			select {
			case <-poked:
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(sweepEvery): // a fact of another process, should its call get lost
			}
		}
	}
}

func (m *Module) kept(ctx context.Context, at bus.Cursor) bool {
	_, ok, err := m.Bus.Kept(ctx, at)
	return err == nil && ok
}

func (m *Module) catchUp(ctx context.Context, at *bus.Cursor, send func(*live.Frame) error) error {
	for {
		facts, err := m.Bus.Since(ctx, *at, perRead, ofTasks)
		if err != nil {
			return err
		}
		for _, f := range facts {
			*at = f.Cursor
			if err := m.pass(ctx, f, send); err != nil {
				return err
			}
		}
		if len(facts) < perRead {
			return nil
		}
	}
}

func ofTasks(s *sql.Selector) { s.Where(sql.HasPrefix(s.C(fact.FieldTopic), "tasks.")) }

// pass sends a fact to whom it concerns, with the task as the viewer may see it.
func (m *Module) pass(ctx context.Context, f bus.Fact, send func(*live.Frame) error) error {
	var e events.TaskChanged // TaskOverdue has the same parts
	if err := json.Unmarshal(f.Payload, &e); err != nil {
		return err
	}
	v := kit.ViewerOf(ctx)
	if e.AssigneeID != v.ID && e.WasAssigneeID != v.ID && !slices.Contains(v.Roles, e.Role) && !slices.Contains(v.Roles, e.WasRole) {
		return nil
	}
	found, err := m.ByID(ctx, []string{e.TaskID})
	if err != nil || found[e.TaskID] == nil {
		return err
	}
	return send(&live.Frame{Value: &model.TaskNews{
		Cursor: f.Cursor.String(), Task: found[e.TaskID], Overdue: f.Topic == events.TaskOverdue{}.Topic(),
	}})
}
