//go:build !generate

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
)

// goType leaves the field as it is: a running program has the Go types of the
// generated rows. GoType of ent finds methods by their names at run time; where a
// program does that, the linker keeps every exported method of every type, which
// makes the binary larger by a quarter.
func goType[B any](b B, _ any) B { return b }

// texts is a list of texts, stored as JSON.
func texts(name string) ent.Field { return list{name} }

type list struct{ name string }

// Descriptor implements ent.Field.
func (l list) Descriptor() *field.Descriptor {
	return &field.Descriptor{Name: l.name, Optional: true, Info: &field.TypeInfo{Type: field.TypeJSON, Ident: "[]string", Nillable: true}}
}
