package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"medoffice/modules/kit/decimal"
)

// amount is a quantity that a row has for good.
func amount(name string, usual decimal.Decimal) ent.Field {
	return field.Int64(name).GoType(decimal.Decimal(0)).Default(int64(usual)).Immutable()
}

// maybe are edges to rows that may not be there.
func maybe(name string, t any) ent.Edge { return edge.To(name, t).Field(name + "_id").Unique() }

// Medication is a drug or a vaccine of the catalogue (FHIR MedicationKnowledge).
type Medication struct{ ent.Schema }

func (Medication) Annotations() []schema.Annotation {
	return []schema.Annotation{WholeOffice("it is the same at every location"), entsql.Annotation{Table: "medications", Checks: map[string]string{
		"medications_amounts": "per > 0 AND contents > 0",
	}}}
}

func (Medication) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "med"}, Stamped{}, Versioned{}, Sourced{}}
}

func (Medication) Fields() []ent.Field {
	return []ent.Field{
		field.String("code"), field.String("name"), field.String("sort_name"), field.String("form"),
		// What it holds: 30 mg (strength) in each 1 mL (per). A dose may be said in either unit.
		decimalField("strength"), field.String("strength_unit").Optional().Nillable(),
		amount("per", decimal.One), field.String("per_unit"),
		// How many of the unit of per one base unit of the item holds: 3 mL in an ampule.
		amount("contents", decimal.One), ref("item_id"),
		ref("ndc"), ref("cvx"), ref("maker"), ref("maker_code"), dateField("vis_edition"),
		field.String("billing_code").Optional().Nillable(),
		field.Strings("routes").Optional(),
		decimalField("max_dose"), field.String("max_dose_unit").Optional().Nillable(),
		field.Int("window_minutes").Default(60), field.Int("observe_minutes").Default(0),
		field.Enum("schedule").Values("NONE", "CII", "CIII", "CIV", "CV").Default("NONE"),
		field.Bool("active").Default(true),
	}
}

func (Medication) Edges() []ent.Edge {
	return []ent.Edge{maybe("item", Item.Type), edge.To("links", MedicationLink.Type)}
}

func (Medication) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("code").Unique(), index.Fields("sort_name", "id"), index.Fields("item_id"), index.Fields("source").Unique(),
	}
}

// MedicationLink is an ingredient or a class of a medication, by which allergies
// and double therapy are found.
type MedicationLink struct{ ent.Schema }

func (MedicationLink) Annotations() []schema.Annotation {
	return []schema.Annotation{table("medication_links"), WholeOffice("it is the same at every location")}
}
func (MedicationLink) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "mlk"}} }

func (MedicationLink) Fields() []ent.Field {
	return append(ids("medication_id"),
		// A class of allergy is one whose members harm whoever is allergic to one of them.
		field.Enum("kind").Values("INGREDIENT", "CLASS", "ALLERGY_CLASS").Immutable(),
		field.String("name").Immutable(),
		field.String("folded").Immutable(), // the name as it is compared
		ref("code"), ref("code_system"),    // of the ingredient or class, as in RxNorm
	)
}

func (MedicationLink) Edges() []ent.Edge {
	return []ent.Edge{edge.From("medication", Medication.Type).Ref("links").Field("medication_id").Unique().Required().Immutable()}
}

func (MedicationLink) Indexes() []ent.Index {
	return []ent.Index{index.Fields("medication_id", "kind", "folded").Unique(), index.Fields("folded", "kind")}
}

// MedicationRequest is what a physician wants a patient to be given here, or to
// get elsewhere (FHIR MedicationRequest).
type MedicationRequest struct{ ent.Schema }

func (MedicationRequest) Annotations() []schema.Annotation {
	return []schema.Annotation{Walked{"medication", "patient", "visit"}, entsql.Annotation{Table: "medication_requests", Checks: map[string]string{
		"medication_requests_doses": "doses > 0 AND given >= 0 AND given <= doses", "medication_requests_dose": "dose > 0",
	}}}
}

func (MedicationRequest) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "mor"}, Stamped{}, Versioned{}, Amended{}}
}

