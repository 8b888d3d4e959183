package patients

import (
	"context"

	"medoffice/graph/model"
	"medoffice/modules/kit/act"
)

func (m Mutation) RegisterPatient(ctx context.Context, in model.RegisterPatientInput) (*model.RegisterPatientPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.register, m.readPatient)
	return &model.RegisterPatientPayload{Patient: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) UpdatePatient(ctx context.Context, in model.UpdatePatientInput) (*model.UpdatePatientPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.update, m.readPatient)
	return &model.UpdatePatientPayload{Patient: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) MergePatients(ctx context.Context, in model.MergePatientsInput) (*model.MergePatientsPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.merge, m.readPatient)
	return &model.MergePatientsPayload{Patient: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AddAllergy(ctx context.Context, in model.AddAllergyInput) (*model.AddAllergyPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addAllergy, m.readAllergy)
	return &model.AddAllergyPayload{Allergy: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) ResolveAllergy(ctx context.Context, in model.ResolveAllergyInput) (*model.ResolveAllergyPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.resolveAllergy, m.readAllergy)
	return &model.ResolveAllergyPayload{Allergy: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) VoidAllergy(ctx context.Context, in model.VoidAllergyInput) (*model.VoidAllergyPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.voidAllergy, m.readAllergy)
	return &model.VoidAllergyPayload{Allergy: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) ReviewAllergies(ctx context.Context, in model.ReviewAllergiesInput) (*model.ReviewAllergiesPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.reviewAllergies, m.readPatient)
	return &model.ReviewAllergiesPayload{Patient: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AddProblem(ctx context.Context, in model.AddProblemInput) (*model.AddProblemPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addProblem, m.readProblem)
	return &model.AddProblemPayload{Problem: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) UpdateProblem(ctx context.Context, in model.UpdateProblemInput) (*model.UpdateProblemPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.updateProblem, m.readProblem)
	return &model.UpdateProblemPayload{Problem: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) VoidProblem(ctx context.Context, in model.VoidProblemInput) (*model.VoidProblemPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.voidProblem, m.readProblem)
	return &model.VoidProblemPayload{Problem: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AddHistory(ctx context.Context, in model.AddHistoryInput) (*model.AddHistoryPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addHistory, m.readHistory)
	return &model.AddHistoryPayload{Entry: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) ResolveHistory(ctx context.Context, in model.ResolveHistoryInput) (*model.ResolveHistoryPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.resolveHistory, m.readHistory)
	return &model.ResolveHistoryPayload{Entry: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) VoidHistory(ctx context.Context, in model.VoidHistoryInput) (*model.VoidHistoryPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.voidHistory, m.readHistory)
	return &model.VoidHistoryPayload{Entry: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AddImmunization(ctx context.Context, in model.AddImmunizationInput) (*model.AddImmunizationPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addImmunization, m.readImmunization)
	return &model.AddImmunizationPayload{Immunization: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) VoidImmunization(ctx context.Context, in model.VoidImmunizationInput) (*model.VoidImmunizationPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.voidImmunization, m.readImmunization)
	return &model.VoidImmunizationPayload{Immunization: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) RecordConsent(ctx context.Context, in model.RecordConsentInput) (*model.RecordConsentPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.recordConsent, m.readConsent)
	return &model.RecordConsentPayload{Consent: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) RevokeConsent(ctx context.Context, in model.RevokeConsentInput) (*model.RevokeConsentPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.revokeConsent, m.readConsent)
	return &model.RevokeConsentPayload{Consent: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) VoidConsent(ctx context.Context, in model.VoidConsentInput) (*model.VoidConsentPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.voidConsent, m.readConsent)
	return &model.VoidConsentPayload{Consent: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AddAddress(ctx context.Context, in model.AddAddressInput) (*model.AddAddressPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addAddress, m.readPatient)
	return &model.AddAddressPayload{Patient: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) EndAddress(ctx context.Context, in model.EndAddressInput) (*model.EndAddressPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.endAddress, m.readPatient)
	return &model.EndAddressPayload{Patient: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AddTelecom(ctx context.Context, in model.AddTelecomInput) (*model.AddTelecomPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addTelecom, m.readPatient)
	return &model.AddTelecomPayload{Patient: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) EndTelecom(ctx context.Context, in model.EndTelecomInput) (*model.EndTelecomPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.endTelecom, m.readPatient)
	return &model.EndTelecomPayload{Patient: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AddIdentifier(ctx context.Context, in model.AddIdentifierInput) (*model.AddIdentifierPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addIdentifier, m.readPatient)
	return &model.AddIdentifierPayload{Patient: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AddContact(ctx context.Context, in model.AddContactInput) (*model.AddContactPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addContact, m.readPatient)
	return &model.AddContactPayload{Patient: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) UpdateContact(ctx context.Context, in model.UpdateContactInput) (*model.UpdateContactPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.updateContact, m.readPatient)
	return &model.UpdateContactPayload{Patient: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) EndContact(ctx context.Context, in model.EndContactInput) (*model.EndContactPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.endContact, m.readPatient)
	return &model.EndContactPayload{Patient: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}
