package main

import (
	"fmt"
	"strings"

	"entgo.io/ent/entc/gen"
	sdl "github.com/vektah/gqlparser/v2/ast"
)

// stamps are the columns that every kind of record shows: when it was made and
// last changed.
var stamps = []struct{ column, field, about string }{
	{"created_at", "createdAt", "When the record was made."},
	{"updated_at", "updatedAt", "When the record was last changed."},
}

// columns writes the fields of rows that nobody has written and that columns stand
// for: when a record was made and changed, and the edges of its foreign keys.
func (d *draft) columns() {
	for _, name := range d.rows() {
		row := d.nodes[name]
		var b strings.Builder
		for _, s := range stamps {
			if d.node(name) && column(row, s.column) != nil && d.types[name].Fields.ForName(s.field) == nil {
				fmt.Fprintf(&b, "  %s\n  %s: DateTime!\n", doc(s.about), s.field)
				d.add(name, s.field, "DateTime", s.about, "")
			}
		}
		for _, e := range row.Edges {
			if e.OwnFK() && e.Field() != nil && d.open(e.Type.Name) && d.node(e.Type.Name) && !d.shown(name, e.Field()) {
				d.edge(&b, name, e)
			}
		}
		if b.Len() > 0 {
			d.write(name, "fields", piece{Name: name, Values: b.String()})
		}
	}
}

// shown reports whether a field of the type stands for the column.
func (d *draft) shown(of string, c *gen.Field) bool {
	for _, f := range d.types[of].Fields {
		if f.Type.Elem == nil && d.nodes[f.Type.Name()] != nil && d.edgeColumn(of, f) == c {
			return true
		}
	}
	return false
}

// edge writes the edge of a foreign key.
func (d *draft) edge(b *strings.Builder, of string, e *gen.Edge) {
	name := private(strings.TrimSuffix(e.Field().StructField(), "ID"))
	to := e.Type.Name
	module := d.modules[owner(d.types[to].Position.Src.Name)]
	can := module.consts[ident(module.nodes[to])]
	if can == "" || d.types[of].Fields.ForName(name) != nil {
		return
	}
	about := fmt.Sprintf("The %s.", strings.ReplaceAll(snake(name), "_", " "))
	fmt.Fprintf(b, "  %s\n  %s: %s @can(do: %q)\n", doc(about), name, to, can)
	d.add(of, name, to, about, can)
}

// add notes a derived field.
func (d *draft) add(of, name, kind, about, can string) {
	f := &sdl.FieldDefinition{
		Name: name, Type: sdl.NamedType(kind, nil), Description: about,
		Position: &sdl.Position{Src: &sdl.Source{Name: draftFile(owner(d.types[of].Position.Src.Name))}},
	}
	if can != "" {
		f.Directives = sdl.DirectiveList{{Name: "can", Arguments: sdl.ArgumentList{{Name: "do", Value: &sdl.Value{Raw: can}}}}}
	}
	d.types[of].Fields = append(d.types[of].Fields, f)
}
