package medications

import (
	"medoffice/ent/dosereaction"
	"medoffice/ent/medicationlink"
	"medoffice/ent/medicationoverride"
	"medoffice/ent/reconciliationline"
	"medoffice/modules/kit/field"
)

// The bounds of the lists, as the schema gives them.
const (
	mostLinks     = 50
	mostOverrides = 100
	mostReactions = 50
	mostLines     = 150
)

// nodes says which permission finds rows by their ids.
var nodes = field.Nodes{
	"Medication":          Catalogue,
	"MedicationRequest":   Read,
	"Administration":      Read,
	"RegisterEntry":       Register,
	"MedicationStatement": Read,
	"Reconciliation":      Read,
}

// parts are the fields that do not follow from the schema and the tables.
func (*Module) parts() field.Parts {
	overrides := func(column string) field.Part {
		return field.Part{Many: &field.Many{Type: "MedicationOverride", Column: column, Most: mostOverrides, Sort: []field.Sort{
			{Column: medicationoverride.FieldAt}, {Column: medicationoverride.FieldID},
		}}}
	}
	return field.Parts{
		"Query.doseCheck": {Simple: "findings are computed"},
		"Medication.links": {Many: &field.Many{Type: "MedicationLink", Column: medicationlink.FieldMedicationID, Most: mostLinks, Sort: []field.Sort{
			{Column: medicationlink.FieldKind}, {Column: medicationlink.FieldFolded}, {Column: medicationlink.FieldID},
		}}},
		"MedicationRequest.overrides": overrides(medicationoverride.FieldOrderID),
		"Administration.reactions": {Many: &field.Many{Type: "DoseReaction", Column: dosereaction.FieldAdministrationID, Most: mostReactions, Sort: []field.Sort{
			{Column: dosereaction.FieldBeganAt}, {Column: dosereaction.FieldID},
		}}},
		"Administration.overrides": overrides(medicationoverride.FieldAdministrationID),
		"DoseFinding":              {Simple: "findings are computed"},
		"Reconciliation.lines": {Many: &field.Many{Type: "ReconciliationLine", Column: reconciliationline.FieldReconciliationID, Most: mostLines, Sort: []field.Sort{
			{Column: reconciliationline.FieldPosition}, {Column: reconciliationline.FieldID},
		}}},
	}
}
