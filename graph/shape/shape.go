// Package shape measures GraphQL documents before anything else looks at them:
// how deep, how wide and how costly they are. The time it takes is bounded,
// whatever a document says.
package shape

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// Shape is what a document is made of, found in one walk before anything
// else looks at it. Each fragment is walked once, however often it is spread.
type Shape struct {
	Tokens     int
	Fragments  int
	Directives int
	Stacked    int // the most directives on one thing
	Aliases    int
	Repeats    int   // the most often that one field stands in a selection
	Overlaps   int   // pairs of fields that validation compares
	Operations []*Op // in the order of the document
}

// Op is the shape of one operation, fragments expanded.
type Op struct {
	Kind       ast.Operation
	Depth      int
	Selections int // saturates at endless
	Roots      int // fields of the root
	Introspect bool
	of         *ast.OperationDefinition
	cost       *group
	groups     int // how many groups of fragments there are
}

// Op is the shape of an operation of the document that was measured.
func (s *Shape) Op(op *ast.OperationDefinition) *Op {
	for i, of := range s.Operations {
		if of.of == op {
			return s.Operations[i]
		}
	}
	return nil
}

// endless is where counting stops.
const endless = 1 << 40

// part is what one fragment or operation adds.
type part struct {
	depth, selections, roots int
	introspect               bool
	cost                     *group
}

type walker struct {
	schema    *ast.Schema
	doc       *ast.QueryDocument
	shape     *Shape
	fragments map[string]*part // nil while it is being walked: a cycle, which validation refuses
	groups    int
}

// Measure finds the shape of a parsed document.
func Measure(schema *ast.Schema, doc *ast.QueryDocument, tokens int) *Shape {
	w := &walker{
		schema: schema, doc: doc, fragments: map[string]*part{},
		shape: &Shape{Tokens: tokens, Fragments: len(doc.Fragments)},
	}
	for _, op := range doc.Operations {
		w.directives(op.Directives)
		p := w.set(op.SelectionSet, w.root(op.Operation))
		w.shape.Operations = append(w.shape.Operations, &Op{
			of: op, Kind: op.Operation, Depth: p.depth, Selections: p.selections, Roots: p.roots,
			Introspect: p.introspect, cost: p.cost,
		})
	}
	for _, f := range doc.Fragments { // the unused ones are validated too
		w.fragment(f.Name)
	}
	for _, op := range w.shape.Operations {
		op.groups = w.groups
	}
	w.shape.Overlaps, w.shape.Repeats = overlaps(doc)
	return w.shape
}

func (w *walker) directives(list ast.DirectiveList) {
	w.shape.Directives += len(list)
	w.shape.Stacked = max(w.shape.Stacked, len(list))
}

func (w *walker) root(kind ast.Operation) *ast.Definition {
	switch kind {
	case ast.Mutation:
		return w.schema.Mutation
	case ast.Subscription:
		return w.schema.Subscription
	}
	return w.schema.Query
}

// set walks the selections of one parent; the parent is nil where the document
// does not fit the schema, which validation will report.
func (w *walker) set(set ast.SelectionSet, parent *ast.Definition) part {
	sum := part{cost: &group{index: -1}}
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			w.directives(s.Directives)
			if s.Alias != s.Name {
				w.shape.Aliases++
			}
			sum.add(w.field(s, parent))
		case *ast.InlineFragment:
			w.directives(s.Directives)
			on := parent
			if s.TypeCondition != "" {
				on = w.schema.Types[s.TypeCondition]
			}
			sum.add(w.set(s.SelectionSet, on))
		case *ast.FragmentSpread:
			w.directives(s.Directives)
			sum.selections = clamp(sum.selections + 1)
			if p := w.fragment(s.Name); p != nil {
				sum.add(*p)
			}
		}
	}
	return sum
}

func (w *walker) fragment(name string) *part {
	if p, known := w.fragments[name]; known {
		return p
	}
	f := w.doc.Fragments.ForName(name)
	if f == nil {
		return nil
	}
	w.fragments[name] = nil
	w.directives(f.Directives)
	p := w.set(f.SelectionSet, w.schema.Types[f.TypeCondition])
	p.cost.index = w.groups
	w.groups++
	w.fragments[name] = &p
	return &p
}

// field is one field with all below it.
func (w *walker) field(f *ast.Field, parent *ast.Definition) part {
	var def *ast.FieldDefinition
	if parent != nil {
		def = parent.Fields.ForName(f.Name)
	}
	var of *ast.Definition
	if def != nil {
		of = w.schema.Types[def.Type.Name()]
	}
	below := w.set(f.SelectionSet, of)
	p := part{depth: below.depth + 1, selections: clamp(below.selections + 1), roots: 1, introspect: below.introspect}
	if f.Name == "__schema" || f.Name == "__type" {
		// Introspection has a depth rule of its own and reads no data.
		p.depth, p.introspect = 1, true
		p.cost = &group{index: -1, points: introspectionCost}
		return p
	}
	p.cost = w.price(f, def, parent, of, below.cost)
	return p
}

func (p *part) add(o part) {
	p.depth = max(p.depth, o.depth)
	p.selections = clamp(p.selections + o.selections)
	p.roots = clamp(p.roots + o.roots)
	p.introspect = p.introspect || o.introspect
	p.cost.parts = append(p.cost.parts, o.cost)
}

func clamp(n int) int { return min(n, endless) }
