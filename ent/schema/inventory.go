package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// heldTo is an edge that a row is born with and keeps.
func heldTo(name string, t any) ent.Edge {
	return edge.To(name, t).Field(name + "_id").Unique().Required().Immutable()
}

// ids are columns that hold the ids of other rows for good.
func ids(names ...string) []ent.Field {
	list := make([]ent.Field, len(names))
	for i, name := range names {
		list[i] = field.String(name).Immutable()
	}
	return list
}

// Item is something that the office keeps in stock: a drug, a vaccine, a supply.
type Item struct{ ent.Schema }

func (Item) Annotations() []schema.Annotation {
	return []schema.Annotation{table("items"), WholeOffice("it is the same at every location")}
}

func (Item) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "item"}, Stamped{}, Versioned{}} }

func (Item) Fields() []ent.Field {
	return []ent.Field{
		field.String("code"), // of the office, stable
		field.String("name"),
		field.String("sort_name"),
		field.Enum("kind").Values("DRUG", "VACCINE", "SUPPLY", "REAGENT", "DEVICE"),
		field.String("ndc").Optional().Nillable(),
		field.String("base_unit"), // what one unit is: dose, tablet, mL, piece
		field.Bool("controlled").Default(false),
		// A container of several doses, and how long it may be used once it is open.
		field.Int64("per_container").Default(1),
		field.Int("use_hours").Optional().Nillable(),
		field.Bool("active").Default(true),
	}
}

func (Item) Edges() []ent.Edge {
	return []ent.Edge{edge.To("packs", ItemPack.Type), edge.To("barcodes", Barcode.Type)}
}

func (Item) Indexes() []ent.Index {
	return []ent.Index{index.Fields("code").Unique(), index.Fields("sort_name", "id"), index.Fields("kind", "sort_name", "id")}
}

// ItemPack is a form in which an item is bought: so many base units in one.
type ItemPack struct{ ent.Schema }

func (ItemPack) Annotations() []schema.Annotation {
	return []schema.Annotation{WholeOffice("it is the same at every location"), entsql.Annotation{Table: "item_packs", Checks: map[string]string{"item_packs_positive": "quantity > 0"}}}
}
func (ItemPack) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "pack"}, Stamped{}} }

func (ItemPack) Fields() []ent.Field {
	return append(ids("item_id"),
		field.String("name").Immutable(), field.Int64("quantity").Immutable(),
		field.Bool("active").Default(true))
}

func (ItemPack) Edges() []ent.Edge {
	return []ent.Edge{edge.From("item", Item.Type).Ref("packs").Field("item_id").Unique().Required().Immutable()}
}

func (ItemPack) Indexes() []ent.Index {
	return []ent.Index{index.Fields("item_id", "quantity", "name").Unique()}
}

// Barcode is what a scanner reads of an item or of one of its packs: digits alone.
type Barcode struct{ ent.Schema }

func (Barcode) Annotations() []schema.Annotation {
	return []schema.Annotation{table("barcodes"), WholeOffice("it is the same at every location"), Walked{"item", "pack"}}
}

func (Barcode) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "bar"}, Stamped{}} }

func (Barcode) Fields() []ent.Field {
	return append(ids("item_id"),
		field.String("pack_id").Immutable().Optional().Nillable(),
		field.Enum("kind").Values("NDC", "UPC", "GTIN", "OWN").Immutable(),
		field.String("value").Immutable())
}

func (Barcode) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("item", Item.Type).Ref("barcodes").Field("item_id").Unique().Required().Immutable(),
		edge.To("pack", ItemPack.Type).Field("pack_id").Unique().Immutable(),
	}
}

func (Barcode) Indexes() []ent.Index {
	return []ent.Index{index.Fields("value").Unique(), index.Fields("item_id", "value"), index.Fields("pack_id")}
}

// Supplier is who delivers.
type Supplier struct{ ent.Schema }

func (Supplier) Annotations() []schema.Annotation {
	return []schema.Annotation{table("suppliers"), WholeOffice("it is the same at every location")}
}

func (Supplier) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "sup"}, Stamped{}, Versioned{}} }

func (Supplier) Fields() []ent.Field {
	return []ent.Field{
		field.String("name"), ref("email"), ref("phone"), ref("line"), ref("account_number"), field.Bool("active").Default(true),
	}
}
func (Supplier) Indexes() []ent.Index { return []ent.Index{index.Fields("name").Unique()} }

// StoragePlace is where stock stands at a location: a shelf, a fridge, a safe.
type StoragePlace struct{ ent.Schema }

func (StoragePlace) Annotations() []schema.Annotation {
	return []schema.Annotation{table("storage_places")}
}

func (StoragePlace) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "plc"}, Stamped{}, Versioned{}}
}

func (StoragePlace) Fields() []ent.Field {
	return append(ids("location_id"),
		field.String("name"),
		field.Enum("kind").Values("SHELF", "CABINET", "FRIDGE", "FREEZER", "SAFE", "CART").Default("SHELF"),
		field.Int("position").Default(0), field.Bool("active").Default(true))
}
func (StoragePlace) Edges() []ent.Edge { return []ent.Edge{heldTo("location", Location.Type)} }

