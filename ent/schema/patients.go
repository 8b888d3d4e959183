package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Patient is a person the office cares for (FHIR Patient).
type Patient struct{ ent.Schema }

func (Patient) Annotations() []schema.Annotation {
	return []schema.Annotation{table("patients"), Walked{"addresses", "contacts", "identifiers", "telecoms", "visits"}}
}

func (Patient) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "pat"}, Stamped{}, Versioned{}, Sourced{}}
}

func (Patient) Fields() []ent.Field {
	return []ent.Field{
		field.String("mrn").Unique(),
		field.Enum("status").Values("ACTIVE", "INACTIVE", "MERGED", "ENTERED_IN_ERROR").Default("ACTIVE"),
		field.String("family_name"),
		field.String("given_name").Default(""),
		field.String("name_prefix").Optional().Nillable(),
		field.String("name_suffix").Optional().Nillable(),
		field.String("preferred_name").Optional().Nillable(),
		field.String("sort_name").Default(""),
		dateField("birth_date"),
		field.Enum("sex").Values("FEMALE", "MALE", "OTHER", "UNKNOWN").Default("UNKNOWN"),
		field.String("gender_identity").Optional().Nillable(),
		field.String("marital_status").Optional().Nillable(),
		field.Strings("languages").Optional(),
		field.Bool("deceased").Default(false),
		field.Time("deceased_at").Optional().Nillable(),
		ref("merged_into_id"),
		field.String("merge_reason").Optional().Nillable(),
		// Who last asked about allergies: a chart without any may be one that nobody asked about.
		field.Time("allergies_reviewed_at").Optional().Nillable(),
		field.String("allergies_reviewed_by").Optional().Nillable(),
	}
}

func (Patient) Edges() []ent.Edge {
	return []ent.Edge{
		// With its inverse, for ent takes an edge to the own type without one for a pair.
		edge.To("merged", Patient.Type).From("merged_into").Field("merged_into_id").Unique(),
		edge.To("identifiers", PatientIdentifier.Type),
		edge.To("addresses", PatientAddress.Type),
		edge.To("telecoms", PatientTelecom.Type),
		edge.To("contacts", PatientContact.Type),
		edge.To("terms", PatientTerm.Type),
		edge.To("allergies", Allergy.Type),
		edge.To("problems", Problem.Type),
		edge.To("histories", HistoryEntry.Type),
		edge.To("immunizations", Immunization.Type),
		edge.To("consents", Consent.Type),
		edge.To("visits", Visit.Type),
		edge.To("appointments", Appointment.Type),
		edge.To("vitals", VitalReading.Type),
	}
}

func (Patient) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("sort_name", "id"), index.Fields("birth_date", "id"), index.Fields("created_at", "id"),
		index.Fields("status", "sort_name", "id"), index.Fields("merged_into_id"), index.Fields("source").Unique(),
	}
}

// of is the edge from a row of the chart back to its patient.
func of(ref string) ent.Edge {
	return edge.From("patient", Patient.Type).Ref(ref).Field("patient_id").Unique().Required()
}

// PatientIdentifier is a number by which somebody knows the patient.
type PatientIdentifier struct{ ent.Schema }

func (PatientIdentifier) Annotations() []schema.Annotation {
	return []schema.Annotation{table("patient_identifiers")}
}
func (PatientIdentifier) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "pid"}, Stamped{}} }

func (PatientIdentifier) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"), field.String("system"), field.String("value"),
		field.String("type").Optional().Nillable(),
	}
}
func (PatientIdentifier) Edges() []ent.Edge { return []ent.Edge{of("identifiers")} }
func (PatientIdentifier) Indexes() []ent.Index {
	return []ent.Index{index.Fields("system", "value").Unique(), index.Fields("patient_id", "id")}
}

// PatientAddress is where the patient lives or gets mail.
type PatientAddress struct{ ent.Schema }

func (PatientAddress) Annotations() []schema.Annotation {
	return []schema.Annotation{table("patient_addresses")}
}

func (PatientAddress) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "adr"}, Stamped{}, Versioned{}}
}

func (PatientAddress) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"),
		field.Enum("use").Values("HOME", "WORK", "TEMP", "OLD", "BILLING").Default("HOME"),
		field.String("line").Default(""), field.String("city").Default(""),
		field.String("state").Default(""), field.String("postal_code").Default(""),
		field.String("country").Default(""),
	}
}
func (PatientAddress) Edges() []ent.Edge { return []ent.Edge{of("addresses")} }
func (PatientAddress) Indexes() []ent.Index {
	return []ent.Index{index.Fields("patient_id", "id")}
}

