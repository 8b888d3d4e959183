package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Fact is a row of the outbox: something that happened, written in the
// transaction in which it happened. It carries ids, never patient data.
type Fact struct{ ent.Schema }

func (Fact) Annotations() []schema.Annotation {
	return []schema.Annotation{table("outbox"), WholeOffice("no field of the graph shows its rows"), Many{Delete: true}}
}

func (Fact) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").StorageKey("seq").
			SchemaType(map[string]string{dialect.Postgres: "bigint"}),
		// The writing transaction: PostgreSQL hands out seq before commit, so the
		// order of commits is only safe below the oldest open transaction. 0 on SQLite.
		field.Int64("xid").Immutable().Annotations(entsql.DefaultExprs(map[string]string{
			dialect.Postgres: "(pg_current_xact_id())::text::bigint", dialect.SQLite: "0",
		})).Optional(),
		field.String("topic").Immutable(),
		field.String("entity_id").Immutable(),
		field.String("location_id").Default("").Immutable(),
		field.String("actor_id").Default("").Immutable(),
		field.String("payload").Default("{}").Immutable(),
		field.Time("at").Immutable(),
	}
}

func (Fact) Indexes() []ent.Index { return []ent.Index{index.Fields("xid", "id")} }

// Request remembers a mutation by the caller's clientMutationId, so that the
// same request twice is one act.
type Request struct{ ent.Schema }

func (Request) Annotations() []schema.Annotation {
	return []schema.Annotation{table("requests"), WholeOffice("no field of the graph shows its rows")}
}

func (Request) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").Immutable(),
		field.String("input_hash").Immutable(),
		field.String("result_id").Immutable(),
		field.Time("at").Immutable(),
	}
}

func (Request) Indexes() []ent.Index { return []ent.Index{index.Fields("at")} }

// Secret is a key that the processes of one office share, such as the one that
// seals cursors.
type Secret struct{ ent.Schema }

func (Secret) Annotations() []schema.Annotation {
	return []schema.Annotation{table("secrets"), WholeOffice("no field of the graph shows its rows")}
}

func (Secret) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").Immutable(),
		field.Bytes("value").Sensitive().Immutable(),
	}
}
