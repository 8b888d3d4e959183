package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Administration is a dose that was given, refused, withheld or wasted (FHIR
// MedicationAdministration).
type Administration struct{ ent.Schema }

func (Administration) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "administrations", Checks: map[string]string{
		"administrations_amounts": "dose >= 0 AND wasted >= 0 AND units >= 0 AND wasted_units >= 0",
	}}}
}

func (Administration) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "adm"}, Stamped{}, Versioned{}, Amended{}}
}

func (Administration) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"), field.String("order_id").Immutable(), field.String("medication_id").Immutable(),
		ref("visit_id"), ref("location_id"),
		field.Enum("status").Values("GIVEN", "PARTIALLY_GIVEN", "REFUSED", "WITHHELD", "WASTED", "ENTERED_IN_ERROR"),
		field.Time("occurred_at").Immutable(),
		field.Time("due_at").Optional().Nillable().Immutable(), // when it had been due
		amount("dose", 0), field.String("dose_unit").Immutable(),
		field.String("route").Immutable(), field.String("site").Optional().Nillable().Immutable(),
		// Base units of the item that were drawn, those of them that were thrown
		// away whole, and what was thrown away in the unit of the medication.
		ref("lot_id"), field.Int64("units").Default(0).Immutable(), field.Int64("wasted_units").Default(0).Immutable(),
		amount("wasted", 0),
		field.String("reason").Optional().Nillable().Immutable(), field.String("note").Optional().Nillable().Immutable(),
		field.String("given_by").Immutable(), field.String("given_name").Immutable(),
		ref("witness_id"), field.String("witness_name").Optional().Nillable(),
		ref("immunization_id"),
		field.Time("observe_until").Optional().Nillable().Immutable(),
		field.Time("observed_at").Optional().Nillable(), field.String("observed_name").Optional().Nillable(),
		field.String("response").Optional().Nillable(),
	}
}

func (Administration) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("patient", Patient.Type).Field("patient_id").Unique().Required(),
		heldTo("order", MedicationRequest.Type), heldTo("medication", Medication.Type),
		maybe("visit", Visit.Type), maybe("location", Location.Type), maybe("lot", Lot.Type), maybe("immunization", Immunization.Type),
	}
}

func (Administration) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("patient_id", "occurred_at", "id"), index.Fields("visit_id", "occurred_at", "id"),
		index.Fields("order_id", "occurred_at", "id"), index.Fields("occurred_at", "id"), index.Fields("lot_id"),
		index.Fields("observed_at", "observe_until"),
		index.Fields("medication_id", "occurred_at", "id"), index.Fields("location_id", "occurred_at", "id"), index.Fields("immunization_id"),
	}
}

// DoseReaction is what a dose did to a patient that it should not have done.
type DoseReaction struct{ ent.Schema }

func (DoseReaction) Annotations() []schema.Annotation {
	return []schema.Annotation{table("dose_reactions")}
}

func (DoseReaction) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "rea"}, Stamped{}, Amended{}}
}

func (DoseReaction) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"), field.String("administration_id").Immutable(),
		field.String("what").Immutable(), field.Enum("severity").Values("MILD", "MODERATE", "SEVERE").Immutable(),
		field.Time("began_at").Immutable(), field.String("treatment").Optional().Nillable().Immutable(), ref("allergy_id"),
	}
}

func (DoseReaction) Edges() []ent.Edge {
	return []ent.Edge{heldTo("administration", Administration.Type), maybe("allergy", Allergy.Type)}
}

func (DoseReaction) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("administration_id", "began_at", "id"), index.Fields("patient_id"),
		index.Fields("allergy_id"),
	}
}

// RegisterEntry is a line of the register of controlled substances: what came,
// went or was counted at a location, and how many there are then.
type RegisterEntry struct{ ent.Schema }

func (RegisterEntry) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "register_entries", Checks: map[string]string{
		"register_entries_not_negative": "balance >= 0",
	}}}
}

func (RegisterEntry) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "ctl"}, Versioned{}}
}

func (RegisterEntry) Fields() []ent.Field {
	return append(ids("location_id", "item_id", "actor_id", "actor_name"),
		field.Int("number").Immutable(), // without a gap, for each item at each location
		field.Enum("kind").Values("RECEIVED", "USED", "WASTED", "MOVED", "RETURNED", "ADJUSTED", "COUNTED").Immutable(),
		field.Int64("quantity").Immutable(), field.Int64("balance").Immutable(),
		field.Int64("difference").Optional().Nillable().Immutable(), // of a count: counted less what there should be
		field.String("movement_id").Optional().Nillable().Immutable(),
		field.String("act_id").Optional().Nillable().Immutable(),
		field.String("witness_id").Optional().Nillable().Immutable(), field.String("witness_name").Optional().Nillable().Immutable(),
		field.String("reason").Optional().Nillable().Immutable(),
		field.Time("at").Immutable(),
		field.Time("resolved_at").Optional().Nillable(), field.String("resolved_name").Optional().Nillable(),
		field.String("resolution").Optional().Nillable(),
	)
}

