package compile

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/page"
)

// builder makes the plan of an operation.
type builder struct {
	*catalog
	op     *graphql.OperationContext
	viewer *kit.Viewer
	plan   *plan
	lists  int
}

// cannot is the panic by which a builder gives up on a root field.
type cannot string

func (b *builder) operation() {
	b.plan.root = &node{columns: map[string]int{}, patient: -1, id: -1, typ: &rowType{}}
	for _, f := range graphql.CollectFields(b.op, b.op.Operation.SelectionSet, []string{"Query"}) {
		b.plan.view = append(b.plan.view, b.rootField(f))
	}
}

// rootField makes the plan of a root field, or leaves it to its resolver.
func (b *builder) rootField(f graphql.CollectedField) (o out) {
	root := b.plan.root
	slots, nodes := len(root.slots), b.plan.nodes
	defer func() {
		switch why := recover().(type) {
		case nil:
		case cannot:
			root.slots, b.plan.nodes = root.slots[:slots], nodes
			// Where it fails, it may make the whole answer null.
			b.plan.simple = b.plan.simple || f.Definition.Type.NonNull
			o = b.out(f, isOther)
			o.other = len(b.plan.others)
			alone := *f.Field
			alone.SelectionSet, alone.Directives = f.Selections, nil
			b.plan.others = append(b.plan.others, other{&alone, len(b.plan.view), string(why)})
		default:
			panic(why)
		}
	}()
	if f.Name == "__typename" {
		return b.name(f, "Query")
	}
	p, ok := b.query[f.Name]
	if !ok {
		panic(cannot("it is about the schema"))
	}
	if p.Simple != "" {
		panic(cannot(p.Simple))
	}
	if o, denied := b.denied(f); denied {
		return o
	}
	if p.Nodes {
		return b.byID(f)
	}
	return b.part(root, f, p)
}

func (b *builder) out(f graphql.CollectedField, k kind) out {
	return out{
		name: f.Name, key: []byte(strconv.Quote(f.Alias) + ":"), path: ast.PathName(f.Alias), at: f.Position, kind: k, slot: -1,
	}
}

func (b *builder) name(f graphql.CollectedField, of string) out {
	o := b.out(f, aName)
	o.text = []byte(strconv.Quote(of))
	return o
}

// denied makes null and an error of a field that the viewer may not read.
func (b *builder) denied(f graphql.CollectedField) (out, bool) {
	can := f.Definition.Directives.ForName("can")
	if can == nil {
		return out{}, false
	}
	do := can.Arguments.ForName("do").Value.Raw
	if b.viewer.May(do) {
		return out{}, false
	}
	if f.Definition.Type.NonNull {
		panic(cannot("what has it becomes null, since it is denied"))
	}
	o := b.out(f, isDenied)
	o.can = do
	return o, true
}

// view makes the plan of a selection on a row.
func (b *builder) view(n *node, set ast.SelectionSet, satisfies ...string) view {
	var v view
	for _, f := range graphql.CollectFields(b.op, set, append(satisfies, n.typ.name)) {
		if f.Name == "__typename" {
			v = append(v, b.name(f, n.typ.name))
			continue
		}
		if o, denied := b.denied(f); denied {
			v = append(v, o)
			continue
		}
		v = append(v, b.part(n, f, b.catalog.part(n.typ, f.Name)))
	}
	return v
}

