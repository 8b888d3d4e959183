package compile

import (
	"errors"

	"entgo.io/ent/dialect/sql"
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/id"
)

// errLater says that a list cannot be written without the values of its variables.
var errLater = errors.New("compile: the values are needed")

// where is what narrows a list: the rules of the viewer, and what it asks for.
func (e *emitter) where(l *list) ([]field.Where, error) {
	rules := kit.Narrow(e.r.ctx, l.typ.name)
	if len(rules) > 0 {
		e.varies = true // the rules hold values of the viewer, and of the clock
	}
	if err := e.r.errs[l]; err != nil {
		return nil, err
	}
	args, open := e.arguments(l)
	switch {
	case l.part.Page != nil:
		w, err := e.ofPage(l, args, open)
		return []field.Where{w}, err // the plan of the page has the rules
	case l.part.One != nil && l.part.One.Find != nil:
		if open && e.opaque(l.field, args) {
			return nil, errLater
		}
		w, err := l.part.One.Find(args)
		return append(rules, w), err
	case l.part.Many != nil && (l.part.Many.Find != nil || l.part.Many.Where != nil):
		if e.varies = e.varies || open; open && e.later {
			return nil, errLater
		}
		w, err := l.part.Many.Narrow(args)
		return append(rules, w), err
	case l.part.Nodes:
		return append(rules, e.among(l)), nil
	}
	return rules, nil
}

func (e *emitter) ofPage(l *list, args map[string]any, open bool) (field.Where, error) {
	if open || args["after"] != nil || args["before"] != nil {
		e.varies = true
	}
	if open && e.later {
		return nil, errLater
	}
	p, err := e.r.page(l)
	if err != nil {
		return nil, err
	}
	e.varies = e.varies || p.Varies()
	return p.Narrow, nil
}

// arguments are those of the field. Written for later, the variables among them
// are not values yet; open reports whether there are such.
func (e *emitter) arguments(l *list) (args map[string]any, open bool) {
	if !e.later {
		return e.r.args(l), false
	}
	vars := make(map[string]any, len(e.r.op.Variables))
	for name, v := range e.r.op.Variables {
		if v != nil {
			v = later{name}
		}
		vars[name] = v
	}
	args = l.field.ArgumentMap(vars)
	for name, v := range args {
		if structural[name] {
			args[name] = nil // a part of the key of the plan
			continue
		}
		open = open || holdsLater(v)
	}
	return args, open
}

func holdsLater(v any) bool {
	switch v := v.(type) {
	case later:
		return true
	case map[string]any:
		for _, one := range v {
			if holdsLater(one) {
				return true
			}
		}
	case []any:
		for _, one := range v {
			if holdsLater(one) {
				return true
			}
		}
	}
	return false
}

// opaque reports whether an argument is an object that comes as one variable: what is
// in it decides what the statement says.
func (e *emitter) opaque(f graphql.CollectedField, args map[string]any) bool {
	for _, a := range f.Definition.Arguments {
		if _, is := args[a.Name].(later); is && e.r.c.catalog.schema.Types[a.Type.Name()].Kind == ast.InputObject {
			return true
		}
	}
	return false
}

// variableOf is the later value of a variable, nil of anything else.
func variableOf(v *ast.Value) any {
	if v.Kind == ast.Variable {
		return later{v.Raw}
	}
	return nil
}

// among finds the rows of a type that node and nodes name.
func (e *emitter) among(l *list) field.Where {
	if l.field.Name == "node" {
		v := l.field.ArgumentMap(e.r.op.Variables)["id"]
		if a := l.field.Arguments.ForName("id"); e.later && a != nil && holdsLater(variableOf(a.Value)) {
			v = variableOf(a.Value)
		}
		return func(s *sql.Selector) { s.Where(sql.EQ(s.C("id"), v)) }
	}
	e.varies = true
	var ids []any
	for _, i := range idsIn(e.r.args(l)) {
		if id.Prefix(i) == l.typ.Prefix {
			ids = append(ids, i)
		}
	}
	return func(s *sql.Selector) { s.Where(sql.In(s.C("id"), ids...)) }
}
