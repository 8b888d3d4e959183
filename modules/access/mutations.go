package access

import (
	"context"

	"medoffice/graph/model"
	"medoffice/modules/kit/act"
)

// Mutation answers the root fields.
type Mutation struct{ *Module }

func (m Mutation) SignIn(ctx context.Context, in model.SignInInput) (*model.SignInPayload, error) {
	return m.signIn(ctx, in)
}

func (m Mutation) SignOut(ctx context.Context, in model.SignOutInput) (*model.SignOutPayload, error) {
	_, problems, err := act.Do(ctx, m.Deps, in, m.signOut, m.readSession)
	return &model.SignOutPayload{UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) RevokeSession(ctx context.Context, in model.RevokeSessionInput) (*model.RevokeSessionPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.revokeSession, m.readSession)
	return &model.RevokeSessionPayload{Session: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) RevokeSessions(ctx context.Context, in model.RevokeSessionsInput) (*model.RevokeSessionsPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.revokeSessions, m.readAccount)
	return &model.RevokeSessionsPayload{Account: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
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

func (m Mutation) ResetSecondFactor(ctx context.Context, in model.ResetSecondFactorInput) (*model.ResetSecondFactorPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.resetSecondFactor, m.readAccount)
	return &model.ResetSecondFactorPayload{Account: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
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

func (m Mutation) GrantRole(ctx context.Context, in model.GrantRoleInput) (*model.GrantRolePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.grantRole, m.readAccount)
	return &model.GrantRolePayload{Account: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) LinkAccount(ctx context.Context, in model.LinkAccountInput) (*model.LinkAccountPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.linkAccount, m.readAccount)
	return &model.LinkAccountPayload{Account: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) RevokeRole(ctx context.Context, in model.RevokeRoleInput) (*model.RevokeRolePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.revokeRole, m.readAccount)
	return &model.RevokeRolePayload{Account: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) SetAccountActive(ctx context.Context, in model.SetAccountActiveInput) (*model.SetAccountActivePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.setAccountActive, m.readAccount)
	return &model.SetAccountActivePayload{Account: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) CreateToken(ctx context.Context, in model.CreateTokenInput) (*model.CreateTokenPayload, error) {
	row, secret, problems, err := m.createToken(ctx, in)
	out := &model.CreateTokenPayload{Token: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}
	if secret != "" {
		out.Secret = &secret
	}
	return out, err
}

func (m Mutation) RevokeToken(ctx context.Context, in model.RevokeTokenInput) (*model.RevokeTokenPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.revokeToken, m.readToken)
	return &model.RevokeTokenPayload{Token: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) BreakGlass(ctx context.Context, in model.BreakGlassInput) (*model.BreakGlassPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.breakGlass, m.readGlass)
	return &model.BreakGlassPayload{BreakGlass: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}
