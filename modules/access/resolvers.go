package access

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/rolegrant"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/load"
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
		out.Location, err = load.One(ctx, v.LocationID, m.findLocation)
	}
	return out, err
}

func (q Query) MySessions(ctx context.Context) ([]*ent.Session, error) { return q.mySessions(ctx) }

func (q Query) AccountSessions(ctx context.Context, accountID string) ([]*ent.Session, error) {
	return q.accountSessions(ctx, accountID)
}

func (a Account) Roles(ctx context.Context, obj *ent.Account) ([]rolegrant.Role, error) {
	grants, err := load.Of(ctx, obj, "grants", func(a *ent.Account) string { return a.ID }, a.grantsOf)
	return rolesOf(grants), err
}

func (a Account) OwnPatients(ctx context.Context, obj *ent.Account) (bool, error) {
	grants, err := load.Of(ctx, obj, "grants", func(a *ent.Account) string { return a.ID }, a.grantsOf)
	return ownOnly(grants), err
}

func (Session) Current(ctx context.Context, obj *ent.Session) (bool, error) {
	return obj.ID == kit.ViewerOf(ctx).SessionID, nil
}
