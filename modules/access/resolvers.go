package access

import (
	"context"
	"slices"

	"medoffice/ent"
	"medoffice/ent/location"
	"medoffice/ent/rolegrant"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/load"
)

type (
	// Query answers the root fields.
	Query struct{ *Module }
	// Mutation answers the root fields.
	Mutation struct{ *Module }
	// Account answers what an account is beyond its columns.
	Account struct{ *Module }
)

// Me implements the field.
func (q Query) Me(ctx context.Context) (*model.Viewer, error) {
	v := kit.ViewerOf(ctx)
	if v.Anonymous {
		return nil, nil
	}
	return q.viewer(ctx, v)
}

func (m *Module) viewer(ctx context.Context, v *kit.Viewer) (*model.Viewer, error) {
	out := &model.Viewer{ID: v.ID, Name: v.Name, Permissions: permissions(v)}
	for _, r := range v.Roles {
		out.Roles = append(out.Roles, rolegrant.Role(r))
	}
	if v.LocationID == "" {
		return out, nil
	}
	loc, err := m.DB.Client(ctx).Location.Query().Where(location.ID(v.LocationID)).First(ctx)
	if err == nil {
		out.Location = loc
	}
	return out, err
}

// SignIn implements the field.
func (m Mutation) SignIn(ctx context.Context, in model.SignInInput) (*model.SignInPayload, error) {
	return m.signIn(ctx, in)
}

// Roles implements the field.
func (a Account) Roles(ctx context.Context, obj *ent.Account) ([]rolegrant.Role, error) {
	return load.Of(ctx, obj, "roles", func(a *ent.Account) string { return a.ID }, a.rolesOf)
}

func (m *Module) rolesOf(ctx context.Context, accounts []string) (map[string][]rolegrant.Role, error) {
	grants, err := m.DB.Client(ctx).RoleGrant.Query().
		Where(rolegrant.AccountIDIn(accounts...), rolegrant.RevokedAtIsNil()).
		Order(rolegrant.ByRole()).All(ctx)
	found := map[string][]rolegrant.Role{}
	for _, g := range grants {
		if !slices.Contains(found[g.AccountID], g.Role) {
			found[g.AccountID] = append(found[g.AccountID], g.Role)
		}
	}
	return found, err
}
