package patients

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/allergy"
	"medoffice/ent/immunization"
	"medoffice/ent/patient"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/person"
)

// Edges that no list leads back, and why.
var _ = field.OneWay{"Patient.mergedInto": "lists of patients leave merged records out"}

var lists = field.Lists{
	"Patient": {
		Default: field.Order{Field: "name"},
		Rule:    unmerged,
		Fields: map[string]field.Field{
			"search": {Match: matchSearch}, "phone": {Match: matchPhone},
			"name": {Column: patient.FieldSortName, Fold: person.Fold},
			"mrn":  {Order: true},
		},
	},
	"Allergy": {Default: field.Order{Field: "recordedAt", Desc: true}, Fields: map[string]field.Field{
		"substance": {Column: allergy.FieldSubstanceCodeText},
	}},
	"Problem":      {Default: field.Order{Field: "recordedAt", Desc: true}},
	"HistoryEntry": {Default: field.Order{Field: "recordedAt", Desc: true}},
	"Immunization": {Default: field.Order{Field: "occurredAt", Desc: true}, Fields: map[string]field.Field{
		"vaccine": {Column: immunization.FieldVaccineCodeText},
	}},
	"PatientAddress":    {Default: field.Order{Field: "id"}},
	"PatientContact":    {Default: field.Order{Field: "id"}},
	"PatientIdentifier": {Default: field.Order{Field: "id"}},
	"PatientTelecom":    {Default: field.Order{Field: "id"}},
	"Consent":           {Default: field.Order{Field: "givenAt", Desc: true}},
}

// unmerged leaves merged records out of every list: whoever looks for the person
// finds the record that took them over.
func unmerged(context.Context) field.Where {
	return func(s *sql.Selector) { s.Where(sql.NEQ(s.C(patient.FieldStatus), string(patient.StatusMERGED))) }
}
