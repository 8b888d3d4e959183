package vitals

import (
	"medoffice/ent/vitalreading"
	"medoffice/modules/kit/field"

	"entgo.io/ent/dialect/sql"
)

// parts are the fields that do not follow from the schema and the tables.
func (*Module) parts() field.Parts {
	readingsBy := func(column string) field.Part {
		return field.Part{Page: &field.Page{Entity: vitalReadingEntity, Column: column, Narrow: narrow}}
	}
	return field.Parts{
		"Query.vitalSigns": {Simple: "they are not rows"},
		"Patient.vitals":   readingsBy(vitalreading.FieldPatientID),
		"Visit.vitals":     readingsBy(vitalreading.FieldVisitID),
		"VitalReading.derivedFrom": {Many: &field.Many{
			Type: "VitalReading",
			Match: func(child, parent func(string) string) string {
				return child("id") + " IN (" + parent(vitalreading.FieldDerivedFromID) + ", " + parent(vitalreading.FieldDerivedWithID) + ")"
			},
			Sort: []field.Sort{{By: func(child, parent func(string) string) string {
				return "(" + child("id") + " <> " + parent(vitalreading.FieldDerivedFromID) + ")"
			}}},
		}},
	}
}

// narrow reads the arguments that wanted takes.
func narrow(args map[string]any) (name string, w func(*sql.Selector)) {
	var code *vitalreading.Sign
	if text, ok := args["code"].(string); ok {
		s := vitalreading.Sign(text)
		code = &s
	}
	wrong, _ := args["includeEnteredInError"].(bool)
	c := wanted("", code, &wrong)
	return c.Name, c.Where
}
