package access

import (
	"context"
	"strings"

	"medoffice/ent"
	"medoffice/ent/location"
	"medoffice/ent/patient"
	"medoffice/ent/provider"
	"medoffice/ent/rolegrant"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/id"
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
	// AuditEvent answers what an event is beyond its columns.
	AuditEvent struct{ *Module }
	// Patient answers what the trail knows of a patient.
	Patient struct{ *Module }
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

// MySessions implements the field.
func (q Query) MySessions(ctx context.Context) ([]*ent.Session, error) { return q.mySessions(ctx) }

// AccountSessions implements the field.
func (q Query) AccountSessions(ctx context.Context, accountID string) ([]*ent.Session, error) {
	return q.accountSessions(ctx, accountID)
}

// Account implements the field.
func (q Query) Account(ctx context.Context, id string) (*ent.Account, error) {
	a, err := q.readAccount(ctx, id)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return a, err
}

// Accounts implements the field.
func (q Query) Accounts(ctx context.Context, filter field.Filter, orderBy *field.Order, first *int, after *string, last *int, before *string) (*model.AccountConnection, error) {
	return q.accounts.All(ctx, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before})
}

// APITokens implements the field.
func (q Query) APITokens(ctx context.Context, first *int, after *string, last *int, before *string) (*model.APITokenConnection, error) {
	return q.tokens.All(ctx, page.Args{First: first, After: after, Last: last, Before: before})
}

// AuditEvents implements the field. A look into the trail is a look at a
// chart where it asks for a patient, and only then: else every page would
// write as many events as it shows.
func (q Query) AuditEvents(ctx context.Context, filter field.Filter, orderBy *field.Order, first *int, after *string, last *int, before *string) (*model.AuditEventConnection, error) {
	for _, asked := range patientsIn(filter) {
		kit.SightOf(ctx).Add(asked, "AuditEvent")
	}
	c, err := q.events.All(ctx, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before})
	return c.Unseen(), err
}

// patientsIn are the patients that a filter names, however deep.
func patientsIn(filter any) (ids []string) {
	switch f := filter.(type) {
	case field.Filter:
		return patientsIn(map[string]any(f))
	case []any:
		for _, part := range f {
			ids = append(ids, patientsIn(part)...)
		}
	case map[string]any:
		for name, part := range f {
			switch name {
			case "patient", "entity":
				ids = append(ids, named(part)...)
			default:
				ids = append(ids, patientsIn(part)...)
			}
		}
	}
	return ids
}

// named are the patients among the values of a condition.
func named(condition any) (ids []string) {
	ops, _ := condition.(map[string]any)
	list, _ := ops["in"].([]any)
	for _, item := range append([]any{ops["eq"]}, list...) {
		if text, _ := item.(string); id.Is("pat", text) {
			ids = append(ids, text)
		}
	}
	return ids
}

// Accesses implements the field.
func (p Patient) Accesses(ctx context.Context, obj *ent.Patient, first *int, after *string, last *int, before *string) (*model.AuditEventConnection, error) {
	return page.Through(ctx, p.events, obj, page.Child{Column: "patient_id", Through: subjectsTable},
		page.Args{First: first, After: after, Last: last, Before: before}, subjects)
}

// Roles implements the field.
func (a Account) Roles(ctx context.Context, obj *ent.Account) ([]rolegrant.Role, error) {
	grants, err := load.Of(ctx, obj, "grants", func(a *ent.Account) string { return a.ID }, a.grantsOf)
	return rolesOf(grants), err
}

// OwnPatients implements the field.
func (a Account) OwnPatients(ctx context.Context, obj *ent.Account) (bool, error) {
	grants, err := load.Of(ctx, obj, "grants", func(a *ent.Account) string { return a.ID }, a.grantsOf)
	return ownOnly(grants), err
}

// Location implements the field.
func (a Account) Location(ctx context.Context, obj *ent.Account) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(a *ent.Account) string { return opt.Text(a.LocationID) }, a.locationsByID)
}

// Provider implements the field.
func (a Account) Provider(ctx context.Context, obj *ent.Account) (*ent.Provider, error) {
	return load.Of(ctx, obj, "provider", func(a *ent.Account) string { return opt.Text(a.ProviderID) },
		func(ctx context.Context, ids []string) (map[string]*ent.Provider, error) {
			return load.ByID(a.DB.Client(ctx).Provider.Query().Where(provider.IDIn(ids...)).All(ctx))
		})
}

// Current implements the field.
func (Session) Current(ctx context.Context, obj *ent.Session) (bool, error) {
	return obj.ID == kit.ViewerOf(ctx).SessionID, nil
}

// Location implements the field.
func (t APIToken) Location(ctx context.Context, obj *ent.APIToken) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(t *ent.APIToken) string { return opt.Text(t.LocationID) }, t.locationsByID)
}

func (m *Module) locationsByID(ctx context.Context, ids []string) (map[string]*ent.Location, error) {
	return load.ByID(m.DB.Client(ctx).Location.Query().Where(location.IDIn(ids...)).All(ctx))
}

// PatientIds implements the field.
func (AuditEvent) PatientIds(_ context.Context, obj *ent.AuditEvent) ([]string, error) {
	return subjects(obj), nil
}

// Roles implements the field.
func (AuditEvent) Roles(_ context.Context, obj *ent.AuditEvent) ([]string, error) {
	return strings.Fields(obj.Roles), nil
}

// Patient implements the field.
func (e AuditEvent) Patient(ctx context.Context, obj *ent.AuditEvent) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(e *ent.AuditEvent) string { return opt.Text(e.PatientID) },
		func(ctx context.Context, ids []string) (map[string]*ent.Patient, error) {
			return load.ByID(e.DB.Client(ctx).Patient.Query().Where(patient.IDIn(ids...)).All(ctx))
		})
}
