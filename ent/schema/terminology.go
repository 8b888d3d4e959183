package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Concept is one code of a code system with its name.
type Concept struct{ ent.Schema }

func (Concept) Annotations() []schema.Annotation {
	return []schema.Annotation{table("concepts"), WholeOffice("it is the same at every location")}
}
func (Concept) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "cpt"}} }

func (Concept) Fields() []ent.Field {
	return []ent.Field{
		field.String("system").Immutable(),
		field.String("code").Immutable(),
		field.String("display"),
		field.String("folded"),
		field.Bool("active").Default(true),
		field.Bool("billable").Default(true),
	}
}

func (Concept) Indexes() []ent.Index {
	return []ent.Index{index.Fields("system", "code").Unique(), index.Fields("system", "folded", "id")}
}