func (RegisterEntry) Edges() []ent.Edge {
	return []ent.Edge{heldTo("location", Location.Type), heldTo("item", Item.Type)}
}

func (RegisterEntry) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("location_id", "item_id", "number").Unique(), index.Fields("at", "id"), index.Fields("movement_id").Unique(),
		index.Fields("item_id", "at", "id"),
	}
}

// WitnessCode is what a witness tells the giver, good once and for minutes.
type WitnessCode struct{ ent.Schema }

func (WitnessCode) Annotations() []schema.Annotation {
	return []schema.Annotation{table("witness_codes"), WholeOffice("no field of the graph shows its rows")}
}
func (WitnessCode) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "wit"}} }

func (WitnessCode) Fields() []ent.Field {
	return append(ids("account_id", "name"),
		field.String("hash").Immutable().Sensitive(), field.Time("expires_at").Immutable(),
		field.Time("used_at").Optional().Nillable(), ref("used_by"))
}

func (WitnessCode) Indexes() []ent.Index {
	return []ent.Index{index.Fields("hash").Unique(), index.Fields("account_id", "expires_at")}
}

// MedicationStatement is a medication that the patient takes or took (FHIR
// MedicationStatement).
type MedicationStatement struct{ ent.Schema }

func (MedicationStatement) Annotations() []schema.Annotation {
	return []schema.Annotation{table("medication_statements")}
}

func (MedicationStatement) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "mst"}, Stamped{}, Versioned{}, Amended{}, Sourced{}, Coded{}}
}

func (MedicationStatement) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"), ref("medication_id"), ref("order_id"), ref("changed_from_id"),
		field.Enum("status").Values("ACTIVE", "STOPPED", "ENTERED_IN_ERROR").Default("ACTIVE"),
		field.Enum("origin").Values("REPORTED", "PRESCRIBED").Default("REPORTED").Immutable(),
		field.String("dose").Optional().Nillable().Immutable(), field.String("route").Optional().Nillable().Immutable(),
		field.String("frequency").Optional().Nillable().Immutable(),
		dateField("started_on"), dateField("stopped_on"), field.String("stop_reason").Optional().Nillable(),
		field.Time("recorded_at").Immutable(),
	}
}

func (MedicationStatement) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("patient", Patient.Type).Field("patient_id").Unique().Required(),
		maybe("medication", Medication.Type), maybe("order", MedicationRequest.Type),
		edge.To("changed_into", MedicationStatement.Type).From("changed_from").Field("changed_from_id").Unique(),
	}
}

func (MedicationStatement) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("patient_id", "recorded_at", "id"), index.Fields("changed_from_id"), index.Fields("order_id"), index.Fields("source").Unique(),
		index.Fields("medication_id", "recorded_at", "id"),
		index.Fields("recorded_at", "id"),
	}
}

// Reconciliation is one going through the medication list with the patient.
type Reconciliation struct{ ent.Schema }

func (Reconciliation) Annotations() []schema.Annotation {
	return []schema.Annotation{table("reconciliations")}
}
func (Reconciliation) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "rcn"}} }

func (Reconciliation) Fields() []ent.Field {
	return append(ids("actor_id", "actor_name"),
		field.String("patient_id"), ref("visit_id"), field.Time("at").Immutable(), field.String("note").Optional().Nillable().Immutable())
}

func (Reconciliation) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("patient", Patient.Type).Field("patient_id").Unique().Required(), maybe("visit", Visit.Type),
		edge.To("lines", ReconciliationLine.Type),
	}
}

func (Reconciliation) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("patient_id", "at", "id"), index.Fields("visit_id"),
		index.Fields("at", "id"),
	}
}

// ReconciliationLine is what became of one medication of the list.
type ReconciliationLine struct{ ent.Schema }

func (ReconciliationLine) Annotations() []schema.Annotation {
	return []schema.Annotation{table("reconciliation_lines"), WholeOffice("it is read with the row that it belongs to, which has a rule")}
}
func (ReconciliationLine) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "rcl"}} }

func (ReconciliationLine) Fields() []ent.Field {
	return append(ids("reconciliation_id", "statement_id"),
		field.Enum("decision").Values("CONTINUED", "CHANGED", "STOPPED", "ADDED").Immutable(),
		field.String("replaced_by_id").Optional().Nillable().Immutable(),
		field.String("reason").Optional().Nillable().Immutable(), field.Int("position").Immutable())
}

func (ReconciliationLine) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("reconciliation", Reconciliation.Type).Ref("lines").Field("reconciliation_id").Unique().Required().Immutable(),
		heldTo("statement", MedicationStatement.Type), edge.To("replaced_by", MedicationStatement.Type).Field("replaced_by_id").Unique().Immutable(),
	}
}

func (ReconciliationLine) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("reconciliation_id", "position"), index.Fields("statement_id"),
		index.Fields("replaced_by_id"),
	}
}
