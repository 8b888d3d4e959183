package medications

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/administration"
	"medoffice/ent/medication"
	"medoffice/ent/medicationrequest"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/opt"
)

// giveMedication records a dose and everything that follows from it. Its transaction locks
// the order first, then the stock, the account of the patient, and the tasks, as
// all that is done about a dose does, so that no two wait for each other.
func (m *Module) giveMedication(ctx context.Context, in model.GiveMedicationInput) (string, error) {
	order, err := m.held(ctx, in.OrderID, "orderId")
	if err != nil {
		return "", err
	}
	d, err := m.weigh(ctx, in, order)
	if err != nil {
		return "", err
	}
	taken, err := d.settle(in.Overrides.Value())
	if err != nil {
		return "", err
	}
	for path, text := range map[string]*string{"reason": in.Reason.Value(), "note": in.Note.Value(), "site": d.site} {
		if text != nil && len([]rune(*text)) > mostLine {
			return "", kit.Invalid("at most 500 letters", path)
		}
	}
	doseID := id.New("adm")
	w, err := m.witness(ctx, opt.Text(in.WitnessCode.Value()))
	if err != nil {
		return "", err
	}
	if err := m.use(withWitness(ctx, w), d, doseID); err != nil {
		return "", err
	}
	row, err := m.writeDose(ctx, d, doseID, w)
	if err != nil {
		return "", err
	}
	if err := m.keep(ctx, taken, order, doseID, m.Clock.Now()); err != nil {
		return "", err
	}
	if err := m.observe(ctx, row, d.med); err != nil {
		return "", err
	}
	return row.ID, m.advance(ctx, d, row)
}

// use takes a dose of the stock, throws away what is left of it, and charges it.
func (m *Module) use(ctx context.Context, d *dose, doseID string) error {
	a := d.act(doseID)
	if err := m.stock.TakeLot(ctx, d.lot.ID, a); err != nil {
		return err
	}
	if d.spoilt > 0 {
		if err := m.stock.Waste(ctx, d.lot.ID, d.spoilt, a, first(opt.Text(d.in.Reason.Value()), "drawn and not given")); err != nil {
			return err
		}
	}
	return m.charges.Capture(ctx, a)
}

// act is the dose as stock and billing know it.
func (d *dose) act(doseID string) handover.Act {
	return handover.Act{
		ID: doseID, Kind: handover.ActAdministration, PatientID: d.order.PatientID, VisitID: opt.Text(d.order.VisitID),
		LocationID: opt.Text(d.order.LocationID), ProviderID: opt.Text(d.order.ProviderID), ItemID: *d.med.ItemID,
		Code: opt.Text(d.med.BillingCode), Quantity: d.units - d.spoilt, At: d.at,
	}
}

// writeDose writes the dose, and the vaccine into the chart where it is one.
func (m *Module) writeDose(ctx context.Context, d *dose, doseID string, w *ent.WitnessCode) (*ent.Administration, error) {
	v := kit.ViewerOf(ctx)
	c := m.DB.Client(ctx).Administration.Create().SetID(doseID).SetOrderID(d.order.ID).SetMedicationID(d.med.ID).SetPatientID(d.order.PatientID).
		SetNillableVisitID(d.order.VisitID).SetNillableLocationID(d.order.LocationID).SetStatus(d.status).SetOccurredAt(d.at).
		SetNillableDueAt(d.order.NextDueAt).SetDose(d.dose).SetDoseUnit(d.unit).SetRoute(d.route).SetNillableSite(d.site).SetLotID(d.lot.ID).
		SetUnits(d.units).SetWastedUnits(d.spoilt).SetWasted(d.wasted).SetNillableReason(d.in.Reason.Value()).SetNillableNote(d.in.Note.Value()).
		SetGivenBy(v.ID).SetGivenName(v.Name)
	if w != nil {
		c.SetWitnessID(w.AccountID).SetWitnessName(w.Name)
	}
	if d.med.ObserveMinutes > 0 {
		c.SetObserveUntil(d.at.Add(minutes(d.med.ObserveMinutes)))
	}
	if d.med.Cvx != nil {
		shot, err := m.patients.Immunize(ctx, d.vaccination(v.Name, m.Day(d.at)))
		if err != nil {
			return nil, err
		}
		c.SetImmunizationID(shot)
	}
	return c.Save(ctx)
}

