package access

import (
	"context"

	"medoffice/graph/model"
	"medoffice/modules/kit/act"
)

func (m Mutation) SignIn(ctx context.Context, in model.SignInInput) (*model.SignInPayload, error) {
	return m.signIn(ctx, in)
}

func (m Mutation) SignOut(ctx context.Context, in model.SignOutInput) (*model.SignOutPayload, error) {
	_, problems, err := act.Do(ctx, m.Deps, in, m.signOut, m.readSession)
	return &model.SignOutPayload{UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) SetUpSecondFactor(ctx context.Context, in model.SetUpSecondFactorInput) (*model.SetUpSecondFactorPayload, error) {
	uri, problems, err := m.setUpSecondFactor(ctx, in)
	return &model.SetUpSecondFactorPayload{URI: uri, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) ConfirmSecondFactor(ctx context.Context, in model.ConfirmSecondFactorInput) (*model.ConfirmSecondFactorPayload, error) {
	codes, problems, err := m.confirmSecondFactor(ctx, in)
	return &model.ConfirmSecondFactorPayload{RecoveryCodes: codes, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) RemoveSecondFactor(ctx context.Context, in model.RemoveSecondFactorInput) (*model.RemoveSecondFactorPayload, error) {
	row, problems, err := m.removeSecondFactor(ctx, in)
	return &model.RemoveSecondFactorPayload{Account: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) ChangePassword(ctx context.Context, in model.ChangePasswordInput) (*model.ChangePasswordPayload, error) {
	row, problems, err := m.changePassword(ctx, in)
	return &model.ChangePasswordPayload{Account: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) ResetPassword(ctx context.Context, in model.ResetPasswordInput) (*model.ResetPasswordPayload, error) {
	row, problems, err := m.resetPassword(ctx, in)
	return &model.ResetPasswordPayload{Account: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AddAccount(ctx context.Context, in model.AddAccountInput) (*model.AddAccountPayload, error) {
	row, problems, err := m.addAccount(ctx, in)
	return &model.AddAccountPayload{Account: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) CreateToken(ctx context.Context, in model.CreateTokenInput) (*model.CreateTokenPayload, error) {
	row, secret, problems, err := m.createToken(ctx, in)
	out := &model.CreateTokenPayload{Token: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}
	if secret != "" {
		out.Secret = &secret
	}
	return out, err
}
