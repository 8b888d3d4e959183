package patients

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/allergy"
	"medoffice/ent/consent"
	"medoffice/ent/historyentry"
	"medoffice/ent/immunization"
	"medoffice/ent/problem"
	"medoffice/modules/kit"
)

// usable refuses a change of a row that somebody else has changed meanwhile, or
// that was marked as an error: that is its last change.
func usable(id string, version, expected int, voided bool) error {
	if err := kit.Fresh(id, version, expected); err != nil {
		return err
	}
	if voided {
		return kit.Refuse(kit.FailedPrecondition, "this was marked as an error and is not changed any more", "id")
	}
	return nil
}

func (m *Module) holdAllergy(ctx context.Context, id string, version int) (*ent.Allergy, error) {
	row, err := hold(ctx, m.DB.Client(ctx).Allergy.Query().Where(allergy.ID.EQ(id)), "allergy", "id")
	if err != nil {
		return nil, err
	}
	return row, usable(row.ID, row.Version, version, row.Status == allergy.StatusENTERED_IN_ERROR)
}

func (m *Module) holdProblem(ctx context.Context, id string, version int) (*ent.Problem, error) {
	row, err := hold(ctx, m.DB.Client(ctx).Problem.Query().Where(problem.ID.EQ(id)), "problem", "id")
	if err != nil {
		return nil, err
	}
	return row, usable(row.ID, row.Version, version, row.Status == problem.StatusENTERED_IN_ERROR)
}

func (m *Module) holdHistory(ctx context.Context, id string, version int) (*ent.HistoryEntry, error) {
	row, err := hold(ctx, m.DB.Client(ctx).HistoryEntry.Query().Where(historyentry.ID.EQ(id)), "history entry", "id")
	if err != nil {
		return nil, err
	}
	return row, usable(row.ID, row.Version, version, row.Status == historyentry.StatusENTERED_IN_ERROR)
}

func (m *Module) holdImmunization(ctx context.Context, id string, version int) (*ent.Immunization, error) {
	row, err := hold(ctx, m.DB.Client(ctx).Immunization.Query().Where(immunization.ID.EQ(id)), "immunization", "id")
	if err != nil {
		return nil, err
	}
	return row, usable(row.ID, row.Version, version, row.Status == immunization.StatusENTERED_IN_ERROR)
}

func (m *Module) holdConsent(ctx context.Context, id string, version int) (*ent.Consent, error) {
	row, err := hold(ctx, m.DB.Client(ctx).Consent.Query().Where(consent.ID.EQ(id)), "consent", "id")
	if err != nil {
		return nil, err
	}
	return row, usable(row.ID, row.Version, version, row.Status == consent.StatusENTERED_IN_ERROR)
}

// voider is the update of a row that can be marked as an error.
type voider[U any] interface {
	SetVoidedAt(at time.Time) U
	SetVoidedBy(by string) U
	SetVoidReason(why string) U
}

// void marks a row as an error, with who says so and why.
func void[U voider[U]](ctx context.Context, u U, now time.Time, why string) (U, error) {
	text, err := reason(why)
	return u.SetVoidedAt(now).SetVoidedBy(kit.ViewerOf(ctx).ID).SetVoidReason(text), err
}
