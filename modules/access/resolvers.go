package access

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/location"
	"medoffice/ent/provider"
	"medoffice/ent/rolegrant"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/page"
)

type (
	// Query answers the root fields.
	Query struct{ *Module }
	// Account answers what an account is beyond its columns.
	Account struct{ *Module }
	// Session answers what a session is beyond its columns.
	Session struct{ *Module }
	// APIToken answers what a token is beyond its columns.
	APIToken struct{ *Module }
)

func (q Query) Me(ctx context.Context) (*model.Viewer, error) {
	v := kit.ViewerOf(ctx)
	if v.Anonymous {
		return nil, nil
	}
	return q.viewer(ctx, v)
}

func (m *Module) viewer(ctx context.Context, v *kit.Viewer) (*model.Viewer, error) {
	out := &model.Viewer{ID: v.ID, Name: v.Name, Roles: []rolegrant.Role{}, Permissions: permissions(v), OwnPatients: v.OwnOnly}
	for _, r := range v.Roles {
		out.Roles = append(out.Roles, rolegrant.Role(r))
	}
	var err error
	if v.LocationID != "" {
		out.Location, err = load.One(ctx, v.LocationID, m.locationsByID)
	}
	return out, err
}

func (q Query) MySessions(ctx context.Context) ([]*ent.Session, error) { return q.mySessions(ctx) }

func (q Query) AccountSessions(ctx context.Context, accountID string) ([]*ent.Session, error) {
	return q.accountSessions(ctx, accountID)
}

func (q Query) Account(ctx context.Context, id string) (*ent.Account, error) {
	a, err := q.readAccount(ctx, id)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return a, err
}

func (q Query) Accounts(ctx context.Context, filter field.Filter, orderBy *field.Order, first *int, after *string, last *int, before *string) (*model.AccountConnection, error) {
	return q.accounts.All(ctx, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before})
}

func (q Query) APITokens(ctx context.Context, first *int, after *string, last *int, before *string) (*model.APITokenConnection, error) {
	return q.tokens.All(ctx, page.Args{First: first, After: after, Last: last, Before: before})
}

func (a Account) Roles(ctx context.Context, obj *ent.Account) ([]rolegrant.Role, error) {
	grants, err := load.Of(ctx, obj, "grants", func(a *ent.Account) string { return a.ID }, a.grantsOf)
	return rolesOf(grants), err
}

func (a Account) OwnPatients(ctx context.Context, obj *ent.Account) (bool, error) {
	grants, err := load.Of(ctx, obj, "grants", func(a *ent.Account) string { return a.ID }, a.grantsOf)
	return ownOnly(grants), err
}

func (a Account) Location(ctx context.Context, obj *ent.Account) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(a *ent.Account) string { return opt.Text(a.LocationID) }, a.locationsByID)
}

func (a Account) Provider(ctx context.Context, obj *ent.Account) (*ent.Provider, error) {
	return load.Of(ctx, obj, "provider", func(a *ent.Account) string { return opt.Text(a.ProviderID) },
		func(ctx context.Context, ids []string) (map[string]*ent.Provider, error) {
			return load.ByID(a.DB.Client(ctx).Provider.Query().Where(provider.ID.In(ids...)).All(ctx))
		})
}

func (Session) Current(ctx context.Context, obj *ent.Session) (bool, error) {
	return obj.ID == kit.ViewerOf(ctx).SessionID, nil
}

func (t APIToken) Location(ctx context.Context, obj *ent.APIToken) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(t *ent.APIToken) string { return opt.Text(t.LocationID) }, t.locationsByID)
}

func (m *Module) locationsByID(ctx context.Context, ids []string) (map[string]*ent.Location, error) {
	return load.ByID(m.DB.Client(ctx).Location.Query().Where(location.ID.In(ids...)).All(ctx))
}
