package patients

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/immunization"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
)

func (m *Module) addImmunization(ctx context.Context, in model.AddImmunizationInput) (string, error) {
	p, err := m.open(ctx, in.PatientID, "patientId")
	if err != nil {
		return "", err
	}
	if err := livedAt(in.OccurredAt, p.BirthDate, m.Clock.Now(), m.Zone, "occurredAt"); err != nil {
		return "", err
	}
	c := m.DB.Client(ctx).Immunization.Create().SetPatientID(p.ID).SetOccurredAt(in.OccurredAt).
		SetStatus(in.Status).SetPrimarySource(in.PrimarySource)
	if err := m.fillImmunization(c, in); err != nil {
		return "", err
	}
	row, err := c.Save(ctx)
	if err != nil {
		return "", err
	}
	return m.changed(ctx, p.ID, "Immunization", row.ID)
}

// fillImmunization checks and sets the vaccine and how it was given.
func (m *Module) fillImmunization(c *ent.ImmunizationCreate, in model.AddImmunizationInput) error {
	text, code, system, err := coded(in.Vaccine, "vaccine")
	if err != nil {
		return err
	}
	lot, err := given(in.Lot, maxName, "lot")
	if err != nil {
		return err
	}
	maker, err := given(in.Manufacturer, maxName, "manufacturer")
	if err != nil {
		return err
	}
	site, err := given(in.Site, maxName, "site")
	if err != nil {
		return err
	}
	route, err := given(in.Route, maxName, "route")
	if err != nil {
		return err
	}
	dose, err := given(in.Dose, maxName, "dose")
	if err != nil {
		return err
	}
	why, err := given(in.NotDoneReason, maxLine, "notDoneReason")
	if err != nil {
		return err
	}
	c.SetVaccineCodeText(text).SetNillableVaccineCode(code).SetNillableVaccineCodeSystem(system).
		SetNillableLot(lot).SetNillableManufacturer(maker).SetNillableSite(site).SetNillableRoute(route).
		SetNillableDose(dose).SetNillableNotDoneReason(why).SetNillableExpiresOn(in.ExpiresOn.Value())
	return m.given(in, why)
}

// given checks what belongs to a vaccine that was given, and to one that was not.
func (m *Module) given(in model.AddImmunizationInput, why *string) error {
	expires := in.ExpiresOn.Value()
	switch {
	case in.Status == immunization.StatusENTERED_IN_ERROR:
		return kit.Invalid("a new immunization is not an error", "status")
	case in.Status == immunization.StatusNOT_DONE && why == nil:
		return kit.Invalid("tell why it was not given", "notDoneReason")
	case in.Status == immunization.StatusCOMPLETED && why != nil:
		return kit.Invalid("it was given, so there is no reason why not", "notDoneReason")
	case in.Status == immunization.StatusCOMPLETED && expires != nil && before(*expires, date.Of(in.OccurredAt.In(m.Zone))):
		return kit.Refuse(kit.FailedPrecondition, "the vaccine had expired on that day", "expiresOn")
	}
	return nil
}

func (m *Module) voidImmunization(ctx context.Context, in model.VoidImmunizationInput) (string, error) {
	row, err := m.holdImmunization(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	u, err := void(ctx, row.Update().SetStatus(immunization.StatusENTERED_IN_ERROR), m.Clock.Now(), in.Reason)
	if err != nil {
		return "", err
	}
	if err := u.Exec(ctx); err != nil {
		return "", err
	}
	return m.changed(ctx, row.PatientID, "Immunization", row.ID)
}
