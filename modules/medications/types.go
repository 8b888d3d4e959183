package medications

import (
	"medoffice/ent/administration"
	"medoffice/ent/dosereaction"
	"medoffice/ent/medication"
	"medoffice/ent/medicationlink"
	"medoffice/ent/medicationoverride"
	"medoffice/ent/medicationrequest"
	"medoffice/ent/medicationstatement"
	"medoffice/ent/reconciliation"
	"medoffice/ent/reconciliationline"
	"medoffice/ent/registerentry"
	"medoffice/modules/kit/field"
)

// The bounds of the lists, as the schema tells them.
const (
	mostLinks     = 50
	mostOverrides = 100
	mostReactions = 50
	mostLines     = 150
)

// Types implements kit.Typer.
func (*Module) Types() field.Types {
	one := func(of, column string) field.Part { return field.Part{One: &field.One{Type: of, Column: column}} }
	overrides := func(column string) field.Part {
		return field.Part{Many: &field.Many{Type: "MedicationOverride", Column: column, Most: mostOverrides, Sort: []field.Sort{
			{Column: medicationoverride.FieldAt}, {Column: medicationoverride.FieldID},
		}}}
	}
	orders := func(column string) field.Part {
		return field.Part{Page: &field.Page{Entity: &orderFields, Column: column}}
	}
	doses := func(column string) field.Part {
		return field.Part{Page: &field.Page{Entity: &doseFields, Column: column}}
	}
	return field.Types{
		"Query": {Parts: map[string]field.Part{
			"medications":        {Page: &field.Page{Entity: &medicationFields}},
			"medicationRequests": orders(""),
			"administrations":    doses(""),
			"controlledRegister": {Page: &field.Page{Entity: &registerFields}},
			"doseCheck":          {Simple: "findings are computed"},
		}},
		"Patient": {Parts: map[string]field.Part{
			"medicationRequests": orders(medicationrequest.FieldPatientID), "administrations": doses(administration.FieldPatientID),
			"medicationList":  {Page: &field.Page{Entity: &listFields, Column: medicationstatement.FieldPatientID}},
			"reconciliations": {Page: &field.Page{Entity: &reconciliationFields, Column: reconciliation.FieldPatientID}},
		}},
		"Visit": {Parts: map[string]field.Part{
			"medicationRequests": orders(medicationrequest.FieldVisitID), "administrations": doses(administration.FieldVisitID),
		}},
		"Medication": {Can: Catalogue, Prefix: "med", Parts: map[string]field.Part{
			"item": one("Item", medication.FieldItemID),
			"links": {Many: &field.Many{Type: "MedicationLink", Column: medicationlink.FieldMedicationID, Most: mostLinks, Sort: []field.Sort{
				{Column: medicationlink.FieldKind}, {Column: medicationlink.FieldFolded}, {Column: medicationlink.FieldID},
			}}},
		}},
		"MedicationLink":     {},
		"MedicationOverride": {},
		"MedicationRequest": {Can: Read, Prefix: "mor", Parts: map[string]field.Part{
			"patient": one("Patient", medicationrequest.FieldPatientID), "visit": one("Visit", medicationrequest.FieldVisitID),
			"location": one("Location", medicationrequest.FieldLocationID), "provider": one("Provider", medicationrequest.FieldProviderID),
			"medication": one("Medication", medicationrequest.FieldMedicationID), "administrations": doses(administration.FieldOrderID),
			"overrides": overrides(medicationoverride.FieldOrderID),
		}},
		"Administration": {Can: Read, Prefix: "adm", Parts: map[string]field.Part{
			"patient": one("Patient", administration.FieldPatientID), "visit": one("Visit", administration.FieldVisitID),
			"location": one("Location", administration.FieldLocationID), "order": one("MedicationRequest", administration.FieldOrderID),
			"medication": one("Medication", administration.FieldMedicationID), "lot": one("Lot", administration.FieldLotID),
			"immunization": one("Immunization", administration.FieldImmunizationID),
			"reactions": {Many: &field.Many{Type: "DoseReaction", Column: dosereaction.FieldAdministrationID, Most: mostReactions, Sort: []field.Sort{
				{Column: dosereaction.FieldBeganAt}, {Column: dosereaction.FieldID},
			}}},
			"overrides": overrides(medicationoverride.FieldAdministrationID),
		}},
		"DoseReaction": {Parts: map[string]field.Part{"allergy": one("Allergy", dosereaction.FieldAllergyID)}},
		"DoseFinding":  {Simple: "findings are computed"},
		"RegisterEntry": {Can: Register, Prefix: "ctl", Parts: map[string]field.Part{
			"location": one("Location", registerentry.FieldLocationID), "item": one("Item", registerentry.FieldItemID),
		}},
		"MedicationStatement": {Can: Read, Prefix: "mst", Parts: map[string]field.Part{
			"patient":    one("Patient", medicationstatement.FieldPatientID),
			"code":       field.CodePart(medicationstatement.FieldCodeText, medicationstatement.FieldCode, medicationstatement.FieldCodeSystem),
			"medication": one("Medication", medicationstatement.FieldMedicationID), "order": one("MedicationRequest", medicationstatement.FieldOrderID),
			"changedFrom": one("MedicationStatement", medicationstatement.FieldChangedFromID),
		}},
		"Reconciliation": {Can: Read, Prefix: "rcn", Parts: map[string]field.Part{
			"patient": one("Patient", reconciliation.FieldPatientID), "visit": one("Visit", reconciliation.FieldVisitID),
			"lines": {Many: &field.Many{Type: "ReconciliationLine", Column: reconciliationline.FieldReconciliationID, Most: mostLines, Sort: []field.Sort{
				{Column: reconciliationline.FieldPosition}, {Column: reconciliationline.FieldID},
			}}},
		}},
		"ReconciliationLine": {Parts: map[string]field.Part{
			"statement": one("MedicationStatement", reconciliationline.FieldStatementID), "replacedBy": one("MedicationStatement", reconciliationline.FieldReplacedByID),
		}},
	}
}
