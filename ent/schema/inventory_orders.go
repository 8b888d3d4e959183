package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// PurchaseOrder asks a supplier for stock.
type PurchaseOrder struct{ ent.Schema }

func (PurchaseOrder) Annotations() []schema.Annotation {
	return []schema.Annotation{table("purchase_orders"), Walked{"supplier", "location", "lines"}}
}

func (PurchaseOrder) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "po"}, Stamped{}, Versioned{}}
}

func (PurchaseOrder) Fields() []ent.Field {
	return append(ids("location_id", "supplier_id"),
		field.Int("number").Immutable(),
		field.Enum("status").Values("DRAFT", "APPROVED", "SENT", "PARTLY_RECEIVED", "RECEIVED", "CLOSED", "CANCELLED").Default("DRAFT"),
		ref("note"), ref("close_reason"),
		field.Time("approved_at").Optional().Nillable(), ref("approved_by"),
		field.Time("sent_at").Optional().Nillable(), field.Time("closed_at").Optional().Nillable())
}

func (PurchaseOrder) Edges() []ent.Edge {
	return []ent.Edge{
		heldTo("location", Location.Type), heldTo("supplier", Supplier.Type), edge.To("lines", PurchaseOrderLine.Type),
	}
}

func (PurchaseOrder) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("number").Unique(), index.Fields("location_id", "number"), index.Fields("status", "number", "id"),
		index.Fields("number", "id"), index.Fields("supplier_id"),
	}
}

// PurchaseOrderLine is so many packs of one item. What a pack held on the day
// of the order is kept with it.
type PurchaseOrderLine struct{ ent.Schema }

func (PurchaseOrderLine) Annotations() []schema.Annotation {
	return []schema.Annotation{WholeOffice("it is read with the row that it belongs to, which has a rule"), Walked{"item", "order"}, entsql.Annotation{
		Table: "purchase_order_lines", Checks: map[string]string{"purchase_order_lines_packs": "packs >= 0 AND received >= 0"},
	}}
}
func (PurchaseOrderLine) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "pol"}, Stamped{}} }

func (PurchaseOrderLine) Fields() []ent.Field {
	return append(ids("order_id", "item_id", "pack_id", "pack_name"),
		field.Int64("pack_size").Immutable(), field.Int64("packs"),
		field.Int64("received").Default(0), // base units
		field.Int64("price_minor").Optional().Nillable(),
		field.Int("position").Default(0))
}

func (PurchaseOrderLine) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("order", PurchaseOrder.Type).Ref("lines").Field("order_id").Unique().Required().Immutable(),
		heldTo("item", Item.Type), heldTo("pack", ItemPack.Type),
	}
}

func (PurchaseOrderLine) Indexes() []ent.Index {
	return []ent.Index{index.Fields("order_id", "position", "id"), index.Fields("item_id"), index.Fields("pack_id")}
}

// Stocktake is a count of what is there, against what was there by the ledger
// when it was counted.
type Stocktake struct{ ent.Schema }

func (Stocktake) Annotations() []schema.Annotation { return []schema.Annotation{table("stocktakes")} }

func (Stocktake) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "stk"}, Stamped{}, Versioned{}}
}

func (Stocktake) Fields() []ent.Field {
	return append(ids("location_id"),
		field.String("place_id").Optional().Nillable().Immutable(),
		field.Enum("status").Values("OPEN", "CLOSED", "CANCELLED").Default("OPEN"),
		field.Time("opened_at").Immutable(), field.Time("closed_at").Optional().Nillable())
}

func (Stocktake) Edges() []ent.Edge {
	return []ent.Edge{
		heldTo("location", Location.Type), edge.To("place", StoragePlace.Type).Field("place_id").Unique().Immutable(),
		edge.To("lines", StocktakeLine.Type),
	}
}

func (Stocktake) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("opened_at", "id"), index.Fields("location_id", "opened_at", "id"),
		index.Fields("place_id", "opened_at", "id"),
	}
}

// StocktakeLine is one lot at one place: what the snapshot says, what was
// counted, and when.
type StocktakeLine struct{ ent.Schema }

func (StocktakeLine) Annotations() []schema.Annotation {
	return []schema.Annotation{WholeOffice("it is read with the row that it belongs to, which has a rule"), Walked{"item"}, entsql.Annotation{
		Table: "stocktake_lines", Checks: map[string]string{"stocktake_lines_counted": "counted >= 0"},
	}}
}
func (StocktakeLine) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "stl"}, Stamped{}} }

func (StocktakeLine) Fields() []ent.Field {
	return append(ids("stocktake_id", "item_id", "lot_id", "place_id"),
		field.Int64("expected").Immutable(), // by the ledger when the count was opened
		field.Int64("counted").Optional().Nillable(),
		field.Int64("difference").Optional().Nillable(), // counted less what the ledger held when it was counted
		field.Time("counted_at").Optional().Nillable(), ref("counted_by"), ref("reason"))
}

func (StocktakeLine) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("stocktake", Stocktake.Type).Ref("lines").Field("stocktake_id").Unique().Required().Immutable(),
		heldTo("item", Item.Type), heldTo("lot", Lot.Type), heldTo("place", StoragePlace.Type),
	}
}

func (StocktakeLine) Indexes() []ent.Index {
	return []ent.Index{index.Fields("stocktake_id", "lot_id", "place_id").Unique(), index.Fields("lot_id"), index.Fields("item_id"), index.Fields("place_id")}
}
