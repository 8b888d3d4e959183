package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"

	"medoffice/graph/compile"
	"medoffice/graph/limit"
	"medoffice/graph/shape"
	"medoffice/modules"
	"medoffice/modules/access"
	"medoffice/modules/kit"
	"medoffice/modules/kit/observe"
)

// engine runs operations for all transports, so that a query over a WebSocket
// meets the same rules as one over HTTP. What a document may cost is known
// before it is validated, and what a caller may have before it runs.
type engine struct {
	schema   graphql.ExecutableSchema
	office   *modules.Office
	own      *own
	table    *limit.Table
	library  *library
	compiler *compile.Compiler
	buckets  *limit.Buckets
	gate     *limit.Gate
	present  graphql.ErrorPresenterFunc
	recover  graphql.RecoverFunc
	options  Options
}

// ticket is what is known of an operation when it is let in.
type ticket struct {
	limits *limit.Limits
	caller string // whose bucket pays
	price  shape.Price
	state  limit.State
	seen   *observe.Request
	bytes  []byte // the cost extension of a stream, the same for all its events
}

const ticketKey = "medoffice"

func ticketOf(op *graphql.OperationContext) *ticket {
	t, _ := op.Stats.GetExtension(ticketKey).(*ticket)
	return t
}

// CreateOperationContext implements graphql.GraphExecutor.
func (e *engine) CreateOperationContext(ctx context.Context, p *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	v := kit.ViewerOf(ctx)
	op := &graphql.OperationContext{
		RecoverFunc: e.recover, ResolverMiddleware: plainField, RootResolverMiddleware: e.rootField,
		DisableIntrospection: !e.options.Introspection && !v.May(access.Introspect),
		Headers:              p.Headers, Extensions: p.Extensions, OperationName: p.OperationName,
	}
	op.Stats.OperationStart = graphql.GetStartTime(ctx)
	t := &ticket{limits: e.limits(v), caller: caller(v), seen: e.arrived(ctx)}
	op.Stats.SetExtension(ticketKey, t)
	ctx = graphql.WithOperationContext(ctx, op)
	known, err := e.library.find(ctx, p, t)
	if err != nil {
		return op, listed(err)
	}
	op.RawQuery, op.Doc = known.text, known.doc
	if op.Operation = op.Doc.Operations.ForName(p.OperationName); op.Operation == nil {
		return op, listed(kit.Refuse(kit.ValidationFailed, "the document has no operation of this name, or several and none is named"))
	}
	t.named(op, known)
	if err := e.admit(ctx, op, known, p.Variables); err != nil {
		return op, listed(err)
	}
	return op, nil
}

// admit checks the variables, prices the operation and takes the price.
func (e *engine) admit(ctx context.Context, op *graphql.OperationContext, known *known, variables map[string]any) error {
	t := ticketOf(op)
	if err := t.limits.CheckInput(e.schema.Schema(), op.Operation, variables); err != nil {
		return err
	}
	values, err := validator.VariableValues(e.schema.Schema(), op.Operation, variables)
	if err != nil {
		return e.coercion(op.Operation, err)
	}
	op.Variables = values
	measured := known.shape.Op(op.Operation)
	if measured.Introspect && op.DisableIntrospection {
		return kit.Can(ctx, access.Introspect)
	}
	t.price = measured.Price(variables, t.limits.PageDefault)
	if err := t.limits.CheckPrice(t.price); err != nil {
		return err
	}
	t.state = e.buckets.Take(t.caller, t.price.Cost, t.limits, e.office.Deps.Clock.Now())
	if t.state.Wait > 0 {
		return &kit.Error{Code: kit.RateLimited, Safe: "you have asked for too much in a short time: wait", Retry: t.state.Wait}
	}
	return nil
}

// limits is the column of the caller.
func (e *engine) limits(v *kit.Viewer) *limit.Limits {
	if len(v.Roles) == 1 && v.Roles[0] == kit.Report {
		return &e.table.Report
	}
	return &e.table.Interactive
}

// caller names who pays: an account or token, or the address of who did not
// sign in.
func caller(v *kit.Viewer) string {
	if v.Anonymous {
		return "at " + v.RemoteIP
	}
	return v.ID
}

