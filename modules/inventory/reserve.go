package inventory

import (
	"context"

	"medoffice/ent/predicate"
	"medoffice/ent/stockreservation"
	"medoffice/ent/stockuse"
	"medoffice/modules/events"
)

func usedFor(patientID string) predicate.StockUse { return stockuse.PatientID(patientID) }

// fulfil ends what was reserved for the visit of an act: it is used now.
func (m *Module) fulfil(ctx context.Context, act events.Act) error {
	if act.VisitID == "" {
		return nil
	}
	rows, err := m.DB.Client(ctx).StockReservation.Query().Where(
		stockreservation.About(act.VisitID), stockreservation.ItemID(act.ItemID), stockreservation.StatusEQ(stockreservation.StatusHELD),
	).Order(stockreservation.ByID()).All(ctx)
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
