package fhir

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/fhirresource"
	entpatient "medoffice/ent/patient"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/page"
)

type (
	// Query answers the root fields.
	Query struct{ *Module }
	// Patient answers what was imported of a patient.
	Patient struct{ *Module }
	// FHIRResource answers what a resource is beyond its columns.
	FHIRResource struct{ *Module }
)

var resources = field.Entity{
	Type: "FHIRResource", Table: fhirresource.Table, Prefix: "fhr",
	Fields: map[string]field.Field{
		"id":           {Column: fhirresource.FieldID, Kind: field.ID, Order: true},
		"patient":      {Column: fhirresource.FieldPatientID, Kind: field.ID, Nullable: true, Filter: true},
		"resourceType": {Column: fhirresource.FieldResourceType, Filter: true},
	},
	Default: field.Order{Field: "id"},
}

func (q Query) FhirResources(ctx context.Context, patient, typeArg *string, first *int, after *string, last *int, before *string) (*model.FHIRResourceConnection, error) {
	filter := field.Filter{}
	if patient != nil {
		filter["patient"] = *patient
	}
	return q.resources.All(ctx, page.Args{Filter: ofType(filter, typeArg), First: first, After: after, Last: last, Before: before})
}

func (p Patient) FhirResources(ctx context.Context, obj *ent.Patient, typeArg *string, first *int, after *string, last *int, before *string) (*model.FHIRResourceConnection, error) {
	args := page.Args{Filter: ofType(field.Filter{}, typeArg), First: first, After: after, Last: last, Before: before}
	child := page.Child{Column: fhirresource.FieldPatientID}
	return page.Of(ctx, p.resources, obj, child, args, func(r *ent.FHIRResource) string { return deref(r.PatientID) })
}

func ofType(f field.Filter, kind *string) field.Filter {
	if kind != nil {
		f["resourceType"] = *kind
	}
	return f
}

func (f FHIRResource) Patient(ctx context.Context, obj *ent.FHIRResource) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(r *ent.FHIRResource) string { return deref(r.PatientID) }, f.patientsByID)
}

func (m *Module) patientsByID(ctx context.Context, ids []string) (map[string]*ent.Patient, error) {
	return load.ByID(m.DB.Client(ctx).Patient.Query().Where(entpatient.ID.In(ids...)).All(ctx))
}

// Nodes implements kit.Noder.
func (m *Module) Nodes() map[string]kit.Finder {
	return map[string]kit.Finder{"fhr": func(ctx context.Context, ids []string) (map[string]any, error) {
		found := map[string]any{}
		if !kit.ViewerOf(ctx).May(Read) {
			return found, nil
		}
		rows, err := m.DB.Client(ctx).FHIRResource.Query().Where(fhirresource.ID.In(ids...)).All(ctx)
		for _, r := range rows {
			found[r.ID] = r
		}
		return found, err
	}}
}

// MovePatient gives what was imported of one patient to another, when the two
// turn out to be one person.
func (m *Module) MovePatient(ctx context.Context, from, into string) error {
	client := m.DB.Client(ctx)
	err := client.FHIRResource.Update().Where(fhirresource.ResourceType.EQ("Patient"), fhirresource.EntityID.EQ(from)).
		SetEntityID(into).Exec(ctx)
	if err != nil {
		return err
	}
	return client.FHIRResource.Update().Where(fhirresource.PatientID.EQ(from)).SetPatientID(into).Exec(ctx)
}
