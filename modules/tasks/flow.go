package tasks

import (
	"context"
	"slices"
	"strings"

	"medoffice/ent"
	"medoffice/ent/task"
	"medoffice/graph/model"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/opt"
)

// addTask asks somebody by hand. Such a task is about its visit, its patient or
// nothing but itself.
func (m *Module) addTask(ctx context.Context, in model.AddTaskInput) (string, error) {
	i := handover.Instruction{
		Kind: string(in.Kind), Title: in.Title, Urgent: in.Urgent, PatientID: opt.Text(in.PatientID.Value()),
		VisitID: opt.Text(in.VisitID.Value()), LocationID: opt.Text(in.LocationID.Value()), AssigneeID: opt.Text(in.AssigneeID.Value()),
	}
	if r := in.Role.Value(); r != nil {
		i.Role = string(*r)
	}
	if at := in.DueAt.Value(); at != nil {
		i.DueAt = *at
	}
	if err := m.place(ctx, &i); err != nil {
		return "", err
	}
	i.About = id.New("ask")
	return m.Ask(ctx, i)
}

// place checks what a task names, under the rules of who asks.
func (m *Module) place(ctx context.Context, i *handover.Instruction) error {
	viewer := kit.ViewerOf(ctx)
	if i.VisitID != "" {
		found, err := m.findVisit(ctx, []string{i.VisitID})
		v := found[i.VisitID]
		if err != nil {
			return err
		}
		if v == nil || i.PatientID != "" && i.PatientID != v.PatientID {
			return kit.Missing("visit of this patient", "visitId")
		}
		i.PatientID, i.LocationID = v.PatientID, opt.Text(v.LocationID)
	}
	if i.PatientID != "" {
		found, err := m.findPatient(ctx, []string{i.PatientID})
		if err != nil {
			return err
		}
		if found[i.PatientID] == nil {
			return kit.Missing("patient", "patientId")
		}
	}
	if i.LocationID == "" {
		i.LocationID = viewer.LocationID
	}
	if i.LocationID == "" {
		return nil
	}
	found, err := m.findLocation(ctx, []string{i.LocationID})
	if err == nil && (found[i.LocationID] == nil || viewer.LocationID != "" && viewer.LocationID != i.LocationID) {
		err = kit.Missing("location", "locationId")
	}
	return err
}

// lock finds an open task to change, as the caller saw it.
func (m *Module) lock(ctx context.Context, id string, expected int) (*ent.Task, error) {
	q := m.DB.Client(ctx).Task.Query().Where(task.ID.EQ(id))
	q.Modify(db.ForUpdate)
	row, err := q.Only(ctx)
	if ent.IsNotFound(err) || err == nil && !kit.ViewerOf(ctx).May(Read) && !own(ctx, row) {
		return nil, kit.Missing("task", "id")
	}
	if err != nil {
		return nil, err
	}
	if err := kit.Fresh(row.ID, row.Version, expected); err != nil {
		return nil, err
	}
	if row.Status != task.StatusREQUESTED && row.Status != task.StatusACCEPTED {
		return nil, kit.Refuse(kit.FailedPrecondition, "this task is not open any more", "id")
	}
	return row, nil
}

// own reports whether the task is for the viewer or a role of the viewer.
func own(ctx context.Context, t *ent.Task) bool {
	v := kit.ViewerOf(ctx)
	if t.AssigneeID != nil {
		return *t.AssigneeID == v.ID
	}
	return slices.Contains(v.Roles, opt.Text(t.Role))
}

func (m *Module) mineToDo(ctx context.Context, id string, expected int) (*ent.Task, error) {
	row, err := m.lock(ctx, id, expected)
	if err != nil {
		return nil, err
	}
	if !own(ctx, row) && !kit.ViewerOf(ctx).May(ForOthers) {
		return nil, kit.Refuse(kit.FailedPrecondition, "this task is for somebody else", "id")
	}
	return row, nil
}

// acceptTask records that the caller takes care of it: nobody else has to.
func (m *Module) acceptTask(ctx context.Context, in model.AcceptTaskInput) (string, error) {
	row, err := m.mineToDo(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if row.Status == task.StatusACCEPTED {
		return "", kit.Refuse(kit.FailedPrecondition, "somebody has accepted this task already", "id")
	}
	v := kit.ViewerOf(ctx)
	after, err := row.Update().SetStatus(task.StatusACCEPTED).SetAssigneeID(v.ID).
		SetAcceptedAt(m.Clock.Now()).SetAcceptedBy(v.Name).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, m.publishChanged(ctx, after)
}

// completeTask records by hand that it is done. What an order asks for is only
// done by its act: a tick is no proof of a dose.
func (m *Module) completeTask(ctx context.Context, in model.CompleteTaskInput) (string, error) {
	row, err := m.mineToDo(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if row.Kind == task.KindGIVE || row.Kind == task.KindDRAW {
		return "", kit.Refuse(kit.FailedPrecondition, "record what was given or drawn: that completes this task", "id")
	}
	return row.ID, m.complete(ctx, row, row.Update())
}

func (m *Module) cancelTask(ctx context.Context, in model.CancelTaskInput) (string, error) {
	reason := strings.TrimSpace(in.Reason)
	if reason == "" || len([]rune(reason)) > 500 {
		return "", kit.Invalid("tell the reason in 1 to 500 letters", "reason")
	}
	row, err := m.lock(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	return row.ID, m.cancel(ctx, row, reason)
}
