package inventory

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/lot"
	"medoffice/ent/stockbalance"
	"medoffice/ent/stockmovement"
	"medoffice/ent/stocktake"
	"medoffice/ent/stocktakeline"
	"medoffice/ent/storageplace"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

// mostCounted bounds the lines of a count.
const mostCounted = 1000

// openStocktake writes the snapshot: what the ledger says is there now.
func (m *Module) openStocktake(ctx context.Context, in model.OpenStocktakeInput) (string, error) {
	if err := m.site(ctx, in.LocationID); err != nil {
		return "", err
	}
	c, place := m.DB.Client(ctx), in.PlaceID.Value()
	q := c.StockBalance.Query().Where(stockbalance.LocationID.EQ(in.LocationID), stockbalance.Quantity.GT(0))
	if place != nil {
		if _, err := act.Found(c.StoragePlace.Query().Where(storageplace.ID.EQ(*place), storageplace.LocationID.EQ(in.LocationID)).Only(ctx))("place", "placeId"); err != nil {
			return "", err
		}
		q.Where(stockbalance.PlaceID.EQ(*place))
	}
	there, err := q.Order(stockbalance.PlaceID.Asc(), stockbalance.ItemID.Asc(), stockbalance.ID.Asc()).Limit(mostCounted + 1).All(ctx)
	if err != nil {
		return "", err
	}
	if len(there) > mostCounted {
		return "", kit.Refuse(kit.LimitExceeded, "a count has at most 1000 lines: count place by place", "placeId")
	}
	row, err := c.Stocktake.Create().SetLocationID(in.LocationID).SetNillablePlaceID(place).SetOpenedAt(m.Clock.Now()).Save(ctx)
	if err != nil {
		return "", err
	}
	lines := make([]*ent.StocktakeLineCreate, len(there))
	for i, b := range there {
		lines[i] = c.StocktakeLine.Create().SetStocktakeID(row.ID).SetItemID(b.ItemID).SetLotID(b.LotID).SetPlaceID(b.PlaceID).SetExpected(b.Quantity)
	}
	return row.ID, c.StocktakeLine.CreateBulk(lines...).Exec(ctx)
}

func (m *Module) lockCount(ctx context.Context, id string) (*ent.Stocktake, error) {
	q := m.DB.Client(ctx).Stocktake.Query().Where(stocktake.ID.EQ(id))
	q.Modify(db.ForUpdate)
	row, err := act.Found(q.Only(ctx))("count", "stocktakeId")
	if err == nil && row.Status != stocktake.StatusOPEN {
		err = kit.Refuse(kit.FailedPrecondition, "this count is over", "stocktakeId")
	}
	return row, err
}

func (m *Module) countStock(ctx context.Context, in model.CountStockInput) (string, error) {
	row, err := m.lockCount(ctx, in.StocktakeID)
	if err != nil {
		return "", err
	}
	at := m.Clock.Now()
	if when := in.CountedAt.Value(); when != nil {
		if when.After(at) || when.Before(row.OpenedAt) {
			return "", kit.Invalid("count between the beginning of the count and now", "countedAt")
		}
		at = *when
	}
	switch {
	case in.Counted < 0 || in.Counted > mostUnits:
		return "", kit.Invalid("nobody counts less than nothing", "counted")
	case row.PlaceID != nil && *row.PlaceID != in.PlaceID:
		return "", kit.Missing("place in this count", "placeId")
	}
	if err := optional(in.Reason.Value(), mostReason, "reason"); err != nil {
		return "", err
	}
	held, err := m.heldAt(ctx, in.LotID, in.PlaceID, at)
	if err != nil {
		return "", err
	}
	line, err := m.countLine(ctx, row, in)
	if err != nil {
		return "", err
	}
	counted := int64(in.Counted)
	return row.ID, line.Update().SetCounted(counted).SetDifference(counted - held).SetCountedAt(at).
		SetCountedBy(kit.ViewerOf(ctx).Name).SetNillableReason(in.Reason.Value()).Exec(ctx)
}

// countLine finds the line, or begins one for what the ledger did not know of.
func (m *Module) countLine(ctx context.Context, row *ent.Stocktake, in model.CountStockInput) (*ent.StocktakeLine, error) {
	c := m.DB.Client(ctx)
	line, err := c.StocktakeLine.Query().Where(
		stocktakeline.StocktakeID.EQ(row.ID), stocktakeline.LotID.EQ(in.LotID), stocktakeline.PlaceID.EQ(in.PlaceID),
	).Only(ctx)
	if !ent.IsNotFound(err) {
		return line, err
	}
	l, err := act.Found(c.Lot.Query().Where(lot.ID.EQ(in.LotID)).Only(ctx))("lot", "lotId")
	if err != nil {
		return nil, err
	}
	place, err := m.placeOf(ctx, in.PlaceID, "placeId")
	if err != nil {
		return nil, err
	}
	if place.LocationID != row.LocationID {
		return nil, kit.Missing("place in this count", "placeId")
	}
	return c.StocktakeLine.Create().SetStocktakeID(row.ID).SetItemID(l.ItemID).SetLotID(l.ID).SetPlaceID(place.ID).SetExpected(0).Save(ctx)
}

// heldAt is what the ledger held of a lot at a place at an instant.
func (m *Module) heldAt(ctx context.Context, lotID, placeID string, at time.Time) (int64, error) {
	var sums []struct {
		Units int64 `json:"units"`
	}
	q := m.DB.Client(ctx).StockMovement.Query().
		Where(stockmovement.LotID.EQ(lotID), stockmovement.PlaceID.EQ(placeID), stockmovement.At.LTE(at))
	q.Modify(func(s *sql.Selector) {
		s.Select(sql.As("COALESCE(SUM("+s.C(stockmovement.FieldQuantity)+"), 0)", "units"))
	})
	if err := q.Select().Scan(kit.Unbound(ctx), &sums); err != nil || len(sums) == 0 {
		return 0, err
	}
	return sums[0].Units, nil
}

func (m *Module) closeStocktake(ctx context.Context, in model.CloseStocktakeInput) (string, error) {
	row, err := m.lockCount(ctx, in.StocktakeID)
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	u := row.Update().SetClosedAt(m.Clock.Now())
	if cancel := in.Cancel.Value(); cancel != nil && *cancel {
		return row.ID, u.SetStatus(stocktake.StatusCANCELLED).Exec(ctx)
	}
	lines, err := m.DB.Client(ctx).StocktakeLine.Query().Where(
		stocktakeline.StocktakeID.EQ(row.ID), stocktakeline.Difference.NotNil(), stocktakeline.Difference.NEQ(0),
	).With(ent.WithStocktakeLineItem()).Order(stocktakeline.LotID.Asc(), stocktakeline.PlaceID.Asc()).All(ctx)
	if err != nil {
		return "", err
	}
	for _, l := range lines {
		_, err := m.write(ctx, entry{
			kind: stockmovement.KindSTOCKTAKE, item: l.Edges.Item, lotID: l.LotID, placeID: l.PlaceID, location: row.LocationID,
			quantity: *l.Difference, reason: opt.Text(l.Reason), stocktake: row.ID,
		})
		if err != nil {
			return "", err
		}
	}
	return row.ID, u.SetStatus(stocktake.StatusCLOSED).Exec(ctx)
}
