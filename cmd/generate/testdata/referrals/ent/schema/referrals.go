package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Referral sends a patient to a specialist (FHIR ServiceRequest).
type Referral struct{ ent.Schema }

func (Referral) Annotations() []schema.Annotation { return []schema.Annotation{table("referrals")} }
func (Referral) Mixin() []ent.Mixin               { return []ent.Mixin{ID{prefix: "ref"}, Stamped{}, Versioned{}} }

func (Referral) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"), field.String("specialty").Immutable(), field.String("reason").Immutable(),
		field.Enum("status").Values("ACTIVE", "COMPLETED").Default("ACTIVE"),
		field.String("outcome").Optional().Nillable(), // what the specialist reported
	}
}

func (Referral) Edges() []ent.Edge {
	return []ent.Edge{edge.To("patient", Patient.Type).Field("patient_id").Unique().Required()}
}

func (Referral) Indexes() []ent.Index {
	return []ent.Index{index.Fields("created_at", "id"), index.Fields("patient_id", "created_at", "id"), index.Fields("status", "created_at", "id")}
}
