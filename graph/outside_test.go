package graph_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/graph"
	"medoffice/modules/officetest"
)

// TestP44NoPlayground: where the graph is there is no page, and the page that
// asks it runs no script but its own and asks nobody else.
func TestP44NoPlayground(t *testing.T) {
	o := officetest.New(t)
	get := func(path string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
		r.Header.Set("Accept", "text/html")
		w := httptest.NewRecorder()
		o.Handler.ServeHTTP(w, r)
		return w
	}
	if w := get(graph.Path); w.Code != http.StatusNotAcceptable || strings.Contains(w.Body.String(), "<") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for _, page := range []string{"/", "/graphiql.html"} {
		w := get(page)
		policy := w.Header().Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %s: %s", page, part, policy)
			}
		}
		if _, scripts, _ := strings.Cut(policy, "script-src"); strings.Contains(strings.Split(scripts, ";")[0], "unsafe") {
			t.Errorf("%s: %s", page, policy)
		}
		for _, script := range strings.Split(w.Body.String(), "<script")[1:] {
			if tag, _, _ := strings.Cut(script, ">"); !strings.Contains(tag, `src="/`) {
				t.Errorf("%s has a script that is not a file of ours: %s", page, tag)
			}
		}
	}
}

// TestP47NoAddresses: no input makes the office fetch something.
func TestP47NoAddresses(t *testing.T) {
	for _, def := range types(contract(t)) {
		if def.Kind == ast.Scalar && (strings.Contains(def.Name, "URL") || strings.Contains(def.Name, "URI") || def.Name == "Upload") {
			t.Errorf("there is a scalar %s", def.Name)
		}
		for _, f := range fields(def) {
			names := []string{}
			if def.Kind == ast.InputObject {
				names = append(names, f.Name)
			}
			for _, a := range f.Arguments {
				names = append(names, a.Name)
			}
			for _, name := range names {
				if name := strings.ToLower(name); strings.Contains(name, "url") || strings.Contains(name, "uri") || strings.Contains(name, "webhook") || strings.Contains(name, "callback") {
					t.Errorf("%s.%s takes %s: give it a list of hosts that it may be, and a test", def.Name, f.Name, name)
				}
			}
		}
	}
}
