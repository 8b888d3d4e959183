package patients

import (
	"context"

	"medoffice/ent/consent"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
)

func (m *Module) recordConsent(ctx context.Context, in model.RecordConsentInput) (string, error) {
	p, err := m.open(ctx, in.PatientID, "patientId")
	if err != nil {
		return "", err
	}
	scope, err := given(in.Scope, maxNote, "scope")
	if err != nil {
		return "", err
	}
	at := m.Clock.Now()
	if told := in.GivenAt.Value(); told != nil {
		at = *told
	}
	if err := livedAt(at, p.BirthDate, m.Clock.Now(), m.Zone, "givenAt"); err != nil {
		return "", err
	}
	from, until := date.Of(at.In(m.Zone)), in.ExpiresOn.Value()
	if err := ordered(&from, until, "expiresOn"); err != nil {
		return "", err
	}
	row, err := m.DB.Client(ctx).Consent.Create().SetPatientID(p.ID).SetKind(in.Kind).SetDecision(in.Decision).
		SetGivenAt(at).SetNillableExpiresOn(until).SetNillableScope(scope).Save(ctx)
	if err != nil {
		return "", err
	}
	return m.changed(ctx, p.ID, "Consent", row.ID)
}

func (m *Module) revokeConsent(ctx context.Context, in model.RevokeConsentInput) (string, error) {
	row, err := m.holdConsent(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if row.Status != consent.StatusACTIVE {
		return "", kit.Refuse(kit.FailedPrecondition, "this consent was revoked before", "id")
	}
	if err := row.Update().SetStatus(consent.StatusREVOKED).Exec(ctx); err != nil {
		return "", err
	}
	return m.changed(ctx, row.PatientID, "Consent", row.ID)
}

func (m *Module) voidConsent(ctx context.Context, in model.VoidConsentInput) (string, error) {
	row, err := m.holdConsent(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	u, err := void(ctx, row.Update().SetStatus(consent.StatusENTERED_IN_ERROR), m.Clock.Now(), in.Reason)
	if err != nil {
		return "", err
	}
	if err := u.Exec(ctx); err != nil {
		return "", err
	}
	return m.changed(ctx, row.PatientID, "Consent", row.ID)
}
