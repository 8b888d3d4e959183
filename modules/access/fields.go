package access

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/account"
	"medoffice/ent/apitoken"
	"medoffice/ent/rolegrant"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/page"
)

var accountFields = field.Entity{
	Type: "Account", Table: account.Table, Prefix: "acc",
	Fields: map[string]field.Field{
		"username": {Column: account.FieldUsername, Filter: true, Order: true},
		"active":   {Column: account.FieldActive, Kind: field.Bool, Filter: true},
		"role":     {Filter: true, Match: hasRole},
	},
	Default: field.Order{Field: "username"},
}

var tokenFields = field.Entity{
	Type: "APIToken", Table: apitoken.Table, Prefix: "tok",
	Fields:  map[string]field.Field{"id": {Column: apitoken.FieldID, Kind: field.ID, Order: true}},
	Default: field.Order{Field: "id", Desc: true},
}

// hasRole finds the accounts that have a role now.
func hasRole(v any) (field.Where, error) {
	role := fmt.Sprint(v)
	if err := checkRole(role, "role"); err != nil {
		return nil, err
	}
	return func(s *sql.Selector) {
		g := sql.Table(rolegrant.Table)
		s.Where(sql.In(s.C(account.FieldID), sql.Select(g.C(rolegrant.FieldAccountID)).From(g).
			Where(sql.And(sql.EQ(g.C(rolegrant.FieldRole), role), sql.IsNull(g.C(rolegrant.FieldRevokedAt))))))
	}, nil
}

func (m *Module) lists(seal *page.Seal) {
	m.accounts = accountList{
		Entity: &accountFields, DB: m.DB, Seal: seal,
		Query: func(c *ent.Client) *ent.AccountQuery { return c.Account.Query() },
		Keys:  func(a *ent.Account) map[string]any { return map[string]any{"username": a.Username} },
	}
	m.tokens = tokenList{
		Entity: &tokenFields, DB: m.DB, Seal: seal,
		Query: func(c *ent.Client) *ent.APITokenQuery { return c.APIToken.Query() },
		Keys:  func(t *ent.APIToken) map[string]any { return map[string]any{"id": t.ID} },
	}
}

// Nodes implements kit.Noder: what each kind of row needs is asked of the
// caller, as in the lists.
func (m *Module) Nodes() map[string]kit.Finder {
	return map[string]kit.Finder{
		"acc": finder(ManageAccounts, func(ctx context.Context, ids []string) ([]*ent.Account, error) {
			return m.DB.Client(ctx).Account.Query().Where(account.ID.In(ids...)).All(ctx)
		}),
		"tok": finder(ManageTokens, func(ctx context.Context, ids []string) ([]*ent.APIToken, error) {
			return m.DB.Client(ctx).APIToken.Query().Where(apitoken.ID.In(ids...)).All(ctx)
		}),
	}
}

func finder[R ent.Subjecter](do string, find func(context.Context, []string) ([]R, error)) kit.Finder {
	return func(ctx context.Context, ids []string) (map[string]any, error) {
		if !kit.ViewerOf(ctx).May(do) {
			return nil, nil
		}
		rows, err := load.ByID(find(ctx, ids))
		found := make(map[string]any, len(rows))
		for id, row := range rows {
			found[id] = row
		}
		return found, err
	}
}
