package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Payment is money that came in. What of it is not yet applied to an invoice
// is the patient's credit.
type Payment struct{ ent.Schema }

func (Payment) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "payments", Checks: map[string]string{
		"payments_amount": "amount_minor > 0", "payments_unapplied": "unapplied_minor >= 0 AND unapplied_minor <= amount_minor",
	}}}
}

func (Payment) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "paym"}, Stamped{}, Versioned{}} }

func (Payment) Fields() []ent.Field {
	return []ent.Field{
		payer(), keptID("location_id"), onceID("drawer_id"), onceID("payer_id"),
		field.Enum("method").Values("CASH", "CARD", "CHEQUE", "INSURANCE").Immutable(),
		onceID("reference"), field.Int64("amount_minor").Immutable(), field.String("currency").Immutable(),
		field.Int64("unapplied_minor"), field.Time("received_at").Immutable(),
	}
}

func (Payment) Edges() []ent.Edge {
	return []ent.Edge{
		payerEdge(), keptEdge("location", Location.Type),
		edge.To("drawer", CashDrawer.Type).Field("drawer_id").Unique().Immutable(),
		edge.To("entries", LedgerEntry.Type),
	}
}

func (Payment) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("received_at", "id"), index.Fields("patient_id", "received_at", "id"),
		index.Fields("location_id", "received_at", "id"), index.Fields("drawer_id"), index.Fields("payer_id"),
	}
}

// LedgerEntry is one line of the accounts of patients, written once. It says
// what it adds to what is due on an invoice and to the credit of a payment;
// what was wrong is mirrored by another line.
type LedgerEntry struct{ ent.Schema }

func (LedgerEntry) Annotations() []schema.Annotation {
	return []schema.Annotation{Walked{"invoice", "payment"}, entsql.Annotation{Table: "ledger_entries", Checks: map[string]string{
		"ledger_entries_say": "due_minor <> 0 OR credit_minor <> 0",
	}}}
}
func (LedgerEntry) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "led"}} }

func (LedgerEntry) Fields() []ent.Field {
	return []ent.Field{
		payer(), keptID("location_id"), onceID("invoice_id"), onceID("payment_id"), onceID("drawer_id"), onceID("line_id"), onceID("reverses_id"),
		field.Enum("kind").Values("ISSUE", "PAYMENT", "ALLOCATION", "RELEASE", "WRITE_OFF", "CREDIT_NOTE", "REFUND").Immutable(),
		field.Int64("number").Optional().Nillable().Immutable(), // of a credit note, without gaps
		field.Enum("method").Values("CASH", "CARD", "CHEQUE", "INSURANCE").Optional().Nillable().Immutable(),
		field.Int64("due_minor").Immutable(), field.Int64("credit_minor").Immutable(), field.String("currency").Immutable(),
		onceID("reason"), field.Time("at").Immutable(), field.String("day").Immutable(), // the date of the practice
		field.String("actor_id").Immutable(), field.String("actor_name").Immutable(),
	}
}

func (LedgerEntry) Edges() []ent.Edge {
	return []ent.Edge{
		payerEdge(), keptEdge("location", Location.Type),
		edge.From("invoice", Invoice.Type).Ref("entries").Field("invoice_id").Unique().Immutable(),
		edge.From("payment", Payment.Type).Ref("entries").Field("payment_id").Unique().Immutable(),
		edge.To("drawer", CashDrawer.Type).Field("drawer_id").Unique().Immutable(),
	}
}

func (LedgerEntry) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("invoice_id", "at", "id"), index.Fields("payment_id", "at", "id"), index.Fields("patient_id", "at", "id"),
		index.Fields("location_id", "day"), index.Fields("drawer_id"), index.Fields("reverses_id").Unique(), index.Fields("number").Unique(),
	}
}

// CashDrawer is where cash is put.
type CashDrawer struct{ ent.Schema }

func (CashDrawer) Annotations() []schema.Annotation {
	return []schema.Annotation{table("cash_drawers")}
}

func (CashDrawer) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "drw"}, Stamped{}, Versioned{}} }

func (CashDrawer) Fields() []ent.Field {
	return []ent.Field{keptID("location_id"), field.String("name"), field.Bool("active").Default(true)}
}

func (CashDrawer) Edges() []ent.Edge { return []ent.Edge{keptEdge("location", Location.Type)} }

func (CashDrawer) Indexes() []ent.Index {
	return []ent.Index{index.Fields("location_id", "name").Unique()}
}

// DrawerClosing is a count of a drawer at the end of a shift.
type DrawerClosing struct{ ent.Schema }

func (DrawerClosing) Annotations() []schema.Annotation {
	return []schema.Annotation{table("drawer_closings")}
}
func (DrawerClosing) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "dcl"}} }

func (DrawerClosing) Fields() []ent.Field {
	return []ent.Field{
		keptID("drawer_id"), keptID("location_id"),
		field.Int64("expected_minor").Immutable(), field.Int64("counted_minor").Immutable(), field.Int64("difference_minor").Immutable(),
		field.String("currency").Immutable(), onceID("reason"),
		field.Time("at").Immutable(), field.String("day").Immutable(),
		field.String("actor_id").Immutable(), field.String("actor_name").Immutable(),
	}
}

func (DrawerClosing) Edges() []ent.Edge {
	return []ent.Edge{keptEdge("drawer", CashDrawer.Type), keptEdge("location", Location.Type)}
}

func (DrawerClosing) Indexes() []ent.Index {
	return []ent.Index{index.Fields("drawer_id", "at", "id"), index.Fields("location_id", "day")}
}
