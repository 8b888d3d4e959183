// Package transport carries GraphQL over HTTP: POST, GET for queries, and
// server-sent events. No part of a request is ever echoed or logged.
// Source: GraphQL over HTTP, working draft.
package transport

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// MaxBody bounds a request body, in bytes.
const MaxBody = 256 << 10

// The media types of a response.
const (
	graphqlJSON = "application/graphql-response+json"
	plainJSON   = "application/json"
	events      = "text/event-stream"
)

// HTTP answers POST and GET.
type HTTP struct{}

// Supports implements graphql.Transport.
func (HTTP) Supports(r *http.Request) bool { return r.Header.Get("Upgrade") == "" }

// Do implements graphql.Transport.
func (HTTP) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	kind := accepted(r)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Add("Vary", "Accept")
	if kind == "" {
		refuse(w, plainJSON, http.StatusNotAcceptable, "ask for application/graphql-response+json or application/json")
		return
	}
	params, status, problem := read(w, r)
	if problem != "" {
		refuse(w, kind, status, problem)
		return
	}
	params.Headers = r.Header
	op, errs := exec.CreateOperationContext(r.Context(), params)
	if errs != nil {
		resp := exec.DispatchError(graphql.WithOperationContext(r.Context(), op), errs)
		write(w, kind, statusOf(kind, http.StatusBadRequest), resp)
		return
	}
	if r.Method == http.MethodGet && op.Operation.Operation != ast.Query {
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, kind, http.StatusMethodNotAllowed, "GET is for queries: send this with POST")
		return
	}
	if op.Operation.Operation == ast.Subscription {
		refuse(w, kind, http.StatusBadRequest, "a subscription needs a WebSocket (graphql-transport-ws) or Accept: text/event-stream")
		return
	}
	respond, ctx := exec.DispatchOperation(r.Context(), op)
	write(w, kind, http.StatusOK, respond(ctx))
}

// accepted is the media type in which the caller wants the answer, "" for none
// that there is.
func accepted(r *http.Request) string {
	header := r.Header.Values("Accept")
	if len(header) == 0 {
		return graphqlJSON
	}
	plain := false
	for _, part := range strings.Split(strings.Join(header, ","), ",") {
		kind, _, err := mime.ParseMediaType(strings.TrimSpace(part))
		switch {
		case err != nil:
		case kind == graphqlJSON, kind == "*/*", kind == "application/*":
			return graphqlJSON
		case kind == plainJSON:
			plain = true
		}
	}
	if plain {
		return plainJSON
	}
	return ""
}

// statusOf is the one table of statuses: an old client that asked for
// application/json takes everything but 200 for a broken network.
func statusOf(kind string, status int) int {
	if kind == plainJSON {
		return http.StatusOK
	}
	return status
}

// read takes the request out of the URL or the body. The problem is "" if it could.
func read(w http.ResponseWriter, r *http.Request) (params *graphql.RawParams, status int, problem string) {
	switch r.Method {
	case http.MethodGet:
		return fromURL(r)
	case http.MethodPost:
		return fromBody(w, r)
	}
	w.Header().Set("Allow", "GET, POST")
	return nil, http.StatusMethodNotAllowed, "send the document with POST, or a query with GET"
}

func fromURL(r *http.Request) (*graphql.RawParams, int, string) {
	q := r.URL.Query()
	p := &graphql.RawParams{Query: q.Get("query"), OperationName: q.Get("operationName")}
	for name, to := range map[string]*map[string]any{"variables": &p.Variables, "extensions": &p.Extensions} {
		if text := q.Get(name); text != "" && decode(strings.NewReader(text), to) != nil {
			return nil, http.StatusBadRequest, name + " is not a JSON object"
		}
	}
	if p.Query == "" {
		return nil, http.StatusBadRequest, "the query is missing"
	}
	return p, 0, ""
}

func fromBody(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, int, string) {
	kind, options, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != plainJSON {
		return nil, http.StatusUnsupportedMediaType, "send application/json"
	}
	if set := options["charset"]; set != "" && !strings.EqualFold(set, "utf-8") {
		return nil, http.StatusUnsupportedMediaType, "send UTF-8"
	}
	p := &graphql.RawParams{}
	err = decode(http.MaxBytesReader(w, r.Body, MaxBody), p)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, http.StatusRequestEntityTooLarge, "the request is too large"
	case err != nil:
		return nil, http.StatusBadRequest, "the body is not a JSON object with a query"
	case p.Query == "":
		return nil, http.StatusBadRequest, "the query is missing"
	}
	return p, 0, ""
}

func decode(r io.Reader, to any) error {
	d := json.NewDecoder(r)
	d.UseNumber()
	if err := d.Decode(to); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return err
		}
		return errors.New("more than one JSON value")
	}
	return nil
}

func refuse(w http.ResponseWriter, kind string, status int, text string) {
	write(w, kind, status, &graphql.Response{Errors: gqlerror.List{{
		Message: text, Extensions: map[string]any{"code": "BAD_USER_INPUT"},
	}}})
}

// write sends a response. The data goes out as the executor made it, and is
// absent where there is none.
func write(w http.ResponseWriter, kind string, status int, resp *graphql.Response) {
	w.Header().Set("Content-Type", kind+"; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body(resp))
}

func body(resp *graphql.Response) []byte {
	out := make([]byte, 0, len(resp.Data)+256)
	out = append(out, '{')
	if len(resp.Errors) > 0 {
		text, err := json.Marshal(resp.Errors)
		if err != nil {
			text = []byte(`[{"message":"something went wrong here","extensions":{"code":"INTERNAL"}}]`)
		}
		out = append(append(out, `"errors":`...), text...)
	}
	if resp.Data != nil {
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(out, `"data":`...), resp.Data...)
	}
	if len(resp.Extensions) > 0 {
		if text, err := json.Marshal(resp.Extensions); err == nil {
			if len(out) > 1 {
				out = append(out, ',')
			}
			out = append(append(out, `"extensions":`...), text...)
		}
	}
	return append(out, '}')
}
