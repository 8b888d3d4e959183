package inventory

import (
	"context"

	"medoffice/ent"
	entkit "medoffice/ent/kit"
	"medoffice/ent/kitline"
	"medoffice/ent/purchaseorder"
	"medoffice/ent/purchaseorderline"
	"medoffice/ent/stockmovement"
	"medoffice/ent/stockreservation"
	"medoffice/ent/stocktake"
	"medoffice/ent/stocktakeline"
	"medoffice/ent/stockuse"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/page"
)

type (
	// PurchaseOrder answers what an order is beyond its columns.
	PurchaseOrder struct{ *Module }
	// PurchaseOrderLine answers what a line is beyond its columns.
	PurchaseOrderLine struct{ *Module }
	// Stocktake answers what a count is beyond its columns.
	Stocktake struct{ *Module }
	// StocktakeLine answers what a line is beyond its columns.
	StocktakeLine struct{ *Module }
	// Kit answers what a kit is beyond its columns.
	Kit struct{ *Module }
	// KitLine answers what a line is beyond its columns.
	KitLine struct{ *Module }
	// StockUse answers what a use is beyond its columns.
	StockUse struct{ *Module }
	// StockReservation answers what a reservation is beyond its columns.
	StockReservation struct{ *Module }
	// Subscription answers the root fields.
	Subscription struct{ *Module }
)

var orderFields = field.Entity{
	Type: "PurchaseOrder", Table: purchaseorder.Table, Prefix: "po",
	Fields: map[string]field.Field{
		"status":   {Column: purchaseorder.FieldStatus, Kind: field.Enum, Filter: true},
		"location": {Column: purchaseorder.FieldLocationID, Kind: field.ID, Filter: true},
		"supplier": {Column: purchaseorder.FieldSupplierID, Kind: field.ID, Filter: true},
		"number":   {Column: purchaseorder.FieldNumber, Kind: field.Int, Order: true},
	},
	Default: field.Order{Field: "number", Desc: true},
}

var countFields = field.Entity{
	Type: "Stocktake", Table: stocktake.Table, Prefix: "stk",
	Fields:  map[string]field.Field{"openedAt": {Column: stocktake.FieldOpenedAt, Kind: field.Time, Order: true}},
	Default: field.Order{Field: "openedAt", Desc: true},
}

type (
	orders = page.Lister[ent.PurchaseOrder, *ent.PurchaseOrderQuery]
	counts = page.Lister[ent.Stocktake, *ent.StocktakeQuery]
)

func orderList(d kit.Deps, seal *page.Seal) orders {
	return orders{
		Entity: &orderFields, DB: d.DB, Seal: seal,
		Query: func(c *ent.Client) *ent.PurchaseOrderQuery { return c.PurchaseOrder.Query() },
		Keys:  func(o *ent.PurchaseOrder) map[string]any { return map[string]any{"number": o.Number} },
	}
}

func countList(d kit.Deps, seal *page.Seal) counts {
	return counts{
		Entity: &countFields, DB: d.DB, Seal: seal,
		Query: func(c *ent.Client) *ent.StocktakeQuery { return c.Stocktake.Query() },
		Keys:  func(s *ent.Stocktake) map[string]any { return map[string]any{"openedAt": s.OpenedAt} },
	}
}

func (m *Module) ordersByID(ctx context.Context, ids []string) (map[string]*ent.PurchaseOrder, error) {
	return load.ByID(m.DB.Client(ctx).PurchaseOrder.Query().Where(purchaseorder.ID.In(ids...)).All(ctx))
}

func (m *Module) stocktakesByID(ctx context.Context, ids []string) (map[string]*ent.Stocktake, error) {
	return load.ByID(m.DB.Client(ctx).Stocktake.Query().Where(stocktake.ID.In(ids...)).All(ctx))
}

func (m *Module) kitsByID(ctx context.Context, ids []string) (map[string]*ent.Kit, error) {
	return load.ByID(m.DB.Client(ctx).Kit.Query().Where(entkit.ID.In(ids...)).All(ctx))
}

func (m *Module) usesByID(ctx context.Context, ids []string) (map[string]*ent.StockUse, error) {
	return load.ByID(m.DB.Client(ctx).StockUse.Query().Where(stockuse.ID.In(ids...)).All(ctx))
}

func (q Query) PurchaseOrders(ctx context.Context, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.PurchaseOrderConnection, error) {
	return q.orders.All(ctx, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before})
}

func (q Query) Stocktakes(ctx context.Context, first *int, after *string, last *int, before *string) (*model.StocktakeConnection, error) {
	return q.counts.All(ctx, page.Args{First: first, After: after, Last: last, Before: before})
}

func (q Query) Kits(ctx context.Context, active *bool) ([]*ent.Kit, error) {
	all := q.DB.Client(ctx).Kit.Query()
	if active != nil {
		all.Where(entkit.Active.EQ(*active))
	}
	return all.Order(entkit.Name.Asc(), entkit.ID.Asc()).Limit(mostKits).All(ctx)
}

func (q Query) StockReservations(ctx context.Context, location string) ([]*ent.StockReservation, error) {
	return q.DB.Client(ctx).StockReservation.Query().Where(
		stockreservation.LocationID.EQ(location), stockreservation.StatusColumn.EQ(stockreservation.StatusHELD),
		stockreservation.Until.GT(q.Clock.Now()),
	).Order(stockreservation.Until.Asc(), stockreservation.ID.Asc()).Limit(mostKits).All(ctx)
}

func (o PurchaseOrder) Location(ctx context.Context, obj *ent.PurchaseOrder) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(o *ent.PurchaseOrder) string { return o.LocationID }, o.practice.LocationsByID)
}

