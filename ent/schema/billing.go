package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// keptID and onceID are columns that a row of money is born with.
func keptID(name string) ent.Field { return field.String(name).Immutable() }
func onceID(name string) ent.Field { return field.String(name).Optional().Nillable().Immutable() }

// keptEdge is an edge that a row of money is born with and keeps.
func keptEdge(name string, t any) ent.Edge {
	return edge.To(name, t).Field(name + "_id").Unique().Required().Immutable()
}

// payer is the patient of a row of money. It follows the chart when charts are merged.
func payer() ent.Field { return field.String("patient_id") }

func payerEdge() ent.Edge {
	return edge.To("patient", Patient.Type).Field("patient_id").Unique().Required()
}

// FeeSchedule is a list of prices with the days on which it holds.
type FeeSchedule struct{ ent.Schema }

func (FeeSchedule) Annotations() []schema.Annotation {
	return []schema.Annotation{table("fee_schedules"), WholeOffice("it is the same at every location")}
}

func (FeeSchedule) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "fees"}, Stamped{}, Versioned{}}
}

func (FeeSchedule) Fields() []ent.Field {
	return []ent.Field{
		field.String("name"),
		dateField("valid_from"), dateField("valid_to"), // first and last day, none for always
	}
}

func (FeeSchedule) Edges() []ent.Edge { return []ent.Edge{edge.To("prices", FeePrice.Type)} }

func (FeeSchedule) Indexes() []ent.Index {
	return []ent.Index{index.Fields("name").Unique(), index.Fields("valid_from", "id")}
}

// FeePrice is what one unit of a code costs in minor units of the practice's currency.
type FeePrice struct{ ent.Schema }

func (FeePrice) Annotations() []schema.Annotation {
	return []schema.Annotation{WholeOffice("it is the same at every location"), Walked{"schedule"}, entsql.Annotation{Table: "fee_prices", Checks: map[string]string{"fee_prices_not_negative": "amount_minor >= 0"}}}
}

func (FeePrice) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "fee"}, Stamped{}, Versioned{}} }

func (FeePrice) Fields() []ent.Field {
	return []ent.Field{
		keptID("schedule_id"), field.String("code").Immutable(), field.String("description"),
		field.Int64("amount_minor"), field.String("currency").Immutable(),
	}
}

func (FeePrice) Edges() []ent.Edge {
	return []ent.Edge{edge.From("schedule", FeeSchedule.Type).Ref("prices").Field("schedule_id").Unique().Required().Immutable()}
}

func (FeePrice) Indexes() []ent.Index {
	return []ent.Index{index.Fields("schedule_id", "code").Unique(), index.Fields("code")}
}

// ChargeRule says which code an act is charged by, and how many units of it.
type ChargeRule struct{ ent.Schema }

func (ChargeRule) Annotations() []schema.Annotation {
	return []schema.Annotation{WholeOffice("it is the same at every location"), entsql.Annotation{Table: "charge_rules", Checks: map[string]string{"charge_rules_units": "units > 0 AND per > 0"}}}
}

func (ChargeRule) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "rule"}, Stamped{}, Versioned{}}
}

func (ChargeRule) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("act_kind").Values("ADMINISTRATION", "SPECIMEN", "VISIT", "SUPPLY").Immutable(),
		onceID("item_id"), onceID("act_code"), onceID("visit_type"), // what it holds for, none for any
		field.String("code").Immutable(), // what is charged
		field.Enum("quantity_rule").Values("FIXED", "PER_UNIT").Default("FIXED").Immutable(),
		field.Int64("units").Default(1).Immutable(), // of the code: each time, or
		field.Int64("per").Default(1).Immutable(),   // for each begun so many of the act
		field.Bool("active").Default(true),
	}
}

func (ChargeRule) Indexes() []ent.Index {
	return []ent.Index{index.Fields("act_kind", "active"), index.Fields("code", "id"), index.Fields("item_id")}
}

// Charge is one thing that is charged (FHIR ChargeItem).
type Charge struct{ ent.Schema }

func (Charge) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "charges", Checks: map[string]string{
		"charges_quantity": "quantity > 0", "charges_amount": "unit_minor >= 0",
	}}}
}

func (Charge) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "chg"}, Stamped{}, Versioned{}, Amended{}}
}

func (Charge) Fields() []ent.Field {
	return []ent.Field{
		payer(), keptID("location_id"), onceID("visit_id"), onceID("act_id"), onceID("rule_id"),
		ref("provider_id"), ref("invoice_id"),
		field.Enum("status").Values("PLANNED", "BILLABLE", "NOT_BILLABLE", "ABORTED", "BILLED", "ENTERED_IN_ERROR").Default("PLANNED"),
		field.String("code").Immutable(), field.String("description"), field.Int64("quantity").Immutable(),
		field.Int64("unit_minor").Optional().Nillable(), // none until there is a price
		field.String("currency").Immutable(),
		ref("modifier_1"), ref("modifier_2"), ref("modifier_3"), ref("modifier_4"),
		ref("diagnosis_1"), ref("diagnosis_2"), ref("diagnosis_3"), ref("diagnosis_4"), // codes, the first is the main reason
		field.Time("at").Immutable(),
	}
}

