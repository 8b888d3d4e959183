package shape

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// The points of a document: one for each row that it may read and for each
// list, so that they rise with the work of the database; more where @cost says
// so. Values, names and other parts of a row cost nothing.
const (
	introspectionCost = 100
	mutationCost      = 10
	assumedList       = 10 // rows of a list without pages, where @listSize does not say
)

// group is the cost of a selection: its own points and what its parts cost,
// times the number of rows it is read for.
type group struct {
	index  int // of a fragment, -1 otherwise: a fragment is priced once
	points int
	rows   bool // each time is a row of a list
	times  *size
	parts  []*group
}

// size is a number that may come with the variables.
type size struct {
	fixed    int
	variable string
	fallback int  // the default of the variable
	page     bool // without a value, the caller's page size
}

// Price is what an operation costs at most.
type Price struct {
	Cost  int // points
	Nodes int // rows of lists
}

// Price adds up an operation with its variables; page is the number of rows of
// a list for which the document asks no number.
func (o *Op) Price(variables map[string]any, page int) Price {
	t := till{variables: variables, page: max(page, 1), known: make([]*Price, o.groups)}
	return t.price(o.cost)
}

type till struct {
	variables map[string]any
	page      int
	known     []*Price
}

func (t *till) price(g *group) Price {
	if g.index >= 0 && t.known[g.index] != nil {
		return *t.known[g.index]
	}
	p := Price{Cost: g.points}
	for _, part := range g.parts {
		q := t.price(part)
		p.Cost, p.Nodes = clamp(p.Cost+q.Cost), clamp(p.Nodes+q.Nodes)
	}
	if g.times != nil {
		n := t.count(g.times)
		p.Cost, p.Nodes = times(n, p.Cost), times(n, p.Nodes)
		if g.rows {
			p.Nodes = clamp(p.Nodes + n)
		}
	}
	if g.index >= 0 {
		t.known[g.index] = &p
	}
	return p
}

func times(n, of int) int {
	if of > 0 && n > endless/of {
		return endless
	}
	return n * of
}

func (t *till) count(s *size) int {
	n := s.fixed
	if s.variable != "" {
		n = s.fallback
		switch v := t.variables[s.variable].(type) {
		case json.Number:
			if i, err := v.Int64(); err == nil {
				n = int(min(max(i, 0), endless))
			}
		case int64:
			n = int(min(max(v, 0), endless))
		case int:
			n = min(max(v, 0), endless)
		case float64:
			n = int(min(max(v, 0), endless))
		case []any:
			n = len(v)
		}
	}
	if n < 0 && s.page {
		n = t.page
	}
	return max(n, 0)
}

// price makes the group of a field. def and of are nil where the document does
// not fit the schema.
func (w *walker) price(f *ast.Field, def *ast.FieldDefinition, parent, of *ast.Definition, below *group) *group {
	g := &group{index: -1, parts: []*group{below}}
	if def == nil || of == nil {
		return g
	}
	g.points = w.weight(def, of)
	if parent == w.schema.Mutation {
		g.points += mutationCost
	}
	switch {
	case connection(of):
		below.times, below.rows = w.paged(f), true
	case def.Type.Elem != nil && !ofConnection(parent):
		g.times, g.rows = w.listed(f, def), composite(of)
	}
	return g
}

// weight is the points of one value of the field.
func (w *walker) weight(def *ast.FieldDefinition, of *ast.Definition) int {
	if d := def.Directives.ForName("cost"); d != nil {
		if n, err := strconv.Atoi(d.Arguments.ForName("weight").Value.Raw); err == nil {
			return n
		}
	}
	if connection(of) || row(of) {
		return 1
	}
	return 0
}

// row reports whether each value of the type is read from the database by itself.
func row(of *ast.Definition) bool {
	if of.Kind == ast.Interface || of.Kind == ast.Union {
		return true
	}
	for _, name := range of.Interfaces {
		if name == "Node" {
			return true
		}
	}
	return false
}

func composite(of *ast.Definition) bool {
	return of.Kind == ast.Object || of.Kind == ast.Interface || of.Kind == ast.Union
}

func connection(of *ast.Definition) bool { return strings.HasSuffix(of.Name, "Connection") }

func ofConnection(parent *ast.Definition) bool { return parent != nil && connection(parent) }

// paged is the page size of a connection, which is read for each row of it.
func (w *walker) paged(f *ast.Field) *size {
	n := &size{fixed: -1}
	for _, name := range []string{"first", "last"} {
		if a := f.Arguments.ForName(name); a != nil && a.Value.Kind != ast.NullValue {
			n = w.number(a.Value)
		}
	}
	n.page = true
	return n
}

// listed is how many values a list without pages has.
func (w *walker) listed(f *ast.Field, def *ast.FieldDefinition) *size {
	d := def.Directives.ForName("listSize")
	if d == nil {
		return &size{fixed: assumedList}
	}
	if slicing := d.Arguments.ForName("slicingArguments"); slicing != nil {
		for _, name := range slicing.Value.Children {
			if a := f.Arguments.ForName(name.Value.Raw); a != nil {
				return w.number(a.Value)
			}
		}
	}
	if assumed := d.Arguments.ForName("assumedSize"); assumed != nil {
		if n, err := strconv.Atoi(assumed.Value.Raw); err == nil {
			return &size{fixed: n}
		}
	}
	return &size{fixed: assumedList}
}

// number reads a size from an argument: a number, the length of a list, or a
// variable of either.
func (w *walker) number(v *ast.Value) *size {
	switch v.Kind {
	case ast.IntValue:
		n, err := strconv.Atoi(v.Raw)
		if err != nil {
			n = endless // more than an int holds
		}
		return &size{fixed: min(max(n, 0), endless)}
	case ast.ListValue:
		return &size{fixed: len(v.Children)}
	case ast.Variable:
		s := &size{fixed: -1, variable: v.Raw, fallback: -1}
		for _, op := range w.doc.Operations {
			if d := op.VariableDefinitions.ForName(v.Raw); d != nil && d.DefaultValue != nil && d.DefaultValue.Kind == ast.IntValue {
				if n, err := strconv.Atoi(d.DefaultValue.Raw); err == nil {
					s.fallback = max(s.fallback, n)
				}
			}
		}
		return s
	}
	return &size{fixed: -1}
}
