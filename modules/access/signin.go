package access

import (
	"context"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/account"
	"medoffice/ent/auditevent"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

// The lock-out: after so many wrong passwords in a row an account waits so long.
const (
	MaxFailures = 5
	LockOut     = 15 * time.Minute
)

var errSignIn = kit.Refuse(kit.Unauthenticated, "the name or the password is wrong, or the account is locked for a while")

func (m *Module) signIn(ctx context.Context, in model.SignInInput) (*model.SignInPayload, error) {
	out := &model.SignInPayload{UserErrors: []model.UserError{}, ClientMutationID: in.ClientMutationID.Value()}
	secret, s, err := m.SignIn(ctx, in.Username, in.Password, opt.Text(in.Code.Value()))
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

// SignIn starts a session and returns its secret, which is not kept. Unknown
// names, wrong passwords, locked and closed accounts are refused alike. The
// code is that of the second factor, "" where there is none.
func (m *Module) SignIn(ctx context.Context, username, password, code string) (secret string, s *ent.Session, err error) {
	asker, name := *kit.ViewerOf(ctx), cut(foldName(username), 100)
	if err := m.brake.begin(asker.RemoteIP, name); err != nil {
		return "", nil, err
	}
	ctx = kit.System(ctx, "sign-in")
	var a *ent.Account
	if usernameForm.MatchString(name) {
		a, err = m.DB.Client(ctx).Account.Query().Where(account.Username.EQ(name)).Only(ctx)
	}
	if err != nil && !ent.IsNotFound(err) {
		return "", nil, err
	}
	stored := nobody()
	if a != nil && a.OidcSubject == nil {
		stored = a.PasswordHash
	}
	right, err := m.matches(ctx, stored, password)
	if err != nil {
		return "", nil, err
	}
	g := guess{asker: &asker, seen: a, right: right, code: code}
	if err = m.startSession(ctx, &g); err != nil {
		return "", nil, err
	}
	if g.problem != nil {
		return "", nil, g.problem
	}
	m.brake.right(asker.RemoteIP, name)
	return g.secret, g.session, nil
}

// guess is one try to sign in, and what became of it.
type guess struct {
	asker   *kit.Viewer
	seen    *ent.Account // nil for an unknown name
	right   bool         // the password
	code    string
	secret  string
	session *ent.Session
	problem error // for the caller
}

// startSession makes the session, or counts the failure. The password was
// compared before, because that takes long; whether the account is locked, and
// whether that is still its password, is looked up again now, one guess after
// the other, so that many guesses at once get no more than the lock-out allows.
func (m *Module) startSession(ctx context.Context, g *guess) error {
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		g.secret, g.session, g.problem = "", nil, errSignIn
		if g.seen == nil {
			return m.noteSignIn(ctx, g.asker, nil, "unknown name", "")
		}
		a, err := m.lockAccount(ctx, g.seen.ID)
		if err != nil {
			return err
		}
		switch {
		case !a.Active:
			return m.noteSignIn(ctx, g.asker, a, "account closed", "")
		case locked(a, m.Clock.Now()):
			return m.noteSignIn(ctx, g.asker, a, "account locked", "")
		case !g.right || a.PasswordHash != g.seen.PasswordHash:
			return m.failed(ctx, g.asker, a, "wrong password")
		}
		return m.secondDoor(ctx, g, a)
	})
}

// secondDoor asks for the code where the account has a second factor, behind
// the right password.
func (m *Module) secondDoor(ctx context.Context, g *guess, a *ent.Account) (err error) {
	kind := ""
	if a.SecondFactorSince != nil {
		if g.code == "" {
			g.problem = errNeedsCode
			return m.noteSignIn(ctx, g.asker, a, "code asked for", "")
		}
		if kind, err = m.spend(ctx, a, g.code); err != nil {
			return err
		}
		if kind == "" {
			g.problem = errWrongCode
			return m.failed(ctx, g.asker, a, "wrong code")
		}
	}
	if err := m.count(ctx, a.ID, 0, nil); err != nil {
		return err
	}
	g.secret, g.session, err = m.newSession(ctx, g.asker, a)
	if err != nil {
		return err
	}
	g.problem = nil
	return m.noteSignIn(ctx, g.asker, a, "", kind)
}

func (m *Module) newSession(ctx context.Context, asker *kit.Viewer, a *ent.Account) (secret string, s *ent.Session, err error) {
	now := m.Clock.Now()
	secret, hash := newToken("ses")
	s, err = m.DB.Client(ctx).Session.Create().SetAccountID(a.ID).SetTokenHash(hash).
		SetCreatedAt(now).SetExpiresAt(now.Add(SessionLength)).
		SetRemoteIP(asker.RemoteIP).SetUserAgent(db.Storable(cut(asker.UserAgent, 200))).Save(ctx)
	return secret, s, err
}

// locked reports whether an account waits. A lock that would last longer than any
// is of a clock that was set back since.
func locked(a *ent.Account, now time.Time) bool {
	return a.LockedUntil != nil && a.LockedUntil.After(now) && !a.LockedUntil.After(now.Add(2*LockOut))
}

// failed counts a wrong password or code, and locks the account after too many.
func (m *Module) failed(ctx context.Context, asker *kit.Viewer, a *ent.Account, what string) error {
	n, detail := a.FailedSignIns+1, what
	var until *time.Time
	if n >= MaxFailures {
		t := m.Clock.Now().Add(LockOut)
		n, until, detail = 0, &t, what+", account locked"
	}
	if err := m.count(ctx, a.ID, n, until); err != nil {
		return err
	}
	return m.noteSignIn(ctx, asker, a, detail, "")
}

// count keeps the number of wrong passwords. That is no change that somebody
// made to the account: it has no version and no event of its own.
func (m *Module) count(ctx context.Context, id string, failures int, lockedUntil *time.Time) error {
	u := sql.Dialect(m.DB.Dialect).Update(account.Table).Set(account.FieldFailedSignIns, failures)
	if lockedUntil != nil {
		u.Set(account.FieldLockedUntil, *lockedUntil)
	} else {
		u.SetNull(account.FieldLockedUntil)
	}
	text, args := u.Where(sql.EQ(account.FieldID, id)).Query()
	_, err := m.DB.Client(ctx).ExecContext(ctx, text, args...)
	return err
}

// noteSignIn writes how a sign-in ended; problem is "" where it went well, and
// with says by what besides the password. A name that is unknown is not written: it may be a password in the wrong place.
func (m *Module) noteSignIn(ctx context.Context, asker *kit.Viewer, a *ent.Account, problem, with string) error {
	who := *asker
	entity := ""
	if a != nil {
		entity = a.ID
	}
	if a != nil && problem == "" {
		grants, err := m.grantsOf(ctx, []string{a.ID})
		if err != nil {
			return err
		}
		who.ID, who.Name, who.Roles = a.ID, a.DisplayName, nil
		for _, r := range rolesOf(grants[a.ID]) {
			who.Roles = append(who.Roles, string(r))
		}
	}
	e := m.trail.Event(&who, auditevent.ActionSIGN_IN, "Account", entity)
	e.Detail = problem + with
	if problem != "" {
		e.Outcome = auditevent.OutcomeFAILURE
	}
	return m.trail.Note(ctx, e)
}

func foldName(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// cut shortens a text to at most n bytes.
func cut(s string, n int) string { return s[:min(len(s), n)] }