// vaccination is the dose as the chart holds it.
func (d *dose) vaccination(performer, day string) handover.Vaccination {
	v := handover.Vaccination{
		PatientID: d.order.PatientID, VisitID: opt.Text(d.order.VisitID), Text: d.med.Name, CVX: opt.Text(d.med.Cvx), At: d.at,
		Lot: d.lot.Number, Maker: first(opt.Text(d.lot.Maker), opt.Text(d.med.Maker)), MakerCode: opt.Text(d.med.MakerCode),
		Site: opt.Text(d.site), Route: d.route, Dose: said(d.dose, d.unit), Performer: performer,
	}
	if d.lot.ExpiresOn != nil {
		v.ExpiresOn = string(*d.lot.ExpiresOn)
	}
	if e := d.in.VisEdition.Value(); e != nil {
		v.Sheet, v.SheetOn = string(*e), day
	}
	if f := d.in.Funding.Value(); f != nil {
		v.Funding = string(*f)
	}
	return v
}

// observe asks somebody to look after the patient when the time is over.
func (m *Module) observe(ctx context.Context, row *ent.Administration, med *ent.Medication) error {
	if row.ObserveUntil == nil {
		return nil
	}
	_, err := m.tasks.Ask(ctx, handover.Instruction{
		About: row.ID, Kind: handover.TaskFollowUp, Role: kit.Nurse, PatientID: row.PatientID, VisitID: opt.Text(row.VisitID),
		LocationID: opt.Text(row.LocationID), Title: short("Look after the patient after " + med.Name), DueAt: *row.ObserveUntil,
	})
	return err
}

// advance completes the task of a dose, and its order, or asks for the next dose.
func (m *Module) advance(ctx context.Context, d *dose, row *ent.Administration) error {
	if err := m.tasks.Done(ctx, d.order.ID, row.ID); err != nil {
		return err
	}
	u := d.order.Update().AddGiven(1)
	if d.order.Given+1 >= d.order.Doses {
		u.SetStatus(medicationrequest.StatusCOMPLETED).SetEndedAt(m.Clock.Now()).ClearNextDueAt()
	} else if d.order.EveryMinutes != nil && !d.order.Prn {
		u.SetNextDueAt(row.OccurredAt.Add(minutes(*d.order.EveryMinutes)))
	}
	after, err := u.Save(ctx)
	if err != nil {
		return err
	}
	if after.Status == medicationrequest.StatusACTIVE && !after.Prn {
		if err := m.ask(ctx, after, d.med); err != nil {
			return err
		}
	}
	return m.doseTold(ctx, row)
}

// recordNotGiven records that the patient did not want a dose, or that somebody had a
// reason not to give it. That completes the task: the order is the physician's
// to stop, and its doses are still to be given.
func (m *Module) recordNotGiven(ctx context.Context, in model.RecordNotGivenInput) (string, error) {
	reason, err := act.Words(in.Reason, mostLine, "reason")
	if err != nil {
		return "", err
	}
	order, err := m.running(ctx, in.OrderID)
	if err != nil {
		return "", err
	}
	status, at, v := administration.StatusWITHHELD, m.Clock.Now(), kit.ViewerOf(ctx)
	if in.Refused {
		status = administration.StatusREFUSED
	}
	if when := in.At.Value(); when != nil {
		if when.After(at) {
			return "", kit.Invalid("this is in the future", "at")
		}
		at = *when
	}
	row, err := m.DB.Client(ctx).Administration.Create().SetOrderID(order.ID).SetMedicationID(order.MedicationID).SetPatientID(order.PatientID).
		SetNillableVisitID(order.VisitID).SetNillableLocationID(order.LocationID).SetStatus(status).SetOccurredAt(at).SetNillableDueAt(order.NextDueAt).
		SetDoseUnit(order.DoseUnit).SetRoute(order.Route).SetReason(reason).SetGivenBy(v.ID).SetGivenName(v.Name).Save(ctx)
	if err != nil {
		return "", err
	}
	if err := m.tasks.Done(ctx, order.ID, row.ID); err != nil {
		return "", err
	}
	return row.ID, m.doseTold(ctx, row)
}

