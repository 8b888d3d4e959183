package patients

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/allergy"
	"medoffice/ent/consent"
	"medoffice/ent/historyentry"
	"medoffice/ent/immunization"
	"medoffice/ent/patient"
	"medoffice/ent/problem"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/page"
	"medoffice/modules/kit/person"
)

// listers read the lists of the chart.
type listers struct {
	patients      page.Lister[ent.Patient, *ent.PatientQuery]
	allergies     page.Lister[ent.Allergy, *ent.AllergyQuery]
	problems      page.Lister[ent.Problem, *ent.ProblemQuery]
	histories     page.Lister[ent.HistoryEntry, *ent.HistoryEntryQuery]
	immunizations page.Lister[ent.Immunization, *ent.ImmunizationQuery]
	consents      page.Lister[ent.Consent, *ent.ConsentQuery]
}

func newListers(d *db.DB, seal *page.Seal) (l listers) {
	l.patients.Entity, l.patients.DB, l.patients.Seal = &patientFields, d, seal
	l.patients.Query = func(c *ent.Client) *ent.PatientQuery { return c.Patient.Query() }
	l.patients.Keys = func(p *ent.Patient) map[string]any {
		return map[string]any{"name": p.SortName, "birthDate": p.BirthDate, "createdAt": p.CreatedAt, "mrn": p.Mrn}
	}
	l.allergies.Entity, l.allergies.DB, l.allergies.Seal = &allergyFields, d, seal
	l.allergies.Query = func(c *ent.Client) *ent.AllergyQuery { return c.Allergy.Query() }
	l.allergies.Keys = func(a *ent.Allergy) map[string]any {
		return map[string]any{"recordedAt": a.RecordedAt, "onset": a.Onset, "substance": a.SubstanceCodeText}
	}
	l.problems.Entity, l.problems.DB, l.problems.Seal = &problemFields, d, seal
	l.problems.Query = func(c *ent.Client) *ent.ProblemQuery { return c.Problem.Query() }
	l.problems.Keys = func(p *ent.Problem) map[string]any {
		return map[string]any{"recordedAt": p.RecordedAt, "onset": p.Onset}
	}
	l.histories.Entity, l.histories.DB, l.histories.Seal = &historyFields, d, seal
	l.histories.Query = func(c *ent.Client) *ent.HistoryEntryQuery { return c.HistoryEntry.Query() }
	l.histories.Keys = func(h *ent.HistoryEntry) map[string]any {
		return map[string]any{"recordedAt": h.RecordedAt, "onset": h.Onset}
	}
	l.immunizations.Entity, l.immunizations.DB, l.immunizations.Seal = &immunizationFields, d, seal
	l.immunizations.Query = func(c *ent.Client) *ent.ImmunizationQuery { return c.Immunization.Query() }
	l.immunizations.Keys = func(i *ent.Immunization) map[string]any {
		return map[string]any{"occurredAt": i.OccurredAt, "vaccine": i.VaccineCodeText}
	}
	l.consents.Entity, l.consents.DB, l.consents.Seal = &consentFields, d, seal
	l.consents.Query = func(c *ent.Client) *ent.ConsentQuery { return c.Consent.Query() }
	l.consents.Keys = func(c *ent.Consent) map[string]any {
		return map[string]any{"givenAt": c.GivenAt, "expiresOn": c.ExpiresOn}
	}
	return l
}

// patientFields leaves merged records out of every list: whoever looks for the
// person finds the record that took them over.
var patientFields = field.Entity{
	Type: "Patient", Table: patient.Table, Prefix: "pat",
	Fields: map[string]field.Field{
		"search":    {Filter: true, Match: matchSearch},
		"name":      {Column: patient.FieldSortName, Filter: true, Order: true, Fold: person.Fold},
		"mrn":       {Column: patient.FieldMrn, Filter: true, Order: true},
		"birthDate": {Column: patient.FieldBirthDate, Kind: field.Date, Nullable: true, Filter: true, Order: true},
		"phone":     {Filter: true, Match: matchPhone},
		"status":    {Column: patient.FieldStatus, Kind: field.Enum, Filter: true},
		"createdAt": {Column: patient.FieldCreatedAt, Kind: field.Time, Order: true},
	},
	Default: field.Order{Field: "name"},
	Rule: func(context.Context) field.Where {
		return func(s *sql.Selector) { s.Where(sql.NEQ(s.C(patient.FieldStatus), string(patient.StatusMERGED))) }
	},
}

func enum(column string) field.Field {
	return field.Field{Column: column, Kind: field.Enum, Filter: true}
}

func text(column string) field.Field { return field.Field{Column: column, Filter: true} }

func instant(column string) field.Field {
	return field.Field{Column: column, Kind: field.Time, Filter: true, Order: true}
}

func day(column string) field.Field {
	return field.Field{Column: column, Kind: field.Date, Nullable: true, Filter: true, Order: true}
}

var (
	allergyFields = field.Entity{
		Type: "Allergy", Table: allergy.Table, Prefix: "alg",
		Fields: map[string]field.Field{
			"status": enum(allergy.FieldStatus), "kind": enum(allergy.FieldKind),
			"category": enum(allergy.FieldCategory), "criticality": enum(allergy.FieldCriticality),
			"code": text(allergy.FieldSubstanceCode), "onset": day(allergy.FieldOnset),
			"recordedAt": instant(allergy.FieldRecordedAt),
			"substance":  {Column: allergy.FieldSubstanceCodeText, Order: true},
		},
		Default: field.Order{Field: "recordedAt", Desc: true},
	}
	problemFields = field.Entity{
		Type: "Problem", Table: problem.Table, Prefix: "prb",
		Fields: map[string]field.Field{
			"status": enum(problem.FieldStatus), "code": text(problem.FieldCode),
			"onset": day(problem.FieldOnset), "recordedAt": instant(problem.FieldRecordedAt),
			"abatement": {Column: problem.FieldAbatement, Kind: field.Date, Filter: true},
		},
		Default: field.Order{Field: "recordedAt", Desc: true},
	}
	historyFields = field.Entity{
		Type: "HistoryEntry", Table: historyentry.Table, Prefix: "hst",
		Fields: map[string]field.Field{
			"kind": enum(historyentry.FieldKind), "status": enum(historyentry.FieldStatus),
			"code": text(historyentry.FieldCode), "onset": day(historyentry.FieldOnset),
			"recordedAt": instant(historyentry.FieldRecordedAt),
		},
		Default: field.Order{Field: "recordedAt", Desc: true},
	}
	immunizationFields = field.Entity{
		Type: "Immunization", Table: immunization.Table, Prefix: "imm",
		Fields: map[string]field.Field{
			"status": enum(immunization.FieldStatus), "code": text(immunization.FieldVaccineCode),
			"occurredAt": instant(immunization.FieldOccurredAt),
			"vaccine":    {Column: immunization.FieldVaccineCodeText, Order: true},
		},
		Default: field.Order{Field: "occurredAt", Desc: true},
	}
	consentFields = field.Entity{
		Type: "Consent", Table: consent.Table, Prefix: "cns",
		Fields: map[string]field.Field{
			"kind": enum(consent.FieldKind), "status": enum(consent.FieldStatus),
			"decision": enum(consent.FieldDecision), "givenAt": instant(consent.FieldGivenAt),
			"expiresOn": day(consent.FieldExpiresOn),
		},
		Default: field.Order{Field: "givenAt", Desc: true},
	}
)
