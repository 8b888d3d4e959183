package patients

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/allergy"
	"medoffice/ent/historyentry"
	"medoffice/ent/immunization"
	"medoffice/ent/problem"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/put"
)

// PutAllergy writes an allergy that an import brought, by its source, in the
// running transaction. One that was changed here since is left alone.
func (m *Module) PutAllergy(ctx context.Context, row *ent.Allergy) (id string, created, updated bool, err error) {
	q := m.DB.Client(ctx).Allergy.Query().Where(allergy.Source.EQ(*row.Source))
	q.Modify(db.ForUpdate)
	old, err := q.Only(ctx)
	return put.Door[ent.Allergy]{
		Columns: func(a *ent.Allergy) put.Columns {
			return put.Columns{
				allergy.FieldSource: put.Opt(a.Source), allergy.FieldPatientID: a.PatientID,
				allergy.FieldSubstanceCodeText: a.SubstanceCodeText, allergy.FieldSubstanceCode: put.Opt(a.SubstanceCode),
				allergy.FieldSubstanceCodeSystem: put.Opt(a.SubstanceCodeSystem), allergy.FieldStatus: a.Status,
				allergy.FieldKind: a.Kind, allergy.FieldCategory: put.Opt(a.Category),
				allergy.FieldCriticality: put.Opt(a.Criticality), allergy.FieldVerification: a.Verification,
				allergy.FieldReaction: put.Opt(a.Reaction), allergy.FieldSeverity: put.Opt(a.Severity),
				allergy.FieldOnset: put.Opt(a.Onset), allergy.FieldRecordedAt: a.RecordedAt,
				allergy.FieldVoidedAt: put.Opt(a.VoidedAt), allergy.FieldVoidedBy: put.Opt(a.VoidedBy),
				allergy.FieldVoidReason: put.Opt(a.VoidReason),
			}
		},
		Stamp: func(a *ent.Allergy) (string, string) { return a.ID, a.UpdatedBy },
		Save: func(ctx context.Context, old *ent.Allergy, c put.Columns) (*ent.Allergy, error) {
			if old == nil {
				made := m.DB.Client(ctx).Allergy.Create()
				return put.Save(ctx, made, made.Mutation(), c)
			}
			change := old.Update()
			return put.Save(ctx, change, change.Mutation(), c)
		},
	}.Put(ctx, old, err, row)
}

// PutProblem writes a problem that an import brought, by its source, in the
// running transaction. One that was changed here since is left alone.
func (m *Module) PutProblem(ctx context.Context, row *ent.Problem) (id string, created, updated bool, err error) {
	q := m.DB.Client(ctx).Problem.Query().Where(problem.Source.EQ(*row.Source))
	q.Modify(db.ForUpdate)
	old, err := q.Only(ctx)
	return put.Door[ent.Problem]{
		Columns: func(p *ent.Problem) put.Columns {
			return put.Columns{
				problem.FieldSource: put.Opt(p.Source), problem.FieldPatientID: p.PatientID,
				problem.FieldVisitID: put.Opt(p.VisitID), problem.FieldCodeText: p.CodeText,
				problem.FieldCode: put.Opt(p.Code), problem.FieldCodeSystem: put.Opt(p.CodeSystem),
				problem.FieldStatus: p.Status, problem.FieldOnset: put.Opt(p.Onset),
				problem.FieldAbatement: put.Opt(p.Abatement), problem.FieldNote: put.Opt(p.Note),
				problem.FieldRecordedAt: p.RecordedAt, problem.FieldVoidedAt: put.Opt(p.VoidedAt),
				problem.FieldVoidedBy: put.Opt(p.VoidedBy), problem.FieldVoidReason: put.Opt(p.VoidReason),
			}
		},
		Stamp: func(p *ent.Problem) (string, string) { return p.ID, p.UpdatedBy },
		Save: func(ctx context.Context, old *ent.Problem, c put.Columns) (*ent.Problem, error) {
			if old == nil {
				made := m.DB.Client(ctx).Problem.Create()
				return put.Save(ctx, made, made.Mutation(), c)
			}
			change := old.Update()
			return put.Save(ctx, change, change.Mutation(), c)
		},
	}.Put(ctx, old, err, row)
}

