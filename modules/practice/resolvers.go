package practice

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/location"
	"medoffice/graph/model"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/page"
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
	return q.providerList().All(ctx, page.Args{Filter: filter, First: first, After: after, Last: last, Before: before})
}

func found[T any](row *T, err error) (*T, error) {
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return row, err
}
