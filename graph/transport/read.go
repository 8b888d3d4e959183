package transport

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/modules/kit"
)

// problem is why a request is not one of GraphQL over HTTP.
type problem struct {
	status int
	code   kit.Code
	text   string
}

func bad(text string) *problem { return &problem{http.StatusBadRequest, kit.BadUserInput, text} }

func unsupported(text string) *problem {
	return &problem{http.StatusUnsupportedMediaType, kit.BadUserInput, text}
}

// DocumentID is the extension under which the id of a trusted document goes on
// to the executor.
const DocumentID = "documentId"

// request is the JSON of a request.
type request struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	DocumentID    *string        `json:"documentId"`
	Variables     map[string]any `json:"variables"`
	Extensions    map[string]any `json:"extensions"`
}

func (q *request) params() (*graphql.RawParams, *problem) {
	p := &graphql.RawParams{Query: q.Query, OperationName: q.OperationName, Variables: q.Variables, Extensions: q.Extensions}
	if q.DocumentID != nil {
		if p.Query != "" {
			return nil, bad("send the query or its documentId, not both")
		}
		if p.Extensions == nil {
			p.Extensions = map[string]any{}
		}
		p.Extensions[DocumentID] = *q.DocumentID
	} else {
		delete(p.Extensions, DocumentID)
	}
	if p.Query == "" && q.DocumentID == nil && p.Extensions["persistedQuery"] == nil {
		return nil, bad("the query is missing")
	}
	return p, nil
}

// methods are those that there are.
const methods = "GET, POST, OPTIONS"

// read takes the request out of the URL or the body.
func (h HTTP) read(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *problem) {
	switch r.Method {
	case http.MethodGet:
		return h.fromURL(r)
	case http.MethodPost:
		return h.fromBody(w, r)
	}
	w.Header().Set("Allow", methods)
	return nil, &problem{http.StatusMethodNotAllowed, kit.MethodNotAllowed, "send the document with POST, or a query with GET"}
}

func (h HTTP) fromURL(r *http.Request) (*graphql.RawParams, *problem) {
	// A browser sends its cookie along with every GET, also of a strange page,
	// but no header of one's own without asking first.
	if _, err := r.Cookie(h.Cookie); err == nil && !ours(r.Header) {
		return nil, &problem{http.StatusForbidden, kit.Forbidden, "with a session cookie, GET needs the header X-Requested-With or Apollo-Require-Preflight"}
	}
	q := r.URL.Query()
	in := request{Query: q.Get("query"), OperationName: q.Get("operationName")}
	if q.Has("documentId") {
		id := q.Get("documentId")
		in.DocumentID = &id
	}
	for name, to := range map[string]*map[string]any{"variables": &in.Variables, "extensions": &in.Extensions} {
		if text := q.Get(name); text != "" && decode(strings.NewReader(text), to) != nil {
			return nil, bad(name + " is not a JSON object")
		}
	}
	return in.params()
}

// ours reports whether there is a header that pages elsewhere cannot send. Sec-Fetch-Site is
// the browser's own word, so that EventSource, which sends no other, works.
func ours(h http.Header) bool {
	return h.Get("Authorization") != "" || h.Get("X-Requested-With") != "" || h.Get("Apollo-Require-Preflight") != "" ||
		h.Get("Sec-Fetch-Site") == "same-origin"
}

func (h HTTP) fromBody(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *problem) {
	kind, options, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != plainJSON {
		return nil, unsupported("send application/json")
	}
	if !utf8(options["charset"]) {
		return nil, unsupported("send UTF-8")
	}
	if packed := r.Header.Get("Content-Encoding"); packed != "" && !strings.EqualFold(packed, "identity") {
		return nil, unsupported("send the body as it is, not compressed")
	}
	var in *request
	err = decode(http.MaxBytesReader(w, r.Body, int64(h.Body)), &in)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, &problem{http.StatusRequestEntityTooLarge, kit.PayloadTooLarge, "the request is too large"}
	case err != nil || in == nil:
		return nil, bad("the body is not a JSON object with a query")
	}
	return in.params()
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
