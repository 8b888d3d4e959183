package visits

import (
	"fmt"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/visit"
	"medoffice/ent/visitstage"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
)

// The names of the lists that lead edges back, where they are not those of the rows.
var _ = field.Back{"VisitNote.amends": "amendments"}

// Edges that no list leads back, and why.
var _ = field.OneWay{"Room.visit": "Visit.room leads back"}

var lists = field.Lists{
	"Visit": {
		Default: field.Order{Field: "startedAt", Desc: true},
		Fields:  map[string]field.Field{"category": {Match: inCategory}},
	},
	"Room":      {Default: field.Order{Field: "position"}},
	"VisitNote": {Default: field.Order{Field: "createdAt"}},
}

func inCategory(v any) (field.Where, error) {
	name, ok := v.(string)
	if !ok || visitstage.Category(name).Validate() != nil {
		return nil, fmt.Errorf("there is no such category")
	}
	return func(s *sql.Selector) {
		t := sql.Dialect(s.Dialect()).Table(visitstage.Table)
		s.Where(sql.In(s.C(visit.FieldStageID), sql.Dialect(s.Dialect()).Select(t.C("id")).From(t).
			Where(sql.EQ(t.C(visitstage.FieldCategory), name))))
	}, nil
}

// Rules implements kit.Ruler: who is bound to a location sees what is there.
func (*Module) Rules() kit.Rules {
	ofVisit := []kit.Rule{here(func(s *sql.Selector, location string) *sql.Predicate {
		t := sql.Dialect(s.Dialect()).Table(visit.Table)
		return sql.In(s.C("visit_id"), sql.Dialect(s.Dialect()).Select(t.C(visit.FieldID)).From(t).
			Where(sql.EQ(t.C(visit.FieldLocationID), location)))
	})}
	placed := []kit.Rule{here(func(s *sql.Selector, location string) *sql.Predicate {
		return sql.EQ(s.C("location_id"), location)
	})}
	return kit.Rules{
		"Visit": placed, "Room": placed,
		"VisitNote": ofVisit, "VisitCheck": ofVisit, "StageChange": ofVisit, "RoomStay": ofVisit,
	}
}

func here(at func(s *sql.Selector, location string) *sql.Predicate) kit.Rule {
	return func(v *kit.Viewer) func(*sql.Selector) {
		if v.LocationID == "" {
			return nil
		}
		return func(s *sql.Selector) { s.Where(at(s, v.LocationID)) }
	}
}
