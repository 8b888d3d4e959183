package medications

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/medicationrequest"
	"medoffice/ent/medicationstatement"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/load"
)

// holdMedicationRequest has an order not hold for now: nobody is asked any more.
func (m *Module) holdMedicationRequest(ctx context.Context, in model.HoldMedicationRequestInput) (string, error) {
	return m.end(ctx, model.StopMedicationRequestInput(in), func(row *ent.MedicationRequest) (medicationrequest.Status, bool) {
		return medicationrequest.StatusON_HOLD, row.Status == medicationrequest.StatusACTIVE
	})
}

// stopMedicationRequest stops an order, or gives up a draft.
func (m *Module) stopMedicationRequest(ctx context.Context, in model.StopMedicationRequestInput) (string, error) {
	return m.end(ctx, in, func(row *ent.MedicationRequest) (medicationrequest.Status, bool) {
		switch row.Status {
		case medicationrequest.StatusDRAFT:
			return medicationrequest.StatusCANCELLED, true
		case medicationrequest.StatusACTIVE, medicationrequest.StatusON_HOLD:
			return medicationrequest.StatusSTOPPED, true
		}
		return "", false
	})
}

func (m *Module) end(ctx context.Context, in model.StopMedicationRequestInput, into func(*ent.MedicationRequest) (medicationrequest.Status, bool)) (string, error) {
	reason, err := act.Words(in.Reason, mostLine, "reason")
	if err != nil {
		return "", err
	}
	row, err := m.lock(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	status, may := into(row)
	if !may {
		return "", kit.Refuse(kit.FailedPrecondition, "this order does not hold any more", "id")
	}
	return row.ID, m.ended(ctx, row, status, reason)
}

// ended writes that an order holds no longer, or not for now, and drops what it asks for.
func (m *Module) ended(ctx context.Context, row *ent.MedicationRequest, status medicationrequest.Status, reason string) error {
	u := row.Update().SetStatus(status).SetEndReason(reason)
	if status != medicationrequest.StatusON_HOLD {
		u.SetEndedAt(m.Clock.Now())
	}
	after, err := u.Save(ctx)
	if err != nil {
		return err
	}
	if err := m.tasks.Drop(ctx, row.ID, reason); err != nil {
		return err
	}
	if row.Setting == medicationrequest.SettingOUTSIDE && status == medicationrequest.StatusSTOPPED {
		if err := m.unlisted(ctx, row.ID, reason); err != nil {
			return err
		}
	}
	return m.orderTold(ctx, after)
}

// unlisted ends what a prescription has put on the list.
func (m *Module) unlisted(ctx context.Context, orderID, reason string) error {
	rows, err := m.DB.Client(ctx).MedicationStatement.Query().Where(
		medicationstatement.OrderID.EQ(orderID), medicationstatement.StatusColumn.EQ(medicationstatement.StatusACTIVE)).All(kit.Unbound(ctx))
	return load.Each(rows, err, func(r *ent.MedicationStatement) error {
		return r.Update().SetStatus(medicationstatement.StatusSTOPPED).SetStopReason(reason).SetStoppedOn(date.Date(m.Day(m.Clock.Now()))).Exec(ctx)
	})
}

// resumeMedicationRequest has an order hold again, and asks for its next dose.
func (m *Module) resumeMedicationRequest(ctx context.Context, in model.ResumeMedicationRequestInput) (string, error) {
	row, err := m.lock(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if row.Status != medicationrequest.StatusON_HOLD || !holds(row, m.Clock.Now()) {
		return "", kit.Refuse(kit.FailedPrecondition, "only an order on hold can hold again, within its hours", "id")
	}
	med, err := m.orderable(ctx, row.MedicationID)
	if err != nil {
		return "", err
	}
	row, err = row.Update().SetStatus(medicationrequest.StatusACTIVE).ClearEndReason().Save(ctx)
	if err != nil {
		return "", err
	}
	if row.Setting == medicationrequest.SettingIN_OFFICE && !row.Prn {
		if err := m.ask(ctx, row, med); err != nil {
			return "", err
		}
	}
	return row.ID, m.orderTold(ctx, row)
}

// perSweep bounds the orders that one transaction ends.
const perSweep = 100

// Expire ends orders whose last hour is over, and returns how many it were. What
// another process ends is left to it.
func (m *Module) Expire(ctx context.Context) (n int, err error) {
	ctx = kit.System(ctx, "medications")
	err = m.DB.Tx(ctx, func(ctx context.Context) error {
		q := m.DB.Client(ctx).MedicationRequest.Query().Where(
			medicationrequest.StatusColumn.In(medicationrequest.StatusACTIVE, medicationrequest.StatusON_HOLD), medicationrequest.ValidUntil.LTE(m.Clock.Now()),
		).Order(medicationrequest.ValidUntil.Asc(), medicationrequest.ID.Asc()).Limit(perSweep)
		q.Modify(db.SkipLocked)
		rows, err := q.All(ctx)
		n = len(rows)
		for _, row := range rows {
			if err == nil {
				err = m.ended(ctx, row, medicationrequest.StatusEXPIRED, "its hour is over")
			}
		}
		return err
	})
	return n, err
}
