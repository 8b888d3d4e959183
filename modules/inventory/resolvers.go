package inventory

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/barcode"
	"medoffice/ent/itempack"
	"medoffice/ent/lot"
	"medoffice/ent/stockbalance"
	"medoffice/ent/storageplace"
	"medoffice/ent/supplier"
	"medoffice/graph/model"
	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/page"
)

type (
	// Query answers the root fields.
	Query struct{ *Module }
	// Mutation answers the root fields.
	Mutation struct{ *Module }
	// Item answers what an item is beyond its columns.
	Item struct{ *Module }
	// Barcode answers what a barcode is beyond its columns.
	Barcode struct{ *Module }
	// StoragePlace answers what a place is beyond its columns.
	StoragePlace struct{ *Module }
	// Lot answers what a lot is beyond its columns.
	Lot struct{ *Module }
	// StockBalance answers what a balance is beyond its columns.
	StockBalance struct{ *Module }
	// StockMovement answers what a movement is beyond its columns.
	StockMovement struct{ *Module }
)

func (q Query) Items(ctx context.Context, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.ItemConnection, error) {
	return q.items.All(ctx, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before})
}

func (q Query) Lots(ctx context.Context, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.LotConnection, error) {
	return q.lots.All(ctx, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before})
}

func (q Query) StockMovements(ctx context.Context, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.StockMovementConnection, error) {
	return q.movements.All(ctx, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before})
}

func (q Query) Suppliers(ctx context.Context, active *bool) ([]*ent.Supplier, error) {
	all := q.DB.Client(ctx).Supplier.Query()
	if active != nil {
		all.Where(supplier.Active.EQ(*active))
	}
	return all.Order(supplier.Name.Asc(), supplier.ID.Asc()).Limit(mostSuppliers).All(ctx)
}

func (q Query) StoragePlaces(ctx context.Context, location *string) ([]*ent.StoragePlace, error) {
	all := q.DB.Client(ctx).StoragePlace.Query().Where(storageplace.Active.EQ(true))
	if location != nil {
		all.Where(storageplace.LocationID.EQ(*location))
	}
	return all.Order(storageplace.LocationID.Asc(), storageplace.Position.Asc(), storageplace.ID.Asc()).Limit(mostPlaces).All(ctx)
}

func (i Item) Packs(ctx context.Context, obj *ent.Item) ([]*ent.ItemPack, error) {
	return load.Of(ctx, obj, "packs", itemID, func(ctx context.Context, ids []string) (map[string][]*ent.ItemPack, error) {
		rows, err := i.DB.Client(ctx).ItemPack.Query().Where(itempack.ItemID.In(ids...), itempack.Active.EQ(true)).
			Order(itempack.Quantity.Asc(), itempack.ID.Asc()).Limit(mostPacks * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(p *ent.ItemPack) string { return p.ItemID })
	})
}

func (i Item) Barcodes(ctx context.Context, obj *ent.Item) ([]*ent.Barcode, error) {
	return load.Of(ctx, obj, "barcodes", itemID, func(ctx context.Context, ids []string) (map[string][]*ent.Barcode, error) {
		rows, err := i.DB.Client(ctx).Barcode.Query().Where(barcode.ItemID.In(ids...)).
			Order(barcode.Value.Asc(), barcode.ID.Asc()).Limit(mostPacks * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(b *ent.Barcode) string { return b.ItemID })
	})
}

func (i Item) Lots(ctx context.Context, obj *ent.Item, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.LotConnection, error) {
	a := page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before}
	return page.Of(ctx, i.lots, obj, page.Child{Column: lot.FieldItemID}, a, func(l *ent.Lot) string { return l.ItemID })
}

func (i Item) Stock(ctx context.Context, obj *ent.Item, location string) (*model.StockLevel, error) {
	return load.Of(ctx, obj, "stock "+location, itemID, func(ctx context.Context, ids []string) (map[string]*model.StockLevel, error) {
		return i.levels(ctx, location, ids)
	})
}

