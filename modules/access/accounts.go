package access

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"medoffice/ent"
	"medoffice/ent/account"
	"medoffice/ent/rolegrant"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
)

var usernameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{1,63}$`)

// plain checks a line of text that people wrote.
func plain(text string, shortest, longest int, path string) (string, error) {
	text = strings.TrimSpace(text)
	n := utf8.RuneCountInString(text)
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) || n < shortest || n > longest {
		return "", kit.Invalid("this text is too short, too long or has signs that cannot be printed", path)
	}
	return text, nil
}

// newAccount is a checked account with its password already hashed.
type newAccount struct {
	id                            string // "" for a new one
	username, displayName, stored string
	roles                         []string
	problem                       error
}

// prepareAccount checks what it can without the database and hashes the password.
func (m *Module) prepareAccount(ctx context.Context, username, displayName, password string, roles []string) (newAccount, error) {
	a := newAccount{username: foldName(username), roles: slices.Compact(slices.Sorted(slices.Values(roles)))}
	if !usernameForm.MatchString(a.username) {
		a.problem = kit.Invalid("a name to sign in with has 2 to 64 letters, digits, dots, hyphens, underscores or @", "username")
		return a, nil
	}
	if a.displayName, a.problem = plain(displayName, 1, 100, "displayName"); a.problem != nil {
		return a, nil
	}
	for _, r := range a.roles {
		if a.problem = checkPersonRole(r, "roles"); a.problem != nil {
			return a, nil
		}
	}
	if a.problem = checkPassword(password, a.username, "password"); a.problem != nil {
		return a, nil
	}
	var err error
	a.stored, err = m.hash(ctx, password)
	return a, err
}

// putAccount stores a prepared account.
func (m *Module) putAccount(ctx context.Context, a newAccount) (string, error) {
	if a.problem != nil {
		return "", a.problem
	}
	for _, r := range a.roles {
		if err := mayGive(kit.ViewerOf(ctx), r); err != nil {
			return "", err
		}
	}
	taken, err := m.DB.Client(ctx).Account.Query().Where(account.Username.EQ(a.username)).Exist(ctx)
	if err != nil {
		return "", err
	}
	if taken {
		return "", kit.Refuse(kit.AlreadyExists, "this name to sign in with is taken", "username")
	}
	c := m.DB.Client(ctx).Account.Create().SetUsername(a.username).SetDisplayName(a.displayName).SetPasswordHash(a.stored)
	if a.id != "" {
		c.SetID(a.id)
	}
	row, err := c.Save(ctx)
	if err != nil {
		return "", err
	}
	for _, r := range a.roles {
		if err := m.putRole(ctx, row.ID, r, false); err != nil {
			return "", err
		}
	}
	return row.ID, nil
}

// AddAccount makes an account with roles and returns its id.
func (m *Module) AddAccount(ctx context.Context, username, displayName, password string, roles ...string) (id string, err error) {
	a, err := m.prepareAccount(ctx, username, displayName, password, roles)
	if err != nil {
		return "", err
	}
	err = m.DB.Tx(ctx, func(ctx context.Context) error {
		id, err = m.putAccount(ctx, a)
		return err
	})
	return id, err
}

func (m *Module) addAccount(ctx context.Context, in model.AddAccountInput) (*ent.Account, []model.UserError, error) {
	roles := make([]string, len(in.Roles))
	for i, r := range in.Roles {
		roles[i] = string(r)
	}
	a, err := m.prepareAccount(ctx, in.Username, in.DisplayName, in.Password, roles)
	if err != nil {
		return nil, nil, err
	}
	return act.Do(ctx, m.Deps, a, m.putAccount, m.readAccount)
}

// Grant gives an account a role, for its own patients alone where own is true;
// it is no error if it has it so.
func (m *Module) Grant(ctx context.Context, username, role string, own bool) error {
	if err := checkPersonRole(role, "role"); err != nil {
		return err
	}
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		id, err := m.idOf(ctx, foldName(username))
		if err != nil {
			return err
		}
		if err := mayGive(kit.ViewerOf(ctx), role); err != nil {
			return err
		}
		a, err := m.lockAccount(ctx, id)
		if err != nil {
			return err
		}
		return m.giveRole(ctx, a, role, own)
	})
}

func (m *Module) grantRole(ctx context.Context, in model.GrantRoleInput) (string, error) {
	role := string(in.Role)
	if err := checkPersonRole(role, "role"); err != nil {
		return "", err
	}
	a, err := m.other(ctx, in.AccountID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if err := mayGive(kit.ViewerOf(ctx), role); err != nil {
		return "", err
	}
	return a.ID, m.giveRole(ctx, a, role, in.OwnPatients)
}

func (m *Module) giveRole(ctx context.Context, a *ent.Account, role string, own bool) error {
	had, err := m.DB.Client(ctx).RoleGrant.Query().Where(rolegrant.AccountID.EQ(a.ID),
		rolegrant.RoleColumn.EQ(rolegrant.Role(role)), rolegrant.RevokedAt.IsNil()).All(ctx)
	if err != nil || slices.ContainsFunc(had, func(g *ent.RoleGrant) bool { return g.OwnPatients == own }) {
		return err
	}
	if err := m.endGrants(ctx, a.ID, had); err != nil {
		return err
	}
	if err := m.putRole(ctx, a.ID, role, own); err != nil {
		return err
	}
	return a.Update().Exec(ctx) // the next version
}

func (m *Module) putRole(ctx context.Context, accountID, role string, own bool) error {
	return m.DB.Client(ctx).RoleGrant.Create().SetAccountID(accountID).SetRole(rolegrant.Role(role)).SetOwnPatients(own).Exec(ctx)
}

// endGrants takes roles away. Open streams would keep the rights with which
// they began, so the sessions of the account end.
func (m *Module) endGrants(ctx context.Context, accountID string, grants []*ent.RoleGrant) error {
	if len(grants) == 0 {
		return nil
	}
	for _, g := range grants {
		if err := g.Update().SetRevokedAt(m.Clock.Now()).Exec(ctx); err != nil {
			return err
		}
	}
	return m.endSessions(ctx, accountID, "")
}

func (m *Module) revokeRole(ctx context.Context, in model.RevokeRoleInput) (string, error) {
	a, err := m.other(ctx, in.AccountID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if err := mayGive(kit.ViewerOf(ctx), string(in.Role)); err != nil {
		return "", err
	}
	return a.ID, m.takeRole(ctx, a, in.Role)
}

// takeRole revokes a role and ends the sessions, for open streams keep the
// rights with which they began. The last administrator stays one.
func (m *Module) takeRole(ctx context.Context, a *ent.Account, role rolegrant.Role) error {
	if role == kit.Admin {
		if err := m.notLastAdmin(ctx, a.ID); err != nil {
			return err
		}
	}
	grants, err := m.DB.Client(ctx).RoleGrant.Query().Where(rolegrant.AccountID.EQ(a.ID),
		rolegrant.RoleColumn.EQ(role), rolegrant.RevokedAt.IsNil()).All(ctx)
	if err != nil || len(grants) == 0 {
		return err
	}
	if err := m.endGrants(ctx, a.ID, grants); err != nil {
		return err
	}
	return a.Update().Exec(ctx) // the next version
}

func (m *Module) setAccountActive(ctx context.Context, in model.SetAccountActiveInput) (string, error) {
	a, err := m.other(ctx, in.AccountID, in.ExpectedVersion)
	if err != nil || a.Active == in.Active {
		return in.AccountID, err
	}
	if !in.Active {
		if err := m.notLastAdmin(ctx, a.ID); err != nil {
			return "", err
		}
		if err := m.endSessions(ctx, a.ID, ""); err != nil {
			return "", err
		}
	}
	return a.ID, a.Update().SetActive(in.Active).Exec(ctx)
}

// other locks an account that is not the caller's own and that the caller may
// manage, in the version that the caller has seen.
func (m *Module) other(ctx context.Context, id string, expected int) (*ent.Account, error) {
	v := kit.ViewerOf(ctx)
	a, err := m.lockAccount(ctx, id)
	if err != nil {
		return nil, err
	}
	if a.ID == v.ID {
		return nil, kit.Refuse(kit.FailedPrecondition, "nobody changes the own account in this way: ask somebody else", "accountId")
	}
	if err := m.mayManage(ctx, a.ID); err != nil {
		return nil, err
	}
	return a, kit.Fresh(a.ID, a.Version, expected)
}

// mayManage refuses who may not manage an account with such roles.
func (m *Module) mayManage(ctx context.Context, id string) error {
	grants, err := m.grantsOf(ctx, []string{id})
	if err != nil {
		return err
	}
	for _, r := range rolesOf(grants[id]) {
		if err := mayGive(kit.ViewerOf(ctx), string(r)); err != nil {
			return err
		}
	}
	return nil
}

func (m *Module) lockAccount(ctx context.Context, id string) (*ent.Account, error) {
	q := m.DB.Client(ctx).Account.Query().Where(account.ID.EQ(id))
	q.Modify(db.ForUpdate)
	a, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return nil, kit.Missing("account", "accountId")
	}
	return a, err
}

func (m *Module) idOf(ctx context.Context, username string) (string, error) {
	id, err := m.DB.Client(ctx).Account.Query().Where(account.Username.EQ(username)).OnlyID(ctx)
	if ent.IsNotFound(err) {
		return "", kit.Missing("account", "username")
	}
	return id, err
}

// notLastAdmin refuses to leave the office without anybody who runs it. It
// locks the administrators, so that two cannot remove each other at once.
func (m *Module) notLastAdmin(ctx context.Context, id string) error {
	q := m.DB.Client(ctx).RoleGrant.Query().Where(rolegrant.RoleColumn.EQ(kit.Admin), rolegrant.RevokedAt.IsNil(),
		rolegrant.HasAccountWith(account.Active.EQ(true))).Order(rolegrant.ID.Asc())
	q.Modify(db.ForUpdate)
	admins, err := q.All(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(admins, func(g *ent.RoleGrant) bool { return g.AccountID == id }) &&
		!slices.ContainsFunc(admins, func(g *ent.RoleGrant) bool { return g.AccountID != id }) {
		return kit.Refuse(kit.FailedPrecondition, "this is the last administrator: make another one first", "accountId")
	}
	return nil
}

func (m *Module) readAccount(ctx context.Context, id string) (*ent.Account, error) {
	return m.DB.Client(ctx).Account.Get(ctx, id)
}

// AnyAccount reports whether somebody can sign in.
func (m *Module) AnyAccount(ctx context.Context) (bool, error) {
	return m.DB.Client(ctx).Account.Query().Where(account.Active.EQ(true)).Exist(ctx)
}