// PutHistory writes a history entry that an import brought, by its source, in
// the running transaction. One that was changed here since is left alone.
func (m *Module) PutHistory(ctx context.Context, row *ent.HistoryEntry) (id string, created, updated bool, err error) {
	q := m.DB.Client(ctx).HistoryEntry.Query().Where(historyentry.Source.EQ(*row.Source))
	q.Modify(db.ForUpdate)
	old, err := q.Only(ctx)
	return put.Door[ent.HistoryEntry]{
		Columns: func(h *ent.HistoryEntry) put.Columns {
			return put.Columns{
				historyentry.FieldSource: put.Opt(h.Source), historyentry.FieldPatientID: h.PatientID,
				historyentry.FieldCodeText: h.CodeText, historyentry.FieldCode: put.Opt(h.Code),
				historyentry.FieldCodeSystem: put.Opt(h.CodeSystem), historyentry.FieldKind: h.Kind,
				historyentry.FieldStatus: h.Status, historyentry.FieldValue: put.Opt(h.Value),
				historyentry.FieldRelationship: put.Opt(h.Relationship), historyentry.FieldOnset: put.Opt(h.Onset),
				historyentry.FieldNote: put.Opt(h.Note), historyentry.FieldRecordedAt: h.RecordedAt,
				historyentry.FieldVoidedAt: put.Opt(h.VoidedAt), historyentry.FieldVoidedBy: put.Opt(h.VoidedBy),
				historyentry.FieldVoidReason: put.Opt(h.VoidReason),
			}
		},
		Stamp: func(h *ent.HistoryEntry) (string, string) { return h.ID, h.UpdatedBy },
		Save: func(ctx context.Context, old *ent.HistoryEntry, c put.Columns) (*ent.HistoryEntry, error) {
			if old == nil {
				made := m.DB.Client(ctx).HistoryEntry.Create()
				return put.Save(ctx, made, made.Mutation(), c)
			}
			change := old.Update()
			return put.Save(ctx, change, change.Mutation(), c)
		},
	}.Put(ctx, old, err, row)
}

// PutImmunization writes an immunization that an import brought, by its
// source, in the running transaction. One that was changed here since is left alone.
func (m *Module) PutImmunization(ctx context.Context, row *ent.Immunization) (id string, created, updated bool, err error) {
	q := m.DB.Client(ctx).Immunization.Query().Where(immunization.Source.EQ(*row.Source))
	q.Modify(db.ForUpdate)
	old, err := q.Only(ctx)
	return put.Door[ent.Immunization]{
		Columns: immunizationColumns,
		Stamp:   func(i *ent.Immunization) (string, string) { return i.ID, i.UpdatedBy },
		Save: func(ctx context.Context, old *ent.Immunization, c put.Columns) (*ent.Immunization, error) {
			if old == nil {
				made := m.DB.Client(ctx).Immunization.Create()
				return put.Save(ctx, made, made.Mutation(), c)
			}
			change := old.Update()
			return put.Save(ctx, change, change.Mutation(), c)
		},
	}.Put(ctx, old, err, row)
}

func immunizationColumns(i *ent.Immunization) put.Columns {
	return put.Columns{
		immunization.FieldSource: put.Opt(i.Source), immunization.FieldPatientID: i.PatientID,
		immunization.FieldVisitID: put.Opt(i.VisitID), immunization.FieldVaccineCodeText: i.VaccineCodeText,
		immunization.FieldVaccineCode: put.Opt(i.VaccineCode), immunization.FieldVaccineCodeSystem: put.Opt(i.VaccineCodeSystem),
		immunization.FieldStatus: i.Status, immunization.FieldOccurredAt: i.OccurredAt,
		immunization.FieldLot: put.Opt(i.Lot), immunization.FieldManufacturer: put.Opt(i.Manufacturer),
		immunization.FieldExpiresOn: put.Opt(i.ExpiresOn), immunization.FieldSite: put.Opt(i.Site),
		immunization.FieldRoute: put.Opt(i.Route), immunization.FieldDose: put.Opt(i.Dose),
		immunization.FieldNotDoneReason: put.Opt(i.NotDoneReason), immunization.FieldPrimarySource: i.PrimarySource,
		immunization.FieldVoidedAt: put.Opt(i.VoidedAt), immunization.FieldVoidedBy: put.Opt(i.VoidedBy),
		immunization.FieldVoidReason: put.Opt(i.VoidReason),
	}
}
