package access

import (
	"fmt"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/account"
	"medoffice/ent/rolegrant"
	"medoffice/modules/kit/field"
)

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
