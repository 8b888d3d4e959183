package compile

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/modules/kit"
	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/page"
)

// readPage reads the arguments of a connection as its resolver would.
func (c *Compiler) readPage(ctx context.Context, l *list, args map[string]any) (*page.Plan, error) {
	a, err := pageArgs(args)
	if err != nil {
		return nil, err
	}
	p := l.part.Page
	scope := p.Column
	if p.Filter != nil {
		a.Filter = p.Filter(args)
	}
	var also field.Where
	if p.Narrow != nil {
		name, w := p.Narrow(args)
		scope, also = scope+name, w
	}
	read, err := page.Read(ctx, p.Entity, c.seal, a, scope)
	if err == nil && also != nil {
		read.Also(also)
	}
	return read, err
}

func pageArgs(args map[string]any) (a page.Args, err error) {
	if m, ok := args["filter"].(map[string]any); ok {
		a.Filter = ask.Filter(m)
	}
	for _, m := range graphql.CoerceList(args["orderBy"]) {
		o := new(ask.Order)
		if err := o.UnmarshalGQL(m); err != nil {
			return a, kit.Invalid(err.Error(), "orderBy")
		}
		a.Order = append(a.Order, o)
	}
	for name, to := range map[string]**int{"first": &a.First, "last": &a.Last} {
		if v := args[name]; v != nil {
			n, err := graphql.UnmarshalInt(v)
			if err != nil {
				return a, kit.Invalid("a whole number is wanted", name)
			}
			*to = &n
		}
	}
	for name, to := range map[string]**string{"after": &a.After, "before": &a.Before} {
		if v, ok := args[name].(string); ok {
			*to = &v
		}
	}
	return a, nil
}