// PatientTelecom is a way to reach the patient.
type PatientTelecom struct{ ent.Schema }

func (PatientTelecom) Annotations() []schema.Annotation {
	return []schema.Annotation{table("patient_telecoms")}
}

func (PatientTelecom) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "tel"}, Stamped{}, Versioned{}}
}

func (PatientTelecom) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"),
		field.Enum("system").Values("PHONE", "EMAIL", "SMS", "FAX", "URL", "OTHER"),
		field.Enum("use").Values("HOME", "WORK", "TEMP", "OLD", "MOBILE").Default("HOME"),
		field.String("value"), field.Int("rank").Default(1),
	}
}
func (PatientTelecom) Edges() []ent.Edge { return []ent.Edge{of("telecoms")} }
func (PatientTelecom) Indexes() []ent.Index {
	return []ent.Index{index.Fields("patient_id", "id")}
}

// PatientContact is a person to call about the patient.
type PatientContact struct{ ent.Schema }

func (PatientContact) Annotations() []schema.Annotation {
	return []schema.Annotation{table("patient_contacts")}
}

func (PatientContact) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "con"}, Stamped{}, Versioned{}}
}

func (PatientContact) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"), field.String("name"), field.String("relationship").Default(""),
		field.String("phone").Optional().Nillable(), field.String("email").Optional().Nillable(),
		field.Bool("emergency").Default(false),
		field.Time("ended_at").Optional().Nillable(),
	}
}
func (PatientContact) Edges() []ent.Edge { return []ent.Edge{of("contacts")} }
func (PatientContact) Indexes() []ent.Index {
	return []ent.Index{index.Fields("patient_id", "id")}
}

// PatientTerm is one folded word under which a patient is found.
type PatientTerm struct{ ent.Schema }

func (PatientTerm) Annotations() []schema.Annotation {
	return []schema.Annotation{table("patient_terms"), Many{Delete: true}}
}

func (PatientTerm) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"),
		field.Enum("kind").Values("NAME", "PHONE"),
		field.String("word"),
	}
}
func (PatientTerm) Edges() []ent.Edge { return []ent.Edge{of("terms")} }
func (PatientTerm) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("word", "kind", "patient_id"), index.Fields("patient_id"),
	}
}

// PatientNumber hands out medical record numbers: each row is one number that
// was drawn, used or not.
type PatientNumber struct{ ent.Schema }

func (PatientNumber) Annotations() []schema.Annotation {
	return []schema.Annotation{table("patient_numbers"), WholeOffice("no field of the graph shows its rows")}
}

func (PatientNumber) Fields() []ent.Field {
	return []ent.Field{field.Int64("id"), field.Time("drawn_at").Immutable()}
}

// Allergy is a substance that harms the patient (FHIR AllergyIntolerance).
type Allergy struct{ ent.Schema }

func (Allergy) Annotations() []schema.Annotation { return []schema.Annotation{table("allergies")} }
func (Allergy) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "alg"}, Stamped{}, Versioned{}, Amended{}, Sourced{}, Coded{prefix: "substance_"}}
}

func (Allergy) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"),
		field.Enum("status").Values("ACTIVE", "INACTIVE", "RESOLVED", "ENTERED_IN_ERROR").Default("ACTIVE"),
		field.Enum("kind").Values("ALLERGY", "INTOLERANCE").Default("ALLERGY"),
		field.Enum("category").Values("FOOD", "MEDICATION", "ENVIRONMENT", "BIOLOGIC").Optional().Nillable(),
		field.Enum("criticality").Values("LOW", "HIGH", "UNABLE_TO_ASSESS").Optional().Nillable(),
		field.Enum("verification").Values("UNCONFIRMED", "CONFIRMED", "REFUTED").Default("CONFIRMED"),
		field.String("reaction").Optional().Nillable(),
		field.Enum("severity").Values("MILD", "MODERATE", "SEVERE").Optional().Nillable(),
		dateField("onset"),
		field.Time("recorded_at"),
	}
}
func (Allergy) Edges() []ent.Edge { return []ent.Edge{of("allergies")} }
func (Allergy) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("patient_id", "recorded_at", "id"), index.Fields("source").Unique(),
		index.Fields("recorded_at", "id"),
	}
}

// Problem is a condition of the patient (FHIR Condition).
type Problem struct{ ent.Schema }

func (Problem) Annotations() []schema.Annotation { return []schema.Annotation{table("problems")} }
func (Problem) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "prb"}, Stamped{}, Versioned{}, Amended{}, Sourced{}, Coded{}}
}

