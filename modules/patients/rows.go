package patients

import (
	"context"
	"slices"

	"medoffice/ent"
	"medoffice/ent/allergy"
	"medoffice/ent/consent"
	"medoffice/ent/historyentry"
	"medoffice/ent/immunization"
	"medoffice/ent/problem"
	"medoffice/graph/model"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/page"
)

type (
	// Allergy answers what an allergy is beyond the columns.
	Allergy struct{ *Module }
	// Problem answers what a problem is beyond the columns.
	Problem struct{ *Module }
	// HistoryEntry answers what an entry is beyond the columns.
	HistoryEntry struct{ *Module }
	// Immunization answers what an immunization is beyond the columns.
	Immunization struct{ *Module }
	// Consent answers what a consent is beyond the columns.
	Consent struct{ *Module }
)

// oldLast puts the rows that no longer hold behind the others.
func oldLast[T any](rows []T, old func(T) bool) {
	slices.SortStableFunc(rows, func(a, b T) int { return rank(old(a)) - rank(old(b)) })
}

func rank(old bool) int {
	if old {
		return 1
	}
	return 0
}

func (r Patient) Allergies(ctx context.Context, p *ent.Patient, filter field.Filter, order *field.Order, first *int, after *string, last *int, before *string) (*model.AllergyConnection, error) {
	return page.Of(ctx, r.allergies, p, page.Child{Column: allergy.FieldPatientID},
		args(filter, order, first, after, last, before), func(a *ent.Allergy) string { return a.PatientID })
}

func (r Patient) Problems(ctx context.Context, p *ent.Patient, filter field.Filter, order *field.Order, first *int, after *string, last *int, before *string) (*model.ProblemConnection, error) {
	return page.Of(ctx, r.problems, p, page.Child{Column: problem.FieldPatientID},
		args(filter, order, first, after, last, before), func(p *ent.Problem) string { return p.PatientID })
}

func (r Patient) Histories(ctx context.Context, p *ent.Patient, filter field.Filter, order *field.Order, first *int, after *string, last *int, before *string) (*model.HistoryEntryConnection, error) {
	return page.Of(ctx, r.histories, p, page.Child{Column: historyentry.FieldPatientID},
		args(filter, order, first, after, last, before), func(h *ent.HistoryEntry) string { return h.PatientID })
}

func (r Patient) Immunizations(ctx context.Context, p *ent.Patient, filter field.Filter, order *field.Order, first *int, after *string, last *int, before *string) (*model.ImmunizationConnection, error) {
	return page.Of(ctx, r.immunizations, p, page.Child{Column: immunization.FieldPatientID},
		args(filter, order, first, after, last, before), func(i *ent.Immunization) string { return i.PatientID })
}

func (r Patient) Consents(ctx context.Context, p *ent.Patient, filter field.Filter, order *field.Order, first *int, after *string, last *int, before *string) (*model.ConsentConnection, error) {
	return page.Of(ctx, r.consents, p, page.Child{Column: consent.FieldPatientID},
		args(filter, order, first, after, last, before), func(c *ent.Consent) string { return c.PatientID })
}

func (r Allergy) Patient(ctx context.Context, a *ent.Allergy) (*ent.Patient, error) {
	return load.Of(ctx, a, "patient", func(a *ent.Allergy) string { return a.PatientID }, r.ByID)
}

func (Allergy) Substance(_ context.Context, a *ent.Allergy) (*model.Code, error) {
	return &model.Code{Text: a.SubstanceCodeText, Code: a.SubstanceCode, System: a.SubstanceCodeSystem}, nil
}

func (r Problem) Patient(ctx context.Context, p *ent.Problem) (*ent.Patient, error) {
	return load.Of(ctx, p, "patient", func(p *ent.Problem) string { return p.PatientID }, r.ByID)
}

func (Problem) Code(_ context.Context, p *ent.Problem) (*model.Code, error) {
	return &model.Code{Text: p.CodeText, Code: p.Code, System: p.CodeSystem}, nil
}

func (r HistoryEntry) Patient(ctx context.Context, h *ent.HistoryEntry) (*ent.Patient, error) {
	return load.Of(ctx, h, "patient", func(h *ent.HistoryEntry) string { return h.PatientID }, r.ByID)
}

func (HistoryEntry) Code(_ context.Context, h *ent.HistoryEntry) (*model.Code, error) {
	return &model.Code{Text: h.CodeText, Code: h.Code, System: h.CodeSystem}, nil
}

func (r Immunization) Patient(ctx context.Context, i *ent.Immunization) (*ent.Patient, error) {
	return load.Of(ctx, i, "patient", func(i *ent.Immunization) string { return i.PatientID }, r.ByID)
}

func (Immunization) Vaccine(_ context.Context, i *ent.Immunization) (*model.Code, error) {
	return &model.Code{Text: i.VaccineCodeText, Code: i.VaccineCode, System: i.VaccineCodeSystem}, nil
}

func (r Consent) Patient(ctx context.Context, c *ent.Consent) (*ent.Patient, error) {
	return load.Of(ctx, c, "patient", func(c *ent.Consent) string { return c.PatientID }, r.ByID)
}
