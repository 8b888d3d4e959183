package graph_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// asker writes random operations that fit the schema, with everything in them
// that GraphQL has for queries.
type asker struct {
	*rand.Rand
	schema    *ast.Schema
	ids       []string // of all kinds of rows
	cursors   []string // that answers have shown
	sound     bool     // draw no value that cannot be read
	alias     int
	defs      []string // of variables
	vars      map[string]any
	fragments []string
	budget    int // fields that may still be written
}

// word is an enum value.
type word string

// operation is a random query with its variables.
func (a *asker) operation() (doc string, vars map[string]any) {
	a.alias, a.defs, a.vars, a.fragments, a.budget = 0, nil, map[string]any{}, nil, 60
	roots := fields(a.schema.Query)
	roots = slices.DeleteFunc(roots, func(f *ast.FieldDefinition) bool { return changing.MatchString(f.Name) })
	var b strings.Builder
	for range 1 + a.IntN(3) {
		if a.IntN(12) == 0 {
			b.WriteString(" __typename")
		}
		a.field(&b, roots[a.IntN(len(roots))], 6)
	}
	head := "query Q"
	if len(a.defs) > 0 {
		head += "(" + strings.Join(a.defs, ", ") + ")"
	}
	return head + " {" + b.String() + " }\n" + strings.Join(a.fragments, "\n"), a.vars
}

// field writes a field under an alias of its own, now and then in two parts that
// become one.
func (a *asker) field(b *strings.Builder, f *ast.FieldDefinition, depth int) {
	of := a.schema.Types[f.Type.Name()]
	composite := of.Kind == ast.Object || of.Kind == ast.Interface
	if a.budget--; changing.MatchString(f.Name) || composite && (depth <= 1 || a.budget < 0) {
		return
	}
	head := fmt.Sprintf(" a%d: %s%s", a.alias, f.Name, a.arguments(f))
	a.alias++
	if f.Name == "id" && a.IntN(2) == 0 {
		head = " id"
	}
	b.WriteString(head + a.directive())
	if !composite {
		return
	}
	a.selection(b, of, depth-1)
	if a.IntN(10) == 0 {
		b.WriteString(head)
		a.selection(b, of, depth-1)
	}
}

// directive is an @include or @skip, mostly none.
func (a *asker) directive() string {
	if a.IntN(15) > 0 {
		return ""
	}
	name := []string{"include", "skip"}[a.IntN(2)]
	if a.IntN(2) == 0 {
		return fmt.Sprintf(" @%s(if: %t)", name, a.IntN(2) == 0)
	}
	return fmt.Sprintf(" @%s(if: %s)", name, a.variable("Boolean!", a.IntN(2) == 0))
}

func (a *asker) variable(of string, v any) string {
	name := fmt.Sprintf("v%d", len(a.defs))
	a.defs = append(a.defs, "$"+name+": "+of)
	a.vars[name] = v
	return "$" + name
}

func (a *asker) selection(b *strings.Builder, of *ast.Definition, depth int) {
	b.WriteString(" {")
	if a.IntN(3) == 0 {
		b.WriteString(" __typename")
	}
	if of.Kind == ast.Interface {
		b.WriteString(" id")
		possible := a.schema.GetPossibleTypes(of)
		for range 1 + a.IntN(4) {
			a.fragment(b, possible[a.IntN(len(possible))], depth)
		}
		b.WriteString(" }")
		return
	}
	a.some(b, of, depth)
	if a.IntN(6) == 0 {
		a.fragment(b, of, depth)
	}
	b.WriteString(" }")
}

// fragment writes fields inside of a fragment, inline or of a name.
func (a *asker) fragment(b *strings.Builder, on *ast.Definition, depth int) {
	var in strings.Builder
	in.WriteString(" {")
	a.some(&in, on, depth)
	in.WriteString(" }")
	condition := " on " + on.Name
	if a.IntN(2) == 0 {
		name := fmt.Sprintf("F%d", a.alias)
		a.alias++
		a.fragments = append(a.fragments, "fragment "+name+condition+in.String())
		b.WriteString(" ..." + name + a.directive())
		return
	}
	b.WriteString(" ..." + condition + a.directive() + in.String())
}

// some writes at least one field, and the rows of lists more often than not.
func (a *asker) some(b *strings.Builder, of *ast.Definition, depth int) {
	all := fields(of)
	a.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	b.WriteString(" __typename")
	n := 1 + a.IntN(5)
	for i, f := range all {
		rows := f.Name == "nodes" || f.Name == "edges" || f.Name == "node"
		if i < n || rows && a.IntN(2) == 0 {
			a.field(b, f, depth)
		}
	}
}

