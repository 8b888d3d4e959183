package transport_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"medoffice/graph"
	"medoffice/graph/limit"
	"medoffice/modules/officetest"
)

// The media types of answers, as the tests ask for them.
const (
	graphqlJSON = "application/graphql-response+json"
	plainJSON   = "application/json"
)

// send sends a request as it is.
func send(o *officetest.Office, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	o.Handler.ServeHTTP(w, r)
	return w
}

// posted is a request of somebody for an answer in a media type.
func posted(t *testing.T, token, accept, body string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, graph.Path, strings.NewReader(body))
	r.Header.Set("Content-Type", plainJSON)
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r
}

// asked is the body of a request for a document.
func asked(query string, vars officetest.Vars) string {
	text, _ := json.Marshal(map[string]any{"query": query, "variables": vars})
	return string(text)
}

// TestStatusTables: what HTTP says by the current table, and by the draft of
// August 2026 (--draft-status), in both media types.
func TestStatusTables(t *testing.T) {
	table := limit.Defaults()
	table.Report.Bucket = 2
	now := officetest.OpenWith(t, officetest.Database(t, "sqlite"), graph.Options{Limits: table})
	draft := officetest.OpenWith(t, officetest.Database(t, "sqlite"), graph.Options{Limits: table, Draft: true})
	where(t, now)
	where(t, draft)
	const absent, null, there = "absent", "null", "there"
	for _, c := range []struct {
		name, role, body   string
		now, draft, plain  int
		code, data         string
		change             func(r *http.Request)
		header, value      string
		whateverAnyoneAsks bool // the answer is JSON, whatever was asked for
	}{
		{name: "well", body: asked(`{ __typename }`, nil), now: 200, draft: 200, plain: 200, data: there},
		{name: "no JSON", body: `{"query":`, now: 400, draft: 400, plain: 400, code: "BAD_USER_INPUT", data: absent},
		{name: "no query", body: `{"qeury":"{ __typename }"}`, now: 400, draft: 400, plain: 400, code: "BAD_USER_INPUT", data: absent},
		{name: "variables in a list", body: `{"query":"{ __typename }","variables":[7]}`, now: 400, draft: 400, plain: 400, code: "BAD_USER_INPUT", data: absent},
		{name: "does not parse", body: asked(`{`, nil), now: 400, draft: 400, plain: 200, code: "GRAPHQL_PARSE_FAILED", data: absent},
		{name: "does not fit the schema", body: asked(`{ nothing }`, nil), now: 400, draft: 422, plain: 200, code: "GRAPHQL_VALIDATION_FAILED", data: absent},
		{name: "unknown operation", body: `{"query":"query A { __typename }","operationName":"B"}`, now: 400, draft: 422, plain: 200, code: "GRAPHQL_VALIDATION_FAILED", data: absent},
		{name: "which operation", body: asked(`query A { __typename } query B { __typename }`, nil), now: 400, draft: 422, plain: 200, code: "GRAPHQL_VALIDATION_FAILED", data: absent},
		{name: "a variable of another type", role: "NURSE", body: asked(`query($n: Int) { patients(first: $n) { totalCount } }`, officetest.Vars{"n": "many"}), now: 400, draft: 422, plain: 200, code: "BAD_USER_INPUT", data: absent},
		{name: "a variable is missing", role: "NURSE", body: asked(`query($id: ID!) { node(id: $id) { id } }`, nil), now: 400, draft: 422, plain: 200, code: "BAD_USER_INPUT", data: absent},
		{name: "too deep", role: "NURSE", body: asked(`{ patients { nodes { visits { nodes { patient { visits { nodes { patient { visits { nodes { id } } } } } } } } } } }`, nil), now: 400, draft: 422, plain: 200, code: "DEPTH_LIMIT_EXCEEDED", data: absent},
		{name: "unknown hash", body: `{"documentId":"sha256:00"}`, now: 400, draft: 422, plain: 200, code: "PERSISTED_QUERY_NOT_FOUND", data: absent},
		{name: "a part is denied", role: "BOARD", body: asked(`{ __typename patients { totalCount } }`, nil), now: 200, draft: 294, plain: 200, code: "FORBIDDEN", data: there},
		{name: "the root is null", role: "BOARD", body: asked(`mutation { signOut(input: {}) { userErrors { code } } addRoom(input: {locationId: "loc_x", name: "x"}) { userErrors { code } } }`, nil), now: 200, draft: 294, plain: 200, code: "FORBIDDEN", data: null},
		{name: "the schema is closed", role: "NURSE", body: asked(`{ __schema { types { name } } }`, nil), now: 403, draft: 403, plain: 200, code: "FORBIDDEN", data: absent},
		{name: "the schema is closed to nobody", body: asked(`{ __schema { types { name } } }`, nil), now: 401, draft: 401, plain: 200, code: "UNAUTHENTICATED", data: absent},
		{name: "an unknown token", body: asked(`{ __typename }`, nil), change: func(r *http.Request) { r.Header.Set("Authorization", "Bearer mo_tok_x") }, now: 401, draft: 401, plain: 401, code: "UNAUTHENTICATED", data: absent, header: "WWW-Authenticate", value: `Bearer error="invalid_token"`, whateverAnyoneAsks: true},
		{name: "too long", body: asked("{ __typename } #"+strings.Repeat("x", 16_000), nil), now: 413, draft: 413, plain: 413, code: "QUERY_TOO_LONG", data: absent},
		{name: "too large", body: asked("{ __typename }", officetest.Vars{"x": strings.Repeat("x", 300_000)}), now: 413, draft: 413, plain: 413, code: "PAYLOAD_TOO_LARGE", data: absent},
		{name: "too often", role: "REPORT", body: asked(`{ locations { id } }`, nil), now: 429, draft: 429, plain: 429, code: "RATE_LIMITED", data: absent, header: "Retry-After", value: "1"},
		{name: "GET of a mutation", change: get(`mutation { signOut(input: {}) { userErrors { code } } }`), now: 405, draft: 405, plain: 405, code: "METHOD_NOT_ALLOWED", data: absent, header: "Allow", value: "POST"},
		{name: "PUT", change: func(r *http.Request) { r.Method = http.MethodPut }, now: 405, draft: 405, plain: 405, code: "METHOD_NOT_ALLOWED", data: absent, header: "Allow", value: "GET, POST, OPTIONS"},
		{name: "HEAD", change: func(r *http.Request) { r.Method = http.MethodHead }, now: 405, draft: 405, plain: 405, code: "METHOD_NOT_ALLOWED", data: absent, header: "Allow", value: "GET, POST, OPTIONS"},
		{name: "not acceptable", body: asked(`{ __typename }`, nil), change: func(r *http.Request) { r.Header.Set("Accept", "text/html") }, now: 406, draft: 406, plain: 406, code: "BAD_USER_INPUT", data: absent, whateverAnyoneAsks: true},
		{name: "XML", body: `<query/>`, change: func(r *http.Request) { r.Header.Set("Content-Type", "application/xml") }, now: 415, draft: 415, plain: 415, code: "BAD_USER_INPUT", data: absent},
		{name: "compressed", body: "\x1f\x8b", change: func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }, now: 415, draft: 415, plain: 415, code: "BAD_USER_INPUT", data: absent},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, as := range []struct {
				o      *officetest.Office
				accept string
				status int
			}{{now, graphqlJSON, c.now}, {now, plainJSON, c.plain}, {draft, graphqlJSON, c.draft}, {draft, plainJSON, c.plain}} {
				body := c.body
				if c.role == "REPORT" { // whoever has spent what there is
					send(as.o, posted(t, as.o.As(c.role).Token, as.accept, body))
				}
				r := posted(t, as.o.As(c.role).Token, as.accept, body)
				if c.change != nil {
					c.change(r)
				}
				w := send(as.o, r)
				var got officetest.Answer
				if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
					t.Fatalf("%v: %s", err, w.Body)
				}
				if w.Code != as.status || got.Code() != c.code {
					t.Errorf("%s, draft %v: %d %s, want %d %s", as.accept, as.o == draft, w.Code, w.Body, as.status, c.code)
				}
				data := there
				switch raw := string(got.Data); {
				case raw == "null" && !strings.Contains(w.Body.String(), `"data"`), raw == "":
					data = absent
				case raw == "null":
					data = null
				}
				if data != c.data {
					t.Errorf("data is %s, not %s: %s", data, c.data, w.Body)
				}
				if kind := w.Header().Get("Content-Type"); !c.whateverAnyoneAsks && kind != as.accept+"; charset=utf-8" {
					t.Errorf("the answer is %s", kind)
				}
				if c.header != "" && w.Header().Get(c.header) != c.value {
					t.Errorf("%s: %q", c.header, w.Header().Get(c.header))
				}
			}
		})
	}
}

