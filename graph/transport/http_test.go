package transport_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"medoffice/modules/officetest"
)

func TestHTTP(t *testing.T) {
	o := officetest.New(t)
	const secret = "078-05-1120"
	for _, c := range []struct {
		name, method, target, kind, accept, body string
		status                                   int
		answer                                   string
	}{
		{"post", "POST", "", "application/json", "", `{"query":"{ me { id } }"}`, 200, `{"data":{"me":null},"extensions":{"cost":`},
		{"charset", "POST", "", "application/json; charset=utf-8", "", `{"query":"{ me { id } }"}`, 200, `{"data":{"me":null},"extensions":{"cost":`},
		{"get", "GET", "?query=%7Bme%7Bid%7D%7D", "", "", "", 200, `{"data":{"me":null},"extensions":{"cost":`},
		{"get mutation", "GET", "?query=mutation%7BsignIn(input:%7Busername:%22a%22,password:%22b%22%7D)%7Btoken%7D%7D", "", "", "", 405, "POST"},
		{"put", "PUT", "", "application/json", "", `{}`, 405, "POST"},
		{"no query", "POST", "", "application/json", "", `{}`, 400, "missing"},
		{"broken", "POST", "", "application/json", "", `{"query": "` + secret, 400, "not a JSON object"},
		{"array", "POST", "", "application/json", "", `[{"query":"` + secret + `"}]`, 400, "not a JSON object"},
		{"two", "POST", "", "application/json", "", `{"query":"{me{id}}"}{}`, 400, "not a JSON object"},
		{"form", "POST", "", "application/x-www-form-urlencoded", "", "query={me{id}}", 415, "application/json"},
		{"latin", "POST", "", "application/json; charset=latin1", "", `{}`, 415, "UTF-8"},
		{"image", "POST", "", "application/json", "image/png", `{"query":"{me{id}}"}`, 406, "graphql-response"},
		{"syntax", "POST", "", "application/json", "application/graphql-response+json", `{"query":"{ me { "}`, 400, `"errors"`},
		{"syntax, old client", "POST", "", "application/json", "application/json", `{"query":"{ me { "}`, 200, `"errors"`},
		{"huge", "POST", "", "application/json", "", `{"query":"{ me { id } }","x":"` + strings.Repeat(secret, 40_000) + `"}`, 413, "too large"},
		{"subscription", "POST", "", "application/json", "", `{"query":"` + subscription + `"}`, 400, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, "/graphql"+c.target, strings.NewReader(c.body))
			r.Header.Set("Content-Type", c.kind)
			if c.accept != "" {
				r.Header.Set("Accept", c.accept)
			}
			w := httptest.NewRecorder()
			o.Handler.ServeHTTP(w, r)
			got := w.Body.String()
			if w.Code != c.status || !strings.Contains(got, c.answer) {
				t.Errorf("%d %s", w.Code, got)
			}
			if strings.Contains(got, secret) {
				t.Errorf("the request came back: %.200s", got)
			}
			if strings.Contains(got, `"data":null`) {
				t.Errorf("data in a request error: %s", got)
			}
			if w.Header().Get("Cache-Control") != "no-store" {
				t.Error("may be cached")
			}
			if w.Code == http.StatusMethodNotAllowed && w.Header().Get("Allow") == "" {
				t.Error("no Allow header")
			}
		})
	}
	if strings.Contains(o.Log.String(), secret) {
		t.Error("the request is in the log")
	}
}

const subscription = `subscription { roomBoard(location: \"x\") { __typename } }`
