package inventory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"medoffice/ent"
	"medoffice/ent/item"
	"medoffice/ent/lot"
	"medoffice/ent/stockbalance"
	"medoffice/ent/stockmovement"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

// Take uses up units of an item at the location of the act, in the running
// transaction: first what expires first, over as many lots and places as it
// needs. It refuses where not so much may be used.
func (m *Module) Take(ctx context.Context, act handover.Act) error {
	it, err := m.usable(ctx, act)
	if err != nil {
		return err
	}
	when := m.when(act)
	q := m.DB.Client(ctx).Lot.Query().Where(lot.ItemID.EQ(it.ID), lot.StatusColumn.EQ(lot.StatusAVAILABLE), m.inDate(when)).Order(lot.ID.Asc())
	q.Modify(db.ForShare)
	found, err := q.All(ctx)
	if err != nil {
		return err
	}
	lots := make(map[string]*ent.Lot, len(found))
	for _, l := range found {
		lots[l.ID] = l
	}
	there, err := m.balances(ctx, act.LocationID, it.ID, keys(lots)...)
	if err != nil {
		return err
	}
	there = slices.DeleteFunc(there, func(b *ent.StockBalance) bool { return late(b, when) })
	slices.SortStableFunc(there, func(a, b *ent.StockBalance) int { return first(lots, a, b) })
	return m.takeOf(ctx, it, act, there)
}

// TakeLot uses up units of exactly this lot at the location of the act, in the
// running transaction. It refuses a lot that is expired, set aside, called
// back, beyond its use, of another item, or not there in such number. Two who
// take the last unit at once: one gets it, the other is refused.
func (m *Module) TakeLot(ctx context.Context, lotID string, act handover.Act) error {
	l, err := m.lotFor(ctx, lotID, &act)
	if err != nil {
		return err
	}
	it, err := m.usable(ctx, act)
	if err != nil {
		return err
	}
	when := m.when(act)
	if err := m.fit(l, when); err != nil {
		return err
	}
	there, err := m.balances(ctx, act.LocationID, it.ID, l.ID)
	if err != nil {
		return err
	}
	open := len(there)
	there = slices.DeleteFunc(there, func(b *ent.StockBalance) bool { return late(b, when) })
	if open > len(there) && sum(there) < act.Quantity {
		return beyondUse()
	}
	slices.SortStableFunc(there, func(a, b *ent.StockBalance) int { return first(nil, a, b) })
	return m.takeOf(ctx, it, act, there)
}

// fit refuses a lot that may not be used at the instant.
func (m *Module) fit(l *ent.Lot, when time.Time) error {
	switch {
	case l.Status == lot.StatusQUARANTINED:
		return quarantined()
	case l.Status == lot.StatusRECALLED:
		return recalled()
	case l.ExpiresOn != nil && string(*l.ExpiresOn) < m.Day(when):
		return expired()
	}
	return nil
}

// Waste throws units of a lot away at the location of the act, in the running
// transaction: first what is open. What is expired or set aside may be thrown
// away too.
func (m *Module) Waste(ctx context.Context, lotID string, quantity int64, act handover.Act, reason string) error {
	l, err := m.lotFor(ctx, lotID, &act)
	if err != nil {
		return err
	}
	act.Quantity = quantity
	it, err := m.usable(ctx, act)
	if err != nil {
		return err
	}
	there, err := m.balances(ctx, act.LocationID, it.ID, l.ID)
	if err != nil {
		return err
	}
	slices.SortStableFunc(there, func(a, b *ent.StockBalance) int { return first(nil, a, b) })
	return m.spread(ctx, entry{kind: stockmovement.KindWASTE, item: it, act: act, reason: reason}, there, quantity)
}

// Untake mirrors every movement of an act that nobody has mirrored yet, in the
// running transaction. Twice is once.
func (m *Module) Untake(ctx context.Context, actID string) error {
	if actID == "" {
		return kit.Invalid("tell which act", "actId")
	}
	rows, err := m.DB.Client(ctx).StockMovement.Query().Where(stockmovement.ActID.EQ(actID)).
		Order(stockmovement.LotID.Asc(), stockmovement.PlaceID.Asc(), stockmovement.ID.Asc()).All(kit.Unbound(ctx))
	if err != nil {
		return err
	}
	_, err = m.mirror(ctx, rows, "undone")
	return err
}

