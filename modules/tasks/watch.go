package tasks

import (
	"context"
	"encoding/json"
	"slices"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/fact"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/live"
)

// MyTasks begins with a mark of where it stands, then sends every change of a task of the viewer in the order of commits. A place that
// is not kept any more begins anew, with resync: look at the whole list again.
func (s Subscription) MyTasks(ctx context.Context, since *string) (<-chan *model.TaskNews, error) {
	if live.Single(ctx) != nil {
		return live.Stream[*model.TaskNews](ctx, nil), nil
	}
	at, err := live.Since(ctx, since)
	if err != nil {
		return nil, kit.Refuse(kit.InvalidCursor, "this is not a cursor of this stream", "since")
	}
	feed := live.Feed{Bus: s.Bus, Facts: ofTasks, Pass: s.pass, Again: sweepEvery, Resume: at, Begin: func(_ context.Context, head bus.Cursor) (*live.Frame, error) {
		return &live.Frame{Value: &model.TaskNews{Cursor: head.String(), Resync: true}}, nil
	}}
	return live.Stream[*model.TaskNews](ctx, feed.Follow), nil
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
	found, err := m.findTask(ctx, []string{e.TaskID})
	if err != nil || found[e.TaskID] == nil {
		return err
	}
	return send(&live.Frame{Value: &model.TaskNews{
		Cursor: f.Cursor.String(), Task: found[e.TaskID], Overdue: f.Topic == events.TaskOverdue{}.Topic(),
	}})
}
