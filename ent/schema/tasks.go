package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Task is something that somebody is asked to do (FHIR Task).
type Task struct{ ent.Schema }

func (Task) Annotations() []schema.Annotation { return []schema.Annotation{table("tasks")} }
func (Task) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "tsk"}, Stamped{}, Versioned{}}
}

func (Task) Fields() []ent.Field {
	return []ent.Field{
		// What asks for it, such as an order; what completes or drops it names this.
		field.String("about").Immutable(),
		field.Enum("kind").Values("PREPARE", "GIVE", "DRAW", "CALL", "FOLLOW_UP", "COUNT", "OTHER").Immutable(),
		field.Enum("status").Values("REQUESTED", "ACCEPTED", "COMPLETED", "CANCELLED").Default("REQUESTED"),
		field.String("title").Immutable(),
		ref("patient_id"), ref("visit_id"), ref("location_id"),
		// Who may take it: a role, or one person.
		field.String("role").Optional().Nillable(),
		ref("assignee_id"),
		field.Bool("urgent").Default(false).Immutable(),
		field.Time("due_at").Immutable(),
		field.Time("accepted_at").Optional().Nillable(),
		field.String("accepted_by").Optional().Nillable(),
		field.Time("completed_at").Optional().Nillable(),
		field.String("completed_by").Optional().Nillable(),
		// The act that proves that it was done; null where somebody says so.
		field.String("proof").Optional().Nillable(),
		field.String("cancel_reason").Optional().Nillable(),
		// Why it was given to somebody else, the last time.
		field.String("reassign_reason").Optional().Nillable(),
		field.Time("escalated_at").Optional().Nillable(),
	}
}

func (Task) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("patient", Patient.Type).Field("patient_id").Unique(),
		edge.To("visit", Visit.Type).Field("visit_id").Unique(),
		edge.To("location", Location.Type).Field("location_id").Unique(),
	}
}

func (Task) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("due_at", "id"), index.Fields("status", "due_at", "id"),
		index.Fields("about", "created_at", "id"), index.Fields("proof"),
		index.Fields("patient_id", "due_at", "id"), index.Fields("visit_id", "due_at", "id"),
		index.Fields("location_id", "due_at", "id"),
	}
}