func (StoragePlace) Indexes() []ent.Index {
	return []ent.Index{index.Fields("location_id", "position", "id"), index.Fields("location_id", "name").Unique()}
}

// Lot is what was made together: one number, one expiry date, one fate.
type Lot struct{ ent.Schema }

func (Lot) Annotations() []schema.Annotation {
	return []schema.Annotation{table("lots"), WholeOffice("it is the same at every location"), Walked{"item"}}
}

func (Lot) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "lot"}, Stamped{}, Versioned{}} }

func (Lot) Fields() []ent.Field {
	return append(ids("item_id"),
		field.String("number").Immutable(),
		dateField("expires_on"), // the last day on which it may be used
		ref("maker"),
		field.String("supplier_id").Optional().Nillable().Immutable(),
		field.Enum("status").Values("AVAILABLE", "QUARANTINED", "RECALLED").Default("AVAILABLE"),
		ref("status_reason"),
		field.Time("status_since").Optional().Nillable())
}

func (Lot) Edges() []ent.Edge {
	return []ent.Edge{
		heldTo("item", Item.Type), edge.To("supplier", Supplier.Type).Field("supplier_id").Unique().Immutable(),
		edge.To("balances", StockBalance.Type),
	}
}

func (Lot) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("item_id", "number").Unique(), index.Fields("item_id", "expires_on", "id"),
		index.Fields("expires_on", "id"), index.Fields("number"),
		index.Fields("supplier_id", "expires_on", "id"),
	}
}

// StockBalance is what is there of a lot at a place. The movements say the
// same: it is their sum, kept so that no two takers get the same unit.
type StockBalance struct{ ent.Schema }

func (StockBalance) Annotations() []schema.Annotation {
	return []schema.Annotation{Walked{"lot"}, Many{Update: true}, entsql.Annotation{
		Table: "stock_balances", Checks: map[string]string{"stock_balances_never_negative": "quantity >= 0"},
	}}
}
func (StockBalance) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "bal"}} }

func (StockBalance) Fields() []ent.Field {
	return append(ids("item_id", "lot_id", "place_id", "location_id"),
		field.Int64("quantity").Default(0),
		// Of the container that is open there: its rest is quantity modulo the container.
		field.Time("opened_at").Optional().Nillable(),
		field.Time("beyond_use_at").Optional().Nillable())
}

func (StockBalance) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("lot", Lot.Type).Ref("balances").Field("lot_id").Unique().Required().Immutable(),
		heldTo("item", Item.Type), heldTo("place", StoragePlace.Type), heldTo("location", Location.Type),
	}
}

func (StockBalance) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("lot_id", "place_id").Unique(), index.Fields("location_id", "item_id"),
		index.Fields("item_id"), index.Fields("place_id"),
	}
}

// StockMovement is one line of the ledger. It is written once; what was wrong
// is mirrored by another one.
type StockMovement struct{ ent.Schema }

func (StockMovement) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{
		Table: "stock_movements", Checks: map[string]string{"stock_movements_move": "quantity <> 0", "stock_movements_balance": "balance >= 0"},
	}}
}
func (StockMovement) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "mov"}} }

func (StockMovement) Fields() []ent.Field {
	once := func(name string) ent.Field { return field.String(name).Optional().Nillable().Immutable() }
	return append(ids("item_id", "lot_id", "place_id", "location_id"),
		field.Enum("kind").Values("RECEIPT", "ISSUE", "TRANSFER", "ADJUSTMENT", "WASTE", "RETURN", "STOCKTAKE").Immutable(),
		field.Int64("quantity").Immutable(), // what it adds, negative for what it takes
		field.Int64("balance").Immutable(),  // of the lot at the place, afterwards
		once("reason"),
		ref("patient_id"), // follows the chart when charts are merged
		once("visit_id"), once("act_id"),
		once("reverses_id"), once("pair_id"), // the movement it mirrors; the other half of a transfer
		once("order_line_id"), once("stocktake_id"),
		field.Int64("cost_minor").Optional().Nillable().Immutable(), // of all units, in minor units of money
		field.Time("at").Immutable(), field.String("actor_id").Immutable(), field.String("actor_name").Immutable())
}

func (StockMovement) Edges() []ent.Edge {
	return []ent.Edge{
		heldTo("item", Item.Type), heldTo("lot", Lot.Type), heldTo("place", StoragePlace.Type), heldTo("location", Location.Type),
		edge.To("patient", Patient.Type).Field("patient_id").Unique(),
		edge.To("visit", Visit.Type).Field("visit_id").Unique().Immutable(),
	}
}