func (MedicationRequest) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"), ref("visit_id"), ref("location_id"), ref("provider_id"), field.String("medication_id").Immutable(),
		field.Enum("setting").Values("IN_OFFICE", "OUTSIDE").Default("IN_OFFICE").Immutable(),
		field.Enum("status").Values("DRAFT", "ACTIVE", "ON_HOLD", "STOPPED", "COMPLETED", "EXPIRED", "CANCELLED", "ENTERED_IN_ERROR").Default("DRAFT"),
		amount("dose", 0), field.String("dose_unit").Immutable(), field.String("route").Immutable(),
		field.String("site").Optional().Nillable().Immutable(),
		field.String("frequency").Optional().Nillable().Immutable(),
		// How often it is given in all, and how long apart at least.
		field.Int("doses").Default(1).Immutable(), field.Int("every_minutes").Optional().Nillable().Immutable(),
		field.Int("given").Default(0),
		field.Bool("prn").Default(false).Immutable(), field.Bool("stat").Default(false).Immutable(),
		field.String("reason").Optional().Nillable().Immutable(),
		field.String("instructions").Optional().Nillable().Immutable(),
		field.Time("valid_from").Optional().Nillable().Immutable(), field.Time("valid_until").Optional().Nillable().Immutable(),
		field.Time("next_due_at").Optional().Nillable(),
		field.String("give_by").Default("NURSE").Immutable(), // the role that is asked for each dose
		// What a pharmacy is to hand out.
		field.Int("quantity").Optional().Nillable().Immutable(), field.Int("refills").Optional().Nillable().Immutable(),
		field.String("pharmacy").Optional().Nillable().Immutable(),
		field.Time("ordered_at").Immutable(),
		field.Time("signed_at").Optional().Nillable(), ref("signed_by"), field.String("signed_name").Optional().Nillable(),
		field.Time("ended_at").Optional().Nillable(), field.String("end_reason").Optional().Nillable(),
	}
}

func (MedicationRequest) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("patient", Patient.Type).Field("patient_id").Unique().Required(),
		maybe("visit", Visit.Type), maybe("location", Location.Type), maybe("provider", Provider.Type),
		heldTo("medication", Medication.Type),
	}
}

func (MedicationRequest) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("patient_id", "ordered_at", "id"), index.Fields("visit_id", "ordered_at", "id"),
		index.Fields("ordered_at", "id"), index.Fields("status", "ordered_at", "id"), index.Fields("status", "valid_until"), index.Fields("medication_id"),
		index.Fields("location_id", "ordered_at", "id"), index.Fields("provider_id", "ordered_at", "id"),
	}
}

// MedicationOverride is a finding that somebody took upon himself, and why.
type MedicationOverride struct{ ent.Schema }

func (MedicationOverride) Annotations() []schema.Annotation {
	return []schema.Annotation{table("medication_overrides")}
}
func (MedicationOverride) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "ovr"}} }

func (MedicationOverride) Fields() []ent.Field {
	return append(ids("order_id", "reason", "actor_id", "actor_name"),
		field.Enum("finding").Values(
			"NOT_IDENTIFIED", "WRONG_PATIENT", "UNKNOWN_CODE", "WRONG_ITEM", "NOT_IN_STOCK", "WRONG_UNIT", "DOSE_DIFFERS", "ABOVE_MAXIMUM",
			"WRONG_ROUTE", "ROUTE_NOT_ALLOWED", "SITE_DIFFERS", "IN_FUTURE", "TOO_EARLY", "TOO_LATE", "TOO_SOON", "ALREADY_GIVEN",
			"ORDER_NOT_ACTIVE", "ORDER_EXPIRED", "LOT_EXPIRED", "LOT_NOT_USABLE", "ALLERGY", "ALLERGY_CLASS", "DUPLICATE", "DUPLICATE_CLASS",
			"REASON_MISSING", "WITNESS_MISSING", "SHEET_MISSING",
		).Immutable(),
		field.String("patient_id"), ref("administration_id"), field.Time("at").Immutable())
}

func (MedicationOverride) Edges() []ent.Edge {
	return []ent.Edge{heldTo("order", MedicationRequest.Type), maybe("administration", Administration.Type)}
}

func (MedicationOverride) Indexes() []ent.Index {
	return []ent.Index{index.Fields("order_id", "at", "id"), index.Fields("administration_id"), index.Fields("patient_id")}
}
