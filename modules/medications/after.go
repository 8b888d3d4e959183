package medications

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/administration"
	"medoffice/ent/medicationlink"
	"medoffice/ent/medicationrequest"
	"medoffice/graph/model"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/kit/opt"
)

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// decimalOf is a whole number to multiply a decimal with.
func decimalOf(n int) decimal.Decimal { return decimal.Decimal(n) }

func orMissing(err error, what, path string) error {
	if err != nil {
		return err
	}
	return kit.Missing(what, path)
}

// lockDose locks a dose and, before it, its order.
func (m *Module) lockDose(ctx context.Context, doseID, path string) (*ent.Administration, *ent.MedicationRequest, error) {
	found, err := m.findAdministration(ctx, []string{doseID})
	if err != nil || found[doseID] == nil {
		return nil, nil, orMissing(err, "dose", path)
	}
	order, err := m.held(ctx, found[doseID].OrderID, path)
	if err != nil {
		return nil, nil, err
	}
	q := m.DB.Client(ctx).Administration.Query().Where(administration.ID.EQ(doseID))
	q.Modify(db.ForUpdate)
	row, err := q.Only(ctx)
	if err == nil && row.Status == administration.StatusENTERED_IN_ERROR {
		err = kit.Refuse(kit.FailedPrecondition, "this was marked as an error already", path)
	}
	return row, order, err
}

// voidAdministration takes a dose back with everything that followed from it: stock, waste,
// charge, task, vaccine, and the place of the order.
func (m *Module) voidAdministration(ctx context.Context, in model.VoidAdministrationInput) (string, error) {
	reason, err := act.Words(in.Reason, mostLine, "reason")
	if err != nil {
		return "", err
	}
	row, order, err := m.lockDose(ctx, in.ID, "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	for _, back := range []func() error{
		func() error { return m.stock.Untake(ctx, row.ID) },
		func() error { return m.charges.Uncapture(ctx, row.ID) },
		func() error { return m.unimmunize(ctx, row, reason) },
		func() error { return m.tasks.Drop(ctx, row.ID, reason) },
		func() error { return m.reopen(ctx, row, order, reason) },
	} {
		if err := back(); err != nil {
			return "", err
		}
	}
	after, err := row.Update().SetStatus(administration.StatusENTERED_IN_ERROR).SetVoidedAt(m.Clock.Now()).
		SetVoidedBy(kit.ViewerOf(ctx).ID).SetVoidReason(reason).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, m.doseTold(ctx, after)
}

func (m *Module) unimmunize(ctx context.Context, row *ent.Administration, reason string) error {
	if row.ImmunizationID == nil {
		return nil
	}
	return m.patients.Unimmunize(ctx, *row.ImmunizationID, reason)
}

// reopen has an order want its dose again that was never given, and its task with it.
func (m *Module) reopen(ctx context.Context, row *ent.Administration, order *ent.MedicationRequest, reason string) error {
	if row.Status == administration.StatusWASTED {
		return nil
	}
	given := row.Status == administration.StatusGIVEN || row.Status == administration.StatusPARTIALLY_GIVEN
	open := order.Status == medicationrequest.StatusACTIVE || order.Status == medicationrequest.StatusCOMPLETED
	if given {
		u := order.Update().AddGiven(-1)
		if open {
			u.SetStatus(medicationrequest.StatusACTIVE).ClearEndedAt()
			if u.SetNillableNextDueAt(row.DueAt); row.DueAt == nil {
				u.ClearNextDueAt()
			}
		}
		after, err := u.Save(ctx)
		if err != nil {
			return err
		}
		if err := m.orderTold(ctx, after); err != nil {
			return err
		}
	}
	if !open {
		return nil
	}
	// What the dose had asked for next is not to be done before it is done itself.
	if err := m.tasks.Drop(ctx, order.ID, reason); err != nil {
		return err
	}
	return m.tasks.Undone(ctx, row.ID)
}

// endObservation records how the patient was when the time was over.
func (m *Module) endObservation(ctx context.Context, in model.EndObservationInput) (string, error) {
	response, err := act.Words(in.Response, mostLine, "response")
	if err != nil {
		return "", err
	}
	row, _, err := m.lockDose(ctx, in.ID, "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if row.ObserveUntil == nil || row.ObservedAt != nil {
		return "", kit.Refuse(kit.FailedPrecondition, "nobody is observed after this dose any more", "id")
	}
	now := m.Clock.Now()
	if now.Before(*row.ObserveUntil) {
		return "", kit.Refuse(kit.FailedPrecondition, "the time of observation is not over", "id")
	}
	after, err := row.Update().SetObservedAt(now).SetObservedName(kit.ViewerOf(ctx).Name).SetResponse(response).Save(ctx)
	if err != nil {
		return "", err
	}
	if err := m.tasks.Done(ctx, row.ID, row.ID); err != nil {
		return "", err
	}
	return row.ID, m.doseTold(ctx, after)
}

// recordReaction records what a dose did, and an allergy where the chart is to hold one.
func (m *Module) recordReaction(ctx context.Context, in model.RecordReactionInput) (string, error) {
	what, err := act.Words(in.What, mostLine, "what")
	if err != nil {
		return "", err
	}
	row, _, err := m.lockDose(ctx, in.AdministrationID, "administrationId")
	if err != nil {
		return "", err
	}
	began := m.Clock.Now()
	if at := in.BeganAt.Value(); at != nil {
		if at.After(began) || at.Before(row.OccurredAt) {
			return "", kit.Invalid("a reaction begins after the dose, and not in the future", "beganAt")
		}
		began = *at
	}
	if t := in.Treatment.Value(); t != nil && len([]rune(*t)) > mostLine {
		return "", kit.Invalid("at most 500 letters", "treatment")
	}
	if row.Status != administration.StatusGIVEN && row.Status != administration.StatusPARTIALLY_GIVEN {
		return "", kit.Refuse(kit.FailedPrecondition, "this dose was not given", "administrationId")
	}
	c := m.DB.Client(ctx).DoseReaction.Create().SetAdministrationID(row.ID).SetPatientID(row.PatientID).SetWhat(what).
		SetSeverity(in.Severity).SetBeganAt(began).SetNillableTreatment(in.Treatment.Value())
	if in.AddAllergy {
		a, err := m.allergen(ctx, row, what, string(in.Severity))
		if err != nil {
			return "", err
		}
		c.SetAllergyID(a)
	}
	if err := c.Exec(ctx); err != nil {
		return "", err
	}
	return row.ID, m.doseTold(ctx, row)
}

// allergen has the chart hold an allergy to the first ingredient of what was given.
func (m *Module) allergen(ctx context.Context, row *ent.Administration, reaction, severity string) (string, error) {
	parts, err := m.links(ctx, medicationlink.MedicationID.EQ(row.MedicationID), medicationlink.KindColumn.EQ(medicationlink.KindINGREDIENT))
	if err != nil {
		return "", err
	}
	a := handover.Allergen{PatientID: row.PatientID, Reaction: reaction, Severity: severity}
	if len(parts) > 0 {
		a.Text, a.Code, a.System = parts[0].Name, opt.Text(parts[0].Code), opt.Text(parts[0].CodeSystem)
		return m.patients.AllergicTo(ctx, a)
	}
	meds, err := m.findMedication(ctx, []string{row.MedicationID})
	if err != nil || meds[row.MedicationID] == nil {
		return "", orMissing(err, "medication", "administrationId")
	}
	a.Text = meds[row.MedicationID].Name
	return m.patients.AllergicTo(ctx, a)
}
