// Package graph is the face of the office: one typed graph of all modules.
package graph

import (
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/graph/exec"
	"medoffice/graph/model"
	edge "medoffice/graph/transport"
	"medoffice/modules"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/load"
)

// The bounds of one request.
const (
	maxTokens     = 4_000            // lexical tokens of a document
	deadline      = 10 * time.Second // of a query or mutation
	keptDocuments = 1_000
)

// Path is where the graph is.
const Path = "/graphql"

// Serve answers all HTTP of the office: the graph, and what modules add.
func Serve(o *modules.Office) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(Path, Handler(o))
	for _, m := range o.All() {
		if r, ok := m.(kit.Router); ok {
			r.Routes(mux)
		}
	}
	return o.Access.Authenticate(mux)
}

// Handler answers GraphQL over HTTP: POST, GET for queries, server-sent events
// and WebSocket (graphql-transport-ws).
func Handler(o *modules.Office) http.Handler {
	r := &root{Office: o, own: newOwn(o)}
	schema := exec.NewExecutableSchema(exec.Config{
		Resolvers:  r,
		Directives: exec.DirectiveRoot{Can: can},
	})
	presented, caught := present(o.Deps.Log), recovered(o.Deps.Log)
	srv := handler.New(shared{schema, presented, caught})
	srv.AddTransport(transport.Websocket{
		Implementation:        transport.CoderWebsocketImplementation{},
		KeepAlivePingInterval: 0,
		PingPongInterval:      20 * time.Second,
		InitTimeout:           10 * time.Second,
		InitFunc:              o.Access.SocketInit,
	})
	srv.AddTransport(edge.SSE{Ping: 15 * time.Second, Write: 10 * time.Second})
	srv.AddTransport(edge.HTTP{})
	srv.SetQueryCache(lru.New[*ast.QueryDocument](keptDocuments))
	srv.SetParserTokenLimit(maxTokens)
	srv.SetDisableSuggestion(true)
	srv.Use(extension.Introspection{})
	srv.SetErrorPresenter(presented)
	srv.SetRecoverFunc(caught)
	srv.AroundOperations(r.own.operation)
	srv.AroundResponses(r.own.response)
	return srv
}

func can(ctx context.Context, _ any, next graphql.Resolver, do string) (any, error) {
	if err := kit.Can(ctx, do); err != nil {
		if e, ok := kit.AsError(err); ok && e.Code == kit.Forbidden {
			kit.SightOf(ctx).Deny(do)
		}
		return nil, err
	}
	return next(ctx)
}

// own is what the graph itself answers: node and nodes, and what surrounds
// every operation.
type own struct {
	office  *modules.Office
	finders map[string]kit.Finder
}

func newOwn(o *modules.Office) *own {
	w := &own{office: o, finders: map[string]kit.Finder{}}
	for _, m := range o.All() {
		if n, ok := m.(kit.Noder); ok {
			for prefix, find := range n.Nodes() {
				w.finders[prefix] = find
			}
		}
	}
	return w
}

// operation prepares what one operation carries along.
func (w *own) operation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	ctx = w.office.Access.Operation(ctx, op.Operation.Name)
	ctx = load.WithScope(ctx)
	ctx, _ = kit.WithSight(ctx)
	ctx = act.WithFinder(ctx, func(ctx context.Context, id string) (any, error) {
		row, err := w.find(ctx, id)
		return row, err
	})
	if op.Operation.Operation == ast.Subscription {
		return next(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, deadline)
	respond := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		defer cancel()
		return respond(ctx)
	}
}

// response lets an answer go out only when the audit trail knows whose records
// it shows. A stream tells of each patient once.
func (w *own) response(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	resp := next(ctx)
	if resp == nil {
		return nil
	}
	if err := w.office.Access.Looked(ctx, kit.SightOf(ctx)); err != nil {
		w.office.Deps.Log.Error("audit trail: cannot write", "error", err.Error())
		return graphql.ErrorResponse(ctx, "the audit trail cannot be written, so nothing is shown")
	}
	return resp
}

type ownQuery struct{ *own }

// Node implements the field.
func (q ownQuery) Node(ctx context.Context, id string) (model.Node, error) {
	return q.find(ctx, id)
}
