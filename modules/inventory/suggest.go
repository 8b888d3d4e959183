package inventory

import (
	"context"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/itempack"
	"medoffice/ent/lot"
	"medoffice/ent/parlevel"
	"medoffice/ent/stockbalance"
	"medoffice/ent/stockmovement"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
)

const (
	mostSuggestions = 200
	weeks           = 28 * 24 * time.Hour // over which use is measured
)

// used is how many base units of items a location used up in the last four
// weeks, without what was undone.
func (m *Module) used(ctx context.Context, location string, ids []string) (map[string]int64, error) {
	var sums []struct {
		ItemID string `json:"item_id"`
		Units  int64  `json:"units"`
	}
	q := m.DB.Client(ctx).StockMovement.Query().Where(
		stockmovement.LocationID.EQ(location), stockmovement.ItemID.In(ids...), stockmovement.At.GTE(m.Clock.Now().Add(-weeks)),
		stockmovement.KindColumn.In(stockmovement.KindISSUE, stockmovement.KindWASTE),
	)
	q.Modify(func(s *sql.Selector) {
		id := s.C(stockmovement.FieldItemID)
		s.Select(id, sql.As("-SUM("+s.C(stockmovement.FieldQuantity)+")", "units")).GroupBy(id)
	})
	if err := q.Select().Scan(kit.Unbound(ctx), &sums); err != nil {
		return nil, err
	}
	found := make(map[string]int64, len(sums))
	for _, s := range sums {
		found[s.ItemID] = s.Units
	}
	return found, nil
}

func (q Query) PurchaseSuggestions(ctx context.Context, location string) ([]*model.PurchaseSuggestion, error) {
	pars, err := q.DB.Client(ctx).ParLevel.Query().Where(parlevel.LocationID.EQ(location)).Order(parlevel.ID.Asc()).Limit(2000).All(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(pars))
	for i, p := range pars {
		ids[i] = p.ItemID
	}
	levels, err := q.levels(ctx, location, ids)
	if err != nil {
		return nil, err
	}
	used, err := q.used(ctx, location, ids)
	if err != nil {
		return nil, err
	}
	packs, err := q.DB.Client(ctx).ItemPack.Query().Where(itempack.ItemID.In(ids...), itempack.Active.EQ(true)).
		Order(itempack.Quantity.Asc(), itempack.ID.Asc()).All(ctx)
	if err != nil {
		return nil, err
	}
	list := []*model.PurchaseSuggestion{}
	for _, id := range ids {
		if s := suggest(levels[id], packs, used[id]); s != nil {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b *model.PurchaseSuggestion) int {
		return strings.Compare(a.Level.Item.SortName+a.Level.Item.ID, b.Level.Item.SortName+b.Level.Item.ID)
	})
	return list[:min(len(list), mostSuggestions)], nil
}

// suggest fills an item up to its par level, or to what it uses in four weeks
// where that is more, in the largest pack that is not too large.
func suggest(l *model.StockLevel, packs []*ent.ItemPack, used int64) *model.PurchaseSuggestion {
	if l == nil || l.Minimum == nil || !l.Item.Active {
		return nil
	}
	have := int64(l.Usable - l.Reserved + l.OnOrder)
	if have >= int64(*l.Minimum) && have >= used {
		return nil
	}
	need := max(int64(*l.Maximum), used) - have
	var best *ent.ItemPack
	for _, p := range packs { // smallest first
		if p.ItemID == l.Item.ID && (best == nil || p.Quantity <= need) {
			best = p
		}
	}
	if best == nil || need <= 0 {
		return nil
	}
	return &model.PurchaseSuggestion{Level: l, Pack: best, Packs: int((need + best.Quantity - 1) / best.Quantity), UsedInFourWeeks: int(used)}
}

func (q Query) ExpiryForecast(ctx context.Context, location string, until date.Date) ([]*model.ExpiringStock, error) {
	day := lastDay(until)
	rows, err := q.DB.Client(ctx).StockBalance.Query().Where(
		stockbalance.LocationID.EQ(location), stockbalance.Quantity.GT(0),
		stockbalance.HasLotWith(lot.ExpiresOn.NotNil(), lot.ExpiresOn.LTE(day)),
	).With(ent.WithStockBalanceLot()).All(ctx)
	if err != nil {
		return nil, err
	}
	byLot, ids := map[string]*model.ExpiringStock{}, []string{}
	for _, b := range rows {
		e := byLot[b.LotID]
		if e == nil {
			e = &model.ExpiringStock{Lot: b.Edges.Lot}
			byLot[b.LotID], ids = e, append(ids, b.ItemID)
		}
		e.Quantity += int(b.Quantity)
	}
	used, err := q.used(ctx, location, ids)
	if err != nil {
		return nil, err
	}
	list := make([]*model.ExpiringStock, 0, len(byLot))
	for _, e := range byLot {
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b *model.ExpiringStock) int {
		return strings.Compare(string(*a.Lot.ExpiresOn)+a.Lot.ID, string(*b.Lot.ExpiresOn)+b.Lot.ID)
	})
	q.leftOver(list, used)
	return list[:min(len(list), mostSuggestions)], nil
}

// leftOver reckons what of lots will be left on their last day: until then the
// location uses as much a day as it did, and of the lots in this order.
func (m *Module) leftOver(list []*model.ExpiringStock, used map[string]int64) {
	spent := map[string]int64{} // of an item, on earlier lots
	today, _ := time.Parse(time.DateOnly, m.Day(m.Clock.Now()))
	for _, e := range list {
		id := e.Lot.ItemID
		days := max(int64(e.Lot.ExpiresOn.First().Sub(today)/(24*time.Hour))+1, 0)
		goes := min(max(used[id]*days/28-spent[id], 0), int64(e.Quantity))
		spent[id] += goes
		e.Left = e.Quantity - int(goes)
	}
}
