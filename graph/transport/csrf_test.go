package transport_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"medoffice/graph"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// forged is a request that comes with the cookie of somebody who is signed in.
func forged(t *testing.T, o *officetest.Office, method, query, kind, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	target := graph.Path
	if query != "" {
		target += "?query=" + url.QueryEscape(query)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	r.AddCookie(&http.Cookie{Name: kit.SessionCookie, Value: o.As("NURSE").Token})
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return send(o, r)
}

// TestP20GetIsForQueries: a link changes nothing.
func TestP20GetIsForQueries(t *testing.T) {
	o := officetest.New(t)
	for _, accept := range []string{graphqlJSON, plainJSON, "text/event-stream"} {
		r := posted(t, o.As("NURSE").Token, accept, "")
		get(`mutation { signOut(input: {}) { userErrors { code } } }`)(r)
		w := send(o, r)
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != http.MethodPost {
			t.Errorf("%s: %d, Allow %q", accept, w.Code, w.Header().Get("Allow"))
		}
	}
}

// TestP21CrossSite: a page elsewhere can send what a form or a picture can,
// with the cookie of who looks at it, and gets nothing done.
func TestP21CrossSite(t *testing.T) {
	o := officetest.New(t)
	const query, form = `{ me { name } }`, "query=%7Bme%7Bname%7D%7D"
	for name, c := range map[string]struct {
		method, query, kind, body string
		header                    []string
		status                    int
	}{
		"a form":                    {"POST", "", "application/x-www-form-urlencoded", form, nil, 415},
		"a form with files":         {"POST", "", "multipart/form-data; boundary=x", "--x--", nil, 415},
		"a form of plain text":      {"POST", "", "text/plain", `{"query":"{ me { name } }"}`, nil, 415},
		"a form of nothing":         {"POST", "", "", `{"query":"{ me { name } }"}`, nil, 415},
		"the document of GraphQL":   {"POST", "", "application/graphql", query, nil, 415},
		"a picture":                 {"GET", query, "", "", nil, 403},
		"a picture, says a browser": {"GET", query, "", "", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"a page of the same domain": {"GET", query, "", "", []string{"Sec-Fetch-Site", "same-site"}, 403},
		"a stream":                  {"GET", query, "", "", []string{"Accept", "text/event-stream"}, 403},
		"our own page":              {"GET", query, "", "", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		"our own stream":            {"GET", query, "", "", []string{"Sec-Fetch-Site", "same-origin", "Accept", "text/event-stream"}, 200},
		"our own header":            {"GET", query, "", "", []string{"X-Requested-With", "XMLHttpRequest"}, 200},
		"that of Apollo":            {"GET", query, "", "", []string{"Apollo-Require-Preflight", "1"}, 200},
		"JSON, which asks first":    {"POST", "", plainJSON, `{"query":"{ me { name } }"}`, nil, 200},
	} {
		w := forged(t, o, c.method, c.query, c.kind, c.body, c.header...)
		if w.Code != c.status || (strings.Contains(w.Body.String(), "test nurse") != (c.status == 200)) {
			t.Errorf("%s: %d %s, want %d", name, w.Code, w.Body, c.status)
		}
		for h := range w.Header() {
			if strings.HasPrefix(h, "Access-Control-") {
				t.Errorf("%s: %s", name, h)
			}
		}
	}
}

// TestP40NoUploads: there is no way in for files.
func TestP40NoUploads(t *testing.T) {
	o := officetest.New(t)
	body := "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n{\"query\":\"{ me { name } }\"}\r\n--x--\r\n"
	w := forged(t, o, http.MethodPost, "", "multipart/form-data; boundary=x", body, "X-Requested-With", "x", "Apollo-Require-Preflight", "1")
	if w.Code != http.StatusUnsupportedMediaType {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