// wasteDose records that something drawn for a dose was thrown away before it was given.
func (m *Module) wasteDose(ctx context.Context, in model.WasteDoseInput) (string, error) {
	reason, err := act.Words(in.Reason, mostLine, "reason")
	if err != nil {
		return "", err
	}
	if in.Units < 1 || in.Units > 10_000 {
		return "", kit.Invalid("tell how many base units, at least 1", "units")
	}
	order, err := m.running(ctx, in.OrderID)
	if err != nil {
		return "", err
	}
	meds, err := m.findMedication(ctx, []string{order.MedicationID})
	med := meds[order.MedicationID]
	if err != nil || med == nil || med.ItemID == nil {
		return "", orMissing(err, "order", "orderId")
	}
	f, witnessed := &findings{ctx: ctx}, opt.Text(in.WitnessCode.Value())
	if med.Schedule != medication.ScheduleNONE && witnessed == "" {
		f.stop("WITNESS_MISSING", "somebody has to witness what is thrown away: enter the code of the witness")
	}
	if _, err := f.settle(nil); err != nil {
		return "", err
	}
	w, err := m.witness(ctx, witnessed)
	if err != nil {
		return "", err
	}
	v, doseID := kit.ViewerOf(ctx), id.New("adm")
	a := (&dose{order: order, med: med, at: m.Clock.Now()}).act(doseID)
	if err := m.stock.Waste(withWitness(ctx, w), in.LotID, int64(in.Units), a, reason); err != nil {
		return "", err
	}
	c := m.DB.Client(ctx).Administration.Create().SetID(doseID).SetOrderID(order.ID).SetMedicationID(order.MedicationID).SetPatientID(order.PatientID).
		SetNillableVisitID(order.VisitID).SetNillableLocationID(order.LocationID).SetStatus(administration.StatusWASTED).SetOccurredAt(a.At).
		SetDoseUnit(order.DoseUnit).SetRoute(order.Route).SetLotID(in.LotID).SetUnits(int64(in.Units)).SetWastedUnits(int64(in.Units)).
		SetWasted(med.Contents * decimalOf(in.Units)).SetReason(reason).SetGivenBy(v.ID).SetGivenName(v.Name)
	if w != nil {
		c.SetWitnessID(w.AccountID).SetWitnessName(w.Name)
	}
	row, err := c.Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, m.doseTold(ctx, row)
}

// running locks an order that is given here and holds now.
func (m *Module) running(ctx context.Context, orderID string) (*ent.MedicationRequest, error) {
	order, err := m.held(ctx, orderID, "orderId")
	if err != nil {
		return nil, err
	}
	if order.Status != medicationrequest.StatusACTIVE || order.Setting != medicationrequest.SettingIN_OFFICE {
		f := &findings{ctx: ctx}
		f.stop("ORDER_NOT_ACTIVE", "this order does not hold")
		_, err = f.settle(nil)
	}
	return order, err
}

// doseTold publishes what became of a dose, and that the card of its visit is another one.
func (m *Module) doseTold(ctx context.Context, row *ent.Administration) error {
	list := []bus.Event{events.DoseRecorded{
		AdministrationID: row.ID, OrderID: row.OrderID, PatientID: row.PatientID, LocationID: opt.Text(row.LocationID), Status: string(row.Status),
	}}
	if row.VisitID != nil {
		list = append(list, events.VisitChanged{VisitID: *row.VisitID, LocationID: opt.Text(row.LocationID)})
	}
	return m.publish(ctx, list...)
}