func (a *asker) arguments(f *ast.FieldDefinition) string {
	var list []string
	add := func(d *ast.ArgumentDefinition, v any) {
		text := written(v)
		switch a.IntN(4) {
		case 0:
			text = a.variable(d.Type.String(), v)
		case 1:
			if !d.Type.NonNull && a.IntN(6) == 0 {
				text = "null"
			}
		}
		list = append(list, d.Name+": "+text)
	}
	if f.Arguments.ForName("first") != nil {
		a.paging(f.Arguments, func(d *ast.ArgumentDefinition, v any) {
			if d != nil { // a list without pages has first alone
				add(d, v)
			}
		})
	}
	for _, d := range f.Arguments {
		switch {
		case slices.Contains([]string{"first", "after", "last", "before"}, d.Name):
		case d.Type.NonNull && d.DefaultValue == nil, a.IntN(4) == 0:
			add(d, a.value(d.Type, 2))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return "(" + strings.Join(list, ", ") + ")"
}

// paging writes the arguments of a page, wrong ones too.
func (a *asker) paging(defs ast.ArgumentDefinitionList, add func(*ast.ArgumentDefinition, any)) {
	size := 1 + a.IntN(4)
	if a.IntN(40) == 0 {
		size = []int{0, -1, 101, 100}[a.IntN(4)]
	}
	way := a.IntN(10)
	switch {
	case way < 6:
		add(defs.ForName("first"), size)
	case way < 8:
		add(defs.ForName("last"), size)
	case way == 9:
		add(defs.ForName("first"), size)
		add(defs.ForName("last"), size)
	}
	if len(a.cursors) > 0 && a.IntN(6) == 0 {
		add(defs.ForName([]string{"after", "before"}[a.IntN(2)]), a.cursors[a.IntN(len(a.cursors))])
	}
}

// value is a random value of a type.
func (a *asker) value(t *ast.Type, depth int) any {
	if t.Elem != nil {
		list := []any{}
		for range 1 + a.IntN(3) {
			list = append(list, a.value(t.Elem, depth))
		}
		return list
	}
	of := a.schema.Types[t.NamedType]
	switch of.Kind {
	case ast.Enum:
		return word(of.EnumValues[a.IntN(len(of.EnumValues))].Name)
	case ast.InputObject:
		return a.object(of, depth)
	}
	switch of.Name {
	case "ID":
		return a.id()
	case "Int":
		return a.IntN(100)
	case "Boolean":
		return a.IntN(2) == 0
	case "DateTime":
		return []string{"2026-02-01T00:00:00Z", "2026-03-02T15:00:00.000Z", "2020-01-01T00:00:00+02:00", "x"}[a.seldom()]
	case "Date":
		return []string{"1980-05-06", "1970-01-01", "1990", "2024-02-30"}[a.seldom()]
	case "Decimal":
		return []string{"12.5", "-3", "0.000001"}[a.IntN(3)]
	}
	return []string{"http://loinc.org", "a", "ma", "Smith", "100000", "Ōé", "\"\\", "555", "1980-05-06", ""}[a.IntN(10)]
}

// seldom is 0 to 3: the last one, of which the value cannot be read, seldom, and
// never where all must be sound.
func (a *asker) seldom() int {
	n := max(a.IntN(30)-26, 0)
	if a.sound {
		return n % 3
	}
	return n
}

// id is that of any row, more often of one with much below it.
func (a *asker) id() string {
	for range 20 {
		i := a.ids[a.IntN(len(a.ids))]
		if a.IntN(3) == 0 || strings.HasPrefix(i, "pat_") || strings.HasPrefix(i, "vis_") {
			return i
		}
	}
	return a.ids[0]
}

func (a *asker) object(of *ast.Definition, depth int) map[string]any {
	out := map[string]any{}
	one := of.Directives.ForName("oneOf") != nil
	all := slices.Clone(of.Fields)
	a.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, f := range all {
		nested := a.schema.Types[f.Type.Name()].Kind == ast.InputObject && depth <= 0
		must := f.Type.NonNull && f.DefaultValue == nil
		if must || !nested && (len(out) == 0 || !one && a.IntN(3) == 0) {
			out[f.Name] = a.value(f.Type, depth-1)
		}
		if one && len(out) == 1 {
			break
		}
	}
	return out
}

// written is a value as it stands in a document.
func written(v any) string {
	switch v := v.(type) {
	case word:
		return string(v)
	case []any:
		list := make([]string, len(v))
		for i, one := range v {
			list[i] = written(one)
		}
		return "[" + strings.Join(list, ", ") + "]"
	case map[string]any:
		var list []string
		for name, one := range v {
			list = append(list, name+": "+written(one))
		}
		slices.Sort(list)
		return "{" + strings.Join(list, ", ") + "}"
	}
	text, _ := json.Marshal(v)
	return string(text)
}
