// Package graph is the face of the office: one typed graph of all modules.
package graph

import (
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/transport"

	"medoffice/graph/exec"
	"medoffice/graph/limit"
	"medoffice/graph/model"
	edge "medoffice/graph/transport"
	"medoffice/modules"
	"medoffice/modules/kit"
)

// Path is where the graph is.
const Path = "/graphql"

// Serve answers all HTTP of the office: the graph, and what modules add.
func Serve(o *modules.Office, options Options) (http.Handler, error) {
	answer, err := Handler(o, options)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(Path, answer)
	for _, m := range o.All() {
		if r, ok := m.(kit.Router); ok {
			r.Routes(mux)
		}
	}
	return o.Access.Authenticate(mux), nil
}

// Handler answers GraphQL over HTTP: POST, GET for queries, server-sent events
// and WebSocket (graphql-transport-ws).
func Handler(o *modules.Office, options Options) (http.Handler, error) {
	e, err := newEngine(o, options)
	if err != nil {
		return nil, err
	}
	return edges{e, []graphql.Transport{
		transport.Websocket{
			Implementation:        transport.CoderWebsocketImplementation{},
			KeepAlivePingInterval: 0,
			PingPongInterval:      20 * time.Second,
			InitTimeout:           10 * time.Second,
			InitFunc:              o.Access.SocketInit,
		},
		edge.SSE{Ping: 15 * time.Second, Write: 10 * time.Second},
		edge.HTTP{},
	}}, nil
}

// edges passes a request to the first transport that takes it.
type edges struct {
	engine     *engine
	transports []graphql.Transport
}

// ServeHTTP implements http.Handler.
func (s edges) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r = r.WithContext(graphql.StartOperationTrace(r.Context()))
	for _, t := range s.transports {
		if t.Supports(r) {
			t.Do(w, r, s.engine)
			return
		}
	}
	http.Error(w, "this is not GraphQL over HTTP", http.StatusBadRequest)
}

func newEngine(o *modules.Office, options Options) (*engine, error) {
	w := newOwn(o)
	generated := exec.NewExecutableSchema(exec.Config{
		Resolvers:  &root{Office: o, own: w},
		Directives: exec.DirectiveRoot{Can: can},
	})
	e := &engine{
		office: o, own: w, table: options.table(), options: options,
		present: present(o.Deps.Log), recover: recovered(o.Deps.Log),
	}
	e.schema = shared{generated, e.present, e.recover}
	e.buckets, e.gate = limit.NewBuckets(e.table.Server.Callers), limit.NewGate(e.table.Server.Running)
	var err error
	e.library, err = newLibrary(generated.Schema(), e.table, options.TrustedOnly)
	return e, err
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

// own is what the graph itself answers: node and nodes, and what a caller has
// left to spend.
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

type ownQuery struct{ *own }

// Node implements the field.
func (q ownQuery) Node(ctx context.Context, id string) (model.Node, error) {
	return q.find(ctx, id)
}
