package fhir

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/fhirresource"
	"medoffice/graph/model"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/page"
)

var lists = field.Lists{"FHIRResource": {
	Default: field.Order{Field: "id"},
	Fields:  map[string]field.Field{"resourceType": {Filter: true}},
}}

func (q Query) FhirResources(ctx context.Context, patient, typeArg *string, first *int, after *string, last *int, before *string) (*model.FHIRResourceConnection, error) {
	filter := field.Filter{}
	if patient != nil {
		filter["patientId"] = *patient
	}
	return q.fhirResourceList().All(ctx, page.Args{Filter: ofType(filter, typeArg), First: first, After: after, Last: last, Before: before})
}

func (p Patient) FhirResources(ctx context.Context, obj *ent.Patient, typeArg *string, first *int, after *string, last *int, before *string) (*model.FHIRResourceConnection, error) {
	args := page.Args{Filter: ofType(field.Filter{}, typeArg), First: first, After: after, Last: last, Before: before}
	child := page.Child{Column: fhirresource.FieldPatientID}
	return page.Of(ctx, p.fhirResourceList(), obj, child, args, func(r *ent.FHIRResource) string { return opt.Text(r.PatientID) })
}

func ofType(f field.Filter, kind *string) field.Filter {
	if kind != nil {
		f["resourceType"] = *kind
	}
	return f
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
