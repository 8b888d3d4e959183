package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// FHIRResource remembers a resource that was imported: what it became, and
// what it was where no module takes it yet.
type FHIRResource struct{ ent.Schema }

func (FHIRResource) Annotations() []schema.Annotation {
	return []schema.Annotation{table("fhir_resources"), Many{Update: true}}
}

func (FHIRResource) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "fhr"}, Stamped{}} }

func (FHIRResource) Fields() []ent.Field {
	return []ent.Field{
		field.String("resource_type").Immutable(),
		field.String("resource_id").Immutable(),
		field.String("content_hash"),
		field.String("patient_id").Optional().Nillable(),
		field.String("entity_id").Optional().Nillable(),
		// The resource as it came, where it is kept raw; empty where entity_id says all.
		field.Text("raw").Optional().Nillable(),
	}
}

func (FHIRResource) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("resource_type", "resource_id").Unique(), index.Fields("patient_id", "resource_type", "id"),
		index.Fields("resource_type", "id"),
	}
}

// FHIRIdentifier is a number by which imported resources are referred to, so
// that Practitioner?identifier=system|value finds what an earlier file brought.
type FHIRIdentifier struct{ ent.Schema }

func (FHIRIdentifier) Annotations() []schema.Annotation {
	return []schema.Annotation{table("fhir_identifiers"), WholeOffice("no field of the graph shows its rows")}
}

func (FHIRIdentifier) Fields() []ent.Field {
	return []ent.Field{
		field.String("resource_type").Immutable(),
		field.String("identifier").Immutable(), // system|value
		field.String("resource_id").Immutable(),
	}
}

func (FHIRIdentifier) Indexes() []ent.Index {
	return []ent.Index{index.Fields("resource_type", "identifier", "resource_id").Unique()}
}