// DispatchOperation implements graphql.GraphExecutor.
func (e *engine) DispatchOperation(ctx context.Context, op *graphql.OperationContext) (graphql.ResponseHandler, context.Context) {
	t := ticketOf(op)
	ctx = e.prepare(graphql.WithOperationContext(ctx, op), t)
	ctx, traced := e.office.Deps.Watch.Operation(ctx, string(op.Operation.Operation), t.seen.Document())
	if op.Operation.Operation == ast.Subscription {
		defer traced() // a stream lasts too long for a span: this one shows how it began
		return e.stream(ctx, t), ctx
	}
	ctx, cancel := context.WithTimeout(ctx, t.limits.Deadline)
	leave, err := e.gate.Enter(ctx, t.caller, t.limits)
	if err != nil {
		cancel()
		traced()
		e.refund(t, t.price.Cost)
		return graphql.OneShot(e.DispatchError(ctx, listed(err))), ctx
	}
	answered := false
	return func(context.Context) *graphql.Response {
		if answered {
			return nil
		}
		answered = true
		defer cancel()
		defer leave()
		defer e.office.Trail.Asking()()
		defer traced()
		ctx := graphql.WithResponseContext(ctx, e.present, e.recover)
		resp, plan := e.planned(ctx, op)
		rows := kit.SightOf(ctx).Rows()
		e.refund(t, t.price.Cost-min(rows, t.price.Cost))
		resp = e.release(ctx, t, resp)
		resp.Extensions = map[string]any{"cost": t.cost(min(rows, t.price.Cost))}
		if plan != nil {
			resp.Extensions["plan"] = plan
		}
		t.answered(resp, min(rows, t.price.Cost), rows)
		return resp
	}, ctx
}

// stream runs a subscription. Its price is paid once, when it begins.
func (e *engine) stream(ctx context.Context, t *ticket) graphql.ResponseHandler {
	first := graphql.WithResponseContext(ctx, e.present, e.recover)
	events := e.schema.Exec(first)
	t.bytes = t.cost(t.price.Cost)
	if errs := graphql.GetErrors(first); errs != nil {
		resp := e.release(first, t, &graphql.Response{Errors: errs})
		t.answered(resp, t.price.Cost, 0)
		return graphql.OneShot(resp)
	}
	e.watching(ctx, t)
	return func(context.Context) *graphql.Response {
		if ctx.Err() != nil {
			return nil
		}
		ctx := graphql.WithResponseContext(ctx, e.present, e.recover)
		resp := events(ctx)
		if resp == nil {
			return nil
		}
		resp.Errors = append(resp.Errors, graphql.GetErrors(ctx)...)
		e.outlast(ctx)
		resp = e.release(ctx, t, resp)
		t.event(resp)
		return resp
	}
}

// DispatchError implements graphql.GraphExecutor: the answer to what was not run.
func (e *engine) DispatchError(ctx context.Context, list gqlerror.List) *graphql.Response {
	op := graphql.GetOperationContext(ctx)
	t := ticketOf(op)
	ctx, sight := kit.WithSight(ctx)
	ctx = graphql.WithResponseContext(ctx, e.present, e.recover)
	for _, err := range list[:min(len(list), max(e.table.Server.Errors, 1))] {
		graphql.AddError(ctx, err)
	}
	resp := &graphql.Response{Errors: graphql.GetErrors(ctx)}
	if err := e.office.Trail.Looked(ctx, sight); err != nil { // of what was denied
		resp = e.unwritten(ctx, err)
	} else if t != nil {
		if t.state.Full.IsZero() { // refused before it had a price
			t.state = e.buckets.Back(t.caller, 0, t.limits, e.office.Deps.Clock.Now())
		}
		resp.Extensions = map[string]any{"cost": t.cost(0)}
	}
	if t != nil {
		t.answered(resp, 0, 0)
	}
	return resp
}

func (e *engine) refund(t *ticket, points int) {
	if points > 0 {
		t.state = e.buckets.Back(t.caller, points, t.limits, e.office.Deps.Clock.Now())
	}
}

// listed makes request errors of what refused a request.
func listed(err error) gqlerror.List {
	if l, ok := err.(gqlerror.List); ok { //nolint:errorlint // the library's own list, never wrapped
		return l
	}
	if e, ok := kit.AsError(err); ok {
		return gqlerror.List{{Err: e, Message: e.Safe, Extensions: map[string]any{"code": string(e.Code)}}}
	}
	return gqlerror.List{{Err: err}}
}

// plainField runs a field that nobody watches: with 26,000 fields in a
// document, whatever stood here would cost more than the fields.
func plainField(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) }
