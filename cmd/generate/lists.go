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
	Paged  bool // there are lists with pages of it
	Fields []listField
	Edges  []filtered // to rows of other types, whose filters may be used
}

// listField is a field that lists are filtered or ordered by.
type listField struct {
	Name, Kind, Can string
	Column          *gen.Field    // nil where a Match of the module compares it, or several columns
	Group           []groupColumn // the columns of a code or of a name
	Filter, Order   bool
}

type groupColumn struct {
	Name   string
	Column *gen.Field
}

// lists derives the lists of the types that the module declares.
func (d *deriver) lists(m *derived) {
	for _, name := range slices.Sorted(maps.Keys(d.schema.Types)) {
		def, row := d.schema.Types[name], d.nodes[name]
		connection := d.schema.Types[name+"Connection"]
		if row == nil || def.Kind != sdl.Object || owner(def.Position.Src.Name) != m.Name || connection == nil && !d.draft.open(name) {
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
	l := &derivedList{Name: private(row.Name), Key: key, Row: row, Prefix: prefixOf(row), Paged: d.schema.Types[row.Name+"Connection"] != nil}
	if of, field, dotted := strings.Cut(key, "."); dotted {
		l.Name = private(of) + templates.ToGo(field)
	}
	special, own := entries(m.src.lists[row.Name]), entries(m.src.lists[key])
	hand := entries(special["Fields"])
	maps.Copy(hand, entries(own["Fields"]))
	usual := special["Default"]
	if own["Default"] != nil {
		usual = own["Default"]
	}
	if usual == nil && l.Paged {
		m.fault(row.Name, "its lists have no order: write field.Lists{%q: {Default: field.Order{Field: \"createdAt\", Desc: true}}}", row.Name)
		return
	}
	derived := map[string]filtered{}
	for _, f := range d.draft.filtered[row.Name] {
		if f.To != "" {
			l.Edges = append(l.Edges, f)
		} else {
			derived[f.Name] = f
		}
	}
	slices.SortFunc(l.Edges, func(a, b filtered) int { return strings.Compare(a.Name, b.Name) })
	first := text(entries(usual)["Field"])
	filters, orders := d.filters(row.Name), d.orders(row.Name)
	for _, f := range l.Edges {
		delete(filters, f.Name)
	}
	names := append(append(slices.Collect(maps.Keys(hand)), slices.Collect(maps.Keys(filters))...), orders...)
	if first != "" {
		names = append(names, first)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		f := listField{Name: name, Order: slices.Contains(orders, name) || name == first}
		said := entries(hand[name])
		_, f.Filter = filters[name]
		f.Filter = f.Filter || said["Filter"] != nil
		f.Order = f.Order || said["Order"] != nil
		d.listField(m, row, &f, said, derived[name], filters[name])
		l.Fields = append(l.Fields, f)
	}
	m.Lists = append(m.Lists, l)
}

// listField finds the columns of a field.
func (d *deriver) listField(m *derived, row *gen.Type, f *listField, said map[string]ast.Expr, derived filtered, filter string) {
	f.Can = derived.Can // a type under rules of its own says itself which permission a filter takes
	if def := d.schema.Types[row.Name].Fields.ForName(f.Name); f.Can == "" && def != nil && d.draft.open(row.Name) {
		if can := def.Directives.ForName("can"); can != nil {
			f.Can = can.Arguments[0].Value.Raw
		}
	}
	if len(derived.Columns) > 1 {
		parts := []string{"family", "given", "prefix", "suffix"}
		if len(derived.Columns) == 3 {
			parts = []string{"text", "code", "system"}
		}
		for i, c := range derived.Columns {
			f.Group = append(f.Group, groupColumn{parts[i], c})
		}
	}
	f.Column = listColumn(row, f.Name, said["Column"])
	if len(derived.Columns) == 1 && said["Column"] == nil {
		f.Column = derived.Columns[0]
	}
	if f.Column == nil && f.Group == nil && said["Match"] == nil {
		m.fault(row.Name, "lists are filtered or ordered by %q, for which there is no column %s: add it to ent/schema, or write field.Lists{%q: {Fields: map[string]field.Field{%q: {Column: ...}}}} (or Match)",
			f.Name, snake(f.Name), row.Name, f.Name)
	}
	if f.Column != nil {
		f.Kind = kindOf(f.Column, filter)
	}
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
