package tasks

import (
	"context"

	"medoffice/ent/task"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/opt"
)

// works refuses a task for somebody who has no account, or one that is closed.
func (m *Module) works(ctx context.Context, accountID string) error {
	if accountID == "" {
		return nil
	}
	there, err := m.accounts.Works(ctx, accountID)
	if err == nil && !there {
		err = kit.Missing("account of somebody who works here", "assigneeId")
	}
	return err
}

// reassignTask gives an open task to another role or person, who has to accept
// it anew. Where it is overdue, they are notified.
func (m *Module) reassignTask(ctx context.Context, in model.ReassignTaskInput) (string, error) {
	reason, err := act.Words(in.Reason, 500, "reason")
	if err != nil {
		return "", err
	}
	role, person := "", opt.Text(in.AssigneeID.Value())
	if r := in.Role.Value(); r != nil {
		role = string(*r)
	}
	if (role == "") == (person == "") {
		return "", kit.Invalid("a task is for a role or for a person", "role")
	}
	row, err := m.mineToDo(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if err := m.works(ctx, person); err != nil {
		return "", err
	}
	if role == opt.Text(row.Role) && person == opt.Text(row.AssigneeID) {
		return "", kit.Refuse(kit.FailedPrecondition, "this task is theirs already", "id")
	}
	u := row.Update().SetStatus(task.StatusREQUESTED).SetReassignReason(reason).ClearAcceptedAt().ClearAcceptedBy().ClearEscalatedAt()
	if role != "" {
		u.SetRole(role).ClearAssigneeID()
	} else {
		u.SetAssigneeID(person).ClearRole()
	}
	after, err := u.Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, m.publish(ctx, after, events.TaskChanged{
		TaskID: row.ID, Status: string(after.Status), Role: role, AssigneeID: person, LocationID: opt.Text(row.LocationID),
		WasRole: opt.Text(row.Role), WasAssigneeID: opt.Text(row.AssigneeID),
	})
}
