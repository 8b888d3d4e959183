package compile

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// Plan says how an operation is answered.
type Plan struct {
	Compiled   []string `json:"compiled"`   // root fields that one statement answers
	Simple     []Left   `json:"simple"`     // root fields that resolvers answer
	Statements int      `json:"statements"` // that ran for both
}

// Left is a root field that is left to its resolver.
type Left struct {
	Field string `json:"field"`
	Why   string `json:"why"`
}

// Plan returns which root fields of an operation are compiled for the caller of
// the context.
func (c *Compiler) Plan(ctx context.Context, op *graphql.OperationContext, key string) Plan {
	p := c.plan(ctx, op, key)
	told := Plan{Compiled: []string{}, Simple: []Left{}}
	for _, o := range p.others {
		told.Simple = append(told.Simple, Left{o.field.Name, o.why})
	}
	for _, o := range p.view {
		switch {
		case o.kind == isOther:
		case p.simple:
			told.Simple = append(told.Simple, Left{o.name, "another field may make the whole answer null"})
		default:
			told.Compiled = append(told.Compiled, o.name)
		}
	}
	return told
}

// Statement is the statement that runs for an operation, "" for none.
func (c *Compiler) Statement(ctx context.Context, op *graphql.OperationContext, key string) (text string, args []any) {
	p := c.plan(ctx, op, key)
	r := &run{ctx: ctx, plan: p, op: op, c: c}
	switch {
	case p.simple || len(p.root.slots) == 0:
		return "", nil
	case p.fixed:
		return p.text, r.fill(p.args)
	}
	text, args, _ = r.statement(false)
	return text, args
}
