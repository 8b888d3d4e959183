package graph_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// writer writes random documents that fit the schema.
type writer struct {
	*rand.Rand
	schema *ast.Schema
	ids    []string // of all kinds of rows
	alias  int
}

// query is a document with a few root fields.
func (w *writer) query() string {
	var b strings.Builder
	b.WriteString("{")
	w.alias = 0
	roots := fields(w.schema.Query)
	for range 1 + w.IntN(2) {
		w.field(&b, roots[w.IntN(len(roots))], 5)
	}
	b.WriteString(" }")
	return b.String()
}

// field writes one field, under an alias of its own so that no two clash.
func (w *writer) field(b *strings.Builder, f *ast.FieldDefinition, depth int) {
	of := w.schema.Types[f.Type.Name()]
	if depth <= 1 && (of.Kind == ast.Object || of.Kind == ast.Interface || of.Kind == ast.Union) {
		return
	}
	fmt.Fprintf(b, " a%d: %s%s", w.alias, f.Name, w.arguments(f))
	w.alias++
	if w.IntN(20) == 0 {
		b.WriteString(" @include(if: true)")
	}
	w.selection(b, of, depth-1)
}

func (w *writer) selection(b *strings.Builder, of *ast.Definition, depth int) {
	switch of.Kind {
	case ast.Object:
		b.WriteString(" { __typename")
		w.some(b, of, depth)
		b.WriteString(" }")
	case ast.Interface, ast.Union:
		b.WriteString(" { __typename")
		possible := w.schema.GetPossibleTypes(of)
		for range 1 + w.IntN(3) {
			on := possible[w.IntN(len(possible))]
			b.WriteString(" ... on " + on.Name + " {")
			b.WriteString(" __typename")
			w.some(b, on, depth)
			b.WriteString(" }")
		}
		b.WriteString(" }")
	}
}

// some writes the id, the rows of a list, and a few other fields.
func (w *writer) some(b *strings.Builder, of *ast.Definition, depth int) {
	all := fields(of)
	w.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	n := 1 + w.IntN(4)
	for i, f := range all {
		if i < n || f.Name == "id" || f.Name == "nodes" || f.Name == "node" {
			w.field(b, f, depth)
		}
	}
}

func (w *writer) arguments(f *ast.FieldDefinition) string {
	var list []string
	for _, a := range f.Arguments {
		switch {
		case a.Name == "first":
			list = append(list, fmt.Sprintf("first: %d", 1+w.IntN(4)))
		case a.Type.NonNull && a.DefaultValue == nil, w.IntN(4) == 0 && !slices.Contains([]string{"after", "last", "before"}, a.Name):
			list = append(list, a.Name+": "+w.value(a.Type, 2))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return "(" + strings.Join(list, ", ") + ")"
}

func (w *writer) id() string { return w.ids[w.IntN(len(w.ids))] }

// value writes a literal of a type.
func (w *writer) value(t *ast.Type, depth int) string {
	if t.Elem != nil {
		return "[" + w.value(t.Elem, depth) + "]"
	}
	of := w.schema.Types[t.NamedType]
	switch of.Kind {
	case ast.Enum:
		return of.EnumValues[w.IntN(len(of.EnumValues))].Name
	case ast.InputObject:
		return w.object(of, depth)
	}
	switch of.Name {
	case "ID":
		return fmt.Sprintf("%q", w.id())
	case "Int":
		return fmt.Sprint(w.IntN(100))
	case "Boolean":
		return fmt.Sprint(w.IntN(2) == 0)
	case "DateTime":
		return `"2026-02-01T00:00:00Z"`
	case "Date":
		return `"1980-05-06"`
	case "Decimal":
		return `"12.5"`
	}
	return fmt.Sprintf("%q", []string{"http://loinc.org", "a", "ma", "Smith", "100000"}[w.IntN(5)])
}

func (w *writer) object(of *ast.Definition, depth int) string {
	var list []string
	one := of.Directives.ForName("oneOf") != nil
	all := slices.Clone(of.Fields)
	w.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, f := range all {
		nested := w.schema.Types[f.Type.Name()].Kind == ast.InputObject && depth <= 0
		must := f.Type.NonNull && f.DefaultValue == nil
		if must || !nested && (len(list) == 0 || !one && w.IntN(3) == 0) {
			list = append(list, f.Name+": "+w.value(f.Type, depth-1))
		}
		if one && len(list) == 1 {
			break
		}
	}
	if len(list) == 0 { // a filter that says nothing is refused
		for _, f := range [][2]string{{"id", `{eq: "` + w.id() + `"}`}, {"count", "{gte: 1}"}} {
			if of.Fields.ForName(f[0]) != nil {
				return "{" + f[0] + ": " + f[1] + "}"
			}
		}
	}
	return "{" + strings.Join(list, ", ") + "}"
}
