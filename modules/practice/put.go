package practice

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/location"
	entprovider "medoffice/ent/provider"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/person"
	"medoffice/modules/kit/put"
)

// PutLocation writes a site that an import brought, by its source, in the
// running transaction. A site that was changed here since is left alone.
func (m *Module) PutLocation(ctx context.Context, row *ent.Location) (id string, created, updated bool, err error) {
	q := m.DB.Client(ctx).Location.Query().Where(location.Source.EQ(*row.Source))
	q.Modify(db.ForUpdate)
	old, err := q.Only(ctx)
	return put.Door[ent.Location]{
		Columns: locationColumns,
		Stamp:   func(l *ent.Location) (string, string) { return l.ID, l.UpdatedBy },
		Save: func(ctx context.Context, old *ent.Location, c put.Columns) (*ent.Location, error) {
			if old == nil {
				made := m.DB.Client(ctx).Location.Create()
				return put.Save(ctx, made, made.Mutation(), c)
			}
			change := old.Update()
			return put.Save(ctx, change, change.Mutation(), c)
		},
	}.Put(ctx, old, err, row)
}

func locationColumns(l *ent.Location) put.Columns {
	return put.Columns{
		location.FieldSource: put.Opt(l.Source), location.FieldName: l.Name, location.FieldLine: put.Opt(l.Line),
		location.FieldCity: put.Opt(l.City), location.FieldState: put.Opt(l.State),
		location.FieldPostalCode: put.Opt(l.PostalCode), location.FieldPhone: put.Opt(l.Phone),
		location.FieldActive: l.Active,
	}
}

// PutProvider writes a provider that an import brought, by its source, in the
// running transaction. A provider who was changed here since is left alone.
func (m *Module) PutProvider(ctx context.Context, row *ent.Provider) (id string, created, updated bool, err error) {
	q := m.DB.Client(ctx).Provider.Query().Where(entprovider.Source.EQ(*row.Source))
	q.Modify(db.ForUpdate)
	old, err := q.Only(ctx)
	return put.Door[ent.Provider]{
		Columns: providerColumns,
		Stamp:   func(p *ent.Provider) (string, string) { return p.ID, p.UpdatedBy },
		Save: func(ctx context.Context, old *ent.Provider, c put.Columns) (*ent.Provider, error) {
			if old == nil {
				made := m.DB.Client(ctx).Provider.Create()
				return put.Save(ctx, made, made.Mutation(), c)
			}
			change := old.Update()
			return put.Save(ctx, change, change.Mutation(), c)
		},
	}.Put(ctx, old, err, row)
}

func providerColumns(p *ent.Provider) put.Columns {
	return put.Columns{
		entprovider.FieldSource: put.Opt(p.Source), entprovider.FieldFamilyName: p.FamilyName,
		entprovider.FieldGivenName: p.GivenName, entprovider.FieldNamePrefix: put.Opt(p.NamePrefix),
		entprovider.FieldNameSuffix: put.Opt(p.NameSuffix),
		entprovider.FieldSortName:   person.SortName(p.FamilyName, p.GivenName),
		entprovider.FieldNpi:        put.Opt(p.Npi), entprovider.FieldSpecialty: put.Opt(p.Specialty),
		entprovider.FieldActive: p.Active,
	}
}
