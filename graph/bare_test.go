package graph

import (
	"context"
	"net/http"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"

	"medoffice/graph/exec"
	edge "medoffice/graph/transport"
	"medoffice/modules"
	"medoffice/modules/kit"
	"medoffice/modules/kit/load"
)

// Bare is the graph without limits, accounts and audit: gqlgen's own
// executor with the same resolvers, asked by the office itself. The first request must
// come alone: its cache of documents is a plain map.
func Bare(o *modules.Office) http.Handler {
	run := executor.New(exec.NewExecutableSchema(exec.Config{
		Resolvers: &root{Office: o, own: newOwn(o)}, Directives: exec.DirectiveRoot{Can: can},
	}))
	run.SetQueryCache(graphql.MapCache[*ast.QueryDocument]{})
	plain := edge.HTTP{Body: 1 << 20}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := load.WithScope(kit.System(r.Context(), "bench"))
		plain.Do(w, r.WithContext(graphql.StartOperationTrace(ctx)), run)
	})
}

// BareCompiled is the compiled path without limits, accounts and audit.
func BareCompiled(t testing.TB, o *modules.Office) http.Handler {
	e, err := newEngine(o, Options{})
	if err != nil {
		t.Fatal(err)
	}
	plain := edge.HTTP{Body: 1 << 20}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := load.WithScope(kit.System(r.Context(), "bench"))
		plain.Do(w, r.WithContext(graphql.StartOperationTrace(ctx)), compiledOnly{e})
	})
}

// compiledOnly runs operations without what is around them.
type compiledOnly struct{ *engine }

func (c compiledOnly) CreateOperationContext(ctx context.Context, p *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	op := &graphql.OperationContext{RecoverFunc: c.recover, ResolverMiddleware: plainField, RootResolverMiddleware: c.rootField}
	t := &ticket{limits: &c.table.Interactive}
	op.Stats.SetExtension(ticketKey, t)
	known, err := c.library.find(graphql.WithOperationContext(ctx, op), p, t)
	if err != nil {
		return op, listed(err)
	}
	op.RawQuery, op.Doc = known.text, known.doc
	op.Operation = op.Doc.Operations.ForName(p.OperationName)
	if op.Variables, err = validator.VariableValues(c.schema.Schema(), op.Operation, p.Variables); err != nil {
		return op, listed(err)
	}
	return op, nil
}

func (c compiledOnly) DispatchOperation(ctx context.Context, op *graphql.OperationContext) (graphql.ResponseHandler, context.Context) {
	ctx = graphql.WithOperationContext(ctx, op)
	return graphql.OneShot(c.answer(ctx, op)), ctx
}

// Planner makes the plan of a document for a role, under any key.
func Planner(t testing.TB, o *modules.Office, text string, variables map[string]any, role string) func(key string) {
	e, err := newEngine(o, Options{})
	if err != nil {
		t.Fatal(err)
	}
	known, err := e.library.parse(text, &e.table.Trusted)
	if err != nil {
		t.Fatal(err)
	}
	op := &graphql.OperationContext{RawQuery: text, Doc: known.doc, Operation: known.doc.Operations[0], Variables: variables}
	ctx := kit.WithViewer(t.Context(), o.Access.Role(role))
	return func(key string) { e.compiler.Plan(ctx, op, key) }
}