// mirror writes the opposite of lines, except of those that are mirrored.
func (m *Module) mirror(ctx context.Context, rows []*ent.StockMovement, reason string) ([]*ent.StockMovement, error) {
	done := map[string]bool{}
	for _, r := range rows {
		done[opt.Text(r.ReversesID)] = true
	}
	var made []*ent.StockMovement
	for _, r := range rows {
		if r.ReversesID != nil || done[r.ID] {
			continue
		}
		it, err := m.DB.Client(ctx).Item.Get(ctx, r.ItemID)
		if err != nil {
			return nil, err
		}
		act := handover.Act{ID: opt.Text(r.ActID), PatientID: opt.Text(r.PatientID), VisitID: opt.Text(r.VisitID)}
		row, err := m.write(ctx, entry{
			kind: r.Kind, item: it, lotID: r.LotID, placeID: r.PlaceID, location: r.LocationID,
			quantity: -r.Quantity, reason: reason, act: act, reverses: r.ID,
		})
		if err != nil {
			return nil, err
		}
		made = append(made, row)
	}
	return made, nil
}

// takeOf takes the units of an act of balances, in their order.
func (m *Module) takeOf(ctx context.Context, it *ent.Item, act handover.Act, there []*ent.StockBalance) error {
	if err := m.spread(ctx, entry{kind: stockmovement.KindISSUE, item: it, act: act}, there, act.Quantity); err != nil {
		return err
	}
	return m.fulfil(ctx, act)
}

// spread writes one line for each balance that has to give something.
func (m *Module) spread(ctx context.Context, e entry, there []*ent.StockBalance, quantity int64) error {
	if total := sum(there); total < quantity {
		return notEnough(total)
	}
	for _, b := range there {
		part := min(b.Quantity, quantity)
		if part == 0 {
			continue
		}
		e.lotID, e.placeID, e.location, e.quantity = b.LotID, b.PlaceID, b.LocationID, -part
		if _, err := m.writeAt(ctx, e, b); err != nil {
			return err
		}
		if quantity -= part; quantity == 0 {
			return nil
		}
	}
	return nil
}

// balances locks what is there of lots of an item at a location. All lock in
// the same order.
func (m *Module) balances(ctx context.Context, location, itemID string, lots ...string) ([]*ent.StockBalance, error) {
	q := m.DB.Client(ctx).StockBalance.Query().Where(
		stockbalance.LocationID.EQ(location), stockbalance.ItemID.EQ(itemID), stockbalance.LotID.In(lots...), stockbalance.Quantity.GT(0),
	).Order(stockbalance.ID.Asc())
	q.Modify(db.ForUpdate)
	return q.All(ctx)
}

// usable checks an act and finds its item.
func (m *Module) usable(ctx context.Context, act handover.Act) (*ent.Item, error) {
	switch {
	case act.Quantity <= 0 || act.Quantity > mostUnits:
		return nil, kit.Invalid("tell how many base units, at least 1", "quantity")
	case act.LocationID == "":
		return nil, kit.Invalid("tell at which location", "locationId")
	}
	it, err := m.DB.Client(ctx).Item.Query().Where(item.ID.EQ(act.ItemID)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, kit.Missing("item", "itemId")
	}
	return it, err
}

// lotFor finds the lot of an act and keeps its status until the transaction
// ends. The item of the act is that of the lot.
func (m *Module) lotFor(ctx context.Context, id string, act *handover.Act) (*ent.Lot, error) {
	q := m.DB.Client(ctx).Lot.Query().Where(lot.ID.EQ(id))
	q.Modify(db.ForShare)
	l, err := q.Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return nil, kit.Missing("lot", "lotId")
	case err != nil:
		return nil, err
	case act.ItemID != "" && act.ItemID != l.ItemID:
		return nil, kit.Invalid("this lot is of another item", "lotId")
	}
	act.ItemID = l.ItemID
	return l, nil
}

// when is the instant at which an act uses something: its own, or now.
func (m *Module) when(act handover.Act) time.Time {
	if now := m.Clock.Now(); act.At.IsZero() || act.At.After(now) {
		return now
	}
	return act.At
}

// late reports whether the open container of a balance is beyond its use.
func late(b *ent.StockBalance, when time.Time) bool {
	return b.BeyondUseAt != nil && !when.Before(*b.BeyondUseAt)
}

// first orders balances: the lot that expires first, in it what is open, then
// by the age of the balance.
func first(lots map[string]*ent.Lot, a, b *ent.StockBalance) int {
	expires := func(b *ent.StockBalance) string {
		if l := lots[b.LotID]; l != nil && l.ExpiresOn != nil {
			return string(*l.ExpiresOn)
		}
		return "9999"
	}
	open := func(b *ent.StockBalance) int {
		if b.OpenedAt != nil {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(expires(a), expires(b)), cmp.Compare(open(a), open(b)), cmp.Compare(a.ID, b.ID))
}

func sum(there []*ent.StockBalance) (n int64) {
	for _, b := range there {
		n += b.Quantity
	}
	return n
}

func keys[V any](m map[string]V) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}
