package patients

import (
	"context"
	"strconv"

	"medoffice/ent/patient"
	"medoffice/ent/patientaddress"
	"medoffice/ent/patientcontact"
	"medoffice/ent/patienttelecom"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/field"

	"entgo.io/ent/dialect/sql"
)

// nodes says which permission finds rows by their ids.
var nodes = field.Nodes{
	"Patient": Read, "PatientIdentifier": Read, "PatientAddress": Read, "PatientTelecom": Read, "PatientContact": Read, "Consent": Read,
	"Allergy": ReadClinical, "Problem": ReadClinical, "HistoryEntry": ReadClinical, "Immunization": ReadClinical,
}

// parts are the fields that do not follow from the schema and the tables.
func (m *Module) parts() field.Parts {
	return field.Parts{
		"Query.patient":   {One: &field.One{Type: "Patient", Find: findPatient}},
		"Patient.age":     {Compute: m.compute(func(b []byte, birth, on date.Date) []byte { return strconv.AppendInt(b, int64(birth.Age(on)), 10) })},
		"Patient.ageText": {Compute: m.compute(func(b []byte, birth, on date.Date) []byte { return field.Write(b, spoken(birth, on)) })},
		"Patient.identifiers": {Many: &field.Many{
			Type: "PatientIdentifier", Column: "patient_id", Sort: []field.Sort{{Column: "id"}},
		}},
		"Patient.addresses": {Many: &field.Many{Type: "PatientAddress", Column: "patient_id", Sort: []field.Sort{
			{Column: patientaddress.FieldUse, Is: string(patientaddress.UseOLD)}, {Column: "id"},
		}}},
		"Patient.telecoms": {Many: &field.Many{Type: "PatientTelecom", Column: "patient_id", Sort: []field.Sort{
			{Column: patienttelecom.FieldUse, Is: string(patienttelecom.UseOLD)}, {Column: patienttelecom.FieldRank}, {Column: "id"},
		}}},
		"Patient.contacts": {Many: &field.Many{Type: "PatientContact", Column: "patient_id", Sort: []field.Sort{
			{Column: patientcontact.FieldEndedAt, Set: true}, {Column: patientcontact.FieldEmergency, Desc: true}, {Column: "id"},
		}}},
	}
}

// findPatient finds a patient in the one way that is given.
func findPatient(args map[string]any) (field.Where, error) {
	by, _ := args["by"].(map[string]any)
	id, mrn := by["id"], by["mrn"]
	switch {
	case (id == nil) == (mrn == nil):
		return nil, kit.Invalid("name the patient in exactly one way", "by")
	case id != nil:
		return func(s *sql.Selector) { s.Where(sql.EQ(s.C(patient.FieldID), id)) }, nil
	}
	return func(s *sql.Selector) { s.Where(sql.EQ(s.C(patient.FieldMrn), mrn)) }, nil
}

// compute makes a value of the birth date and the day for which the age is given.
func (m *Module) compute(write func(b []byte, birth, on date.Date) []byte) *field.Compute {
	return &field.Compute{
		Needs: []string{patient.FieldBirthDate, patient.FieldDeceased, patient.FieldDeceasedAt},
		Append: func(_ context.Context, b []byte, in []field.Value) []byte {
			birth := date.Date(in[0].Text)
			on := m.agedOn(birth, in[1].True(), in[2].Instant())
			if on == "" {
				return append(b, "null"...)
			}
			return write(b, birth, on)
		},
	}
}
