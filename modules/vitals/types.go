package vitals

import (
	"medoffice/ent/vitalreading"
	"medoffice/modules/kit/field"

	"entgo.io/ent/dialect/sql"
)

// Types implements kit.Typer.
func (*Module) Types() field.Types {
	readingsBy := func(column string) field.Part {
		return field.Part{Page: &field.Page{Entity: &reading, Column: column, Narrow: narrow}}
	}
	return field.Types{
		"Query":   {Parts: map[string]field.Part{"vitalSigns": {Simple: "they are not rows"}}},
		"Patient": {Parts: map[string]field.Part{"vitals": readingsBy(vitalreading.FieldPatientID)}},
		"Visit":   {Parts: map[string]field.Part{"vitals": readingsBy(vitalreading.FieldVisitID)}},
		"VitalReading": {Can: Read, Prefix: prefix, Parts: map[string]field.Part{
			"patient": {One: &field.One{Type: "Patient", Column: vitalreading.FieldPatientID}},
			"visit":   {One: &field.One{Type: "Visit", Column: vitalreading.FieldVisitID}},
			"code":    field.CodePart(vitalreading.FieldCodeText, vitalreading.FieldCode, vitalreading.FieldCodeSystem),
			"derivedFrom": {Many: &field.Many{
				Type: "VitalReading",
				Match: func(child, parent func(string) string) string {
					return child("id") + " IN (" + parent(vitalreading.FieldDerivedFromID) + ", " + parent(vitalreading.FieldDerivedWithID) + ")"
				},
				Sort: []field.Sort{{By: func(child, parent func(string) string) string {
					return "(" + child("id") + " <> " + parent(vitalreading.FieldDerivedFromID) + ")"
				}}},
			}},
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
