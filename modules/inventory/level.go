package inventory

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/lot"
	"medoffice/ent/parlevel"
	"medoffice/ent/purchaseorder"
	"medoffice/ent/purchaseorderline"
	"medoffice/ent/stockbalance"
	"medoffice/ent/stockreservation"
	"medoffice/graph/model"
	"medoffice/modules/kit"
)

// soon is within how many days of its last one stock is reported as expiring.
const soon = 30

// levels returns what there is of items at a location, with five statements for
// any number of items.
func (m *Module) levels(ctx context.Context, location string, ids []string) (map[string]*model.StockLevel, error) {
	rows, err := m.findItem(ctx, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[string]*model.StockLevel, len(rows))
	if at := kit.ViewerOf(ctx).LocationID; at != "" && at != location {
		return found, nil
	}
	for id, it := range rows {
		found[id] = &model.StockLevel{Item: it, State: model.StockStateOk}
	}
	for _, add := range []func(context.Context, string, []string, map[string]*model.StockLevel) error{
		m.addBalances, m.addPar, m.addReserved, m.addOrdered,
	} {
		if err := add(ctx, location, ids, found); err != nil {
			return nil, err
		}
	}
	for _, l := range found {
		l.State = state(l)
	}
	return found, nil
}

// state returns how much is there: nothing usable is out of stock, whatever
// stands there that may not be used.
func state(l *model.StockLevel) model.StockState {
	wanted := l.Minimum != nil && *l.Minimum > 0
	switch {
	case l.Usable == 0 && (wanted || l.OnHand > 0):
		return model.StockStateOut
	case l.Minimum != nil && l.Usable < *l.Minimum:
		return model.StockStateLow
	}
	return model.StockStateOk
}

func (m *Module) addBalances(ctx context.Context, location string, ids []string, to map[string]*model.StockLevel) error {
	rows, err := m.DB.Client(ctx).StockBalance.Query().Where(
		stockbalance.LocationID.EQ(location), stockbalance.ItemID.In(ids...), stockbalance.Quantity.GT(0),
	).With(ent.WithStockBalanceLot()).All(ctx)
	if err != nil {
		return err
	}
	now := m.Clock.Now()
	today, edge := m.Day(now), m.Day(now.AddDate(0, 0, soon))
	for _, b := range rows {
		l, of := to[b.ItemID], b.Edges.Lot
		n := int(b.Quantity)
		l.OnHand += n
		switch {
		case of.Status != lot.StatusAVAILABLE:
			l.SetAside += n
		case of.ExpiresOn != nil && string(*of.ExpiresOn) < today, late(b, now):
			l.Expired += n
		default:
			l.Usable += n
			l.ExpiringSoon = l.ExpiringSoon || of.ExpiresOn != nil && string(*of.ExpiresOn) <= edge
		}
	}
	return nil
}

func (m *Module) addPar(ctx context.Context, location string, ids []string, to map[string]*model.StockLevel) error {
	rows, err := m.DB.Client(ctx).ParLevel.Query().Where(parlevel.LocationID.EQ(location), parlevel.ItemID.In(ids...)).All(ctx)
	for _, p := range rows {
		to[p.ItemID].Minimum, to[p.ItemID].Maximum = small(&p.Minimum), small(&p.Maximum)
	}
	return err
}

func (m *Module) addReserved(ctx context.Context, location string, ids []string, to map[string]*model.StockLevel) error {
	rows, err := m.DB.Client(ctx).StockReservation.Query().Where(
		stockreservation.LocationID.EQ(location), stockreservation.ItemID.In(ids...),
		stockreservation.StatusColumn.EQ(stockreservation.StatusHELD), stockreservation.Until.GT(m.Clock.Now()),
	).All(ctx)
	for _, r := range rows {
		to[r.ItemID].Reserved += int(r.Quantity)
	}
	return err
}

// underway are the orders of which something is to come.
var underway = []purchaseorder.Status{
	purchaseorder.StatusAPPROVED, purchaseorder.StatusSENT, purchaseorder.StatusPARTLY_RECEIVED,
}

func (m *Module) addOrdered(ctx context.Context, location string, ids []string, to map[string]*model.StockLevel) error {
	rows, err := m.DB.Client(ctx).PurchaseOrderLine.Query().Where(
		purchaseorderline.ItemID.In(ids...),
		purchaseorderline.HasOrderWith(purchaseorder.LocationID.EQ(location), purchaseorder.StatusColumn.In(underway...)),
	).All(ctx)
	for _, l := range rows {
		to[l.ItemID].OnOrder += missing(l)
	}
	return err
}

// missing is what has not come of a line, in base units.
func missing(l *ent.PurchaseOrderLine) int { return int(max(l.Packs*l.PackSize-l.Received, 0)) }
