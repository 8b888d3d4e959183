package tasks

import (
	"context"
	"strings"

	"medoffice/ent"
	"medoffice/ent/predicate"
	"medoffice/ent/task"
	"medoffice/modules/events"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

// isOpen is the condition of tasks that wait to be done.
func isOpen() predicate.Task { return task.StatusColumn.In(task.StatusREQUESTED, task.StatusACCEPTED) }

// Ask asks somebody to do something, in the running transaction, and returns
// the id of the task. A task without an hour is due at once.
func (m *Module) Ask(ctx context.Context, i handover.Instruction) (string, error) {
	kind, title := task.Kind(i.Kind), strings.TrimSpace(i.Title)
	switch {
	case kind.Validate() != nil:
		return "", kit.Invalid("there is no such kind of task", "kind")
	case title == "" || len([]rune(title)) > 200:
		return "", kit.Invalid("a task has a title of 1 to 200 letters", "title")
	case (i.Role == "") == (i.AssigneeID == ""):
		return "", kit.Invalid("a task is for a role or for a person", "role")
	}
	if err := m.works(ctx, i.AssigneeID); err != nil {
		return "", err
	}
	if i.DueAt.IsZero() {
		i.DueAt = m.Clock.Now()
	}
	row, err := m.DB.Client(ctx).Task.Create().SetAbout(i.About).SetKind(kind).SetTitle(title).
		SetNillablePatientID(opt.Of(i.PatientID)).SetNillableVisitID(opt.Of(i.VisitID)).SetNillableLocationID(opt.Of(i.LocationID)).
		SetNillableRole(opt.Of(i.Role)).SetNillableAssigneeID(opt.Of(i.AssigneeID)).SetUrgent(i.Urgent).SetDueAt(i.DueAt).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, m.publishChanged(ctx, row)
}

// Done completes the oldest open task about something, in the running
// transaction; proof is the act that did it. That none is open is no error.
func (m *Module) Done(ctx context.Context, about, proof string) error {
	rows, err := m.held(ctx, task.About.EQ(about), isOpen())
	if err != nil || len(rows) == 0 {
		return err
	}
	return m.complete(ctx, rows[0], rows[0].Update().SetProof(proof))
}

func (m *Module) complete(ctx context.Context, row *ent.Task, u *ent.TaskUpdateOne) error {
	after, err := u.SetStatus(task.StatusCOMPLETED).SetCompletedAt(m.Clock.Now()).SetCompletedBy(kit.ViewerOf(ctx).Name).Save(ctx)
	if err != nil {
		return err
	}
	return m.publishChanged(ctx, after)
}

// Undone opens the task again that an act had completed, in the running transaction.
func (m *Module) Undone(ctx context.Context, proof string) error {
	rows, err := m.held(ctx, task.Proof.EQ(proof), task.StatusColumn.EQ(task.StatusCOMPLETED))
	if err != nil {
		return err
	}
	for _, row := range rows {
		status := task.StatusREQUESTED
		if row.AcceptedAt != nil {
			status = task.StatusACCEPTED
		}
		after, err := row.Update().SetStatus(status).ClearProof().ClearCompletedAt().ClearCompletedBy().Save(ctx)
		if err != nil {
			return err
		}
		if err := m.publishChanged(ctx, after); err != nil {
			return err
		}
	}
	return nil
}

// Drop cancels the open tasks about something, in the running transaction.
func (m *Module) Drop(ctx context.Context, about, reason string) error {
	rows, err := m.held(ctx, task.About.EQ(about), isOpen())
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := m.cancel(ctx, row, reason); err != nil {
			return err
		}
	}
	return nil
}

func (m *Module) cancel(ctx context.Context, row *ent.Task, reason string) error {
	after, err := row.Update().SetStatus(task.StatusCANCELLED).SetCancelReason(reason).Save(ctx)
	if err != nil {
		return err
	}
	return m.publishChanged(ctx, after)
}

// held finds tasks for a change, the oldest first, whoever may see them.
func (m *Module) held(ctx context.Context, where ...predicate.Task) ([]*ent.Task, error) {
	q := m.DB.Client(ctx).Task.Query().Where(where...).Order(task.CreatedAt.Asc(), task.ID.Asc())
	q.Modify(db.ForUpdate)
	return q.All(kit.Unbound(ctx))
}

// perSweep bounds the tasks that one transaction escalates.
const perSweep = 200

// Escalate publishes, once for each, the open tasks that are overdue, and returns
// how many it were. A task that another process publishes is left to it.
func (m *Module) Escalate(ctx context.Context) (n int, err error) {
	ctx = kit.System(ctx, "tasks")
	err = m.DB.Tx(ctx, func(ctx context.Context) error {
		q := m.DB.Client(ctx).Task.Query().Where(isOpen(), task.DueAt.LT(m.Clock.Now()), task.EscalatedAt.IsNil()).
			Order(task.DueAt.Asc(), task.ID.Asc()).Limit(perSweep)
		q.Modify(db.SkipLocked)
		rows, err := q.All(ctx)
		n = len(rows)
		for _, row := range rows {
			if err == nil {
				err = m.escalate(ctx, row)
			}
		}
		return err
	})
	return n, err
}

func (m *Module) escalate(ctx context.Context, row *ent.Task) error {
	if err := row.Update().SetEscalatedAt(m.Clock.Now()).Exec(ctx); err != nil {
		return err
	}
	return m.publish(ctx, row, events.TaskOverdue{
		TaskID: row.ID, About: row.About, Role: opt.Text(row.Role), AssigneeID: opt.Text(row.AssigneeID), LocationID: opt.Text(row.LocationID),
	})
}

func (m *Module) publishChanged(ctx context.Context, t *ent.Task) error {
	return m.publish(ctx, t, events.TaskChanged{
		TaskID: t.ID, Status: string(t.Status), Role: opt.Text(t.Role), AssigneeID: opt.Text(t.AssigneeID), LocationID: opt.Text(t.LocationID),
	})
}

// publish publishes an event of a task and, where the task belongs to a visit, that
// the card of the visit changed.
func (m *Module) publish(ctx context.Context, t *ent.Task, e bus.Event) error {
	list := []bus.Event{e}
	if t.VisitID != nil {
		list = append(list, events.VisitChanged{VisitID: *t.VisitID, LocationID: opt.Text(t.LocationID)})
	}
	return m.Bus.Publish(ctx, kit.ViewerOf(ctx).ID, list...)
}
