package tasks

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/task"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
)

// nodes says which permission finds a task by its id.
var nodes = field.Nodes{"Task": Read}

var lists = field.Lists{
	"Task":          {Default: field.Order{Field: "dueAt"}},
	"Query.myTasks": {Rule: mine},
}

// mine are the open tasks that the viewer may take: those of the person, and
// those of the roles that nobody else has taken.
func mine(ctx context.Context) field.Where {
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
