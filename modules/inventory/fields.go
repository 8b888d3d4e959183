package inventory

import (
	"context"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/item"
	"medoffice/ent/lot"
	"medoffice/ent/predicate"
	"medoffice/ent/row"
	"medoffice/ent/stockmovement"
	"medoffice/ent/storageplace"
	"medoffice/ent/supplier"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/page"
)

var itemFields = field.Entity{
	Type: "Item", Table: item.Table, Prefix: "item",
	Fields: map[string]field.Field{
		"code":       {Column: item.FieldCode, Filter: true},
		"name":       {Column: item.FieldSortName, Filter: true, Order: true, Fold: strings.ToLower},
		"kind":       {Column: item.FieldKind, Kind: field.Enum, Filter: true},
		"controlled": {Column: item.FieldControlled, Kind: field.Bool, Filter: true},
		"active":     {Column: item.FieldActive, Kind: field.Bool, Filter: true},
	},
	Default: field.Order{Field: "name"},
}

var lotFields = field.Entity{
	Type: "Lot", Table: lot.Table, Prefix: "lot",
	Fields: map[string]field.Field{
		"item":      {Column: lot.FieldItemID, Kind: field.ID, Filter: true},
		"number":    {Column: lot.FieldNumber, Filter: true},
		"status":    {Column: lot.FieldStatus, Kind: field.Enum, Filter: true},
		"expiresOn": {Column: lot.FieldExpiresOn, Kind: field.Date, Nullable: true, Filter: true, Order: true},
	},
	Default: field.Order{Field: "expiresOn"},
}

var movementFields = field.Entity{
	Type: "StockMovement", Table: stockmovement.Table, Prefix: "mov",
	Fields: map[string]field.Field{
		"kind":     {Column: stockmovement.FieldKind, Kind: field.Enum, Filter: true},
		"item":     {Column: stockmovement.FieldItemID, Kind: field.ID, Filter: true},
		"lot":      {Column: stockmovement.FieldLotID, Kind: field.ID, Filter: true},
		"place":    {Column: stockmovement.FieldPlaceID, Kind: field.ID, Filter: true},
		"location": {Column: stockmovement.FieldLocationID, Kind: field.ID, Filter: true},
		"at":       {Column: stockmovement.FieldAt, Kind: field.Time, Filter: true, Order: true},
	},
	Default: field.Order{Field: "at", Desc: true},
}

type (
	items     = page.Lister[ent.Item, *ent.ItemQuery]
	lots      = page.Lister[ent.Lot, *ent.LotQuery]
	movements = page.Lister[ent.StockMovement, *ent.StockMovementQuery]
)

func itemList(d kit.Deps, seal *page.Seal) items {
	return items{
		Entity: &itemFields, DB: d.DB, Seal: seal,
		Query: func(c *ent.Client) *ent.ItemQuery { return c.Item.Query() },
		Keys:  func(i *ent.Item) map[string]any { return map[string]any{"name": i.SortName} },
	}
}

func lotList(d kit.Deps, seal *page.Seal) lots {
	return lots{
		Entity: &lotFields, DB: d.DB, Seal: seal,
		Query: func(c *ent.Client) *ent.LotQuery { return c.Lot.Query() },
		Keys: func(l *ent.Lot) map[string]any {
			if l.ExpiresOn == nil {
				return map[string]any{"expiresOn": nil}
			}
			return map[string]any{"expiresOn": string(*l.ExpiresOn)}
		},
	}
}

func movementList(d kit.Deps, seal *page.Seal) movements {
	return movements{
		Entity: &movementFields, DB: d.DB, Seal: seal,
		Query: func(c *ent.Client) *ent.StockMovementQuery { return c.StockMovement.Query() },
		Keys:  func(r *ent.StockMovement) map[string]any { return map[string]any{"at": r.At} },
	}
}

// Rules implements kit.Ruler: who is bound to a location sees what stands,
// moves and is ordered there. Items, lots and suppliers are of the practice.
func (*Module) Rules() kit.Rules {
	here := []kit.Rule{func(v *kit.Viewer) func(*sql.Selector) {
		if v.LocationID == "" {
			return nil
		}
		return func(s *sql.Selector) { s.Where(sql.EQ(s.C("location_id"), v.LocationID)) }
	}}
	return kit.Rules{
		"StoragePlace": here, "StockBalance": here, "StockMovement": here, "ParLevel": here,
		"StockReservation": here, "StockUse": here, "PurchaseOrder": here, "Stocktake": here,
	}
}

// inDate finds lots that may be used on the day of the instant.
func (m *Module) inDate(when time.Time) predicate.Lot {
	return row.Or(lot.ExpiresOn.IsNil(), lot.ExpiresOn.GTE(date.Date(m.Day(when))))
}

// ItemsByID finds items for loaders and node.
func (m *Module) ItemsByID(ctx context.Context, ids []string) (map[string]*ent.Item, error) {
	return load.ByID(m.DB.Client(ctx).Item.Query().Where(item.ID.In(ids...)).All(ctx))
}

func (m *Module) placesByID(ctx context.Context, ids []string) (map[string]*ent.StoragePlace, error) {
	return load.ByID(m.DB.Client(ctx).StoragePlace.Query().Where(storageplace.ID.In(ids...)).All(ctx))
}

func (m *Module) suppliersByID(ctx context.Context, ids []string) (map[string]*ent.Supplier, error) {
	return load.ByID(m.DB.Client(ctx).Supplier.Query().Where(supplier.ID.In(ids...)).All(ctx))
}

func (m *Module) movementsByID(ctx context.Context, ids []string) (map[string]*ent.StockMovement, error) {
	return load.ByID(m.DB.Client(ctx).StockMovement.Query().Where(stockmovement.ID.In(ids...)).All(ctx))
}

// Nodes implements kit.Noder.
func (m *Module) Nodes() map[string]kit.Finder {
	return map[string]kit.Finder{
		"item": kit.Find(Read, m.ItemsByID), "lot": kit.Find(Read, m.Lots), "plc": kit.Find(Read, m.placesByID),
		"sup": kit.Find(Read, m.suppliersByID), "mov": kit.Find(Ledger, m.movementsByID),
		"po": kit.Find(Order, m.ordersByID), "stk": kit.Find(Count, m.stocktakesByID),
		"kit": kit.Find(Read, m.kitsByID), "use": kit.Find(Use, m.usesByID),
	}
}
