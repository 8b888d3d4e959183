package inventory

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/barcode"
	"medoffice/ent/itempack"
	"medoffice/ent/stockbalance"
	"medoffice/ent/storageplace"
	"medoffice/ent/supplier"
	"medoffice/graph/model"
	"medoffice/modules/kit/load"
)

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

func (i Item) Stock(ctx context.Context, obj *ent.Item, location string) (*model.StockLevel, error) {
	return load.Of(ctx, obj, "stock "+location, itemID, func(ctx context.Context, ids []string) (map[string]*model.StockLevel, error) {
		return i.levels(ctx, location, ids)
	})
}

func (l Lot) Balances(ctx context.Context, obj *ent.Lot) ([]*ent.StockBalance, error) {
	return load.Of(ctx, obj, "balances", func(l *ent.Lot) string { return l.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.StockBalance, error) {
		rows, err := l.DB.Client(ctx).StockBalance.Query().Where(stockbalance.LotID.In(ids...), stockbalance.Quantity.GT(0)).
			Order(stockbalance.ID.Asc()).Limit(mostBalances * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(b *ent.StockBalance) string { return b.LotID })
	})
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
