package main

import (
	"errors"
	"fmt"
	"go/ast"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"entgo.io/ent/entc/gen"
	"entgo.io/ent/schema/field"
	"github.com/99designs/gqlgen/codegen/templates"
	sdl "github.com/vektah/gqlparser/v2/ast"
)

// What follows from the schema and the tables is derived here, module by module:
// how each type is read, its lists with filters and orders, edges to one row, and
// what carries a mutation to its verb. What a module writes itself wins; what
// neither it nor the data can give is an error that says what to write.

// deriver knows the whole graph.
type deriver struct {
	schema *sdl.Schema
	nodes  map[string]*gen.Type
}

// derived is what is generated for one module.
type derived struct {
	Name      string
	Types     []*derivedType // the types that it declares or adds fields to, by name
	Lists     []*derivedList
	Finders   []string // the entities whose rows it finds by id
	Answers   []string // the types whose fields it answers by methods
	Edges     []edge
	Pages     []pageOf
	Groups    []group
	Amounts   []amount
	Finds     []finding // root fields that find a row by its id
	Mutations []mutation
	Moves     []*gen.Type // its tables with a patient's column, where it does not move their rows itself
	HasNodes  bool        // node finds rows of it
	HasParts  bool        // the module writes parts by hand

	src    *source
	faults []error
}

// derivedType says how the fields of a type are read that are no columns of their name.
type derivedType struct {
	Name   string
	Own    bool   // the module declares it
	Node   bool   // it is found by its id
	Prefix string // of its ids
	Parts  map[string]string
}

type (
	// edge is a field that is one row: the column holds its id.
	edge struct {
		Type, Field, Go, To string
		Column              *gen.Field
	}
	// pageOf is a field that is a list: of the office, or of a row.
	pageOf struct {
		Type, Go, List string
		Of             *gen.Type
		Column         *gen.Field // of the rows, that holds the id of the row that has them
		Plain          bool       // without filter and order
	}
	// group is an object that is made of columns.
	group struct {
		Type, Go, Kind string // Code, PersonName
		Columns        []*gen.Field
	}
	// amount is money: the column counts minor units.
	amount struct {
		Type, Go string
		Column   *gen.Field
		Always   bool // it is never null
	}
	finding  struct{ Go, To string }
	mutation struct{ Go, Verb, Input, Payload, Row, To string }
)

// derive derives every module of the list.
func (d *deriver) derive(modules []string) (all []*derived, err error) {
	var faults []error
	for _, name := range modules {
		m, err := d.module(name)
		all, faults = append(all, m), append(faults, err)
	}
	return all, errors.Join(faults...)
}

func (d *deriver) module(name string) (*derived, error) {
	src, err := readSource("modules/" + name)
	if err != nil {
		return nil, err
	}
	m := &derived{Name: name, src: src, HasParts: src.methods["Module.parts"] != nil}
	for _, of := range slices.Sorted(maps.Keys(d.schema.Types)) {
		def := d.schema.Types[of]
		if def.Kind != sdl.Object || strings.HasPrefix(of, "__") {
			continue
		}
		d.object(m, def)
	}
	d.lists(m)
	d.moves(m)
	m.checkKeys(d)
	m.settle(d)
	return m, errors.Join(m.faults...)
}

// fault notes what is missing and what to write.
func (m *derived) fault(at, format string, a ...any) {
	m.faults = append(m.faults, fmt.Errorf("modules/%s: %s: "+format, append([]any{m.Name, at}, a...)...))
}

