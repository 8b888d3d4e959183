package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Letter is something that the office sends to somebody outside. What stands in it
// is not kept: it is written when it is sent, from what is true then.
type Letter struct{ ent.Schema }

func (Letter) Annotations() []schema.Annotation { return []schema.Annotation{table("letters")} }
func (Letter) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "let"}, Stamped{}, Versioned{}}
}

func (Letter) Fields() []ent.Field {
	return []ent.Field{
		field.String("mark").Unique().Immutable(), // of what is sent once, such as one appointment
		field.String("about").Immutable(),         // the appointment or order
		field.Enum("kind").Values("REMINDER", "ORDER").Immutable(),
		field.Enum("channel").Values("EMAIL").Default("EMAIL").Immutable(),
		ref("location_id"),
		field.Enum("state").Values("WAITING", "SENDING", "SENT", "FAILED", "DROPPED", "UNSENT").Default("WAITING"),
		field.Time("due_at").Immutable(),
		field.Time("until").Optional().Nillable().Immutable(), // nobody needs it from then on
		// When to try next; of one that is being sent, when that has failed.
		field.Time("next_at"),
		field.Int("attempts").Default(0),
		field.Time("sent_at").Optional().Nillable(),
	}
}

func (Letter) Edges() []ent.Edge {
	return []ent.Edge{edge.To("location", Location.Type).Field("location_id").Unique()}
}

func (Letter) Indexes() []ent.Index {
	return []ent.Index{index.Fields("about", "due_at", "id"), index.Fields("state", "next_at", "id"), index.Fields("location_id")}
}
