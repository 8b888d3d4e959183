package tasks

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/task"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
)

// prefix is that of the ids of tasks.
const prefix = "tsk"

var columns = map[string]field.Field{
	"status": {Column: task.FieldStatus, Kind: field.Enum, Filter: true},
	"kind":   {Column: task.FieldKind, Kind: field.Enum, Filter: true},
	"about":  {Column: task.FieldAbout, Kind: field.ID, Filter: true},
	"dueAt":  {Column: task.FieldDueAt, Kind: field.Time, Filter: true, Order: true},
}

var taskFields = field.Entity{
	Type: "Task", Table: task.Table, Prefix: prefix, Fields: columns, Default: field.Order{Field: "dueAt"},
}

// myFields are the open tasks that the viewer may take: those of the person, and
// those of the roles that nobody else has taken.
var myFields = field.Entity{
	Type: "Task", Table: task.Table, Prefix: prefix, Fields: columns, Default: field.Order{Field: "dueAt"},
	Rule: func(ctx context.Context) field.Where {
		v := kit.ViewerOf(ctx)
		roles := make([]any, len(v.Roles))
		for i, r := range v.Roles {
			roles[i] = r
		}
		return func(s *sql.Selector) {
			whose := sql.EQ(s.C(task.FieldAssigneeID), v.ID)
			if len(roles) > 0 {
				whose = sql.Or(whose, sql.And(sql.IsNull(s.C(task.FieldAssigneeID)), sql.In(s.C(task.FieldRole), roles...)))
			}
			s.Where(sql.And(sql.In(s.C(task.FieldStatus), string(task.StatusREQUESTED), string(task.StatusACCEPTED)), whose))
		}
	},
}

// Rules implements kit.Ruler: who is bound to a location sees what is to do
// there, and what is bound to no location.
func (*Module) Rules() kit.Rules {
	return kit.Rules{"Task": {func(v *kit.Viewer) func(*sql.Selector) {
		if v.LocationID == "" {
			return nil
		}
		return func(s *sql.Selector) {
			at := s.C(task.FieldLocationID)
			s.Where(sql.Or(sql.IsNull(at), sql.EQ(at, v.LocationID)))
		}
	}}}
}

// Types implements kit.Typer.
func (*Module) Types() field.Types {
	one := func(of, column string) field.Part { return field.Part{One: &field.One{Type: of, Column: column}} }
	return field.Types{
		"Query": {Parts: map[string]field.Part{
			"tasks":   {Page: &field.Page{Entity: &taskFields}},
			"myTasks": {Page: &field.Page{Entity: &myFields}},
		}},
		"Patient": {Parts: map[string]field.Part{"tasks": {Page: &field.Page{Entity: &taskFields, Column: task.FieldPatientID}}}},
		"Visit":   {Parts: map[string]field.Part{"tasks": {Page: &field.Page{Entity: &taskFields, Column: task.FieldVisitID}}}},
		"Task": {Can: Read, Prefix: prefix, Parts: map[string]field.Part{
			"patient": one("Patient", task.FieldPatientID), "visit": one("Visit", task.FieldVisitID),
			"location": one("Location", task.FieldLocationID),
		}},
	}
}

// ByID finds tasks for loaders and node.
func (m *Module) ByID(ctx context.Context, ids []string) (map[string]*ent.Task, error) {
	return load.ByID(m.DB.Client(ctx).Task.Query().Where(task.ID.In(ids...)).All(ctx))
}