func (d *deriver) object(m *derived, def *sdl.Definition) {
	row := d.nodes[def.Name]
	t := &derivedType{Name: def.Name, Parts: map[string]string{}}
	t.Own = row != nil && owner(def.Position.Src.Name) == m.Name
	if t.Own {
		t.Prefix = prefixOf(row)
		t.Node = slices.Contains(def.Interfaces, "Node")
	}
	simple := m.src.parts[def.Name] != nil // said of the whole type
	answers := false
	for _, f := range def.Fields {
		if f.Position == nil || owner(f.Position.Src.Name) != m.Name || strings.HasPrefix(f.Name, "__") {
			continue
		}
		if m.src.methods[def.Name+"."+templates.ToGo(f.Name)] != nil {
			answers = true
			d.byHand(m, def, f, simple)
			continue
		}
		answers = d.field(m, t, def, row, f) || answers
	}
	if simple { // its methods answer
		t.Parts = nil
	}
	if answers && !m.src.types[def.Name] {
		m.Answers = append(m.Answers, def.Name)
	}
	if t.Own || len(t.Parts) > 0 {
		m.Types = append(m.Types, t)
	}
}

// byHand checks that a field with a method of the module says how it is compiled.
func (d *deriver) byHand(m *derived, def *sdl.Definition, f *sdl.FieldDefinition, simple bool) {
	at := def.Name + "." + f.Name
	compiled := def.Name == "Query" || d.nodes[def.Name] != nil && !simple
	if compiled && m.src.parts[at] == nil {
		m.fault(at, "a method answers it: say in parts() how it is read, as %q: {Many: ...} or {Simple: \"why\"}", at)
	}
}

// field derives one field, and reports whether a method answers it.
func (d *deriver) field(m *derived, t *derivedType, def *sdl.Definition, row *gen.Type, f *sdl.FieldDefinition) bool {
	at := def.Name + "." + f.Name
	byHand := m.src.parts[at] != nil && entries(m.src.parts[at])["Simple"] == nil
	if byHand && (row == nil || !d.bound(row, f)) {
		m.fault(at, "parts() says how it is read: write the method %s of %s that answers it, or leave it out of parts()", templates.ToGo(f.Name), def.Name)
		return true
	}
	switch {
	case def.Name == "Query":
		return d.root(m, t, f)
	case def.Name == "Mutation":
		return d.mutation(m, f)
	case def.Name == "Subscription":
		m.fault(at, "write the method %s of Subscription", templates.ToGo(f.Name))
		return true
	case row == nil || d.bound(row, f):
		return false
	}
	if d.rowField(m, t, row, f) {
		return true
	}
	m.fault(at, "%s has no column %s or %s_id for it: add one to ent/schema, or write the method %s of %s and its entry %q in parts()",
		row.Name, snake(f.Name), snake(f.Name), templates.ToGo(f.Name), def.Name, at)
	return true
}

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
	names := []string{"family_name", "given_name", "name_prefix", "name_suffix"}
	part := "person.Part"
	if g.Kind == "Code" {
		base := snake(f.Name) + "_code"
		if f.Name == "code" {
			base = "code"
		}
		names, part = []string{base + "_text", base, base + "_system"}, "field.CodePart"
	}
	for _, name := range names {
		c := column(row, name)
		if c == nil {
			return false
		}
		g.Columns = append(g.Columns, c)
	}
	m.Groups = append(m.Groups, g)
	t.Parts[f.Name] = fmt.Sprintf("%s(%q)", part, strings.Join(names, `", "`))
	t.Parts[f.Name] = strings.ReplaceAll(t.Parts[f.Name], `\"`, `"`)
	return true
}

