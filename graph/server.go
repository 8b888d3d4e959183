// Package graph is the face of the office: one typed graph of all modules.
package graph

import (
	"context"
	"net/http"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/graph/exec"
	"medoffice/graph/limit"
	"medoffice/graph/model"
	edge "medoffice/graph/transport"
	"medoffice/modules"
	"medoffice/modules/access"
	"medoffice/modules/kit"
)

// Path is where the graph is.
const Path = "/graphql"

// Server answers all HTTP of the office: the graph, and what modules add.
type Server struct {
	http.Handler
	office   *modules.Office
	streams  *edge.Streams
	draining atomic.Bool
	health   health
}

// Drain sends those who watch something away, to come back and go on where
// they were: to another process, or to this one after its restart. It waits for
// them until the context ends, and takes no new ones.
func (s *Server) Drain(ctx context.Context) {
	s.draining.Store(true)
	s.streams.Drain(ctx)
}

// Serve makes the server of an office.
func Serve(o *modules.Office, options Options) (*Server, error) {
	e, err := newEngine(o, options)
	if err != nil {
		return nil, err
	}
	s := &Server{office: o, streams: edge.NewStreams(e.table.Server.Sockets)}
	mux := http.NewServeMux()
	mux.Handle(Path, e.edges(s.streams))
	for _, m := range o.All() {
		if r, ok := m.(kit.Router); ok {
			r.Routes(mux)
		}
	}
	all := http.NewServeMux()
	all.HandleFunc("GET /healthz", healthy)
	all.HandleFunc("GET /readyz", s.ready)
	all.Handle("/", o.Deps.Watch.Edge(ended(o.Access.Authenticate(mux))))
	s.Handler = edge.Secure(calm(o.Deps.Log, all))
	return s, nil
}

// edges are the ways to the engine: HTTP (POST, and GET for queries),
// server-sent events and WebSocket (graphql-transport-ws).
func (e *engine) edges(streams *edge.Streams) http.Handler {
	server := e.table.Server
	plain := edge.HTTP{Body: server.Body, Cookie: kit.SessionCookie, Draft: e.options.Draft}
	return edges{e, []graphql.Transport{
		edge.WebSocket{
			Init: e.office.Access.SocketInit, Caps: e.caps, Streams: streams, Origins: e.options.Origins,
			Within: server.Init, Ping: server.Ping, Write: server.Write,
		},
		edge.SSE{Caps: e.caps, Streams: streams, HTTP: plain, Ping: server.Ping, Write: server.Write},
		plain,
	}}
}

// caps bound the streams of the caller of the context.
func (e *engine) caps(ctx context.Context) edge.Caps {
	v := kit.ViewerOf(ctx)
	l := e.limits(v)
	return edge.Caps{Caller: caller(v), Streams: l.Sockets, Operations: l.Operations, Message: l.Message, Messages: l.Messages}
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
			defer s.engine.came(r.Context(), t)()
			t.Do(w, r, careful{s.engine})
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
	if e.compiler, err = newCompiler(o, generated.Schema(), e); err != nil {
		return nil, err
	}
	if err = o.Access.Withhold(access.AdHoc, options.TrustedOnly...); err == nil {
		e.library, err = newLibrary(generated.Schema(), e.table, options.Hints)
	}
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
