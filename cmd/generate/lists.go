package main

import (
	"go/ast"
	"maps"
	"slices"
	"strings"
	"unicode"

	"entgo.io/ent/entc/gen"
	"github.com/99designs/gqlgen/codegen/templates"
	sdl "github.com/vektah/gqlparser/v2/ast"
)

// derivedList is what lists of one type, or one list with rules of its own, are
// filtered and ordered by.
type derivedList struct {
	Name   string // task, queryMyTasks
	Key    string // "Query.myTasks", "" for all lists of the type
	Row    *gen.Type
	Prefix string
	Fields []listField
}

// listField is a field that lists are filtered or ordered by.
type listField struct {
	Name, Kind    string
	Column        *gen.Field // nil where a Match of the module compares it
	Filter, Order bool
}

// lists derives the lists of the types that the module declares.
func (d *deriver) lists(m *derived) {
	for _, name := range slices.Sorted(maps.Keys(d.schema.Types)) {
		row := d.nodes[name]
		connection := d.schema.Types[name+"Connection"]
		if row == nil || connection == nil || owner(connection.Position.Src.Name) != m.Name {
			continue
		}
		d.list(m, row, "")
		for _, key := range slices.Sorted(maps.Keys(m.src.lists)) {
			of, field, dotted := strings.Cut(key, ".")
			if !dotted || d.schema.Types[of] == nil || d.schema.Types[of].Fields.ForName(field) == nil {
				continue
			}
			if d.schema.Types[of].Fields.ForName(field).Type.Name() == name+"Connection" {
				d.list(m, row, key)
			}
		}
	}
}

func (d *deriver) list(m *derived, row *gen.Type, key string) {
	l := &derivedList{Name: private(row.Name), Key: key, Row: row, Prefix: prefixOf(row)}
	if of, field, dotted := strings.Cut(key, "."); dotted {
		l.Name = private(of) + templates.ToGo(field)
	}
	special, own := entries(m.src.lists[row.Name]), entries(m.src.lists[key])
	fields := entries(special["Fields"])
	maps.Copy(fields, entries(own["Fields"]))
	usual := special["Default"]
	if own["Default"] != nil {
		usual = own["Default"]
	}
	if usual == nil {
		m.fault(row.Name, "its lists have no order: write field.Lists{%q: {Default: field.Order{Field: \"createdAt\", Desc: true}}}", row.Name)
		return
	}
	first := text(entries(usual)["Field"])
	filters, orders := d.filters(row.Name), d.orders(row.Name)
	names := append(append(slices.Collect(maps.Keys(fields)), slices.Collect(maps.Keys(filters))...), append(orders, first)...)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		f := listField{Name: name, Order: slices.Contains(orders, name) || name == first}
		hand := entries(fields[name])
		_, f.Filter = filters[name]
		f.Filter = f.Filter || hand["Filter"] != nil
		f.Order = f.Order || hand["Order"] != nil
		f.Column = listColumn(row, name, hand["Column"])
		if f.Column == nil && hand["Match"] == nil {
			m.fault(row.Name, "lists are filtered or ordered by %q, for which there is no column %s: add it to ent/schema, or write field.Lists{%q: {Fields: map[string]field.Field{%q: {Column: ...}}}} (or Match)",
				name, snake(name), row.Name, name)
			continue
		}
		if f.Column != nil {
			f.Kind = kindOf(f.Column, filters[name])
		}
		l.Fields = append(l.Fields, f)
	}
	m.Lists = append(m.Lists, l)
}

// listColumn is the column that is compared: the one that the module names, of
// the field's name, or with the id of an edge of this name.
func listColumn(row *gen.Type, name string, said ast.Expr) *gen.Field {
	if said == nil {
		if c := column(row, snake(name)); c != nil {
			return c
		}
		return column(row, snake(name)+"_id")
	}
	if sel, ok := said.(*ast.SelectorExpr); ok { // item.FieldSortName
		for _, c := range allFields(row) {
			if "Field"+c.StructField() == sel.Sel.Name {
				return c
			}
		}
	}
	return column(row, text(said))
}

// filters are the fields of the filter of a type, with the types of their conditions.
func (d *deriver) filters(of string) map[string]string {
	all := map[string]string{}
	def := d.schema.Types[of+"Filter"]
	if def == nil {
		return all
	}
	for _, f := range def.Fields {
		if f.Name != "and" && f.Name != "or" && f.Name != "not" {
			all[f.Name] = f.Type.Name()
		}
	}
	return all
}

// orders are the fields that lists of a type may be ordered by.
func (d *deriver) orders(of string) (names []string) {
	def := d.schema.Types[of+"OrderField"]
	if def == nil || def.Kind != sdl.Enum {
		return nil
	}
	for _, v := range def.EnumValues {
		names = append(names, camel(v.Name))
	}
	return names
}

// camel turns STARTED_AT into startedAt.
func camel(s string) string {
	words := strings.Split(strings.ToLower(s), "_")
	for i := range words[1:] {
		words[i+1] = title(words[i+1])
	}
	return strings.Join(words, "")
}

// snake turns recordedAt into recorded_at.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) {
			if i > 0 {
				b.WriteByte('_')
			}
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}