// childPage derives the list of a row: the rows whose column points to it.
func (d *deriver) childPage(m *derived, t *derivedType, row *gen.Type, f *sdl.FieldDefinition, of *gen.Type) bool {
	at := row.Name + "." + f.Name
	c := pointer(of, row)
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

// root derives a root field: a list of all rows, or the row with an id.
func (d *deriver) root(m *derived, t *derivedType, f *sdl.FieldDefinition) bool {
	at, of := "Query."+f.Name, f.Type.Name()
	base, list := strings.CutSuffix(of, "Connection")
	switch {
	case list && d.nodes[base] != nil:
		d.page(m, t, "Query", f, d.nodes[base], nil)
	case f.Type.Elem == nil && d.nodes[of] != nil && len(f.Arguments) == 1 && f.Arguments[0].Name == "id":
		m.Finds = append(m.Finds, finding{templates.ToGo(f.Name), of})
		m.Finders = append(m.Finders, of)
		t.Parts[f.Name] = fmt.Sprintf("{One: &field.One{Type: %q, Find: field.ByID}}", of)
	default:
		m.fault(at, "write the method %s of Query and its entry %q in parts()", templates.ToGo(f.Name), at)
	}
	return true
}

// mutation derives what carries a mutation to its verb, a method of the module
// with the same name that returns the id of the row to read.
func (d *deriver) mutation(m *derived, f *sdl.FieldDefinition) bool {
	at, name := "Mutation."+f.Name, templates.ToGo(f.Name)
	verb := m.src.methods["Module."+private(name)]
	var rows []*sdl.FieldDefinition
	for _, p := range d.schema.Types[f.Type.Name()].Fields {
		if p.Name != "userErrors" && p.Name != "clientMutationId" {
			rows = append(rows, p)
		}
	}
	plain := len(rows) == 1 && rows[0].Type.Elem == nil && d.nodes[rows[0].Type.Name()] != nil && len(f.Arguments) == 1
	switch {
	case verb == nil || !plain:
		input := templates.ToGo(f.Arguments[0].Type.Name())
		m.fault(at, "write func (m *Module) %s(ctx context.Context, in model.%s) (string, error), which returns the id of the row that it made or changed%s",
			private(name), input, map[bool]string{false: "; its payload is not one row, so write the method " + name + " of Mutation instead"}[plain])
	default:
		to := rows[0].Type.Name()
		m.Mutations = append(m.Mutations, mutation{name, private(name), templates.ToGo(f.Arguments[0].Type.Name()), templates.ToGo(f.Type.Name()), templates.ToGo(rows[0].Name), to})
		m.Finders = append(m.Finders, to)
	}
	return true
}

// moves are the tables of a module whose rows a merge of two patients moves: all
// with the column patient_id, unless the module has its own MovePatient.
func (d *deriver) moves(m *derived) {
	if m.src.methods["Module.MovePatient"] != nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(d.nodes)) {
		n := d.nodes[name]
		file, _, _ := strings.Cut(filepath.Base(n.Pos()), ".go")
		of, _, _ := strings.Cut(file, "_") // billing_money.go is of billing too
		if c := column(n, "patient_id"); of == m.Name && c != nil && !c.Immutable {
			m.Moves = append(m.Moves, n)
		}
	}
}

// checkKeys finds entries that belong to nothing.
func (m *derived) checkKeys(d *deriver) {
	for _, keys := range []map[string]ast.Expr{m.src.parts, m.src.lists} {
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			of, name, dotted := strings.Cut(key, ".")
			def := d.schema.Types[of]
			if def == nil || dotted && def.Fields.ForName(name) == nil {
				m.fault(key, "the schema has no such type or field")
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(m.src.nodes)) {
		if !slices.ContainsFunc(m.Types, func(t *derivedType) bool { return t.Name == key && t.Node }) {
			m.fault(key, "it is no Node that this module declares: leave it out of nodes")
		}
	}
	for _, t := range m.Types {
		if t.Node && m.src.nodes[t.Name] == nil {
			m.fault(t.Name, "it is a Node: say in nodes which permission finds it by its id, as field.Nodes{%q: Read}", t.Name)
		}
	}
}

// settle puts the lists in order.
func (m *derived) settle(d *deriver) {
	for _, t := range m.Types {
		if t.Node {
			m.HasNodes, m.Finders = true, append(m.Finders, t.Name)
		}
	}
	for name := range d.nodes {
		if m.src.names["find"+name] && m.src.methods["Module.find"+name] == nil {
			m.Finders = append(m.Finders, name)
		}
	}
	slices.Sort(m.Finders)
	m.Finders = slices.Compact(m.Finders)
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
