package access

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/breakglass"
	"medoffice/ent/location"
	"medoffice/ent/provider"
	"medoffice/ent/rolegrant"
	"medoffice/ent/visit"
	"medoffice/graph/model"
	"medoffice/modules/kit"
)

// Rules implements kit.Ruler: who is limited to own patients sees, of every
// table with patients, the rows of those patients and of nobody's. Own patients
// are those who have had a visit with the viewer, or whose chart the viewer has
// opened in an emergency.
func (m *Module) Rules() kit.Rules {
	rules := kit.Rules{}
	for kind, column := range ent.PatientColumns {
		rules[kind] = []kit.Rule{m.ownPatients(column)}
	}
	return rules
}

func (m *Module) ownPatients(column ent.PatientColumn) kit.Rule {
	return func(v *kit.Viewer) func(*sql.Selector) {
		if !v.OwnOnly {
			return nil
		}
		now := m.Clock.Now()
		return func(s *sql.Selector) {
			d := sql.Dialect(s.Dialect())
			seen, opened := d.Table(visit.Table).As("seen"), d.Table(breakglass.Table).As("opened")
			at := s.C(column.Name)
			own := []*sql.Predicate{
				sql.In(at, d.Select(seen.C(visit.FieldPatientID)).From(seen).Where(sql.EQ(seen.C(visit.FieldProviderID), v.ProviderID))),
				sql.In(at, d.Select(opened.C(breakglass.FieldPatientID)).From(opened).Where(sql.And(
					sql.EQ(opened.C(breakglass.FieldSessionID), v.SessionID), sql.GT(opened.C(breakglass.FieldUntil), now)))),
			}
			if column.Nullable {
				own = append(own, sql.IsNull(at))
			}
			s.Where(sql.Or(own...))
		}
	}
}

// ownOnly reports whether all roles of a person are for own patients alone: one
// that is not lifts the limit.
func ownOnly(grants []*ent.RoleGrant) bool {
	for _, g := range grants {
		if !g.OwnPatients {
			return false
		}
	}
	return len(grants) > 0
}

// grantsOf are the roles that accounts have now.
func (m *Module) grantsOf(ctx context.Context, accounts []string) (map[string][]*ent.RoleGrant, error) {
	grants, err := m.DB.Client(ctx).RoleGrant.Query().
		Where(rolegrant.AccountID.In(accounts...), rolegrant.RevokedAt.IsNil()).Order(rolegrant.RoleColumn.Asc()).All(ctx)
	found := map[string][]*ent.RoleGrant{}
	for _, g := range grants {
		found[g.AccountID] = append(found[g.AccountID], g)
	}
	return found, err
}

// linkAccount sets which provider a person is and at which site the person
// works. Open sessions end: they would go on as they began.
func (m *Module) linkAccount(ctx context.Context, in model.LinkAccountInput) (string, error) {
	a, err := m.other(ctx, in.AccountID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	u, c := a.Update(), m.DB.Client(ctx)
	if id, ok := in.ProviderID.ValueOK(); ok {
		u.ClearProviderID()
		if id != nil {
			u.SetProviderID(*id)
			if err := there(c.Provider.Query().Where(provider.ID.EQ(*id)).Exist(ctx))("provider", "providerId"); err != nil {
				return "", err
			}
		}
	}
	if id, ok := in.LocationID.ValueOK(); ok {
		u.ClearLocationID()
		if id != nil {
			u.SetLocationID(*id)
			if err := there(c.Location.Query().Where(location.ID.EQ(*id)).Exist(ctx))("location", "locationId"); err != nil {
				return "", err
			}
		}
	}
	if err := m.endSessions(ctx, a.ID, ""); err != nil {
		return "", err
	}
	return a.ID, u.Exec(ctx)
}

// there refuses what a query did not find.
func there(found bool, err error) func(what, path string) error {
	return func(what, path string) error {
		if err == nil && !found {
			return kit.Missing(what, path)
		}
		return err
	}
}

// rolesOf are the roles of grants, each once.
func rolesOf(grants []*ent.RoleGrant) []rolegrant.Role {
	roles := []rolegrant.Role{}
	for _, g := range grants {
		if !slices.Contains(roles, g.Role) {
			roles = append(roles, g.Role)
		}
	}
	return roles
}
