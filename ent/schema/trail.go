package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// AuditEvent says that somebody looked at, changed or tried something. Rows
// of one chain are linked by their hashes, so that a change is found. A row
// has no chain, position and hash until it is sealed, moments after its commit.
type AuditEvent struct{ ent.Schema }

func (AuditEvent) Annotations() []schema.Annotation {
	return []schema.Annotation{table("audit_events")}
}
func (AuditEvent) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "aud"}} }

func (AuditEvent) Fields() []ent.Field {
	return []ent.Field{
		field.Time("at").Immutable(),
		field.Enum("action").Values("READ", "CREATE", "UPDATE", "SIGN_IN", "SIGN_OUT", "BREAK_GLASS", "EXPORT", "IMPORT", "DENIED", "PRUNE").Immutable(),
		field.Enum("outcome").Values("SUCCESS", "FAILURE").Immutable(),
		field.String("actor_id").Immutable(),
		field.String("actor_name").Immutable(),
		field.String("roles").Immutable(),
		field.String("patient_id").Optional().Nillable().Immutable(),
		field.String("entity_type").Immutable(),
		field.String("entity_id").Immutable(),
		field.String("detail").Default("").Immutable(),
		field.String("operation").Default("").Immutable(),
		field.String("purpose").Default("").Immutable(),
		field.String("request_id").Default("").Immutable(),
		field.String("remote_ip").Default("").Immutable(),
		field.String("chain").Default(""),
		field.Int64("position").Optional().Nillable(),
		field.String("hash").Optional().Nillable(),
	}
}

func (AuditEvent) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("chain", "position").Unique(),
		index.Fields("actor_id", "at", "id"), // those of a patient are found by audit_subjects
		index.Fields("at", "id"),
	}
}

// AuditChain is where the chain of one server process stands, so that rows
// missing from its end are found too.
type AuditChain struct{ ent.Schema }

func (AuditChain) Annotations() []schema.Annotation {
	return []schema.Annotation{table("audit_chains"), WholeOffice("no field of the graph shows its rows")}
}
func (AuditChain) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "chn"}} }

func (AuditChain) Fields() []ent.Field {
	return []ent.Field{
		field.Time("started_at").Immutable(),
		field.Int64("position"),
		field.String("hash"),
	}
}

// AuditGap stands in a chain for rows that outlived their retention and were
// removed: one run of rows without a gap between them, and the hash of the last
// one, on which the chain goes on. A gap is written once.
type AuditGap struct{ ent.Schema }

func (AuditGap) Annotations() []schema.Annotation {
	return []schema.Annotation{table("audit_gaps"), WholeOffice("no field of the graph shows its rows")}
}
func (AuditGap) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "gap"}} }

func (AuditGap) Fields() []ent.Field {
	return []ent.Field{
		field.String("chain").Immutable(),
		field.Int64("first_position").Immutable(),
		field.Int64("last_position").Immutable(),
		field.String("hash").Immutable(),
		field.String("event_id").Immutable(), // the event of the trail that records the removal
	}
}

func (AuditGap) Indexes() []ent.Index {
	return []ent.Index{index.Fields("chain", "first_position").Unique(), index.Fields("event_id")}
}
