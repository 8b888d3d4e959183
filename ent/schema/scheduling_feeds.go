package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// CalendarFeed is the calendar of a provider under a secret address, for the
// calendar program of the provider. Only the hash of the secret is kept.
type CalendarFeed struct{ ent.Schema }

func (CalendarFeed) Annotations() []schema.Annotation {
	return []schema.Annotation{table("calendar_feeds"), WholeOffice("it is the same at every location"), Walked{"provider"}}
}

func (CalendarFeed) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "cal"}, Stamped{}, Versioned{}}
}

func (CalendarFeed) Fields() []ent.Field {
	return []ent.Field{
		field.String("provider_id").Immutable(),
		field.String("secret_hash").Unique().Immutable().Sensitive(),
		field.Bool("active").Default(true),
	}
}

func (CalendarFeed) Edges() []ent.Edge {
	return []ent.Edge{edge.To("provider", Provider.Type).Field("provider_id").Unique().Required().Immutable()}
}

func (CalendarFeed) Indexes() []ent.Index { return []ent.Index{index.Fields("provider_id")} }
