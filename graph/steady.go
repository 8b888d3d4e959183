package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// steady is an engine whose panics are answers. Those of resolvers become
// errors in the executor; one beside them, in a goroutine of a socket or a
// stream, would end the process and print its value.
type steady struct{ *engine }

// CreateOperationContext implements graphql.GraphExecutor.
func (s steady) CreateOperationContext(ctx context.Context, p *graphql.RawParams) (op *graphql.OperationContext, errs gqlerror.List) {
	defer func() {
		if v := recover(); v != nil {
			op, errs = &graphql.OperationContext{}, listed(s.recover(ctx, v))
		}
	}()
	return s.engine.CreateOperationContext(ctx, p)
}

// DispatchOperation implements graphql.GraphExecutor.
func (s steady) DispatchOperation(ctx context.Context, op *graphql.OperationContext) (next graphql.ResponseHandler, inner context.Context) {
	defer func() {
		if v := recover(); v != nil {
			next, inner = graphql.OneShot(s.fallen(ctx, v)), ctx
		}
	}()
	respond, inner := s.engine.DispatchOperation(ctx, op)
	fell := false
	return func(ctx context.Context) (resp *graphql.Response) {
		if fell {
			return nil
		}
		defer func() {
			if v := recover(); v != nil {
				fell, resp = true, s.fallen(inner, v)
			}
		}()
		return respond(ctx)
	}, inner
}

func (s steady) fallen(ctx context.Context, v any) *graphql.Response {
	return &graphql.Response{Errors: gqlerror.List{s.present(ctx, s.recover(ctx, v))}}
}
