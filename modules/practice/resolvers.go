package practice

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/location"
	entprovider "medoffice/ent/provider"
	"medoffice/graph/model"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/page"
	"medoffice/modules/kit/person"
)

type (
	// Query answers the root fields.
	Query struct{ *Module }
	// Provider answers what a provider is beyond its columns.
	Provider struct{ *Module }
)

func (q Query) Practice(ctx context.Context) (*ent.Practice, error) {
	return found(q.DB.Client(ctx).Practice.Query().First(ctx))
}

func (q Query) Locations(ctx context.Context) ([]*ent.Location, error) {
	return q.DB.Client(ctx).Location.Query().Order(location.Name.Asc(), location.ID.Asc()).Limit(page.Max).All(ctx)
}

func (q Query) Providers(ctx context.Context, active *bool, first *int, after *string, last *int, before *string) (*model.ProviderConnection, error) {
	var filter field.Filter
	if active != nil {
		filter = field.Filter{"active": *active}
	}
	return q.providers.All(ctx, page.Args{Filter: filter, First: first, After: after, Last: last, Before: before})
}

func (Provider) Name(_ context.Context, p *ent.Provider) (*model.PersonName, error) {
	return person.Name(p.FamilyName, p.GivenName, p.NamePrefix, p.NameSuffix), nil
}

func found[T any](row *T, err error) (*T, error) {
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return row, err
}

// LocationsByID finds sites for loaders and node.
func (m *Module) LocationsByID(ctx context.Context, ids []string) (map[string]*ent.Location, error) {
	return load.ByID(m.DB.Client(ctx).Location.Query().Where(location.ID.In(ids...)).All(ctx))
}

// ProvidersByID finds providers for loaders and node.
func (m *Module) ProvidersByID(ctx context.Context, ids []string) (map[string]*ent.Provider, error) {
	return load.ByID(m.DB.Client(ctx).Provider.Query().Where(entprovider.ID.In(ids...)).All(ctx))
}
