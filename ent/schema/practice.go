package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Practice is the one office that a database belongs to.
type Practice struct{ ent.Schema }

func (Practice) Annotations() []schema.Annotation {
	return []schema.Annotation{table("practices"), WholeOffice("it is the same at every location")}
}

func (Practice) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "prac"}, Stamped{}, Versioned{}}
}

func (Practice) Fields() []ent.Field {
	return []ent.Field{
		field.String("name"),
		field.String("npi").Optional().Nillable(),
		field.String("tax_id").Optional().Nillable(),
		field.String("time_zone").Default("UTC"),
		field.String("currency").Default("USD"),
		field.String("phone").Optional().Nillable(),
	}
}

// Location is one site of the practice.
type Location struct{ ent.Schema }

func (Location) Annotations() []schema.Annotation {
	return []schema.Annotation{table("locations"), WholeOffice("it is the same at every location"), Walked{"rooms"}}
}

func (Location) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "loc"}, Stamped{}, Versioned{}, Sourced{}}
}

func (Location) Fields() []ent.Field {
	return []ent.Field{
		field.String("name"),
		field.String("line").Optional().Nillable(),
		field.String("city").Optional().Nillable(),
		field.String("state").Optional().Nillable(),
		field.String("postal_code").Optional().Nillable(),
		field.String("phone").Optional().Nillable(),
		field.Bool("active").Default(true),
	}
}

func (Location) Edges() []ent.Edge { return []ent.Edge{edge.To("rooms", Room.Type)} }

func (Location) Indexes() []ent.Index {
	return []ent.Index{index.Fields("source").Unique()}
}

// Provider is a member of the staff who sees patients.
type Provider struct{ ent.Schema }

func (Provider) Annotations() []schema.Annotation {
	return []schema.Annotation{table("providers"), WholeOffice("it is the same at every location")}
}

func (Provider) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "prov"}, Stamped{}, Versioned{}, Sourced{}}
}

func (Provider) Fields() []ent.Field {
	return []ent.Field{
		field.String("family_name"),
		field.String("given_name").Default(""),
		field.String("name_prefix").Optional().Nillable(),
		field.String("name_suffix").Optional().Nillable(),
		field.String("sort_name").Default(""),
		field.String("npi").Optional().Nillable(),
		field.String("specialty").Optional().Nillable(),
		field.Bool("active").Default(true),
	}
}

func (Provider) Indexes() []ent.Index {
	return []ent.Index{index.Fields("sort_name", "id"), index.Fields("npi"), index.Fields("source").Unique()}
}
