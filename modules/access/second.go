package access

import (
	"context"
	"crypto/rand"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/account"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
)

var (
	errNeedsCode = kit.Refuse(kit.SecondFactor, "this account has a second factor: send its code too", "code")
	errWrongCode = kit.Refuse(kit.Unauthenticated, "the code is wrong or was used before: wait for the next one", "code")
)

// spend uses up a code of a locked account and returns what kind it was; the
// kind of a wrong code is "". It is no change that somebody made to the
// account: it has no version and no event of its own, the sign-in has one.
func (m *Module) spend(ctx context.Context, a *ent.Account, code string) (kind string, err error) {
	key, err := m.codeKeyOf(a)
	if err != nil {
		return "", err
	}
	code = codeForm(code)
	u := sql.Dialect(m.DB.Dialect).Update(account.Table).Where(sql.EQ(account.FieldID, a.ID))
	if step, ok := stepOf(key, code, m.Clock.Now(), a.SecondFactorStep); ok {
		kind = "code"
		u.Set(account.FieldSecondFactorStep, step)
	} else if left, ok := spendRecovery(a.RecoveryCodes, code); ok {
		kind = "recovery code"
		u.Set(account.FieldRecoveryCodes, left)
	} else {
		return "", nil
	}
	text, args := u.Query()
	_, err = m.DB.Client(ctx).ExecContext(ctx, text, args...)
	return kind, err
}

func factorBind(accountID string) string { return "second factor of " + accountID }

func (m *Module) codeKeyOf(a *ent.Account) ([]byte, error) {
	if len(a.SecondFactor) == 0 {
		return nil, errNoFactor
	}
	return m.factors.open(a.SecondFactor, factorBind(a.ID))
}

var (
	errNoFactor  = kit.Refuse(kit.FailedPrecondition, "this account has no second factor")
	errHasFactor = kit.Refuse(kit.FailedPrecondition, "this account has a second factor already: remove it first")
	errElsewhere = kit.Refuse(kit.FailedPrecondition, "this person signs in at an OpenID provider, which asks for passwords and codes itself")
)

// proven is the caller who has shown the password, outside the transaction,
// where it may take long.
type proven struct {
	id, was string // the account and the stored password
	problem error
}

// prove compares the caller's password; wrong ones are braked as in sign-in.
func (m *Module) prove(ctx context.Context, password string) (proven, error) {
	p := proven{id: kit.ViewerOf(ctx).ID}
	a, err := m.DB.Client(ctx).Account.Query().Where(account.ID.EQ(p.id)).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		p.problem = errNoSession
		return p, nil
	case err != nil:
		return p, err
	case a.OidcSubject != nil:
		p.problem = errElsewhere
		return p, nil
	}
	if p.problem = m.brake.begin("account", a.ID); p.problem != nil {
		return p, nil
	}
	p.was = a.PasswordHash
	right, err := m.matches(ctx, a.PasswordHash, password)
	switch {
	case err != nil:
		return p, err
	case !right:
		p.problem = kit.Invalid("this is not your password", "password")
	}
	return p, nil
}

// unlocked locks the proven caller's account, which must not be locked out and
// have the same password still.
func (m *Module) unlocked(ctx context.Context, p proven) (*ent.Account, error) {
	if p.problem != nil {
		return nil, p.problem
	}
	a, err := m.lockAccount(ctx, p.id)
	if e, ok := kit.AsError(err); ok && e.Code == kit.NotFound {
		return nil, errNoSession
	}
	switch {
	case err != nil:
		return nil, err
	case locked(a, m.Clock.Now()):
		return nil, errTooOften
	case p.was != "" && a.PasswordHash != p.was:
		return nil, kit.Refuse(kit.Conflict, "the password was changed in the meantime", "password")
	}
	return a, nil
}

// setUpSecondFactor makes a new key, which does not count until it is confirmed.
func (m *Module) setUpSecondFactor(ctx context.Context, in model.SetUpSecondFactorInput) (uri *string, problems []model.UserError, err error) {
	p, err := m.prove(ctx, in.Password)
	if err != nil {
		return nil, nil, err
	}
	key := make([]byte, codeKey)
	_, _ = rand.Read(key) // never fails since Go 1.24
	a, problems, err := act.Do(ctx, m.Deps, p, func(ctx context.Context, p proven) (string, error) {
		a, err := m.unlocked(ctx, p)
		if err != nil {
			return "", err
		}
		if a.SecondFactorSince != nil {
			return "", errHasFactor
		}
		return a.ID, a.Update().SetSecondFactor(m.factors.seal(key, factorBind(a.ID))).SetSecondFactorStep(0).Exec(ctx)
	}, m.readAccount)
	if err != nil || a == nil {
		return nil, problems, err
	}
	m.brake.right("account", a.ID)
	office, err := m.officeName(ctx)
	text := codeURI(key, office, a.Username)
	return &text, problems, err
}

