package inventory

import (
	"context"
	"strconv"
	"time"

	"medoffice/ent/stockreservation"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
)

// mostKept bounds how long something is kept.
const mostKept = 90 * 24 * time.Hour

// reserveStock keeps units that may be used and that nobody else keeps. It promises
// that others do not plan with them; who needs one now gets it.
func (m *Module) reserveStock(ctx context.Context, in model.ReserveStockInput) (string, error) {
	if err := positive(in.Quantity); err != nil {
		return "", err
	}
	now := m.Clock.Now()
	if !in.Until.After(now) || in.Until.After(now.Add(mostKept)) {
		return "", kit.Invalid("keep it for at most 90 days from now", "until")
	}
	if _, err := act.Words(in.About, 60, "about"); err != nil {
		return "", err
	}
	if err := m.site(ctx, in.LocationID); err != nil {
		return "", err
	}
	if _, err := m.itemOf(ctx, in.ItemID); err != nil {
		return "", err
	}
	if err := m.DB.Alone(ctx, "reserve "+in.ItemID+in.LocationID); err != nil {
		return "", err
	}
	levels, err := m.levels(ctx, in.LocationID, []string{in.ItemID})
	if err != nil {
		return "", err
	}
	if free := max(levels[in.ItemID].Usable-levels[in.ItemID].Reserved, 0); free < in.Quantity {
		return "", notEnough(int64(free))
	}
	m.publish(ctx, events.StockChanged{ItemID: in.ItemID, LocationID: in.LocationID})
	return in.ItemID, m.DB.Client(ctx).StockReservation.Create().SetItemID(in.ItemID).SetLocationID(in.LocationID).
		SetAbout(in.About).SetQuantity(int64(in.Quantity)).SetUntil(in.Until).Exec(ctx)
}

func (m Mutation) ReleaseStock(ctx context.Context, in model.ReleaseStockInput) (*model.ReleaseStockPayload, error) {
	n, problems, err := act.Do(ctx, m.Deps, in, func(ctx context.Context, in model.ReleaseStockInput) (string, error) {
		n, err := m.Release(ctx, in.About)
		return strconv.Itoa(n), err
	}, func(_ context.Context, n string) (*int, error) {
		i, err := strconv.Atoi(n)
		return &i, err
	})
	return &model.ReleaseStockPayload{Released: n, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

// Release frees what is kept for something, in the running transaction, and
// returns how many reservations that were.
func (m *Module) Release(ctx context.Context, about string) (int, error) {
	rows, err := m.DB.Client(ctx).StockReservation.Query().Where(
		stockreservation.About.EQ(about), stockreservation.StatusColumn.EQ(stockreservation.StatusHELD),
	).Order(stockreservation.ID.Asc()).All(ctx)
	for _, r := range rows {
		if err := r.Update().SetStatus(stockreservation.StatusRELEASED).Exec(ctx); err != nil {
			return 0, err
		}
		m.publish(ctx, events.StockChanged{ItemID: r.ItemID, LocationID: r.LocationID})
	}
	return len(rows), err
}

// fulfil ends what was kept for the visit of an act: it is used now.
func (m *Module) fulfil(ctx context.Context, act handover.Act) error {
	if act.VisitID == "" {
		return nil
	}
	rows, err := m.DB.Client(ctx).StockReservation.Query().Where(
		stockreservation.About.EQ(act.VisitID), stockreservation.ItemID.EQ(act.ItemID), stockreservation.StatusColumn.EQ(stockreservation.StatusHELD),
	).Order(stockreservation.ID.Asc()).All(ctx)
	if err != nil {
		return err
	}
	left := act.Quantity
	for _, r := range rows {
		if left <= 0 {
			return nil
		}
		u := r.Update()
		if part := min(left, r.Quantity); part == r.Quantity {
			u.SetStatus(stockreservation.StatusUSED)
		} else {
			u.AddQuantity(-part)
		}
		if err := u.Exec(ctx); err != nil {
			return err
		}
		left -= r.Quantity
	}
	return nil
}