func (b Barcode) Pack(ctx context.Context, obj *ent.Barcode) (*ent.ItemPack, error) {
	return load.Of(ctx, obj, "pack", func(b *ent.Barcode) string { return opt.Text(b.PackID) }, b.packsByID)
}

func (m *Module) packsByID(ctx context.Context, ids []string) (map[string]*ent.ItemPack, error) {
	return load.ByID(m.DB.Client(ctx).ItemPack.Query().Where(itempack.ID.In(ids...)).All(ctx))
}

func (p StoragePlace) Location(ctx context.Context, obj *ent.StoragePlace) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(p *ent.StoragePlace) string { return p.LocationID }, p.practice.LocationsByID)
}

func (l Lot) Item(ctx context.Context, obj *ent.Lot) (*ent.Item, error) {
	return load.Of(ctx, obj, "item", func(l *ent.Lot) string { return l.ItemID }, l.ItemsByID)
}

func (l Lot) Supplier(ctx context.Context, obj *ent.Lot) (*ent.Supplier, error) {
	return load.Of(ctx, obj, "supplier", func(l *ent.Lot) string { return opt.Text(l.SupplierID) }, l.suppliersByID)
}

func (l Lot) Balances(ctx context.Context, obj *ent.Lot) ([]*ent.StockBalance, error) {
	return load.Of(ctx, obj, "balances", func(l *ent.Lot) string { return l.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.StockBalance, error) {
		rows, err := l.DB.Client(ctx).StockBalance.Query().Where(stockbalance.LotID.In(ids...), stockbalance.Quantity.GT(0)).
			Order(stockbalance.ID.Asc()).Limit(mostBalances * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(b *ent.StockBalance) string { return b.LotID })
	})
}

func (b StockBalance) Place(ctx context.Context, obj *ent.StockBalance) (*ent.StoragePlace, error) {
	return load.Of(ctx, obj, "place", func(b *ent.StockBalance) string { return b.PlaceID }, b.placesByID)
}

func (s StockMovement) Item(ctx context.Context, obj *ent.StockMovement) (*ent.Item, error) {
	return load.Of(ctx, obj, "item", func(r *ent.StockMovement) string { return r.ItemID }, s.ItemsByID)
}

func (s StockMovement) Lot(ctx context.Context, obj *ent.StockMovement) (*ent.Lot, error) {
	return load.Of(ctx, obj, "lot", func(r *ent.StockMovement) string { return r.LotID }, s.Module.Lots)
}

func (s StockMovement) Place(ctx context.Context, obj *ent.StockMovement) (*ent.StoragePlace, error) {
	return load.Of(ctx, obj, "place", func(r *ent.StockMovement) string { return r.PlaceID }, s.placesByID)
}

func (StockMovement) Cost(_ context.Context, obj *ent.StockMovement) (*int, error) {
	return small(obj.CostMinor), nil
}

func (s StockMovement) Patient(ctx context.Context, obj *ent.StockMovement) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(r *ent.StockMovement) string { return opt.Text(r.PatientID) }, s.patients.ByID)
}

func (s StockMovement) Visit(ctx context.Context, obj *ent.StockMovement) (*ent.Visit, error) {
	return load.Of(ctx, obj, "visit", func(r *ent.StockMovement) string { return opt.Text(r.VisitID) }, s.visits.ByID)
}

func (s StockMovement) Reverses(ctx context.Context, obj *ent.StockMovement) (*ent.StockMovement, error) {
	return load.Of(ctx, obj, "reverses", func(r *ent.StockMovement) string { return opt.Text(r.ReversesID) }, s.movementsByID)
}

func itemID(i *ent.Item) string { return i.ID }

// small is a number of units for the graph.
func small(n *int64) *int {
	if n == nil {
		return nil
	}
	v := int(*n)
	return &v
}