// officeName is what the program for codes shows beside them.
func (m *Module) officeName(ctx context.Context) (string, error) {
	p, err := m.DB.Client(ctx).Practice.Query().First(ctx)
	switch {
	case ent.IsNotFound(err):
		return "medoffice", nil
	case err != nil:
		return "", err
	}
	return p.Name, nil
}

// confirmSecondFactor turns the second factor on with its first code.
func (m *Module) confirmSecondFactor(ctx context.Context, in model.ConfirmSecondFactorInput) (codes []string, problems []model.UserError, err error) {
	v := kit.ViewerOf(ctx)
	p := proven{id: v.ID, problem: m.brake.begin("account", v.ID)}
	made, stored := newRecovery()
	a, problems, err := m.withCode(ctx, p, in.Code, func(ctx context.Context, a *ent.Account) error {
		err := a.Update().SetSecondFactorSince(m.Clock.Now()).SetRecoveryCodes(stored).Exec(ctx)
		if err != nil {
			return err
		}
		return m.endSessions(ctx, a.ID, v.SessionID)
	}, false)
	if err != nil || a == nil {
		return nil, problems, err
	}
	return made, problems, nil
}

// removeSecondFactor takes the caller's second factor away.
func (m *Module) removeSecondFactor(ctx context.Context, in model.RemoveSecondFactorInput) (*ent.Account, []model.UserError, error) {
	p, err := m.prove(ctx, in.Password)
	if err != nil {
		return nil, nil, err
	}
	return m.withCode(ctx, p, in.Code, m.clearFactor, true)
}

// withCode changes the proven caller's account, whose second factor is on or
// not yet, for one code. A wrong code counts towards the lock-out as one at
// sign-in does, in a transaction of its own: the refused one leaves nothing.
func (m *Module) withCode(ctx context.Context, p proven, code string, change func(context.Context, *ent.Account) error, on bool) (*ent.Account, []model.UserError, error) {
	wrong := false
	row, problems, err := act.Do(ctx, m.Deps, p, func(ctx context.Context, p proven) (string, error) {
		wrong = false
		a, err := m.unlocked(ctx, p)
		switch {
		case err != nil:
			return "", err
		case !on && a.SecondFactorSince != nil:
			return "", errHasFactor
		case on && a.SecondFactorSince == nil:
			return "", errNoFactor
		}
		kind, err := m.spend(ctx, a, code)
		if err != nil {
			return "", err
		}
		if wrong = kind == ""; wrong {
			return "", kit.Invalid(errWrongCode.Safe, "code")
		}
		return a.ID, change(ctx, a)
	}, m.readAccount)
	if err == nil && wrong {
		return nil, problems, m.countWrongCode(ctx, p.id)
	}
	if err == nil && row != nil {
		m.brake.right("account", row.ID)
	}
	return row, problems, err
}

func (m *Module) countWrongCode(ctx context.Context, id string) error {
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		a, err := m.lockAccount(ctx, id)
		if err != nil {
			return err
		}
		return m.failed(ctx, kit.ViewerOf(ctx), a, "wrong code")
	})
}

func (m *Module) clearFactor(ctx context.Context, a *ent.Account) error {
	return a.Update().ClearSecondFactor().ClearSecondFactorSince().SetRecoveryCodes("").Exec(ctx)
}

// resetSecondFactor takes somebody's lost second factor away.
func (m *Module) resetSecondFactor(ctx context.Context, in model.ResetSecondFactorInput) (string, error) {
	a, err := m.other(ctx, in.AccountID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	return a.ID, m.dropFactor(ctx, a)
}

func (m *Module) dropFactor(ctx context.Context, a *ent.Account) error {
	if a.SecondFactorSince == nil {
		return errNoFactor
	}
	if err := m.clearFactor(ctx, a); err != nil {
		return err
	}
	return m.endSessions(ctx, a.ID, "")
}

// DropSecondFactor takes the second factor of an account away, for the command
// line: the last administrator may have lost it.
func (m *Module) DropSecondFactor(ctx context.Context, username string) error {
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		id, err := m.idOf(ctx, foldName(username))
		if err != nil {
			return err
		}
		a, err := m.lockAccount(ctx, id)
		if err != nil {
			return err
		}
		return m.dropFactor(ctx, a)
	})
}