func (o PurchaseOrder) Supplier(ctx context.Context, obj *ent.PurchaseOrder) (*ent.Supplier, error) {
	return load.Of(ctx, obj, "supplier", func(o *ent.PurchaseOrder) string { return o.SupplierID }, o.suppliersByID)
}

func (o PurchaseOrder) Lines(ctx context.Context, obj *ent.PurchaseOrder) ([]*ent.PurchaseOrderLine, error) {
	return load.Of(ctx, obj, "lines", func(o *ent.PurchaseOrder) string { return o.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.PurchaseOrderLine, error) {
		rows, err := o.DB.Client(ctx).PurchaseOrderLine.Query().Where(purchaseorderline.OrderID.In(ids...), purchaseorderline.Packs.GT(0)).
			Order(purchaseorderline.Position.Asc(), purchaseorderline.ID.Asc()).Limit(mostLines * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(l *ent.PurchaseOrderLine) string { return l.OrderID })
	})
}

func (l PurchaseOrderLine) Item(ctx context.Context, obj *ent.PurchaseOrderLine) (*ent.Item, error) {
	return load.Of(ctx, obj, "item", func(l *ent.PurchaseOrderLine) string { return l.ItemID }, l.ItemsByID)
}

func (PurchaseOrderLine) Price(_ context.Context, obj *ent.PurchaseOrderLine) (*int, error) {
	return small(obj.PriceMinor), nil
}

func (s Stocktake) Location(ctx context.Context, obj *ent.Stocktake) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(s *ent.Stocktake) string { return s.LocationID }, s.practice.LocationsByID)
}

func (s Stocktake) Place(ctx context.Context, obj *ent.Stocktake) (*ent.StoragePlace, error) {
	return load.Of(ctx, obj, "place", func(s *ent.Stocktake) string { return opt.Text(s.PlaceID) }, s.placesByID)
}

func (s Stocktake) Lines(ctx context.Context, obj *ent.Stocktake) ([]*ent.StocktakeLine, error) {
	return load.Of(ctx, obj, "lines", func(s *ent.Stocktake) string { return s.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.StocktakeLine, error) {
		rows, err := s.DB.Client(ctx).StocktakeLine.Query().Where(stocktakeline.StocktakeID.In(ids...)).
			Order(stocktakeline.PlaceID.Asc(), stocktakeline.ItemID.Asc(), stocktakeline.ID.Asc()).Limit(mostCounted * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(l *ent.StocktakeLine) string { return l.StocktakeID })
	})
}

func (l StocktakeLine) Item(ctx context.Context, obj *ent.StocktakeLine) (*ent.Item, error) {
	return load.Of(ctx, obj, "item", func(l *ent.StocktakeLine) string { return l.ItemID }, l.ItemsByID)
}

func (l StocktakeLine) Lot(ctx context.Context, obj *ent.StocktakeLine) (*ent.Lot, error) {
	return load.Of(ctx, obj, "lot", func(l *ent.StocktakeLine) string { return l.LotID }, l.Module.Lots)
}

func (l StocktakeLine) Place(ctx context.Context, obj *ent.StocktakeLine) (*ent.StoragePlace, error) {
	return load.Of(ctx, obj, "place", func(l *ent.StocktakeLine) string { return l.PlaceID }, l.placesByID)
}

func (k Kit) Lines(ctx context.Context, obj *ent.Kit) ([]*ent.KitLine, error) {
	return load.Of(ctx, obj, "lines", func(k *ent.Kit) string { return k.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.KitLine, error) {
		rows, err := k.DB.Client(ctx).KitLine.Query().Where(kitline.KitID.In(ids...), kitline.Active.EQ(true)).
			Order(kitline.Position.Asc(), kitline.ID.Asc()).Limit(mostLines * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(l *ent.KitLine) string { return l.KitID })
	})
}

func (l KitLine) Item(ctx context.Context, obj *ent.KitLine) (*ent.Item, error) {
	return load.Of(ctx, obj, "item", func(l *ent.KitLine) string { return l.ItemID }, l.ItemsByID)
}

func (u StockUse) Kit(ctx context.Context, obj *ent.StockUse) (*ent.Kit, error) {
	return load.Of(ctx, obj, "kit", func(u *ent.StockUse) string { return opt.Text(u.KitID) }, u.kitsByID)
}

func (u StockUse) Item(ctx context.Context, obj *ent.StockUse) (*ent.Item, error) {
	return load.Of(ctx, obj, "item", func(u *ent.StockUse) string { return opt.Text(u.ItemID) }, u.ItemsByID)
}

func (u StockUse) Patient(ctx context.Context, obj *ent.StockUse) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(u *ent.StockUse) string { return opt.Text(u.PatientID) }, u.patients.ByID)
}

func (u StockUse) Movements(ctx context.Context, obj *ent.StockUse) ([]*ent.StockMovement, error) {
	return load.Of(ctx, obj, "movements", func(u *ent.StockUse) string { return u.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.StockMovement, error) {
		rows, err := u.DB.Client(ctx).StockMovement.Query().Where(stockmovement.ActID.In(ids...)).
			Order(stockmovement.At.Asc(), stockmovement.ID.Asc()).Limit(mostMovements * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(r *ent.StockMovement) string { return opt.Text(r.ActID) })
	})
}

func (r StockReservation) Item(ctx context.Context, obj *ent.StockReservation) (*ent.Item, error) {
	return load.Of(ctx, obj, "item", func(r *ent.StockReservation) string { return r.ItemID }, r.ItemsByID)
}

func (k Kit) VisitType(ctx context.Context, obj *ent.Kit) (*ent.VisitType, error) {
	return load.Of(ctx, obj, "visit type", func(k *ent.Kit) string { return opt.Text(k.VisitTypeID) }, k.visits.TypesByID)
}
