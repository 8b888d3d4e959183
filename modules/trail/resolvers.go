package trail

import (
	"context"
	"strings"

	"medoffice/ent"
	"medoffice/ent/patient"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/page"
)

// AuditEvents returns a page of the trail. A look into the trail is a look at a
// chart where it asks for a patient, and only then: else every page would
// write as many events as it shows.
func (q Query) AuditEvents(ctx context.Context, filter field.Filter, orderBy []*field.Order, first *int, after *string, last *int, before *string) (*model.AuditEventConnection, error) {
	for _, asked := range patientsIn(filter) {
		kit.SightOf(ctx).Add(asked, "AuditEvent")
	}
	c, err := q.auditEventList().All(ctx, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before})
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

func (p Patient) Accesses(ctx context.Context, obj *ent.Patient, first *int, after *string, last *int, before *string) (*model.AuditEventConnection, error) {
	return page.Through(ctx, p.auditEventList(), obj, page.Child{Column: "patient_id", Through: subjectsTable},
		page.Args{First: first, After: after, Last: last, Before: before}, subjects)
}

func (AuditEvent) PatientIds(_ context.Context, obj *ent.AuditEvent) ([]string, error) {
	return subjects(obj), nil
}

func (AuditEvent) Roles(_ context.Context, obj *ent.AuditEvent) ([]string, error) {
	return strings.Fields(obj.Roles), nil
}

func (e AuditEvent) Patient(ctx context.Context, obj *ent.AuditEvent) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(e *ent.AuditEvent) string { return opt.Text(e.PatientID) },
		func(ctx context.Context, ids []string) (map[string]*ent.Patient, error) {
			return load.ByID(e.DB.Client(ctx).Patient.Query().Where(patient.ID.In(ids...)).All(ctx))
		})
}