func (StockMovement) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("at", "id"), index.Fields("item_id", "at", "id"), index.Fields("lot_id", "at", "id"),
		index.Fields("location_id", "at", "id"), index.Fields("place_id", "lot_id"), index.Fields("act_id"),
		index.Fields("patient_id"), index.Fields("visit_id"), index.Fields("reverses_id").Unique(),
	}
}

// ParLevel is how much of an item a location wants to have.
type ParLevel struct{ ent.Schema }

func (ParLevel) Annotations() []schema.Annotation { return []schema.Annotation{table("par_levels")} }

func (ParLevel) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "par"}, Stamped{}, Versioned{}} }

func (ParLevel) Fields() []ent.Field {
	return append(ids("item_id", "location_id"), field.Int64("minimum"), field.Int64("maximum"))
}

func (ParLevel) Edges() []ent.Edge {
	return []ent.Edge{heldTo("item", Item.Type), heldTo("location", Location.Type)}
}

func (ParLevel) Indexes() []ent.Index {
	return []ent.Index{index.Fields("location_id", "item_id").Unique(), index.Fields("item_id")}
}

// StockReservation keeps units of an item for something planned.
type StockReservation struct{ ent.Schema }

func (StockReservation) Annotations() []schema.Annotation {
	return []schema.Annotation{table("stock_reservations")}
}
func (StockReservation) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "rsv"}, Stamped{}} }

func (StockReservation) Fields() []ent.Field {
	return append(ids("item_id", "location_id", "about"),
		field.Int64("quantity"),
		field.Enum("status").Values("HELD", "USED", "RELEASED").Default("HELD"),
		field.Time("until").Immutable())
}

func (StockReservation) Edges() []ent.Edge {
	return []ent.Edge{heldTo("item", Item.Type), heldTo("location", Location.Type)}
}

func (StockReservation) Indexes() []ent.Index {
	return []ent.Index{index.Fields("location_id", "item_id", "status"), index.Fields("about"), index.Fields("item_id")}
}

// Kit is what a procedure or the set-up of a room uses.
type Kit struct{ ent.Schema }

func (Kit) Annotations() []schema.Annotation {
	return []schema.Annotation{table("kits"), WholeOffice("it is the same at every location")}
}

func (Kit) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "kit"}, Stamped{}, Versioned{}} }

func (Kit) Fields() []ent.Field {
	return []ent.Field{
		field.String("code"), field.String("name"), field.Bool("active").Default(true),
		ref("visit_type_id"), // of the visits that need it
	}
}
func (Kit) Edges() []ent.Edge { return []ent.Edge{edge.To("lines", KitLine.Type)} }
func (Kit) Indexes() []ent.Index {
	return []ent.Index{index.Fields("code").Unique(), index.Fields("visit_type_id")}
}

// KitLine is one item of a kit. A line that is no longer wanted is inactive.
type KitLine struct{ ent.Schema }

func (KitLine) Annotations() []schema.Annotation {
	return []schema.Annotation{table("kit_lines"), WholeOffice("it is the same at every location")}
}

func (KitLine) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "ktl"}, Stamped{}} }

func (KitLine) Fields() []ent.Field {
	return append(ids("kit_id", "item_id"), field.Int64("quantity"), field.Int("position").Default(0), field.Bool("active").Default(true))
}

func (KitLine) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("kit", Kit.Type).Ref("lines").Field("kit_id").Unique().Required().Immutable(), heldTo("item", Item.Type),
	}
}

func (KitLine) Indexes() []ent.Index {
	return []ent.Index{index.Fields("kit_id", "item_id").Unique(), index.Fields("item_id")}
}

// StockUse is an act by which something was used up: a kit, or some of an item.
type StockUse struct{ ent.Schema }

func (StockUse) Annotations() []schema.Annotation { return []schema.Annotation{table("stock_uses")} }

func (StockUse) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "use"}, Stamped{}, Versioned{}, Amended{}}
}

func (StockUse) Fields() []ent.Field {
	once := func(name string) ent.Field { return field.String(name).Optional().Nillable().Immutable() }
	return append(ids("location_id"),
		once("kit_id"), once("item_id"), field.Int64("quantity").Immutable(), ref("patient_id"), once("visit_id"),
		field.Enum("status").Values("DONE", "ENTERED_IN_ERROR").Default("DONE"),
		field.Time("at").Immutable(), field.String("actor_name").Immutable())
}

func (StockUse) Edges() []ent.Edge {
	return []ent.Edge{
		heldTo("location", Location.Type),
		edge.To("kit", Kit.Type).Field("kit_id").Unique().Immutable(), edge.To("item", Item.Type).Field("item_id").Unique().Immutable(),
		edge.To("patient", Patient.Type).Field("patient_id").Unique(),
		edge.To("visit", Visit.Type).Field("visit_id").Unique().Immutable(),
	}
}

func (StockUse) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("patient_id", "at", "id"), index.Fields("visit_id", "at", "id"), index.Fields("location_id", "at", "id"),
		index.Fields("kit_id", "at", "id"), index.Fields("item_id", "at", "id"),
		index.Fields("at", "id"),
	}
}
