package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"medoffice/ent"
	"medoffice/ent/account"
	"medoffice/ent/rolegrant"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
)

// once marks the state of a sign-in as used. The mark is in the database, so
// that a callback counts once for all server processes.
func (m *Module) once(ctx context.Context, state string) error {
	sum := sha256.Sum256([]byte(state))
	err := m.DB.Tx(ctx, func(ctx context.Context) error {
		return m.DB.Client(ctx).Request.Create().SetID("oidc:" + hex.EncodeToString(sum[:])).
			SetInputHash("").SetResultID("").SetAt(m.Clock.Now()).Exec(ctx)
	})
	if ent.IsConstraintError(err) {
		return trouble{kind: "used before"}
	}
	return err
}

// admit starts a session for a person whom the provider vouches for: it makes
// the account at the first time, and sets the roles to what the claims say.
func (m *Module) admit(ctx context.Context, asker *kit.Viewer, p *person) (secret string, err error) {
	var refused error
	err = m.DB.Tx(ctx, func(ctx context.Context) error {
		secret, refused = "", nil
		if err := m.DB.Alone(ctx, "oidc "+p.issuer+" "+p.subject); err != nil {
			return err
		}
		a, err := m.accountOf(ctx, p)
		if err != nil {
			return err
		}
		problem := ""
		if a != nil {
			problem, err = m.setRoles(ctx, a, p.roles)
		}
		switch {
		case err != nil:
			return err
		case len(p.roles) == 0:
			problem = "no role here"
		case !a.Active:
			problem = "account closed"
		}
		if problem != "" {
			refused = trouble{kind: problem, noted: true}
			return m.noteSignIn(ctx, asker, a, "oidc: "+problem, "")
		}
		if secret, _, err = m.newSession(ctx, asker, a); err != nil {
			return err
		}
		return m.noteSignIn(ctx, asker, a, "", "oidc")
	})
	if err == nil {
		err = refused
	}
	return secret, err
}

// accountOf finds or makes the account of a person; nil where there is none
// and no role would let it in. Only issuer and subject say who it is: a local
// account of the same name or address stays what it is.
func (m *Module) accountOf(ctx context.Context, p *person) (*ent.Account, error) {
	q := m.DB.Client(ctx).Account.Query().Where(account.OidcIssuer.EQ(p.issuer), account.OidcSubject.EQ(p.subject))
	q.Modify(db.ForUpdate)
	a, err := q.Only(ctx)
	switch {
	case err == nil:
		if name, bad := plain(p.name, 1, 100, ""); bad == nil && name != a.DisplayName {
			return a.Update().SetDisplayName(name).Save(ctx)
		}
		return a, nil
	case !ent.IsNotFound(err):
		return nil, err
	case len(p.roles) == 0:
		return nil, nil
	}
	username, err := m.freeName(ctx, foldName(p.username))
	if err != nil {
		return nil, err
	}
	name, bad := plain(p.name, 1, 100, "")
	if bad != nil {
		name = username
	}
	// No password fits the empty one.
	return m.DB.Client(ctx).Account.Create().SetUsername(username).SetDisplayName(name).SetPasswordHash("").
		SetOidcIssuer(p.issuer).SetOidcSubject(p.subject).Save(ctx)
}

// freeName is the wanted name to sign in with, where it has the right form and
// nobody has it, or an invented one.
func (m *Module) freeName(ctx context.Context, wanted string) (string, error) {
	if usernameForm.MatchString(wanted) {
		taken, err := m.DB.Client(ctx).Account.Query().Where(account.Username.EQ(wanted)).Exist(ctx)
		if err != nil || !taken {
			return wanted, err
		}
	}
	return "oidc-" + strings.ToLower(rand.Text()[:12]), nil
}

// setRoles gives and takes roles until the account has these. The last
// administrator stays one, but is not let in by what the provider says. A role
// that was given for own patients alone stays so.
func (m *Module) setRoles(ctx context.Context, a *ent.Account, roles []string) (problem string, err error) {
	grants, err := m.grantsOf(ctx, []string{a.ID})
	if err != nil {
		return "", err
	}
	has := rolesOf(grants[a.ID])
	for _, r := range has {
		if slices.Contains(roles, string(r)) {
			continue
		}
		err := m.takeRole(ctx, a, r)
		if e, ok := kit.AsError(err); ok && e.Code == kit.FailedPrecondition {
			problem, err = "last administrator", m.endSessions(ctx, a.ID, "")
		}
		if err != nil {
			return "", err
		}
	}
	for _, r := range roles {
		if slices.Contains(has, rolegrant.Role(r)) {
			continue
		}
		if err := m.giveRole(ctx, a, r, false); err != nil {
			return "", err
		}
	}
	return problem, nil
}