func (Problem) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"),
		ref("visit_id"),
		field.Enum("status").Values("ACTIVE", "RECURRENCE", "RELAPSE", "INACTIVE", "REMISSION", "RESOLVED", "ENTERED_IN_ERROR").Default("ACTIVE"),
		dateField("onset"), dateField("abatement"),
		field.String("note").Optional().Nillable(),
		field.Time("recorded_at"),
	}
}
func (Problem) Edges() []ent.Edge { return []ent.Edge{of("problems")} }
func (Problem) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("patient_id", "recorded_at", "id"), index.Fields("patient_id", "onset", "id"),
		index.Fields("visit_id"), index.Fields("source").Unique(),
		index.Fields("recorded_at", "id"),
	}
}

// HistoryEntry is one thing of the past: family, social, surgical or medical.
type HistoryEntry struct{ ent.Schema }

func (HistoryEntry) Annotations() []schema.Annotation {
	return []schema.Annotation{table("history_entries")}
}

func (HistoryEntry) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "hst"}, Stamped{}, Versioned{}, Amended{}, Sourced{}, Coded{}}
}

func (HistoryEntry) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"),
		field.Enum("kind").Values("FAMILY", "SOCIAL", "SURGICAL", "PAST"),
		field.Enum("status").Values("ACTIVE", "RESOLVED", "ENTERED_IN_ERROR").Default("ACTIVE"),
		field.String("value").Optional().Nillable(),
		field.String("relationship").Optional().Nillable(),
		dateField("onset"),
		field.String("note").Optional().Nillable(),
		field.Time("recorded_at"),
	}
}
func (HistoryEntry) Edges() []ent.Edge { return []ent.Edge{of("histories")} }
func (HistoryEntry) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("patient_id", "recorded_at", "id"), index.Fields("source").Unique(),
		index.Fields("recorded_at", "id"),
	}
}

// Immunization is a vaccine given, or not given for a reason (FHIR Immunization).
type Immunization struct{ ent.Schema }

func (Immunization) Annotations() []schema.Annotation {
	return []schema.Annotation{table("immunizations")}
}

func (Immunization) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "imm"}, Stamped{}, Versioned{}, Amended{}, Sourced{}, Coded{prefix: "vaccine_"}}
}

func (Immunization) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"),
		ref("visit_id"),
		field.Enum("status").Values("COMPLETED", "ENTERED_IN_ERROR", "NOT_DONE").Default("COMPLETED"),
		field.Time("occurred_at"),
		field.String("lot").Optional().Nillable(),
		field.String("manufacturer").Optional().Nillable(),
		dateField("expires_on"),
		field.String("site").Optional().Nillable(),
		field.String("route").Optional().Nillable(),
		field.String("dose").Optional().Nillable(),
		field.String("not_done_reason").Optional().Nillable(),
		field.Bool("primary_source").Default(true),
		// What the law asks of a vaccine given here: who gave it, which edition of
		// the information sheet the patient got and when, and who paid for it.
		field.String("performer").Optional().Nillable(),
		field.String("maker_code").Optional().Nillable(),
		dateField("vis_edition"), dateField("vis_given_on"),
		field.String("funding").Optional().Nillable(),
	}
}
func (Immunization) Edges() []ent.Edge { return []ent.Edge{of("immunizations")} }
func (Immunization) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("patient_id", "occurred_at", "id"), index.Fields("visit_id"), index.Fields("source").Unique(),
		index.Fields("occurred_at", "id"),
	}
}

// Consent is what the patient allowed or refused (FHIR Consent).
type Consent struct{ ent.Schema }

func (Consent) Annotations() []schema.Annotation { return []schema.Annotation{table("consents")} }
func (Consent) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "cns"}, Stamped{}, Versioned{}, Amended{}}
}

func (Consent) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"),
		field.Enum("kind").Values("TREATMENT", "PRIVACY_NOTICE", "RELEASE_OF_INFORMATION", "PROCEDURE", "TELEHEALTH", "RESEARCH", "REMINDERS"),
		field.Enum("status").Values("ACTIVE", "REVOKED", "ENTERED_IN_ERROR").Default("ACTIVE"),
		field.Enum("decision").Values("PERMIT", "DENY").Default("PERMIT"),
		field.Time("given_at"),
		dateField("expires_on"),
		field.String("scope").Optional().Nillable(),
	}
}
func (Consent) Edges() []ent.Edge { return []ent.Edge{of("consents")} }
func (Consent) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("patient_id", "given_at", "id"),
		index.Fields("given_at", "id"),
	}
}
