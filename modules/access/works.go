package access

import (
	"context"

	"medoffice/ent/account"
	"medoffice/modules/kit"
)

// Works reports whether an account is that of somebody who works here: it is
// there, and not closed.
func (m *Module) Works(ctx context.Context, accountID string) (bool, error) {
	return m.DB.Client(ctx).Account.Query().Where(account.ID.EQ(accountID), account.Active.EQ(true)).Exist(kit.Unbound(ctx))
}
