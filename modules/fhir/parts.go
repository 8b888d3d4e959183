package fhir

import (
	"medoffice/ent/fhirresource"
	"medoffice/modules/kit/field"
)

// nodes says which permission finds a resource by its id.
var nodes = field.Nodes{"FHIRResource": Read}

// parts are the fields that do not follow from the schema and the tables.
func (*Module) parts() field.Parts {
	filter := func(args map[string]any) field.Filter {
		f := field.Filter{}
		if args["patient"] != nil {
			f["patientId"] = args["patient"]
		}
		if args["type"] != nil {
			f["resourceType"] = args["type"]
		}
		return f
	}
	return field.Parts{
		"Query.fhirResources":   {Page: &field.Page{Entity: fhirResourceEntity, Filter: filter}},
		"Patient.fhirResources": {Page: &field.Page{Entity: fhirResourceEntity, Column: fhirresource.FieldPatientID, Filter: filter}},
	}
}
