package graph

import (
	"context"
	"net/http"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	edge "medoffice/graph/transport"
	"medoffice/modules/kit"
	"medoffice/modules/kit/observe"
)

// rootField observes the fields of Query and Mutation, by the names of the
// schema. What is below them is not watched: see plainField.
func (e *engine) rootField(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	if e.office.Deps.Watch == nil {
		return next(ctx)
	}
	f := graphql.GetRootFieldContext(ctx).Field
	ctx, done := e.office.Deps.Watch.Field(ctx, f.ObjectDefinition.Name+"."+f.Name)
	out := next(ctx)
	done(failed(ctx, f.Alias))
	return out
}

// failed reports whether there is an error at or below the root field.
func failed(ctx context.Context, alias string) bool {
	for _, err := range graphql.GetErrors(ctx) {
		if len(err.Path) > 0 && err.Path[0] == ast.PathName(alias) {
			return true
		}
	}
	return false
}

// arrived is the record of a new operation: that of the HTTP request, or its
// own where a socket carries many.
func (e *engine) arrived(ctx context.Context) *observe.Request {
	r := observe.RequestOf(ctx)
	if r.Transport() == observe.WebSocket {
		_, r = e.office.Deps.Watch.Begin(ctx, observe.WebSocket)
	}
	came(r, kit.ViewerOf(ctx))
	return r
}

func came(r *observe.Request, v *kit.Viewer) {
	r.Note(func(f *observe.Facts) { f.ID, f.Viewer = v.RequestID, v.ID })
}

// came notes by which way a request came, and counts the streams.
func (e *engine) came(ctx context.Context, t graphql.Transport) (left func()) {
	r, way := observe.RequestOf(ctx), observe.HTTP
	switch t.(type) {
	case edge.WebSocket:
		way = observe.WebSocket
	case edge.SSE:
		way = observe.EventStream
	}
	r.Came(way)
	came(r, kit.ViewerOf(ctx))
	return e.office.Deps.Watch.Streaming(way)
}

// ended counts and logs each request for the graph when its answer is written,
// also that of a caller who was not let in. A socket is not a request: it
// carries many.
func ended(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		if seen := observe.RequestOf(r.Context()); r.URL.Path == Path && seen.Transport() != observe.WebSocket {
			seen.End()
		}
	})
}

// named notes what is asked for: the kind of operation, and the document by the
// name that the program knows. A client's own names may hold anything.
func (t *ticket) named(op *graphql.OperationContext, k *known) {
	t.seen.Note(func(f *observe.Facts) { f.Operation, f.Document = string(op.Operation.Operation), k.name })
}

// answered notes how a request went. One that came over HTTP ends when its
// answer is written, see ended.
func (t *ticket) answered(resp *graphql.Response, cost, rows int) {
	t.seen.Note(func(f *observe.Facts) { f.Code, f.Cost, f.Rows = codeOf(resp), cost, rows })
	if t.seen.Transport() == observe.WebSocket {
		t.seen.End()
	}
}

// event notes an event of a stream, and the error that ends it.
func (t *ticket) event(resp *graphql.Response) {
	t.seen.Event()
	if len(resp.Errors) > 0 {
		t.seen.Note(func(f *observe.Facts) { f.Code = codeOf(resp) })
	}
}

// watching counts a subscription until its context ends.
func (e *engine) watching(ctx context.Context, t *ticket) {
	t.seen.Note(func(f *observe.Facts) { f.Code, f.Cost = ok, t.price.Cost })
	gone := sync.OnceFunc(e.office.Deps.Watch.Subscribed())
	context.AfterFunc(ctx, func() {
		gone()
		if t.seen.Transport() == observe.WebSocket {
			t.seen.End()
		}
	})
}

// ok is the code of what went well.
const ok = "OK"

// codeOf is the code of the first error of a response; all are kit.Codes.
func codeOf(resp *graphql.Response) string {
	if len(resp.Errors) == 0 {
		return ok
	}
	code, is := resp.Errors[0].Extensions["code"].(string)
	if !is {
		return string(kit.Internal)
	}
	return code
}
