package fhir

import (
	"medoffice/ent/fhirresource"
	"medoffice/modules/kit/field"
)

// Types implements kit.Typer.
func (*Module) Types() field.Types {
	filter := func(args map[string]any) field.Filter {
		f := field.Filter{}
		if args["patient"] != nil {
			f["patient"] = args["patient"]
		}
		if args["type"] != nil {
			f["resourceType"] = args["type"]
		}
		return f
	}
	return field.Types{
		"Query": {Parts: map[string]field.Part{"fhirResources": {Page: &field.Page{Entity: &resources, Filter: filter}}}},
		"Patient": {Parts: map[string]field.Part{
			"fhirResources": {Page: &field.Page{Entity: &resources, Column: fhirresource.FieldPatientID, Filter: filter}},
		}},
		"FHIRResource": {Can: Read, Prefix: "fhr", Parts: map[string]field.Part{
			"patient": {One: &field.One{Type: "Patient", Column: fhirresource.FieldPatientID}},
		}},
	}
}
