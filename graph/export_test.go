package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"medoffice/modules"
)

// Admission is all that is done with an operation before it runs: parsed,
// measured, validated, its variables looked at, priced.
func Admission(o *modules.Office, options Options) (func(context.Context, *graphql.RawParams) gqlerror.List, error) {
	e, err := newEngine(o, options)
	return func(ctx context.Context, p *graphql.RawParams) gqlerror.List {
		_, errs := careful{e}.CreateOperationContext(graphql.StartOperationTrace(ctx), p)
		return errs
	}, err
}
