package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// VitalSigns are the signs the office measures; LOINC codes are in modules/vitals.
var VitalSigns = []string{
	"BLOOD_PRESSURE", "HEART_RATE", "RESPIRATORY_RATE", "BODY_TEMPERATURE", "OXYGEN_SATURATION",
	"BODY_HEIGHT", "BODY_WEIGHT", "BODY_MASS_INDEX", "BODY_SURFACE_AREA", "MEAN_ARTERIAL_PRESSURE",
	"HEAD_CIRCUMFERENCE", "PAIN_SCORE", "INHALED_OXYGEN_FLOW", "INHALED_OXYGEN_CONCENTRATION", "GLUCOSE", "OTHER",
}

// VitalReading is one vital sign at one instant (FHIR Observation, category
// vital-signs). A blood pressure is one reading with two numbers.
type VitalReading struct{ ent.Schema }

func (VitalReading) Annotations() []schema.Annotation {
	return []schema.Annotation{table("vital_readings")}
}

func (VitalReading) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "vit"}, Stamped{}, Versioned{}, Amended{}, Sourced{}, Coded{}}
}

func (VitalReading) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"),
		ref("visit_id"),
		field.Enum("sign").Values(VitalSigns...),
		field.Enum("status").Values("FINAL", "ENTERED_IN_ERROR").Default("FINAL"),
		// All null when the sign was not measured: missing is never 0.
		decimalField("value"), decimalField("systolic"), decimalField("diastolic"),
		field.String("unit").Optional().Nillable(),
		field.String("entered_value").Optional().Nillable(),
		field.String("entered_unit").Optional().Nillable(),
		field.String("not_done_reason").Optional().Nillable(),
		field.Enum("interpretation").Values("N", "L", "H", "LL", "HH", "A", "AA").Optional().Nillable(),
		field.String("method").Optional().Nillable(),
		field.String("body_position").Optional().Nillable(),
		field.String("body_site").Optional().Nillable(),
		field.String("note").Optional().Nillable(),
		field.Bool("derived").Default(false),
		// What a derived reading was computed from: voiding one voids the other.
		ref("derived_from_id"), ref("derived_with_id"),
		field.Time("taken_at"),
		field.String("taken_by").Default(""),
		field.Time("acknowledged_at").Optional().Nillable(),
		field.String("acknowledged_by").Optional().Nillable(),
	}
}

func (VitalReading) Edges() []ent.Edge {
	return []ent.Edge{
		of("vitals"),
		edge.To("visit", Visit.Type).Field("visit_id").Unique(),
	}
}

func (VitalReading) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("patient_id", "sign", "taken_at", "id"), index.Fields("patient_id", "taken_at", "id"),
		index.Fields("visit_id", "taken_at", "id"), index.Fields("source").Unique(),
		index.Fields("taken_at", "id"),
	}
}
