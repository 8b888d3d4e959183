// Package transport carries GraphQL over HTTP (POST, and GET for queries),
// server-sent events and WebSocket. No part of a request is ever echoed or
// logged.
// Source: GraphQL over HTTP, working draft; its draft of August 2026.
package transport

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/modules/kit"
)

// HTTP answers POST and GET.
type HTTP struct {
	Body   int    // most bytes of a request body
	Cookie string // the name of the cookie that carries a session
	Draft  bool   // statuses of the draft of August 2026
}

// Supports implements graphql.Transport.
func (HTTP) Supports(r *http.Request) bool { return r.Header.Get("Upgrade") == "" }

// Do implements graphql.Transport.
func (h HTTP) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	private(w.Header())
	w.Header().Add("Vary", "Accept, Accept-Encoding")
	if r.Method == http.MethodOptions { // no page elsewhere may ask: there is no Access-Control-Allow-Origin
		w.Header().Set("Allow", methods)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	kind := h.accepted(r)
	if kind == "" {
		refuse(w, r, plainJSON, &problem{
			http.StatusNotAcceptable, kit.BadUserInput, "ask for application/graphql-response+json or application/json",
		})
		return
	}
	params, problem := h.read(w, r)
	if problem != nil {
		refuse(w, r, kind, problem)
		return
	}
	params.Headers = r.Header
	op, errs := exec.CreateOperationContext(r.Context(), params)
	if errs != nil {
		h.write(w, r, kind, exec.DispatchError(graphql.WithOperationContext(r.Context(), op), errs))
		return
	}
	if problem := fits(w, r, op); problem != nil {
		refuse(w, r, kind, problem)
		return
	}
	respond, ctx := exec.DispatchOperation(r.Context(), op)
	h.write(w, r, kind, respond(ctx))
}

// fits reports whether the operation may come by this way.
func fits(w http.ResponseWriter, r *http.Request, op *graphql.OperationContext) *problem {
	switch {
	case r.Method == http.MethodGet && op.Operation.Operation != ast.Query:
		w.Header().Set("Allow", http.MethodPost)
		return &problem{http.StatusMethodNotAllowed, kit.MethodNotAllowed, "GET is for queries: send this with POST"}
	case op.Operation.Operation == ast.Subscription:
		return bad("a subscription needs a WebSocket (graphql-transport-ws) or Accept: text/event-stream")
	}
	return nil
}

func (h HTTP) write(w http.ResponseWriter, r *http.Request, kind string, resp *graphql.Response) {
	retryAfter(w.Header(), resp)
	write(w, r, kind, h.statusOf(kind, resp), resp)
}
