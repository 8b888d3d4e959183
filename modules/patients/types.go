package patients

import (
	"context"
	"strconv"

	"medoffice/ent/allergy"
	"medoffice/ent/consent"
	"medoffice/ent/historyentry"
	"medoffice/ent/immunization"
	"medoffice/ent/patient"
	"medoffice/ent/patientaddress"
	"medoffice/ent/patientcontact"
	"medoffice/ent/patienttelecom"
	"medoffice/ent/problem"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/person"

	"entgo.io/ent/dialect/sql"
)

// Types implements kit.Typer.
func (m *Module) Types() field.Types {
	ofPatient := field.Part{One: &field.One{Type: "Patient", Column: "patient_id"}}
	chart := func(e *field.Entity, column string) field.Part {
		return field.Part{Page: &field.Page{Entity: e, Column: column}}
	}
	with := func(can, prefix string, parts map[string]field.Part) field.Type {
		return field.Type{Can: can, Prefix: prefix, Parts: parts}
	}
	return field.Types{
		"Query": {Parts: map[string]field.Part{
			"patient":  {One: &field.One{Type: "Patient", Find: findPatient}},
			"patients": {Page: &field.Page{Entity: &patientFields}},
		}},
		"Patient": with(Read, "pat", map[string]field.Part{
			"name":    person.Part(patient.FieldFamilyName, patient.FieldGivenName, patient.FieldNamePrefix, patient.FieldNameSuffix),
			"age":     {Compute: m.compute(func(b []byte, birth, on date.Date) []byte { return strconv.AppendInt(b, int64(birth.Age(on)), 10) })},
			"ageText": {Compute: m.compute(func(b []byte, birth, on date.Date) []byte { return field.Write(b, spoken(birth, on)) })},
			"identifiers": {Many: &field.Many{
				Type: "PatientIdentifier", Column: "patient_id", Sort: []field.Sort{{Column: "id"}},
			}},
			"addresses": {Many: &field.Many{Type: "PatientAddress", Column: "patient_id", Sort: []field.Sort{
				{Column: patientaddress.FieldUse, Is: string(patientaddress.UseOLD)}, {Column: "id"},
			}}},
			"telecoms": {Many: &field.Many{Type: "PatientTelecom", Column: "patient_id", Sort: []field.Sort{
				{Column: patienttelecom.FieldUse, Is: string(patienttelecom.UseOLD)}, {Column: patienttelecom.FieldRank}, {Column: "id"},
			}}},
			"contacts": {Many: &field.Many{Type: "PatientContact", Column: "patient_id", Sort: []field.Sort{
				{Column: patientcontact.FieldEndedAt, Set: true}, {Column: patientcontact.FieldEmergency, Desc: true}, {Column: "id"},
			}}},
			"mergedInto":    {One: &field.One{Type: "Patient", Column: patient.FieldMergedIntoID}},
			"allergies":     chart(&allergyFields, allergy.FieldPatientID),
			"problems":      chart(&problemFields, problem.FieldPatientID),
			"histories":     chart(&historyFields, historyentry.FieldPatientID),
			"immunizations": chart(&immunizationFields, immunization.FieldPatientID),
			"consents":      chart(&consentFields, consent.FieldPatientID),
		}),
		"PatientIdentifier": with(Read, "pid", nil),
		"PatientAddress":    with(Read, "adr", nil),
		"PatientTelecom":    with(Read, "tel", nil),
		"PatientContact":    with(Read, "con", nil),
		"Allergy": with(ReadClinical, "alg", map[string]field.Part{
			"patient": ofPatient, "substance": field.CodePart(allergy.FieldSubstanceCodeText, allergy.FieldSubstanceCode, allergy.FieldSubstanceCodeSystem),
		}),
		"Problem": with(ReadClinical, "prb", map[string]field.Part{
			"patient": ofPatient, "code": field.CodePart(problem.FieldCodeText, problem.FieldCode, problem.FieldCodeSystem),
		}),
		"HistoryEntry": with(ReadClinical, "hst", map[string]field.Part{
			"patient": ofPatient, "code": field.CodePart(historyentry.FieldCodeText, historyentry.FieldCode, historyentry.FieldCodeSystem),
		}),
		"Immunization": with(ReadClinical, "imm", map[string]field.Part{
			"patient": ofPatient, "vaccine": field.CodePart(immunization.FieldVaccineCodeText, immunization.FieldVaccineCode, immunization.FieldVaccineCodeSystem),
		}),
		"Consent": with(Read, "cns", map[string]field.Part{"patient": ofPatient}),
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

// compute makes a value of the birth date and the day for which the age is told.
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
