package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// StageCategories are the fixed meanings that the stages of an office map to.
var StageCategories = []string{
	"EXPECTED", "ARRIVED", "CHECKED_IN", "ROOMING", "READY_FOR_PROVIDER", "WITH_PROVIDER",
	"ORDERS_IN_PROGRESS", "READY_FOR_CHECKOUT", "CHECKED_OUT", "LEFT_WITHOUT_BEING_SEEN", "CANCELLED",
}

// Room is an exam or procedure room of a location.
type Room struct{ ent.Schema }

func (Room) Annotations() []schema.Annotation { return []schema.Annotation{table("rooms")} }
func (Room) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "room"}, Stamped{}, Versioned{}}
}

func (Room) Fields() []ent.Field {
	return []ent.Field{
		field.String("location_id").Immutable(),
		field.String("name"),
		field.Enum("kind").Values("EXAM", "PROCEDURE", "TRIAGE", "LAB", "IMAGING").Default("EXAM"),
		field.Int("position").Default(0),
		field.Bool("active").Default(true),
		field.Enum("status").Values("AVAILABLE", "RESERVED", "OCCUPIED", "NEEDS_CLEANING", "CLEANING", "OUT_OF_SERVICE").Default("AVAILABLE"),
		field.Time("status_since"),
		field.String("out_of_service_reason").Optional().Nillable(),
		ref("visit_id"),
	}
}

func (Room) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("location", Location.Type).Ref("rooms").Field("location_id").Unique().Required().Immutable(),
		edge.To("visit", Visit.Type).Field("visit_id").Unique(),
	}
}

func (Room) Indexes() []ent.Index {
	return []ent.Index{index.Fields("location_id", "position", "id"), index.Fields("visit_id").Unique()}
}

// VisitStage is a column of the board, named by the office and bound to one category.
type VisitStage struct{ ent.Schema }

func (VisitStage) Annotations() []schema.Annotation {
	return []schema.Annotation{table("visit_stages"), WholeOffice("it is the same at every location")}
}

func (VisitStage) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "stg"}, Stamped{}, Versioned{}}
}

func (VisitStage) Fields() []ent.Field {
	return []ent.Field{
		field.String("name"),
		field.Enum("category").Values(StageCategories...).Immutable(),
		field.String("color").Default("#888888"),
		field.Int("alert_minutes").Optional().Nillable(),
		field.Int("position").Default(0),
		field.Bool("active").Default(true),
	}
}

// VisitType is a kind of visit and what must be prepared for it.
type VisitType struct{ ent.Schema }

func (VisitType) Annotations() []schema.Annotation {
	return []schema.Annotation{table("visit_types"), WholeOffice("it is the same at every location")}
}

func (VisitType) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "vtp"}, Stamped{}, Versioned{}}
}

func (VisitType) Fields() []ent.Field {
	return []ent.Field{
		field.String("name"),
		field.Int("minutes").Default(20),
		field.Strings("checklist").Optional(),
		field.Bool("active").Default(true),
	}
}

// Visit is one coming of a patient to the office (FHIR Encounter).
type Visit struct{ ent.Schema }

func (Visit) Annotations() []schema.Annotation {
	return []schema.Annotation{table("visits"), Walked{"stage", "provider", "location"}}
}

func (Visit) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "vis"}, Stamped{}, Versioned{}, Sourced{}}
}

func (Visit) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"),
		ref("location_id"), ref("provider_id"), ref("type_id"), ref("stage_id"), ref("room_id"),
		field.Enum("status").Values("PLANNED", "ARRIVED", "TRIAGED", "IN_PROGRESS", "ONLEAVE", "FINISHED", "CANCELLED", "ENTERED_IN_ERROR", "UNKNOWN"),
		field.Enum("visit_class").Values("AMBULATORY", "EMERGENCY", "HOME_HEALTH", "INPATIENT", "VIRTUAL", "OTHER").Default("AMBULATORY"),
		field.String("reason").Optional().Nillable(),
		field.Time("started_at"),
		field.Time("ended_at").Optional().Nillable(),
		field.Time("stage_since"),
		// On the board from start to end; the partial index serves the board alone.
		field.Bool("on_board").Default(false),
	}
}

func (Visit) Edges() []ent.Edge {
	return []ent.Edge{
		of("visits"),
		edge.To("location", Location.Type).Field("location_id").Unique(),
		edge.To("provider", Provider.Type).Field("provider_id").Unique(),
		edge.To("type", VisitType.Type).Field("type_id").Unique(),
		edge.To("stage", VisitStage.Type).Field("stage_id").Unique(),
		edge.To("room", Room.Type).Field("room_id").Unique(),
		edge.To("changes", StageChange.Type),
		edge.To("stays", RoomStay.Type),
		edge.To("checks", VisitCheck.Type),
		edge.To("notes", VisitNote.Type),
	}
}

func (Visit) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("patient_id", "started_at", "id"), index.Fields("location_id", "on_board"),
		index.Fields("provider_id", "patient_id"),
		index.Fields("started_at", "id"), index.Fields("provider_id", "started_at", "id"),
		index.Fields("status", "started_at", "id"),
		index.Fields("room_id"), index.Fields("source").Unique(),
		index.Fields("type_id", "started_at", "id"), index.Fields("stage_id"), index.Fields("location_id", "started_at", "id"),
	}
}

