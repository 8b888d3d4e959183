package access

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/account"
	"medoffice/ent/auditevent"
	"medoffice/ent/session"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/page"
)

var errNoSession = kit.Refuse(kit.FailedPrecondition, "only a person who has signed in has sessions and a password")

// mySessions are the caller's sessions that have not ended.
func (m *Module) mySessions(ctx context.Context) ([]*ent.Session, error) {
	return m.sessionsOf(ctx, kit.ViewerOf(ctx).ID)
}

// accountSessions are the sessions of somebody whom the caller may manage.
func (m *Module) accountSessions(ctx context.Context, id string) ([]*ent.Session, error) {
	if err := m.mayManage(ctx, id); err != nil {
		return nil, err
	}
	return m.sessionsOf(ctx, id)
}

func (m *Module) sessionsOf(ctx context.Context, id string) ([]*ent.Session, error) {
	return m.DB.Client(ctx).Session.Query().
		Where(session.AccountID.EQ(id), session.RevokedAt.IsNil(), session.ExpiresAt.GT(m.Clock.Now())).
		Order(session.CreatedAt.Desc(), session.ID.Desc()).Limit(page.Max).All(ctx)
}

// signOut ends the session of the request.
func (m *Module) signOut(ctx context.Context, _ model.SignOutInput) (string, error) {
	v := kit.ViewerOf(ctx)
	s, err := m.ownSession(ctx, v.SessionID)
	if err != nil {
		return "", errNoSession
	}
	if err := m.endSession(ctx, s); err != nil {
		return "", err
	}
	return s.ID, m.trail.Note(ctx, m.trail.Event(v, auditevent.ActionSIGN_OUT, "Session", s.ID))
}

func (m *Module) revokeSession(ctx context.Context, in model.RevokeSessionInput) (string, error) {
	s, err := m.ownSession(ctx, in.ID)
	if err != nil {
		return "", err
	}
	if s.RevokedAt != nil {
		return s.ID, nil
	}
	if err := m.endSession(ctx, s); err != nil {
		return "", err
	}
	return s.ID, m.trail.Note(ctx, m.trail.Event(kit.ViewerOf(ctx), auditevent.ActionSIGN_OUT, "Session", s.ID))
}

// revokeSessions ends all sessions of an account; the caller's own goes on.
func (m *Module) revokeSessions(ctx context.Context, in model.RevokeSessionsInput) (string, error) {
	a, err := m.lockAccount(ctx, in.AccountID)
	if err != nil {
		return "", err
	}
	v := kit.ViewerOf(ctx)
	if a.ID != v.ID {
		if err := m.mayManage(ctx, a.ID); err != nil {
			return "", err
		}
	}
	if err := m.endSessions(ctx, a.ID, v.SessionID); err != nil {
		return "", err
	}
	e := m.trail.Event(v, auditevent.ActionSIGN_OUT, "Account", a.ID)
	e.Detail = "all sessions"
	return a.ID, m.trail.Note(ctx, e)
}

func (m *Module) ownSession(ctx context.Context, id string) (*ent.Session, error) {
	s, err := m.DB.Client(ctx).Session.Query().
		Where(session.ID.EQ(id), session.AccountID.EQ(kit.ViewerOf(ctx).ID)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, kit.Missing("session", "id")
	}
	return s, err
}

func (m *Module) endSession(ctx context.Context, s *ent.Session) error {
	m.sockets.closeAfter(ctx, s.ID)
	return s.Update().SetRevokedAt(m.Clock.Now()).Exec(ctx)
}