// get makes a request a GET of a document.
func get(query string) func(r *http.Request) {
	return func(r *http.Request) {
		r.Method, r.URL.RawQuery, r.Body = http.MethodGet, "query="+url.QueryEscape(query), http.NoBody
		r.Header.Del("Content-Type")
	}
}

// Who names no media type is an old client now, and a new one in the draft.
func TestNoAcceptHeader(t *testing.T) {
	for isDraft, want := range map[bool]string{false: plainJSON, true: graphqlJSON} {
		o := officetest.OpenWith(t, officetest.Database(t, "sqlite"), graph.Options{Draft: isDraft})
		w := send(o, posted(t, "", "", asked(`{ __typename }`, nil)))
		if got := w.Header().Get("Content-Type"); got != want+"; charset=utf-8" {
			t.Errorf("draft %v: %s", isDraft, got)
		}
	}
}

func TestOptions(t *testing.T) {
	o := officetest.New(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodOptions, graph.Path, http.NoBody)
	r.Header.Set("Origin", "https://evil.example")
	r.Header.Set("Access-Control-Request-Method", "POST")
	w := send(o, r)
	if w.Code != http.StatusNoContent || w.Header().Get("Allow") != "GET, POST, OPTIONS" || w.Body.Len() > 0 {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	for name := range w.Header() {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("pages elsewhere are let in: %s", name)
		}
	}
}
