package inventory

import (
	"context"

	"medoffice/ent"
	entkit "medoffice/ent/kit"
	"medoffice/ent/kitline"
	"medoffice/ent/purchaseorderline"
	"medoffice/ent/stockmovement"
	"medoffice/ent/stockreservation"
	"medoffice/ent/stocktakeline"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
)

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

func (o PurchaseOrder) Lines(ctx context.Context, obj *ent.PurchaseOrder) ([]*ent.PurchaseOrderLine, error) {
	return load.Of(ctx, obj, "lines", func(o *ent.PurchaseOrder) string { return o.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.PurchaseOrderLine, error) {
		rows, err := o.DB.Client(ctx).PurchaseOrderLine.Query().Where(purchaseorderline.OrderID.In(ids...), purchaseorderline.Packs.GT(0)).
			Order(purchaseorderline.Position.Asc(), purchaseorderline.ID.Asc()).Limit(mostLines * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(l *ent.PurchaseOrderLine) string { return l.OrderID })
	})
}

func (s Stocktake) Lines(ctx context.Context, obj *ent.Stocktake) ([]*ent.StocktakeLine, error) {
	return load.Of(ctx, obj, "lines", func(s *ent.Stocktake) string { return s.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.StocktakeLine, error) {
		rows, err := s.DB.Client(ctx).StocktakeLine.Query().Where(stocktakeline.StocktakeID.In(ids...)).
			Order(stocktakeline.PlaceID.Asc(), stocktakeline.ItemID.Asc(), stocktakeline.ID.Asc()).Limit(mostCounted * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(l *ent.StocktakeLine) string { return l.StocktakeID })
	})
}

func (k Kit) Lines(ctx context.Context, obj *ent.Kit) ([]*ent.KitLine, error) {
	return load.Of(ctx, obj, "lines", func(k *ent.Kit) string { return k.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.KitLine, error) {
		rows, err := k.DB.Client(ctx).KitLine.Query().Where(kitline.KitID.In(ids...), kitline.Active.EQ(true)).
			Order(kitline.Position.Asc(), kitline.ID.Asc()).Limit(mostLines * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(l *ent.KitLine) string { return l.KitID })
	})
}

func (u StockUse) Movements(ctx context.Context, obj *ent.StockUse) ([]*ent.StockMovement, error) {
	return load.Of(ctx, obj, "movements", func(u *ent.StockUse) string { return u.ID }, func(ctx context.Context, ids []string) (map[string][]*ent.StockMovement, error) {
		rows, err := u.DB.Client(ctx).StockMovement.Query().Where(stockmovement.ActID.In(ids...)).
			Order(stockmovement.At.Asc(), stockmovement.ID.Asc()).Limit(mostMovements * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(r *ent.StockMovement) string { return opt.Text(r.ActID) })
	})
}
