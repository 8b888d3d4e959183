package main

import (
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/entc/gen"
	sdl "github.com/vektah/gqlparser/v2/ast"
)

// conditions are the inputs by which values of a scalar or of a group are filtered.
var conditions = map[string]string{
	"ID": "IDFilter", "String": "StringFilter", "Boolean": "BooleanFilter", "Int": "IntFilter", "Decimal": "DecimalFilter",
	"Date": "DateFilter", "DateTime": "DateTimeFilter", "Code": "CodeFilter", "PersonName": "PersonNameFilter",
}

// filters writes the filter of every type of rows: each column that a field shows,
// each edge to one row by the other's filter and by its id, each list by what its
// rows have. A field that a module writes into the filter itself is left to it.
func (d *draft) filters() {
	enums := map[string]bool{}
	for _, name := range d.rows() {
		var b strings.Builder
		for _, f := range d.types[name].Fields {
			d.filter(&b, name, f, enums)
		}
		d.write(name, "filter", piece{Name: name, Values: b.String()})
	}
	for _, e := range d.enums {
		d.write(e[0], "enum", piece{Name: e[1]})
	}
}

// condition writes a field of a filter, unless the module has written one itself.
func (d *draft) condition(b *strings.Builder, of, kind, about string, to filtered, f *sdl.FieldDefinition) {
	if own := d.types[of+"Filter"]; own != nil && own.Fields.ForName(to.Name) != nil {
		return
	}
	if slices.ContainsFunc(d.filtered[of], func(known filtered) bool { return known.Name == to.Name }) {
		return // an edge beside a field with its id
	}
	mark := ""
	if phi := f.Directives.ForName("phi"); phi != nil {
		mark = " @phi(category: " + phi.Arguments[0].Value.Raw + ")"
	}
	if can := f.Directives.ForName("can"); can != nil {
		to.Can = can.Arguments[0].Value.Raw
	}
	d.filtered[of] = append(d.filtered[of], to)
	fmt.Fprintf(b, "  %s\n  %s: %s%s\n", doc(about), to.Name, kind, mark)
}

// filter writes what a field of a type is filtered by: nothing for a field that no
// column or edge of the row stands for.
func (d *draft) filter(b *strings.Builder, of string, f *sdl.FieldDefinition, enums map[string]bool) {
	kind := f.Type.Name()
	base, list := strings.CutSuffix(kind, "Connection")
	switch {
	case (list || f.Type.Elem != nil) && d.open(base):
		if c := d.pointer(of, f, base); c != nil {
			d.condition(b, of, base+"ListFilter", f.Description, filtered{Name: f.Name, Columns: []*gen.Field{c}, To: base, Many: true, Back: true}, f)
		}
	case list || f.Type.Elem != nil:
	case d.open(kind) && d.back[of+"."+f.Name] != "":
		d.condition(b, of, kind+"Filter", f.Description, filtered{Name: f.Name, Columns: []*gen.Field{d.pointer(of, f, kind)}, To: kind, Back: true}, f)
	case d.open(kind):
		if c := d.edgeColumn(of, f); c != nil {
			d.condition(b, of, "IDFilter", "By identifier: "+lower(f.Description), filtered{Name: f.Name + "Id", Columns: []*gen.Field{c}}, f)
			d.condition(b, of, kind+"Filter", f.Description, filtered{Name: f.Name, Columns: []*gen.Field{c}, To: kind}, f)
		}
	default:
		d.value(b, of, f, enums)
	}
}

// value writes the condition on a field that shows a column, or on one that is made
// of several.
func (d *draft) value(b *strings.Builder, of string, f *sdl.FieldDefinition, enums map[string]bool) {
	columns, kind := d.valueColumns(d.nodes[of], f), f.Type.Name()
	if columns == nil {
		return
	}
	input := conditions[kind]
	if input == "" {
		input = kind + "Filter"
		if !enums[kind] {
			enums[kind] = true
			d.enums = append(d.enums, [2]string{of, kind})
		}
	}
	d.condition(b, of, input, f.Description, filtered{Name: f.Name, Columns: columns}, f)
}

// valueColumns are the columns of the row that a field shows: one, those of a code
// or of a name; nil where it is computed or belongs to others.
func (d *draft) valueColumns(row *gen.Type, f *sdl.FieldDefinition) []*gen.Field {
	kind := f.Type.Name()
	said := d.said(row.Name, f)
	switch {
	case conditions[kind] == "" && d.types[kind].Kind != sdl.Enum:
		return nil
	case kind == "Code" || kind == "PersonName":
		if said != nil || d.method(row.Name, f) {
			return nil
		}
		columns, _ := groupColumns(row, f)
		return columns
	case said != nil:
		if c := listColumn(row, f.Name, columnSaid(said)); columnSaid(said) != nil && c != nil {
			return []*gen.Field{c}
		}
		return nil
	case d.method(row.Name, f):
		return nil
	}
	c := column(row, snake(f.Name))
	if c == nil && kind == "Int" {
		c = column(row, snake(f.Name)+"_minor")
	}
	if c == nil {
		return nil
	}
	return []*gen.Field{c}
}

// edgeColumn is the column with the id of the row that an edge leads to.
func (d *draft) edgeColumn(of string, f *sdl.FieldDefinition) *gen.Field {
	row := d.nodes[of]
	if d.back[of+"."+f.Name] != "" {
		return nil
	}
	if said := d.said(of, f); said != nil {
		if e := columnSaid(said); e != nil {
			return listColumn(row, f.Name, e)
		}
		return nil
	}
	if d.method(of, f) {
		return nil
	}
	return column(row, snake(f.Name)+"_id")
}

// pointer is the column of the rows of a list that points to the row that has them.
func (d *draft) pointer(of string, f *sdl.FieldDefinition, rows string) *gen.Field {
	if name := d.back[of+"."+f.Name]; name != "" {
		return column(d.nodes[rows], name)
	}
	if said := d.said(of, f); said != nil {
		if e := columnSaid(said); e != nil {
			return listColumn(d.nodes[rows], "", e)
		}
		return nil
	}
	if d.method(of, f) {
		return nil
	}
	return pointer(d.nodes[rows], d.nodes[of])
}

// spoken are the rows of types whose names are not plain words.
var spoken = map[string]string{"BreakGlass": "emergency accesses", "FHIRResource": "FHIR resources"}

// words are the rows of a type in words: "stock movements".
func words(name string) string {
	if said := spoken[name]; said != "" {
		return said
	}
	return plural(strings.ReplaceAll(snake(private(name)), "_", " "))
}

// plural is the plural of an English noun as the types of the graph have them.
func plural(noun string) string {
	switch {
	case slices.ContainsFunc([]string{"ay", "ey", "oy"}, func(end string) bool { return strings.HasSuffix(noun, end) }):
		return noun + "s"
	case strings.HasSuffix(noun, "y"):
		return noun[:len(noun)-1] + "ies"
	case strings.HasSuffix(noun, "s"), strings.HasSuffix(noun, "x"), strings.HasSuffix(noun, "ch"):
		return noun + "es"
	}
	return noun + "s"
}

// lower is a description within a sentence.
func lower(text string) string {
	if len(text) < 2 || text[1] >= 'A' && text[1] <= 'Z' {
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}