// endSessions ends the sessions of an account but the one to be kept.
func (m *Module) endSessions(ctx context.Context, accountID, keep string) error {
	open, err := m.DB.Client(ctx).Session.Query().Where(session.AccountID.EQ(accountID), session.ID.NEQ(keep),
		session.RevokedAt.IsNil(), session.ExpiresAt.GT(m.Clock.Now())).All(ctx)
	if err != nil {
		return err
	}
	for _, s := range open {
		if err := m.endSession(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (m *Module) readSession(ctx context.Context, id string) (*ent.Session, error) {
	return m.DB.Client(ctx).Session.Get(ctx, id)
}

// newPassword is what a change of a password needs inside the transaction,
// where nothing may take long.
type newPassword struct {
	accountID string
	version   *int   // that the caller has seen, nil for the own password
	was       string // the stored form that the old password was compared with, "" without
	stored    string // the new password
	keep      string // the session that goes on
	problem   error
}

// changePassword prepares the caller's new password, and has it stored.
func (m *Module) changePassword(ctx context.Context, in model.ChangePasswordInput) (*ent.Account, []model.UserError, error) {
	v := kit.ViewerOf(ctx)
	p := newPassword{accountID: v.ID, keep: v.SessionID}
	a, err := m.DB.Client(ctx).Account.Query().Where(account.ID.EQ(v.ID)).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		p.problem = errNoSession
	case err != nil:
		return nil, nil, err
	case a.OidcSubject != nil:
		p.problem = errElsewhere
	default:
		p.was = a.PasswordHash
		if err := m.prepare(ctx, &p, a, in); err != nil {
			return nil, nil, err
		}
	}
	return act.Do(ctx, m.Deps, p, m.putPassword, m.readAccount)
}

func (m *Module) prepare(ctx context.Context, p *newPassword, a *ent.Account, in model.ChangePasswordInput) error {
	if p.problem = checkPassword(in.NewPassword, a.Username, "newPassword"); p.problem != nil {
		return nil
	}
	if p.problem = m.brake.begin("account", a.ID); p.problem != nil {
		return nil
	}
	right, err := m.matches(ctx, a.PasswordHash, in.OldPassword)
	if err != nil {
		return err
	}
	if !right {
		p.problem = kit.Invalid("this is not your password", "oldPassword")
		return nil
	}
	m.brake.right("account", a.ID)
	p.stored, err = m.hash(ctx, in.NewPassword)
	return err
}

// resetPassword prepares a new password for somebody else, and has it stored.
func (m *Module) resetPassword(ctx context.Context, in model.ResetPasswordInput) (*ent.Account, []model.UserError, error) {
	p := newPassword{accountID: in.AccountID, version: &in.ExpectedVersion}
	a, err := m.DB.Client(ctx).Account.Query().Where(account.ID.EQ(in.AccountID)).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		p.problem = kit.Missing("account", "accountId")
	case err != nil:
		return nil, nil, err
	default:
		if p.problem = checkPassword(in.NewPassword, a.Username, "newPassword"); p.problem == nil {
			if p.stored, err = m.hash(ctx, in.NewPassword); err != nil {
				return nil, nil, err
			}
		}
	}
	return act.Do(ctx, m.Deps, p, m.putPassword, m.readAccount)
}

// putPassword stores a prepared password, unlocks the account and ends its
// other sessions.
func (m *Module) putPassword(ctx context.Context, p newPassword) (string, error) {
	if p.problem != nil {
		return "", p.problem
	}
	a, err := m.lockAccount(ctx, p.accountID)
	if err != nil {
		return "", err
	}
	if a.OidcSubject != nil {
		return "", errElsewhere
	}
	if p.version != nil {
		if err := kit.Fresh(a.ID, a.Version, *p.version); err != nil {
			return "", err
		}
	}
	if p.was != "" && p.was != a.PasswordHash {
		return "", kit.Refuse(kit.Conflict, "the password was changed in the meantime", "oldPassword")
	}
	err = a.Update().SetPasswordHash(p.stored).SetFailedSignIns(0).ClearLockedUntil().Exec(ctx)
	if err != nil {
		return "", err
	}
	return a.ID, m.endSessions(ctx, a.ID, p.keep)
}

// ReplacePassword gives an account a new password; the command line asks nobody
// for the old one.
func (m *Module) ReplacePassword(ctx context.Context, username, password string) error {
	name := foldName(username)
	if err := checkPassword(password, name, "password"); err != nil {
		return err
	}
	stored, err := m.hash(ctx, password)
	if err != nil {
		return err
	}
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		id, err := m.idOf(ctx, name)
		if err == nil {
			_, err = m.putPassword(ctx, newPassword{accountID: id, stored: stored})
		}
		return err
	})
}
