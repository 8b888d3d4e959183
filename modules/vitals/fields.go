package vitals

import (
	"fmt"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/visit"
	"medoffice/ent/vitalreading"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/page"
)

// nodes says which permission finds a reading by its id.
var nodes = field.Nodes{"VitalReading": Read}

var lists = field.Lists{"VitalReading": {Default: field.Order{Field: "takenAt", Desc: true}}}

// Rules implements kit.Ruler: who is bound to a location sees the readings of
// its visits, and those of no visit.
func (*Module) Rules() kit.Rules {
	return kit.Rules{"VitalReading": {func(v *kit.Viewer) func(*sql.Selector) {
		if v.LocationID == "" {
			return nil
		}
		return func(s *sql.Selector) {
			t := sql.Dialect(s.Dialect()).Table(visit.Table)
			here := sql.Dialect(s.Dialect()).Select(t.C(visit.FieldID)).From(t).Where(sql.EQ(t.C(visit.FieldLocationID), v.LocationID))
			at := s.C(vitalreading.FieldVisitID)
			s.Where(sql.Or(sql.IsNull(at), sql.In(at, here)))
		}
	}}}
}

// wanted narrows the list of a parent to what its arguments ask for.
func wanted(column string, code *vitalreading.Sign, wrong *bool) page.Child {
	all := wrong != nil && *wrong
	c := page.Child{Column: column, Name: fmt.Sprint("+", all)}
	if code != nil {
		c.Name += string(*code)
	}
	c.Where = func(s *sql.Selector) {
		if code != nil {
			s.Where(sql.EQ(s.C(vitalreading.FieldSign), string(*code)))
		}
		if !all {
			s.Where(sql.EQ(s.C(vitalreading.FieldStatus), string(vitalreading.StatusFINAL)))
		}
	}
	return c
}
