package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Roles are the parts that people and programs play in the office.
var Roles = []string{
	"FRONT_DESK", "MEDICAL_ASSISTANT", "NURSE", "PHYSICIAN", "BILLER", "STOCK_KEEPER",
	"MANAGER", "ADMIN", "AUDITOR", "BOARD", "REPORT",
}

// Account is a person who signs in.
type Account struct{ ent.Schema }

func (Account) Annotations() []schema.Annotation {
	return []schema.Annotation{table("accounts"), WholeOffice("who manages accounts manages those of the whole office"), Walked{"grants"}}
}

func (Account) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "acc"}, Stamped{}, Versioned{}}
}

func (Account) Fields() []ent.Field {
	return []ent.Field{
		field.String("username").Unique(),
		field.String("display_name"),
		field.String("password_hash").Sensitive(),
		field.Bool("active").Default(true),
		field.Int("failed_sign_ins").Default(0),
		field.Time("locked_until").Optional().Nillable(),
		// The second factor: the sealed key of the codes, since when it is asked
		// for, the step of the last code that counted, and the hashes of the
		// recovery codes that are left.
		field.Bytes("second_factor").Optional().Sensitive(),
		field.Time("second_factor_since").Optional().Nillable(),
		field.Int64("second_factor_step").Default(0),
		field.String("recovery_codes").Default("").Sensitive(),
		// Who the person is for an OpenID provider; null for a local account.
		field.String("oidc_issuer").Optional().Nillable().Immutable(),
		field.String("oidc_subject").Optional().Nillable().Immutable().Sensitive(),
		ref("provider_id"),
		ref("location_id"),
	}
}

func (Account) Indexes() []ent.Index {
	return []ent.Index{index.Fields("oidc_issuer", "oidc_subject").Unique()}
}

func (Account) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("grants", RoleGrant.Type),
		edge.To("provider", Provider.Type).Field("provider_id").Unique(),
		edge.To("location", Location.Type).Field("location_id").Unique(),
	}
}

// RoleGrant gives an account a role, perhaps for its own patients alone; it is
// revoked, never deleted.
type RoleGrant struct{ ent.Schema }

func (RoleGrant) Annotations() []schema.Annotation {
	return []schema.Annotation{table("role_grants"), WholeOffice("no field of the graph shows its rows"), Walked{"account"}}
}

func (RoleGrant) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "grant"}, Stamped{}} }

func (RoleGrant) Fields() []ent.Field {
	return []ent.Field{
		field.String("account_id").Immutable(),
		field.Enum("role").Values(Roles...).Immutable(),
		field.Bool("own_patients").Default(false).Immutable(),
		field.Time("revoked_at").Optional().Nillable(),
	}
}

func (RoleGrant) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("account", Account.Type).Ref("grants").Field("account_id").Unique().Required().Immutable(),
	}
}

func (RoleGrant) Indexes() []ent.Index { return []ent.Index{index.Fields("account_id", "role")} }

// Session is one sign-in of one account.
type Session struct{ ent.Schema }

func (Session) Annotations() []schema.Annotation {
	return []schema.Annotation{table("sessions"), WholeOffice("who manages accounts manages those of the whole office")}
}
func (Session) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "ses"}} }

func (Session) Fields() []ent.Field {
	return []ent.Field{
		field.String("account_id").Immutable(),
		field.String("token_hash").Sensitive().Immutable().Unique(),
		field.Time("created_at").Immutable(),
		field.Time("expires_at"),
		field.Time("revoked_at").Optional().Nillable(),
		field.String("remote_ip").Default("").Immutable(),
		field.String("user_agent").Default("").Immutable(),
	}
}

func (Session) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("account", Account.Type).Field("account_id").Unique().Required().Immutable(),
	}
}

func (Session) Indexes() []ent.Index { return []ent.Index{index.Fields("account_id")} }

// APIToken lets a program in, with the one role that it needs.
type APIToken struct{ ent.Schema }

func (APIToken) Annotations() []schema.Annotation {
	return []schema.Annotation{table("api_tokens"), WholeOffice("who manages accounts manages those of the whole office")}
}

func (APIToken) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "tok"}, Stamped{}} }

func (APIToken) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").Immutable(),
		field.Enum("role").Values(Roles...).Immutable(),
		field.String("token_hash").Sensitive().Immutable().Unique(),
		field.Time("expires_at").Immutable(),
		field.Time("revoked_at").Optional().Nillable(),
		field.String("location_id").Optional().Nillable().Immutable(),
	}
}

func (APIToken) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("location", Location.Type).Field("location_id").Unique().Immutable(),
	}
}

// BreakGlass is an emergency access: for a while, one session opens one chart
// and says why.
type BreakGlass struct{ ent.Schema }

func (BreakGlass) Annotations() []schema.Annotation {
	return []schema.Annotation{table("break_glasses")}
}
func (BreakGlass) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "glass"}} }

func (BreakGlass) Fields() []ent.Field {
	return []ent.Field{
		field.String("actor_id").Immutable(),
		field.String("session_id").Immutable(),
		field.String("patient_id").Immutable(),
		field.String("reason").Immutable(),
		field.Time("at").Immutable(),
		field.Time("until").Immutable(),
	}
}

func (BreakGlass) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("patient", Patient.Type).Field("patient_id").Unique().Required().Immutable(),
	}
}

func (BreakGlass) Indexes() []ent.Index {
	return []ent.Index{index.Fields("session_id", "until"), index.Fields("patient_id")}
}