// part makes the plan of a field as it was declared.
func (b *builder) part(n *node, f graphql.CollectedField, p field.Part) out {
	switch {
	case p.Simple != "":
		panic(cannot(fmt.Sprintf("%s.%s: %s", n.typ.name, f.Name, p.Simple)))
	case p.Group != nil:
		o := b.out(f, aGroup)
		def := f.Definition.Type.Name()
		for _, sub := range graphql.CollectFields(b.op, f.Selections, []string{def}) {
			if sub.Name == "__typename" {
				o.view = append(o.view, b.name(sub, def))
				continue
			}
			o.view = append(o.view, b.part(n, sub, p.Group[sub.Name]))
		}
		return o
	case p.Compute != nil:
		o := b.out(f, aComputed)
		o.compute = p.Compute
		for _, column := range p.Compute.Needs {
			o.needs = append(o.needs, n.column(column))
		}
		return o
	case p.One != nil:
		return b.edge(n, f, p, p.One.Type, aRow)
	case p.Many != nil:
		return b.edge(n, f, p, p.Many.Type, aList)
	case p.Page != nil:
		return b.page(n, f, p)
	}
	o := b.out(f, aColumn)
	o.slot = n.column(p.Column)
	o.format, _ = formatOf(b.schema, f.Definition.Type, n.typ.columns[p.Column]) // checked at start
	return o
}

// column is the slot of a column.
func (n *node) column(name string) int {
	if i, ok := n.columns[name]; ok {
		return i
	}
	n.columns[name] = len(n.slots)
	n.slots = append(n.slots, slot{column: name})
	return len(n.slots) - 1
}

func (b *builder) node(t *rowType) *node {
	if t.Simple != "" {
		panic(cannot(t.name + ": " + t.Simple))
	}
	b.plan.nodes++
	n := &node{number: b.plan.nodes, typ: t, columns: map[string]int{}, patient: -1, id: -1}
	if t.patient != "" {
		n.patient = n.column(t.patient)
	}
	return n
}

func (b *builder) list(n *node, f graphql.CollectedField, p field.Part, t *rowType) *list {
	b.lists++
	return &list{number: b.lists, parent: n, part: p, field: f, typ: t, rows: -1, total: -1}
}

func (b *builder) edge(n *node, f graphql.CollectedField, p field.Part, to string, k kind) out {
	o := b.out(f, k)
	l := b.list(n, f, p, b.types[to])
	l.node = b.node(l.typ)
	o.list, o.view = l, b.view(l.node, f.Selections)
	l.rows = n.take(slot{list: l})
	o.slot = l.rows
	return o
}

func (n *node) take(s slot) int {
	n.slots = append(n.slots, s)
	return len(n.slots) - 1
}

// byID makes the plan of node and nodes: a list for each type of which ids come.
func (b *builder) byID(f graphql.CollectedField) out {
	k := anyNode
	if f.Name == "nodes" {
		k = anyNodes
	}
	o := b.out(f, k)
	o.field = f
	o.lists, o.views = map[string]*list{}, map[string]view{}
	args := f.ArgumentMap(b.op.Variables)
	if len(idsIn(args)) > page.Max {
		panic(cannot("too many identifiers"))
	}
	for _, prefix := range prefixesOf(args) {
		t := b.prefixes[prefix]
		if t != nil && t.Simple != "" {
			panic(cannot(t.name + ": " + t.Simple))
		}
		if t == nil || !b.viewer.May(t.Can) {
			continue
		}
		l := b.list(b.plan.root, f, field.Part{Nodes: true}, t)
		l.node = b.node(t)
		l.node.id = l.node.column("id")
		o.lists[prefix] = l
		o.views[prefix] = b.view(l.node, f.Selections, "Node")
		l.rows = b.plan.root.take(slot{list: l})
	}
	return o
}

// idsIn are the ids that the arguments of node or nodes name.
func idsIn(args map[string]any) (ids []string) {
	if one, ok := args["id"].(string); ok {
		return []string{one}
	}
	switch many := args["ids"].(type) {
	case []any:
		for _, v := range many {
			text, _ := v.(string)
			ids = append(ids, text)
		}
	case []string:
		return many
	case string:
		return []string{many}
	}
	return ids
}

func prefixesOf(args map[string]any) (list []string) {
	for _, i := range idsIn(args) {
		list = append(list, id.Prefix(i))
	}
	slices.Sort(list)
	return slices.Compact(list)
}
