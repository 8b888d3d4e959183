package patients

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/allergy"
	"medoffice/ent/immunization"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/opt"
)

// mostAllergies bounds what a check of a dose looks at.
const mostAllergies = 500

// ActiveAllergies finds what a patient is allergic to now, whoever asks: a dose
// is checked against all of the chart.
func (m *Module) ActiveAllergies(ctx context.Context, patientID string) ([]*ent.Allergy, error) {
	return m.DB.Client(ctx).Allergy.Query().Where(allergy.PatientID.EQ(patientID), allergy.StatusColumn.EQ(allergy.StatusACTIVE),
		allergy.VerificationColumn.NEQ(allergy.VerificationREFUTED)).Order(allergy.ID.Asc()).Limit(mostAllergies).All(kit.Unbound(ctx))
}

// Immunize writes a vaccine that was given here into the chart, in the running transaction.
func (m *Module) Immunize(ctx context.Context, v handover.Vaccination) (string, error) {
	p, err := m.open(ctx, v.PatientID, "patientId")
	if err != nil {
		return "", err
	}
	day := func(s string) *date.Date {
		if s == "" {
			return nil
		}
		d := date.Date(s)
		return &d
	}
	c := m.DB.Client(ctx).Immunization.Create().SetPatientID(p.ID).SetNillableVisitID(opt.Of(v.VisitID)).SetOccurredAt(v.At).
		SetVaccineCodeText(v.Text).SetNillableLot(opt.Of(v.Lot)).SetNillableManufacturer(opt.Of(v.Maker)).SetNillableMakerCode(opt.Of(v.MakerCode)).
		SetNillableExpiresOn(day(v.ExpiresOn)).SetNillableSite(opt.Of(v.Site)).SetNillableRoute(opt.Of(v.Route)).SetNillableDose(opt.Of(v.Dose)).
		SetNillablePerformer(opt.Of(v.Performer)).SetNillableVisEdition(day(v.Sheet)).SetNillableVisGivenOn(day(v.SheetOn)).
		SetNillableFunding(opt.Of(v.Funding))
	if v.CVX != "" {
		c.SetVaccineCode(v.CVX).SetVaccineCodeSystem(cvx)
	}
	row, err := c.Save(ctx)
	if err != nil {
		return "", err
	}
	return m.changed(ctx, p.ID, "Immunization", row.ID)
}

// Unimmunize marks a vaccine as never given, in the running transaction. Twice is once.
func (m *Module) Unimmunize(ctx context.Context, id, reason string) error {
	row, err := m.DB.Client(ctx).Immunization.Get(kit.Unbound(ctx), id)
	if err != nil || row.Status == immunization.StatusENTERED_IN_ERROR {
		return err
	}
	u, err := void(ctx, row.Update().SetStatus(immunization.StatusENTERED_IN_ERROR), m.Clock.Now(), reason)
	if err != nil {
		return err
	}
	if err := u.Exec(ctx); err != nil {
		return err
	}
	_, err = m.changed(ctx, row.PatientID, "Immunization", row.ID)
	return err
}

// AllergicTo has a chart hold an allergy that a dose showed, in the running transaction.
func (m *Module) AllergicTo(ctx context.Context, a handover.Allergen) (string, error) {
	p, err := m.open(ctx, a.PatientID, "patientId")
	if err != nil {
		return "", err
	}
	criticality := allergy.CriticalityLOW
	if a.Severity == string(allergy.SeveritySEVERE) {
		criticality = allergy.CriticalityHIGH
	}
	row, err := m.DB.Client(ctx).Allergy.Create().SetPatientID(p.ID).SetSubstanceCodeText(a.Text).
		SetNillableSubstanceCode(opt.Of(a.Code)).SetNillableSubstanceCodeSystem(opt.Of(a.System)).
		SetCategory(allergy.CategoryMEDICATION).SetCriticality(criticality).SetSeverity(allergy.Severity(a.Severity)).
		SetReaction(a.Reaction).SetRecordedAt(m.Clock.Now()).Save(ctx)
	if err != nil {
		return "", err
	}
	return m.changed(ctx, p.ID, "Allergy", row.ID)
}
