package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"medoffice/modules/kit/date"
)

// Payer is who pays for patients: an insurer or a public programme (FHIR Organization).
type Payer struct{ ent.Schema }

func (Payer) Annotations() []schema.Annotation {
	return []schema.Annotation{table("payers"), WholeOffice("it is the same at every location")}
}

func (Payer) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "ins"}, Stamped{}, Versioned{}} }

func (Payer) Fields() []ent.Field {
	return []ent.Field{
		field.String("name"), ref("number"), // by which clearing houses know it
		ref("line"), ref("city"), ref("state"), ref("postal_code"), ref("phone"),
		field.Bool("active").Default(true),
	}
}

func (Payer) Indexes() []ent.Index {
	return []ent.Index{index.Fields("name", "id"), index.Fields("number").Unique()}
}

// Coverage is that a payer pays for a patient, in an order and for a time (FHIR Coverage).
type Coverage struct{ ent.Schema }

func (Coverage) Annotations() []schema.Annotation {
	return []schema.Annotation{Walked{"payer"}, entsql.Annotation{Table: "coverages", Checks: map[string]string{
		"coverages_rank": "rank BETWEEN 1 AND 3", "coverages_time": "valid_to IS NULL OR valid_to >= valid_from",
	}}}
}

func (Coverage) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "cov"}, Stamped{}, Versioned{}, Amended{}}
}

func (Coverage) Fields() []ent.Field {
	return []ent.Field{
		payer(), keptID("payer_id"), field.Int("rank"),
		field.String("member_id"), ref("group_number"), ref("plan"),
		field.Enum("relationship").Values("SELF", "SPOUSE", "CHILD", "OTHER"), // of the patient to the subscriber
		ref("subscriber_family"), ref("subscriber_given"), dateField("subscriber_birth"), // none where it is the patient
		field.String("valid_from").GoType(date.Date("")), dateField("valid_to"),
	}
}

func (Coverage) Edges() []ent.Edge {
	return []ent.Edge{payerEdge(), edge.To("payer", Payer.Type).Field("payer_id").Unique().Required().Immutable()}
}

func (Coverage) Indexes() []ent.Index {
	return []ent.Index{index.Fields("patient_id", "rank", "valid_from", "id"), index.Fields("payer_id")}
}