// within is the edge from a row of a visit back to it.
func within(ref string) ent.Edge {
	return edge.From("visit", Visit.Type).Ref(ref).Field("visit_id").Unique().Required().Immutable()
}

// StageChange is one move of a visit. It keeps the names of its day: renaming
// or closing a stage leaves yesterday's board as it was.
type StageChange struct{ ent.Schema }

func (StageChange) Annotations() []schema.Annotation {
	return []schema.Annotation{table("stage_changes")}
}
func (StageChange) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "sch"}} }

func (StageChange) Fields() []ent.Field {
	return []ent.Field{
		field.String("visit_id").Immutable(),
		field.String("patient_id"),
		field.String("from_stage_id").Optional().Nillable().Immutable(),
		field.String("from_name").Optional().Nillable().Immutable(),
		field.String("to_stage_id").Immutable(),
		field.String("to_name").Immutable(),
		field.Enum("to_category").Values(StageCategories...).Immutable(),
		field.String("from_room_id").Optional().Nillable().Immutable(),
		field.String("to_room_id").Optional().Nillable().Immutable(),
		field.Time("from_since").Optional().Nillable().Immutable(),
		field.Time("at").Immutable(),
		field.String("actor_id").Immutable(),
		field.String("actor_name").Immutable(),
		field.Time("undone_at").Optional().Nillable(),
	}
}
func (StageChange) Edges() []ent.Edge { return []ent.Edge{within("changes")} }
func (StageChange) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("visit_id", "at", "id"),
		index.Fields("from_stage_id"), index.Fields("to_stage_id"), index.Fields("from_room_id"), index.Fields("to_room_id"),
	}
}

// RoomStay is the time that a visit spent in one room (FHIR Encounter.location).
type RoomStay struct{ ent.Schema }

func (RoomStay) Annotations() []schema.Annotation { return []schema.Annotation{table("room_stays")} }

func (RoomStay) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "stay"}, Stamped{}} }

func (RoomStay) Fields() []ent.Field {
	return []ent.Field{
		field.String("visit_id").Immutable(),
		field.String("patient_id"),
		field.String("room_id").Immutable(),
		field.Enum("status").Values("PLANNED", "ACTIVE", "RESERVED", "COMPLETED"),
		field.Time("started_at").Immutable(),
		field.Time("ended_at").Optional().Nillable(),
	}
}

func (RoomStay) Edges() []ent.Edge {
	return []ent.Edge{
		within("stays"),
		edge.To("room", Room.Type).Field("room_id").Unique().Required().Immutable(),
	}
}

func (RoomStay) Indexes() []ent.Index {
	return []ent.Index{index.Fields("visit_id", "started_at", "id"), index.Fields("room_id", "started_at")}
}

// VisitCheck is one thing to prepare for a visit, done or not.
type VisitCheck struct{ ent.Schema }

func (VisitCheck) Annotations() []schema.Annotation {
	return []schema.Annotation{table("visit_checks")}
}
func (VisitCheck) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "chk"}} }

func (VisitCheck) Fields() []ent.Field {
	return []ent.Field{
		field.String("visit_id").Immutable(),
		field.Int("position").Immutable(),
		field.String("item").Immutable(),
		field.Time("done_at").Optional().Nillable(),
		field.String("done_by").Optional().Nillable(),
	}
}
func (VisitCheck) Edges() []ent.Edge { return []ent.Edge{within("checks")} }
func (VisitCheck) Indexes() []ent.Index {
	return []ent.Index{index.Fields("visit_id", "position")}
}

// VisitNote is what somebody wrote about a visit. A signed note is amended by
// another one, never edited.
type VisitNote struct{ ent.Schema }

func (VisitNote) Annotations() []schema.Annotation { return []schema.Annotation{table("visit_notes")} }

func (VisitNote) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "note"}, Stamped{}, Versioned{}}
}

func (VisitNote) Fields() []ent.Field {
	return []ent.Field{
		field.String("visit_id").Immutable(),
		field.String("patient_id"),
		field.Enum("kind").Values("PROGRESS", "NURSING", "PHONE", "ADDENDUM").Default("PROGRESS"),
		field.Enum("status").Values("DRAFT", "SIGNED", "AMENDED", "ENTERED_IN_ERROR").Default("DRAFT"),
		field.Text("text"),
		field.String("author_id").Immutable(),
		field.String("author_name").Immutable(),
		field.Time("signed_at").Optional().Nillable(),
		field.String("signed_by").Optional().Nillable(),
		field.String("amends_id").Optional().Nillable().Immutable(),
	}
}

func (VisitNote) Edges() []ent.Edge {
	return []ent.Edge{
		within("notes"),
		edge.To("amendments", VisitNote.Type).From("amends").Field("amends_id").Unique().Immutable(),
	}
}

func (VisitNote) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("visit_id", "created_at", "id"), index.Fields("patient_id", "created_at", "id"),
		index.Fields("amends_id"),
		index.Fields("created_at", "id"),
	}
}
