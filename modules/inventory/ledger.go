package inventory

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/stockbalance"
	"medoffice/ent/stockmovement"
	"medoffice/modules/events"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

// mostUnits bounds one movement, so that no sum overflows.
const mostUnits = 1_000_000_000

// entry is a line of the ledger before it is written.
type entry struct {
	kind      stockmovement.Kind
	item      *ent.Item
	lotID     string
	placeID   string
	location  string
	quantity  int64 // added, negative for taken
	reason    string
	act       handover.Act // what it was for, empty for nothing
	reverses  string
	pair      string
	orderLine string
	stocktake string
	at        time.Time // the instant of the line, now where it is zero
	cost      *int64
	opened    *opening // the open container that comes with a transfer
}

// opening is when a container was opened and until when it may be used.
type opening struct{ at, until *time.Time }

// write moves a balance and writes the line that says so, both or neither.
func (m *Module) write(ctx context.Context, e entry) (*ent.StockMovement, error) {
	b, err := m.balance(ctx, e)
	if err != nil {
		return nil, err
	}
	return m.writeAt(ctx, e, b)
}

// writeAt is write on a balance that this transaction has locked.
func (m *Module) writeAt(ctx context.Context, e entry, b *ent.StockBalance) (*ent.StockMovement, error) {
	if e.quantity == 0 || e.quantity > mostUnits || e.quantity < -mostUnits {
		return nil, kit.Invalid("tell how many base units, at least 1", "quantity")
	}
	after, at := b.Quantity+e.quantity, e.at
	if at.IsZero() {
		at = m.Clock.Now()
	}
	// The condition, not what was read before, is what keeps two takers apart.
	change := m.DB.Client(ctx).StockBalance.Update().Where(stockbalance.ID.EQ(b.ID), stockbalance.Quantity.GTE(-e.quantity)).
		AddQuantity(e.quantity)
	open := container(e, b, after, at)
	change.SetNillableOpenedAt(open.at).SetNillableBeyondUseAt(open.until)
	if open.at == nil {
		change.ClearOpenedAt()
	}
	if open.until == nil {
		change.ClearBeyondUseAt()
	}
	n, err := change.Save(ctx)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, notEnough(b.Quantity)
	}
	b.Quantity, b.OpenedAt, b.BeyondUseAt = after, open.at, open.until
	viewer := kit.ViewerOf(ctx)
	row, err := m.DB.Client(ctx).StockMovement.Create().
		SetKind(e.kind).SetItemID(e.item.ID).SetLotID(e.lotID).SetPlaceID(e.placeID).SetLocationID(e.location).
		SetQuantity(e.quantity).SetBalance(after).SetNillableReason(opt.Of(e.reason)).
		SetNillablePatientID(opt.Of(e.act.PatientID)).SetNillableVisitID(opt.Of(e.act.VisitID)).SetNillableActID(opt.Of(e.act.ID)).
		SetNillableReversesID(opt.Of(e.reverses)).SetNillablePairID(opt.Of(e.pair)).
		SetNillableOrderLineID(opt.Of(e.orderLine)).SetNillableStocktakeID(opt.Of(e.stocktake)).SetNillableCostMinor(e.cost).
		SetAt(at).SetActorID(viewer.ID).SetActorName(viewer.Name).Save(ctx)
	if err != nil {
		return nil, err
	}
	if e.item.Controlled {
		for _, r := range m.registers {
			if err := r.Moved(ctx, row); err != nil {
				return nil, err
			}
		}
	}
	m.publish(ctx, events.StockMoved{
		MovementID: row.ID, ItemID: row.ItemID, LotID: row.LotID, PlaceID: row.PlaceID, LocationID: row.LocationID, Quantity: row.Quantity,
	})
	return row, nil
}

// container returns which container is open after a line. Only whole containers
// come in, so what is left in the open one is what is there modulo a container.
func container(e entry, b *ent.StockBalance, after int64, now time.Time) opening {
	size := e.item.PerContainer
	is := opening{b.OpenedAt, b.BeyondUseAt}
	switch {
	case size <= 1 || after%size == 0:
		return opening{} // all that is there is whole
	case e.opened != nil:
		return *e.opened
	case b.OpenedAt != nil && -e.quantity <= b.Quantity%size: // it took of the open one, or added
		return is
	}
	opened := opening{at: &now}
	if e.item.UseHours != nil {
		until := now.Add(time.Duration(*e.item.UseHours) * time.Hour)
		opened.until = &until
	}
	return opened
}

// balance locks what is there of a lot at a place, and begins with nothing
// where there never was any.
func (m *Module) balance(ctx context.Context, e entry) (*ent.StockBalance, error) {
	c := m.DB.Client(ctx)
	find := func() (*ent.StockBalance, error) {
		q := c.StockBalance.Query().Where(stockbalance.LotID.EQ(e.lotID), stockbalance.PlaceID.EQ(e.placeID))
		q.Modify(db.ForUpdate)
		return q.Only(kit.Unbound(ctx))
	}
	b, err := find()
	if !ent.IsNotFound(err) {
		return b, err
	}
	if err := m.DB.Alone(ctx, "stock "+e.lotID+e.placeID); err != nil {
		return nil, err
	}
	if b, err = find(); !ent.IsNotFound(err) {
		return b, err
	}
	return c.StockBalance.Create().SetItemID(e.item.ID).SetLotID(e.lotID).SetPlaceID(e.placeID).SetLocationID(e.location).Save(ctx)
}

type factsKey struct{}

// publish gathers the events of the transaction about the stock, and publishes them
// together at its end.
func (m *Module) publish(ctx context.Context, e bus.Event) {
	list := db.Note(ctx, factsKey{}, func() *[]bus.Event {
		facts := &[]bus.Event{}
		db.Before(ctx, func(ctx context.Context) error { return m.Bus.Publish(ctx, kit.ViewerOf(ctx).ID, *facts...) })
		return facts
	})
	*list = append(*list, e)
}
