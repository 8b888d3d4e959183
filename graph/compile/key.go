package compile

import (
	"context"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/modules/kit"
	"medoffice/modules/kit/ask"
)

// structural are the arguments whose values decide what the statement says.
var structural = map[string]bool{"first": true, "last": true, "orderBy": true}

// asks is what of the variables of an operation decides over its plan.
type asks struct {
	values []string     // variables whose values are a part of the key
	nodes  []*ast.Field // node and nodes at the root, whose ids show the types
}

// plan finds or makes the plan of an operation for such a caller and such variables.
func (c *Compiler) plan(ctx context.Context, op *graphql.OperationContext, doc string) *plan {
	key := c.key(ctx, op, doc)
	if p, ok := c.plans.Get(key); ok {
		return p
	}
	p := c.build(ctx, op)
	c.plans.Put(key, p, p.bytes+len(key))
	return p
}

func (c *Compiler) build(ctx context.Context, op *graphql.OperationContext) *plan {
	p := &plan{}
	b := &builder{catalog: c.catalog, op: op, viewer: kit.ViewerOf(ctx), plan: p}
	b.operation()
	r := &run{ctx: ctx, plan: p, op: op, c: c}
	if text, args, fixed := r.statement(true); fixed {
		p.text, p.args, p.fixed = text, args, true
	}
	p.bytes = 4096 + 1024*p.nodes + len(p.text) + 256*len(p.view)
	return p
}

// key is what a plan depends on: the document, who asks by kind, the bounds, and
// of the variables which are there and what some of them say.
func (c *Compiler) key(ctx context.Context, op *graphql.OperationContext, doc string) string {
	var b strings.Builder
	v, most := kit.ViewerOf(ctx), ask.BoundsOf(ctx)
	b.WriteString(doc)
	b.WriteByte(0)
	b.WriteString(op.Operation.Name)
	b.WriteByte(0)
	for _, role := range v.Roles {
		b.WriteString(role)
		b.WriteByte(',')
	}
	fmt.Fprint(&b, v.IsSystem(), v.LocationID != "", v.OwnOnly, most.PageDefault, most.PageMax)
	a := c.asksOf(op, doc)
	for _, d := range op.Operation.VariableDefinitions {
		value, given := op.Variables[d.Variable]
		switch {
		case !given:
			b.WriteByte('-')
		case value == nil:
			b.WriteByte('0')
		default:
			b.WriteByte('+')
		}
	}
	for _, name := range a.values {
		fmt.Fprintf(&b, "\x00%v", op.Variables[name])
	}
	for _, f := range a.nodes {
		fmt.Fprint(&b, "\x00", prefixesOf(f.ArgumentMap(op.Variables)))
	}
	return b.String()
}

func (c *Compiler) asksOf(op *graphql.OperationContext, doc string) *asks {
	key := doc + "\x00" + op.Operation.Name
	if a, ok := c.asks.Get(key); ok {
		return a
	}
	a := &asks{}
	seen := map[string]bool{}
	var walk func(set ast.SelectionSet)
	note := func(list ast.ArgumentList, all bool) {
		for _, arg := range list {
			if all || structural[arg.Name] {
				a.variables(arg.Value)
			}
		}
	}
	directives := func(list ast.DirectiveList) {
		for _, d := range list {
			note(d.Arguments, true)
		}
	}
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				directives(s.Directives)
				note(s.Arguments, false)
				if s.Definition != nil && c.catalog.query[s.Name].Nodes && s.ObjectDefinition == c.catalog.schema.Query {
					a.nodes = append(a.nodes, s)
				}
				walk(s.SelectionSet)
			case *ast.InlineFragment:
				directives(s.Directives)
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				directives(s.Directives)
				if !seen[s.Name] && s.Definition != nil {
					seen[s.Name] = true
					walk(s.Definition.SelectionSet)
				}
			}
		}
	}
	walk(op.Operation.SelectionSet)
	c.asks.Put(key, a, 256+64*len(a.values)+64*len(a.nodes)+len(key))
	return a
}

func (a *asks) variables(v *ast.Value) {
	if v.Kind == ast.Variable {
		a.values = append(a.values, v.Raw)
	}
	for _, child := range v.Children {
		a.variables(child.Value)
	}
}
