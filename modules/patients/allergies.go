package patients

import (
	"context"

	"medoffice/ent/allergy"
	"medoffice/graph/model"
	"medoffice/modules/kit"
)

func (m *Module) addAllergy(ctx context.Context, in model.AddAllergyInput) (string, error) {
	p, err := m.open(ctx, in.PatientID, "patientId")
	if err != nil {
		return "", err
	}
	text, code, system, err := coded(in.Substance, "substance")
	if err != nil {
		return "", err
	}
	reaction, err := given(in.Reaction, maxLine, "reaction")
	if err != nil {
		return "", err
	}
	onset := in.Onset.Value()
	if err := lived(onset, p.BirthDate, m.today(), "onset"); err != nil {
		return "", err
	}
	row, err := m.DB.Client(ctx).Allergy.Create().SetPatientID(p.ID).
		SetSubstanceCodeText(text).SetNillableSubstanceCode(code).SetNillableSubstanceCodeSystem(system).
		SetKind(in.Kind).SetVerification(in.Verification).SetNillableCategory(in.Category.Value()).
		SetNillableCriticality(in.Criticality.Value()).SetNillableSeverity(in.Severity.Value()).
		SetNillableReaction(reaction).SetNillableOnset(onset).SetRecordedAt(m.Clock.Now()).Save(ctx)
	if err != nil {
		return "", err
	}
	return m.changed(ctx, p.ID, "Allergy", row.ID)
}

func (m *Module) resolveAllergy(ctx context.Context, in model.ResolveAllergyInput) (string, error) {
	row, err := m.holdAllergy(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if err := row.Update().SetStatus(allergy.StatusRESOLVED).Exec(ctx); err != nil {
		return "", err
	}
	return m.changed(ctx, row.PatientID, "Allergy", row.ID)
}

func (m *Module) voidAllergy(ctx context.Context, in model.VoidAllergyInput) (string, error) {
	row, err := m.holdAllergy(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	u, err := void(ctx, row.Update().SetStatus(allergy.StatusENTERED_IN_ERROR), m.Clock.Now(), in.Reason)
	if err != nil {
		return "", err
	}
	if err := u.Exec(ctx); err != nil {
		return "", err
	}
	return m.changed(ctx, row.PatientID, "Allergy", row.ID)
}

// reviewAllergies notes that somebody asked. With an empty list it says that
// there is nothing known, and not that nobody asked.
func (m *Module) reviewAllergies(ctx context.Context, in model.ReviewAllergiesInput) (string, error) {
	p, err := m.open(ctx, in.PatientID, "patientId")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(p.ID, p.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	err = p.Update().SetAllergiesReviewedAt(m.Clock.Now()).SetAllergiesReviewedBy(kit.ViewerOf(ctx).ID).Exec(ctx)
	if err != nil {
		return "", err
	}
	return m.changed(ctx, p.ID, "Patient", p.ID)
}
