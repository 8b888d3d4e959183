package medications

import (
	"context"

	"medoffice/graph/model"
	"medoffice/modules/kit/act"
)

func (m Mutation) AddMedication(ctx context.Context, in model.AddMedicationInput) (*model.MedicationPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addMedication, act.Row(m.MedicationsByID))
	return &model.MedicationPayload{Medication: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) UpdateMedication(ctx context.Context, in model.UpdateMedicationInput) (*model.MedicationPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.updateMedication, act.Row(m.MedicationsByID))
	return &model.MedicationPayload{Medication: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) DraftMedicationRequest(ctx context.Context, in model.DraftMedicationRequestInput) (*model.MedicationRequestPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.draft, act.Row(m.OrdersByID))
	return &model.MedicationRequestPayload{Order: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) OrderMedication(ctx context.Context, in model.OrderMedicationInput) (*model.MedicationRequestPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.order, act.Row(m.OrdersByID))
	return &model.MedicationRequestPayload{Order: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) SignMedicationRequest(ctx context.Context, in model.SignMedicationRequestInput) (*model.MedicationRequestPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.sign, act.Row(m.OrdersByID))
	return &model.MedicationRequestPayload{Order: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) HoldMedicationRequest(ctx context.Context, in model.HoldMedicationRequestInput) (*model.MedicationRequestPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.holdOrder, act.Row(m.OrdersByID))
	return &model.MedicationRequestPayload{Order: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) ResumeMedicationRequest(ctx context.Context, in model.ResumeMedicationRequestInput) (*model.MedicationRequestPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.resume, act.Row(m.OrdersByID))
	return &model.MedicationRequestPayload{Order: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) StopMedicationRequest(ctx context.Context, in model.StopMedicationRequestInput) (*model.MedicationRequestPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.stop, act.Row(m.OrdersByID))
	return &model.MedicationRequestPayload{Order: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) GiveMedication(ctx context.Context, in model.GiveMedicationInput) (*model.AdministrationPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.give, act.Row(m.DosesByID))
	return &model.AdministrationPayload{Administration: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) RecordNotGiven(ctx context.Context, in model.RecordNotGivenInput) (*model.AdministrationPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.notGiven, act.Row(m.DosesByID))
	return &model.AdministrationPayload{Administration: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) WasteDose(ctx context.Context, in model.WasteDoseInput) (*model.AdministrationPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.waste, act.Row(m.DosesByID))
	return &model.AdministrationPayload{Administration: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) VoidAdministration(ctx context.Context, in model.VoidAdministrationInput) (*model.AdministrationPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.voidDose, act.Row(m.DosesByID))
	return &model.AdministrationPayload{Administration: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) EndObservation(ctx context.Context, in model.EndObservationInput) (*model.AdministrationPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.endObservation, act.Row(m.DosesByID))
	return &model.AdministrationPayload{Administration: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) RecordReaction(ctx context.Context, in model.RecordReactionInput) (*model.AdministrationPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.react, act.Row(m.DosesByID))
	return &model.AdministrationPayload{Administration: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) CountControlled(ctx context.Context, in model.CountControlledInput) (*model.RegisterEntryPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.count, act.Row(m.EntriesByID))
	return &model.RegisterEntryPayload{Entry: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) ResolveDifference(ctx context.Context, in model.ResolveDifferenceInput) (*model.RegisterEntryPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.resolve, act.Row(m.EntriesByID))
	return &model.RegisterEntryPayload{Entry: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) ReconcileMedications(ctx context.Context, in model.ReconcileMedicationsInput) (*model.ReconciliationPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.reconcile, act.Row(m.reconciliationsByID))
	return &model.ReconciliationPayload{Reconciliation: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) VoidMedicationStatement(ctx context.Context, in model.VoidMedicationStatementInput) (*model.MedicationStatementPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.voidStatement, act.Row(m.StatementsByID))
	return &model.MedicationStatementPayload{Statement: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}
