package medications

import (
	"entgo.io/ent/dialect/sql"

	"medoffice/ent/medication"
	"medoffice/ent/registerentry"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/person"
)

// The names of the lists that lead edges back, where they are not those of the rows.
var _ = field.Back{"MedicationStatement.changedFrom": "changes", "MedicationStatement.order": "statements"}

var lists = field.Lists{
	"Medication": {
		Default: field.Order{Field: "name"},
		Fields:  map[string]field.Field{"name": {Column: medication.FieldSortName, Fold: person.Fold}},
	},
	"MedicationRequest": {Default: field.Order{Field: "orderedAt", Desc: true}},
	"Administration": {
		Default: field.Order{Field: "occurredAt", Desc: true},
	},
	"RegisterEntry": {
		Default: field.Order{Field: "at", Desc: true},
		Fields: map[string]field.Field{
			"open": {Match: differs},
		},
	},
	"MedicationStatement": {Default: field.Order{Field: "recordedAt", Desc: true}},
	"Reconciliation":      {Default: field.Order{Field: "at", Desc: true}},
}

// differs finds counts with a difference that nobody cleared up, or all else.
func differs(v any) (field.Where, error) {
	open, _ := v.(bool)
	return func(s *sql.Selector) {
		is := sql.And(sql.NEQ(s.C(registerentry.FieldDifference), 0), sql.IsNull(s.C(registerentry.FieldResolvedAt)))
		if !open {
			is = sql.Or(sql.IsNull(s.C(registerentry.FieldDifference)), sql.EQ(s.C(registerentry.FieldDifference), 0), sql.NotNull(s.C(registerentry.FieldResolvedAt)))
		}
		s.Where(is)
	}, nil
}

// Rules implements kit.Ruler: who is bound to a location sees what is given
// there, and what is bound to no location.
func (*Module) Rules() kit.Rules {
	at := []kit.Rule{func(v *kit.Viewer) func(*sql.Selector) {
		if v.LocationID == "" {
			return nil
		}
		return func(s *sql.Selector) {
			s.Where(sql.Or(sql.IsNull(s.C("location_id")), sql.EQ(s.C("location_id"), v.LocationID)))
		}
	}}
	return kit.Rules{"MedicationRequest": at, "Administration": at, "RegisterEntry": at}
}