func (Charge) Edges() []ent.Edge {
	return []ent.Edge{
		payerEdge(), keptEdge("location", Location.Type),
		edge.To("visit", Visit.Type).Field("visit_id").Unique().Immutable(),
		edge.To("provider", Provider.Type).Field("provider_id").Unique(),
		edge.From("invoice", Invoice.Type).Ref("charges").Field("invoice_id").Unique(),
	}
}

func (Charge) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("at", "id"), index.Fields("patient_id", "at", "id"), index.Fields("visit_id", "at", "id"),
		index.Fields("location_id", "at", "id"), index.Fields("act_id"), index.Fields("invoice_id", "at", "id"),
		index.Fields("provider_id"),
	}
}

// Invoice asks a patient for money. Issued, it is never edited: what changes is
// what is still due, and each change is a line of the ledger.
type Invoice struct{ ent.Schema }

func (Invoice) Annotations() []schema.Annotation {
	return []schema.Annotation{Walked{"lines", "location", "patient"}, entsql.Annotation{Table: "invoices", Checks: map[string]string{
		"invoices_due": "due_minor >= 0 AND due_minor <= total_minor", "invoices_credited": "credited_minor >= 0 AND credited_minor <= total_minor",
	}}}
}
func (Invoice) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "inv"}, Stamped{}, Versioned{}} }

func (Invoice) Fields() []ent.Field {
	return []ent.Field{
		payer(), keptID("location_id"), onceID("visit_id"),
		field.Int64("number").Optional().Nillable(), // taken when it is issued, without gaps
		field.Enum("status").Values("DRAFT", "ISSUED", "BALANCED", "CANCELLED").Default("DRAFT"),
		field.String("currency").Immutable(),
		field.Int64("total_minor").Default(0), field.Int64("due_minor").Default(0), field.Int64("credited_minor").Default(0),
		field.Time("drafted_at").Immutable(), field.Time("issued_at").Optional().Nillable(), dateField("issued_on"),
		ref("cancel_reason"),
	}
}

func (Invoice) Edges() []ent.Edge {
	return []ent.Edge{
		payerEdge(), keptEdge("location", Location.Type),
		edge.To("visit", Visit.Type).Field("visit_id").Unique().Immutable(),
		edge.To("lines", InvoiceLine.Type), edge.To("charges", Charge.Type), edge.To("entries", LedgerEntry.Type),
	}
}

func (Invoice) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("number").Unique(), index.Fields("drafted_at", "id"), index.Fields("patient_id", "drafted_at", "id"),
		index.Fields("location_id", "drafted_at", "id"), index.Fields("visit_id"),
	}
}

// InvoiceLine is a copy of a charge as it was when the invoice was issued.
type InvoiceLine struct{ ent.Schema }

func (InvoiceLine) Annotations() []schema.Annotation {
	return []schema.Annotation{table("invoice_lines"), WholeOffice("it is read with the row that it belongs to, which has a rule")}
}
func (InvoiceLine) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "invl"}} }

func (InvoiceLine) Fields() []ent.Field {
	return []ent.Field{
		keptID("invoice_id"), keptID("charge_id"), field.Int("position").Immutable(),
		field.String("code").Immutable(), field.String("description").Immutable(), field.Int64("quantity").Immutable(),
		field.Int64("unit_minor").Immutable(), field.Int64("total_minor").Immutable(),
	}
}

func (InvoiceLine) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("invoice", Invoice.Type).Ref("lines").Field("invoice_id").Unique().Required().Immutable(),
		keptEdge("charge", Charge.Type),
	}
}

func (InvoiceLine) Indexes() []ent.Index {
	return []ent.Index{index.Fields("invoice_id", "position").Unique(), index.Fields("charge_id")}
}

// NumberSeries hands out numbers without gaps: whoever takes one holds the row
// until the transaction ends.
type NumberSeries struct{ ent.Schema }

func (NumberSeries) Annotations() []schema.Annotation {
	return []schema.Annotation{table("number_series"), WholeOffice("no field of the graph shows its rows")}
}
func (NumberSeries) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "nums"}} }

func (NumberSeries) Fields() []ent.Field {
	return []ent.Field{field.String("name").Immutable(), field.Int64("last").Default(0)}
}

func (NumberSeries) Indexes() []ent.Index { return []ent.Index{index.Fields("name").Unique()} }
