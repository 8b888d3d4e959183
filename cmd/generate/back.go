package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"entgo.io/ent/entc/gen"
	sdl "github.com/vektah/gqlparser/v2/ast"
)

// ways writes the list that leads back, for each edge to one row that has none: a
// visit has its charges because a charge has its visit.
func (d *draft) ways() {
	for _, name := range d.rows() {
		if !d.node(name) {
			continue
		}
		for _, f := range d.types[name].Fields {
			to := f.Type.Name()
			if f.Type.Elem != nil || !d.open(to) || !d.node(to) {
				continue
			}
			if c := d.edgeColumn(name, f); c != nil && !d.leadsBack(to, name, c) {
				d.way(name, f, to, c)
			}
		}
	}
	d.checkWays()
}

func (d *draft) node(name string) bool { return slices.Contains(d.types[name].Interfaces, "Node") }

// leadsBack reports whether a field of the type holds the rows whose column points to it.
func (d *draft) leadsBack(to, rows string, c *gen.Field) bool {
	return slices.ContainsFunc(d.types[to].Fields, func(f *sdl.FieldDefinition) bool {
		base, list := strings.CutSuffix(f.Type.Name(), "Connection")
		if base != rows || !list && f.Type.Elem == nil && d.back[to+"."+f.Name] == "" {
			return false
		}
		return d.pointer(to, f, rows) == c
	})
}

// way writes the list of the rows whose column points to a row of the type, or the
// one row where the table has no two.
func (d *draft) way(rows string, f *sdl.FieldDefinition, to string, c *gen.Field) {
	module := owner(d.types[rows].Position.Src.Name)
	src, at, single := d.modules[module], rows+"."+f.Name, alone(d.nodes[rows], c)
	if src.oneWay[at] != nil {
		src.used[at] = true
		return
	}
	name := camel(strings.ReplaceAll(words(rows), " ", "_"))
	if single {
		name = private(rows)
	}
	if said := text(src.back[at]); said != "" {
		name, src.used[at] = said, true
	}
	if d.types[to].Fields.ForName(name) != nil || to == rows && src.back[at] == nil {
		d.fault(module, at, "%s has no name for what leads back, %s is not free: write field.Back{%q: \"...\"}, or say why there is none in field.OneWay", to, name, at)
		return
	}
	can := src.consts[ident(src.nodes[rows])]
	if can == "" {
		d.fault(module, at, "nodes[%q] is no constant of the module, so %s.%s has no permission", rows, to, name)
		return
	}
	of := strings.ReplaceAll(snake(private(to)), "_", " ")
	back := &sdl.FieldDefinition{
		Name: name, Type: sdl.NamedType(rows, nil), Position: &sdl.Position{Src: &sdl.Source{Name: draftFile(module)}},
		Directives:  sdl.DirectiveList{{Name: "can", Arguments: sdl.ArgumentList{{Name: "do", Value: &sdl.Value{Raw: can}}}}},
		Description: fmt.Sprintf("The %s of the %s.", strings.ReplaceAll(snake(private(rows)), "_", " "), of),
	}
	kind := "one"
	if !single {
		d.connection(rows)
		kind = "list"
		back.Type, back.Description = sdl.NamedType(rows+"Connection", nil), fmt.Sprintf("The %s of the %s.", words(rows), of)
	}
	d.write(rows, kind, piece{Name: rows, On: to, Field: name, About: back.Description, Can: can})
	d.back[to+"."+name] = c.Name
	d.types[to].Fields = append(d.types[to].Fields, back)
}

// alone reports whether no two rows of the table have the same value in the column.
func alone(row *gen.Type, c *gen.Field) bool {
	return slices.ContainsFunc(row.Indexes, func(i *gen.Index) bool { return i.Unique && slices.Equal(i.Columns, []string{c.Name}) })
}

func (d *draft) fault(module, at, format string, a ...any) {
	d.faults = append(d.faults, fmt.Errorf("modules/%s: %s: "+format, append([]any{module, at}, a...)...))
}

// roots writes the list of all rows of each type that is found by its id, where the
// module has written none.
func (d *draft) roots() {
	for _, name := range d.rows() {
		module := owner(d.types[name].Position.Src.Name)
		can := d.modules[module].consts[ident(d.modules[module].nodes[name])]
		field := camel(strings.ReplaceAll(words(name), " ", "_"))
		if !d.node(name) || can == "" || d.types["Query"].Fields.ForName(field) != nil || d.listed(name) {
			continue
		}
		d.connection(name)
		d.write(name, "list", piece{Name: name, On: "Query", Field: field, About: "All " + words(name) + ".", Can: can})
	}
}

// listed reports whether a root field returns rows of the type, or the only one.
func (d *draft) listed(name string) bool {
	return slices.ContainsFunc(d.types["Query"].Fields, func(f *sdl.FieldDefinition) bool {
		return f.Type.Name() == name+"Connection" || f.Type.Name() == name && (f.Type.Elem != nil || len(f.Arguments) == 0)
	})
}

// pages writes the pages of every type that a field has pages of.
func (d *draft) pages() {
	for _, name := range slices.Sorted(maps.Keys(d.types)) {
		if d.types[name].Kind != sdl.Object {
			continue
		}
		for _, f := range d.types[name].Fields {
			if base, list := strings.CutSuffix(f.Type.Name(), "Connection"); list && d.open(base) {
				d.connection(base)
			}
		}
	}
}

// connection writes the pages of a type and its order, where nobody has.
func (d *draft) connection(name string) {
	for _, kind := range []string{"Connection", "Order"} {
		if d.types[name+kind] == nil {
			d.types[name+kind] = &sdl.Definition{Name: name + kind}
			d.write(name, strings.ToLower(kind), piece{Name: name})
		}
	}
}

// orders writes by which fields the rows of a list are ordered: all that a column
// holds, beside those that the module has written, and but identifiers.
func (d *draft) orders() {
	for _, name := range d.rows() {
		if d.types[name+"Connection"] == nil {
			continue
		}
		known := d.types[name+"OrderField"]
		var b strings.Builder
		for _, f := range d.types[name].Fields {
			value := strings.ToUpper(snake(f.Name))
			if f.Name == "version" || f.Type.Name() == "ID" || f.Type.Elem != nil || known != nil && known.EnumValues.ForName(value) != nil {
				continue
			}
			if columns := d.valueColumns(d.nodes[name], f); len(columns) == 1 {
				fmt.Fprintf(&b, "  %s\n  %s\n", doc(f.Description), value)
			}
		}
		if b.Len() > 0 {
			d.write(name, "orders", piece{Name: name, Values: b.String(), Known: known != nil})
		}
	}
}

// checkWays finds what is said of edges that have a list back, or that are none.
func (d *draft) checkWays() {
	for _, module := range slices.Sorted(maps.Keys(d.modules)) {
		src := d.modules[module]
		for _, said := range []map[string]bool{keysOf(src.back), keysOf(src.oneWay)} {
			for _, at := range slices.Sorted(maps.Keys(said)) {
				if !src.used[at] {
					d.fault(module, at, "it is no edge that misses a list back: leave it out of field.Back and field.OneWay")
				}
			}
		}
	}
}

func keysOf[V any](m map[string]V) map[string]bool {
	all := map[string]bool{}
	for key := range m {
		all[key] = true
	}
	return all
}
