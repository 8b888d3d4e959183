package main

import (
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/entc/gen"
	"entgo.io/ent/schema/field"
	"github.com/99designs/gqlgen/codegen/templates"
	sdl "github.com/vektah/gqlparser/v2/ast"
)

// bound reports whether gqlgen reads the field from the row.
func (d *deriver) bound(row *gen.Type, f *sdl.FieldDefinition) bool {
	if def := d.schema.Types[f.Type.Name()]; def.Kind != sdl.Scalar && def.Kind != sdl.Enum {
		return false
	}
	name := templates.ToGo(f.Name)
	return slices.ContainsFunc(allFields(row), func(c *gen.Field) bool { return strings.EqualFold(c.StructField(), name) })
}

func allFields(row *gen.Type) []*gen.Field { return append([]*gen.Field{row.ID}, row.Fields...) }

// column is the column of the row with the name, nil for none.
func column(row *gen.Type, name string) *gen.Field {
	for _, c := range allFields(row) {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// rowField derives a field of a row that is no column of its name.
func (d *deriver) rowField(m *derived, t *derivedType, row *gen.Type, f *sdl.FieldDefinition) bool {
	name, of := templates.ToGo(f.Name), f.Type.Name()
	switch base, list := strings.CutSuffix(of, "Connection"); {
	case list && d.nodes[base] != nil:
		return d.childPage(m, t, row, f, d.nodes[base])
	case f.Type.Elem != nil:
		return false
	case d.nodes[of] != nil && d.draft.back[row.Name+"."+f.Name] != "":
		c := column(d.nodes[of], d.draft.back[row.Name+"."+f.Name])
		m.Singles = append(m.Singles, single{row.Name, f.Name, name, of, c})
		t.Parts[f.Name] = fmt.Sprintf("{One: &field.One{Type: %q, Back: %q}}", of, c.Name)
		return true
	case d.nodes[of] != nil:
		c := column(row, snake(f.Name)+"_id")
		if c == nil {
			return false
		}
		m.Edges = append(m.Edges, edge{row.Name, f.Name, name, of, c})
		t.Parts[f.Name] = fmt.Sprintf("{One: &field.One{Type: %q, Column: %q}}", of, c.Name)
		m.Finders = append(m.Finders, of)
		return true
	case of == "Code", of == "PersonName":
		return d.group(m, t, row, f)
	case of == "Int":
		c := column(row, snake(f.Name)+"_minor")
		if c == nil {
			return false
		}
		m.Amounts = append(m.Amounts, amount{row.Name, name, c, f.Type.NonNull})
		t.Parts[f.Name] = fmt.Sprintf("{Column: %q}", c.Name)
		return true
	}
	return false
}

func (d *deriver) group(m *derived, t *derivedType, row *gen.Type, f *sdl.FieldDefinition) bool {
	g := group{Type: row.Name, Go: templates.ToGo(f.Name), Kind: f.Type.Name()}
	var names []string
	g.Columns, names = groupColumns(row, f)
	if g.Columns == nil {
		return false
	}
	part := "person.Part"
	if g.Kind == "Code" {
		part = "field.CodePart"
	}
	m.Groups = append(m.Groups, g)
	t.Parts[f.Name] = fmt.Sprintf("%s(\"%s\")", part, strings.Join(names, `", "`))
	return true
}

// groupColumns are the columns of a Code or PersonName and their names, nil where
// the row lacks one.
func groupColumns(row *gen.Type, f *sdl.FieldDefinition) (columns []*gen.Field, names []string) {
	names = []string{"family_name", "given_name", "name_prefix", "name_suffix"}
	if f.Type.Name() == "Code" {
		base := snake(f.Name) + "_code"
		if f.Name == "code" {
			base = "code"
		}
		names = []string{base + "_text", base, base + "_system"}
	}
	for _, name := range names {
		c := column(row, name)
		if c == nil {
			return nil, nil
		}
		columns = append(columns, c)
	}
	return columns, names
}

// childPage derives the list of a row: the rows whose column points to it.
func (d *deriver) childPage(m *derived, t *derivedType, row *gen.Type, f *sdl.FieldDefinition, of *gen.Type) bool {
	at := row.Name + "." + f.Name
	c := column(of, d.draft.back[at])
	if c == nil {
		c = pointer(of, row)
	}
	if c == nil {
		m.fault(at, "%s does not say which column points to %s: declare one edge to it in ent/schema, or write the method and its part", of.Name, row.Name)
		return true
	}
	d.page(m, t, row.Name, f, of, c)
	return true
}

// pointer is the one column of a row that points to the other, nil where there is
// none or more than one.
func pointer(of, to *gen.Type) *gen.Field {
	if c := column(of, snake(private(to.Name))+"_id"); c != nil {
		return c
	}
	var found *gen.Field
	for _, e := range of.Edges {
		if e.Type == to && e.OwnFK() {
			if found != nil {
				return nil
			}
			found = e.Field()
		}
	}
	return found
}

// pageArguments are the arguments that every derived list has.
var pageArguments = []string{"filter", "orderBy", "first", "after", "last", "before"}

func (d *deriver) page(m *derived, t *derivedType, of string, f *sdl.FieldDefinition, row *gen.Type, c *gen.Field) {
	var names []string
	for _, a := range f.Arguments {
		names = append(names, a.Name)
	}
	if !slices.Equal(names, pageArguments) && !slices.Equal(names, pageArguments[2:]) {
		m.fault(of+"."+f.Name, "a list has the arguments %s (the first two together or not at all): write them so, or its method and part by hand", strings.Join(pageArguments, ", "))
		return
	}
	list := private(row.Name)
	if m.src.lists[of+"."+f.Name] != nil {
		list = private(of) + templates.ToGo(f.Name)
	}
	column := ""
	if c != nil {
		column = fmt.Sprintf(", Column: %q", c.Name)
	}
	m.Pages = append(m.Pages, pageOf{Type: of, Go: templates.ToGo(f.Name), List: list, Of: row, Column: c, Plain: len(names) == 4})
	t.Parts[f.Name] = fmt.Sprintf("{Page: &field.Page{Entity: %sEntity%s}}", list, column)
}

// prefixOf is the prefix of the ids of an entity, "" for none.
func prefixOf(n *gen.Type) string {
	if p, ok := n.ID.Annotations["Prefix"].(string); ok {
		return p
	}
	return ""
}

// kindOf is how values of a column are compared.
func kindOf(c *gen.Field, filter string) string {
	switch goType := c.Type.String(); {
	case filter == "IDFilter" || filter == "ID" || c.Name == "id":
		return "ID"
	case c.IsEnum():
		return "Enum"
	case c.IsBool():
		return "Bool"
	case c.IsTime():
		return "Time"
	case goType == "date.Date":
		return "Date"
	case goType == "decimal.Decimal":
		return "Decimal"
	case c.Type.Type == field.TypeInt || c.Type.Type == field.TypeInt64:
		return "Int"
	}
	return "Text"
}
