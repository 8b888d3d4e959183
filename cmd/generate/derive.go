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
	draft  *draft // what of the schema is derived
}

// derived is what is generated for one module.
type derived struct {
	Name      string
	Types     []*derivedType // the types that it declares or adds fields to, by name
	Lists     []*derivedList
	Finders   []string // the entities whose rows it finds by id
	Answers   []string // the types whose fields it answers by methods
	Edges     []edge
	Singles   []single
	Pages     []pageOf
	Groups    []group
	Amounts   []amount
	Finds     []finding // root fields that find a row by its id
	Mutations []mutation
	Moves     []*gen.Type // its tables with a patient's column, where it does not move their rows itself
	HasNodes  bool        // node finds rows of it
	HasParts  bool        // the module writes parts by hand
	HasLists  bool        // and what is special about its lists

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
	// single is a field that is the one row whose column points to the row.
	single struct {
		Type, Field, Go, To string
		Column              *gen.Field
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
	m := &derived{Name: name, src: src, HasParts: src.methods["Module.parts"] != nil, HasLists: src.names["lists"]}
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
	if len(f.Arguments) != 1 {
		m.fault(at, "a mutation has one argument, input")
		return true
	}
	verb, input := m.src.methods["Module."+private(name)], templates.ToGo(f.Arguments[0].Type.Name())
	var rows []*sdl.FieldDefinition
	for _, p := range d.schema.Types[f.Type.Name()].Fields {
		if p.Name != "userErrors" && p.Name != "clientMutationId" {
			rows = append(rows, p)
		}
	}
	plain := len(rows) == 1 && rows[0].Type.Elem == nil && d.nodes[rows[0].Type.Name()] != nil
	switch {
	case verb == nil || !plain:
		m.fault(at, "write func (m *Module) %s(ctx context.Context, in model.%s) (string, error), which returns the id of the row that it made or changed%s",
			private(name), input, map[bool]string{false: "; its payload is not one row, so write the method " + name + " of Mutation instead"}[plain])
	default:
		to := rows[0].Type.Name()
		m.Mutations = append(m.Mutations, mutation{name, private(name), input, templates.ToGo(f.Type.Name()), templates.ToGo(rows[0].Name), to})
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
