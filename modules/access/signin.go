package access

import (
	"context"
	"strings"
	"time"

	"medoffice/ent"
	"medoffice/ent/account"
	"medoffice/ent/rolegrant"
	"medoffice/graph/model"
	"medoffice/modules/kit"
)

// The lock-out: after so many wrong passwords in a row an account waits so long.
const (
	MaxFailures = 5
	LockOut     = 15 * time.Minute
)

var errSignIn = kit.Refuse(kit.Unauthenticated, "the name or the password is wrong, or the account is locked for a while")

func (m *Module) signIn(ctx context.Context, in model.SignInInput) (*model.SignInPayload, error) {
	out := &model.SignInPayload{UserErrors: []model.UserError{}, ClientMutationID: in.ClientMutationID.Value()}
	asker := kit.ViewerOf(ctx)
	secret, s, err := m.startSession(kit.System(ctx, "sign-in"), asker, in)
	if e, ok := kit.AsError(err); ok {
		out.UserErrors = append(out.UserErrors, model.InputError{Message: e.Safe, Code: e.Code, Path: e.Path})
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	v, err := m.Viewer(ctx, secret)
	if err != nil {
		return nil, err
	}
	out.Token, out.ExpiresAt = &secret, &s.ExpiresAt
	out.Viewer, err = m.viewer(kit.WithViewer(ctx, v), v)
	return out, err
}

func (m *Module) startSession(ctx context.Context, asker *kit.Viewer, in model.SignInInput) (secret string, s *ent.Session, err error) {
	wrong := false
	err = m.DB.Tx(ctx, func(ctx context.Context) error {
		a, err := m.DB.Client(ctx).Account.Query().Where(account.Username(foldName(in.Username))).Only(ctx)
		if ent.IsNotFound(err) {
			passwordIs(nobody, in.Password) // takes as long as a known name
			return errSignIn
		}
		if err != nil {
			return err
		}
		right := passwordIs(a.PasswordHash, in.Password)
		locked := a.LockedUntil != nil && a.LockedUntil.After(m.Clock.Now())
		if !right || locked || !a.Active {
			wrong = true
			return m.failed(ctx, a, right)
		}
		if err := a.Update().SetFailedSignIns(0).ClearLockedUntil().Exec(ctx); err != nil {
			return err
		}
		var hash string
		secret, hash = newToken("ses")
		s, err = m.DB.Client(ctx).Session.Create().SetAccountID(a.ID).SetTokenHash(hash).
			SetCreatedAt(m.Clock.Now()).SetExpiresAt(m.Clock.Now().Add(SessionLength)).
			SetRemoteIP(asker.RemoteIP).SetUserAgent(asker.UserAgent).Save(ctx)
		return err
	})
	if err == nil && wrong {
		err = errSignIn
	}
	return secret, s, err
}

// failed counts a wrong password, and locks the account after too many.
func (m *Module) failed(ctx context.Context, a *ent.Account, right bool) error {
	if right {
		return nil
	}
	u := a.Update().AddFailedSignIns(1)
	if a.FailedSignIns+1 >= MaxFailures {
		u.SetLockedUntil(m.Clock.Now().Add(LockOut)).SetFailedSignIns(0)
	}
	return u.Exec(ctx)
}

func foldName(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// AddAccount makes an account with roles and returns its id.
func (m *Module) AddAccount(ctx context.Context, username, displayName, password string, roles ...string) (id string, err error) {
	err = m.DB.Tx(ctx, func(ctx context.Context) error {
		a, err := m.DB.Client(ctx).Account.Create().SetUsername(foldName(username)).
			SetDisplayName(displayName).SetPasswordHash(HashPassword(password)).Save(ctx)
		if err != nil {
			return err
		}
		id = a.ID
		for _, r := range roles {
			if err := m.DB.Client(ctx).RoleGrant.Create().SetAccountID(a.ID).SetRole(rolegrant.Role(r)).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return id, err
}
