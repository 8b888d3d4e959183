package tasks

import (
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/task"
)

// The badges on the card of a visit.
const (
	OrderWaiting = "ORDER_WAITING" // somebody is asked to do something
	DoseDue      = "DOSE_DUE"      // a dose is to be given by now
)

// Badges implements the badges of the board.
func (m *Module) Badges(d *sql.DialectBuilder, now time.Time) map[string]*sql.Selector {
	open := func(more func(*sql.Selector) *sql.Predicate) *sql.Selector {
		s := d.Select().From(d.Table(task.Table))
		s.Where(sql.And(sql.NotNull(s.C(task.FieldVisitID)), sql.In(s.C(task.FieldStatus), task.StatusREQUESTED, task.StatusACCEPTED)))
		if more != nil {
			s.Where(more(s))
		}
		return s
	}
	return map[string]*sql.Selector{
		OrderWaiting: open(nil),
		DoseDue: open(func(s *sql.Selector) *sql.Predicate {
			return sql.And(sql.EQ(s.C(task.FieldKind), task.KindGIVE), sql.LTE(s.C(task.FieldDueAt), now))
		}),
	}
}
