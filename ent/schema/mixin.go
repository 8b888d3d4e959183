// Package schema declares what the office keeps, one file per domain, named as
// the module that alone may write it.
package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"

	"medoffice/modules/kit/date"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/kit/id"
)

// ID gives a row its TypeID.
type ID struct {
	mixin.Schema
	prefix string
}

// Fields of ID.
func (m ID) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").Immutable().DefaultFunc(id.Maker(m.prefix)).
			Annotations(Prefix(m.prefix)),
	}
}

// Stamped says when a row was made and last changed, and by which account.
// The hooks of kit fill it in.
type Stamped struct{ mixin.Schema }

// Fields of Stamped.
func (Stamped) Fields() []ent.Field {
	return []ent.Field{
		field.Time("created_at").Immutable().Default(now),
		field.String("created_by").Immutable().Default(""),
		field.Time("updated_at").Default(now),
		field.String("updated_by").Default(""),
	}
}

func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// Versioned counts the changes of a row, so that nobody overwrites what they
// have not seen. The hooks of kit add one at each update.
type Versioned struct{ mixin.Schema }

// Fields of Versioned.
func (Versioned) Fields() []ent.Field {
	return []ent.Field{field.Int("version").Default(1)}
}

// Amended marks a clinical row that is never deleted: it is voided with a
// reason, and another row takes its place.
type Amended struct{ mixin.Schema }

// Fields of Amended.
func (Amended) Fields() []ent.Field {
	return []ent.Field{
		field.Time("voided_at").Optional().Nillable(),
		field.String("voided_by").Optional().Nillable(),
		field.String("void_reason").Optional().Nillable(),
	}
}

// Coded is one clinical statement as text and, where known, as a code of a
// system (FHIR CodeableConcept with one coding). The text is never empty.
type Coded struct {
	mixin.Schema
	prefix string
}

// Fields of Coded.
func (m Coded) Fields() []ent.Field {
	return []ent.Field{
		field.String(m.prefix + "code_text"),
		field.String(m.prefix + "code").Optional().Nillable(),
		field.String(m.prefix + "code_system").Optional().Nillable(),
	}
}

// Sourced says where an imported row came from, such as Condition/123.
type Sourced struct{ mixin.Schema }

// Fields of Sourced.
func (Sourced) Fields() []ent.Field {
	return []ent.Field{field.String("source").Optional().Nillable()}
}

func dateField(name string) ent.Field {
	return field.String(name).GoType(date.Date("")).Optional().Nillable()
}

func decimalField(name string) ent.Field {
	return field.Int64(name).GoType(decimal.Decimal(0)).Optional().Nillable()
}

// ref is a column that holds the id of another row; the database checks it
// where an edge is declared, and an index serves it either way.
func ref(name string) ent.Field { return field.String(name).Optional().Nillable() }

func table(name string) entsql.Annotation { return entsql.Annotation{Table: name} }

// Prefix is the annotation by which generators know the id prefix of a type.
type Prefix string

// Name implements schema.Annotation.
func (Prefix) Name() string { return "Prefix" }

// Walked are the edges of an entity that the code walks by itself. Only for these
// ent has loaders (ent.WithVisitStage) and conditions (visit.HasStageWith).
type Walked []string

// Name implements schema.Annotation.
func (Walked) Name() string { return "Walked" }

// Many is the annotation of entities whose rows may be changed or deleted many
// at a time. It is for tables that the audit trail does not follow row by row.
type Many struct{ Update, Delete bool }

// Name implements schema.Annotation.
func (Many) Name() string { return "Many" }

// WholeOffice says why no row rule narrows a table to the locations or patients of
// the viewer. Every table has a rule in its module (kit.Ruler) or this annotation.
type WholeOffice string

// Name implements schema.Annotation.
func (WholeOffice) Name() string { return "WholeOffice" }
