package tasks

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/task"
	"medoffice/graph/model"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/page"
)

type (
	// Query answers the root fields.
	Query struct{ *Module }
	// Mutation answers the root fields.
	Mutation struct{ *Module }
	// Subscription answers the root fields.
	Subscription struct{ *Module }
	// Patient answers what tasks add to a patient.
	Patient struct{ *Module }
	// Visit answers what tasks add to a visit.
	Visit struct{ *Module }
	// Task answers what a task is beyond its columns.
	Task struct{ *Module }
)

func (q Query) Tasks(ctx context.Context, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.TaskConnection, error) {
	return q.all.All(ctx, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before})
}

func (q Query) MyTasks(ctx context.Context, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.TaskConnection, error) {
	return q.mine.All(ctx, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before}, myFields.Rule(ctx))
}

func (p Patient) Tasks(ctx context.Context, obj *ent.Patient, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.TaskConnection, error) {
	a := page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before}
	return page.Of(ctx, p.all, obj, page.Child{Column: task.FieldPatientID}, a, func(t *ent.Task) string { return opt.Text(t.PatientID) })
}

func (v Visit) Tasks(ctx context.Context, obj *ent.Visit, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.TaskConnection, error) {
	a := page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before}
	return page.Of(ctx, v.all, obj, page.Child{Column: task.FieldVisitID}, a, func(t *ent.Task) string { return opt.Text(t.VisitID) })
}

func (t Task) Patient(ctx context.Context, obj *ent.Task) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(t *ent.Task) string { return opt.Text(t.PatientID) }, t.patients.ByID)
}

func (t Task) Visit(ctx context.Context, obj *ent.Task) (*ent.Visit, error) {
	return load.Of(ctx, obj, "visit", func(t *ent.Task) string { return opt.Text(t.VisitID) }, t.visits.ByID)
}

func (t Task) Location(ctx context.Context, obj *ent.Task) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(t *ent.Task) string { return opt.Text(t.LocationID) }, t.practice.LocationsByID)
}

func (m Mutation) AddTask(ctx context.Context, in model.AddTaskInput) (*model.AddTaskPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addTask, act.Row(m.ByID))
	return &model.AddTaskPayload{Task: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AcceptTask(ctx context.Context, in model.AcceptTaskInput) (*model.AcceptTaskPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.acceptTask, act.Row(m.ByID))
	return &model.AcceptTaskPayload{Task: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) CompleteTask(ctx context.Context, in model.CompleteTaskInput) (*model.CompleteTaskPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.completeTask, act.Row(m.ByID))
	return &model.CompleteTaskPayload{Task: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) CancelTask(ctx context.Context, in model.CancelTaskInput) (*model.CancelTaskPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.cancelTask, act.Row(m.ByID))
	return &model.CancelTaskPayload{Task: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) ReassignTask(ctx context.Context, in model.ReassignTaskInput) (*model.ReassignTaskPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.reassignTask, act.Row(m.ByID))
	return &model.ReassignTaskPayload{Task: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}
