//go:build generate

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
)

// goType is the field with the Go type of its values. Only the generator reads
// it: a running program has the types of the generated rows.
func goType[B interface{ GoType(typ any) B }](b B, typ any) B { return b.GoType(typ) }

// texts is a list of texts, stored as JSON.
func texts(name string) ent.Field { return field.Strings(name).Optional() }
