package transport

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The data is written as the executor made it: spaces, the order of keys,
// numbers that no float holds, characters that encoding/json would escape.
func TestDataIsNotMadeAgain(t *testing.T) {
	data := `{"b" : 1.50, "a":12345678901234567890.10,  "c":"<é\u00e9>` + "\u2028" + `"}`
	for kind, text := range map[string]string{
		"data alone": `{"data":` + data + `}`,
		"all three":  `{"errors":[{"message":"x"}],"data":` + data + `,"extensions":{"cost":{"n":1}}}`,
	} {
		resp := &graphql.Response{Data: []byte(data)}
		if kind == "all three" {
			resp.Errors = gqlerror.List{{Message: "x"}}
			resp.Extensions = map[string]any{"cost": json.RawMessage(`{"n":1}`)}
		}
		w := httptest.NewRecorder()
		write(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody), graphqlJSON, 200, resp)
		if got := w.Body.String(); got != text {
			t.Errorf("%s\n got %s\nwant %s", kind, got, text)
		}
	}
}

// Buffers and packers are used again, and no answer ever holds a byte of
// another one.
func TestBuffersDoNotMix(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		write(w, r, graphqlJSON, 200, &graphql.Response{Data: []byte(answer(r.URL.Query().Get("n"), len(r.URL.Query().Get("x"))*37))})
	}))
	defer srv.Close()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16}}
	defer client.CloseIdleConnections()
	var all sync.WaitGroup
	for worker := range 16 {
		all.Go(func() {
			for i := range 60 {
				if err := compare(client, srv.URL, fmt.Sprint(worker, "-", i), rand.IntN(1_000)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

// answer is JSON that only n gets.
func answer(n string, length int) string {
	return `{"n":"` + n + `","x":"` + strings.Repeat(n, length/len(n)) + `"}`
}

func compare(client *http.Client, url, n string, size int) error {
	r, err := http.NewRequest(http.MethodGet, url+"?n="+n+"&x="+strings.Repeat("x", size), http.NoBody)
	if err != nil {
		return err
	}
	if size%2 == 0 {
		r.Header.Set("Accept-Encoding", "gzip")
	}
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	body := io.Reader(resp.Body)
	if resp.Header.Get("Content-Encoding") == "gzip" {
		if body, err = gzip.NewReader(resp.Body); err != nil {
			return err
		}
	}
	text, err := io.ReadAll(body)
	if want := `{"data":` + answer(n, size*37) + `}`; err == nil && string(text) != want {
		err = fmt.Errorf("%s: %d bytes, not the %d that were meant", n, len(text), len(want))
	}
	return err
}

// Frames of events have one data line, whatever a scalar wrote.
func TestEventsAreOneLine(t *testing.T) {
	w := httptest.NewRecorder()
	out := &eventWriter{w: w, c: http.NewResponseController(w)}
	if err := out.next(&graphql.Response{Data: []byte("{\"a\":\n1,\r\n\"b\":2}"), Label: "7"}); err != nil {
		t.Fatal(err)
	}
	if got := w.Body.String(); got != "event: next\nid: 7\ndata: {\"data\":{\"a\": 1,  \"b\":2}}\n\n" {
		t.Errorf("%q", got)
	}
}

// FuzzRequest: a request is understood or refused, whatever it is, and what is
// understood is complete.
func FuzzRequest(f *testing.F) {
	for _, body := range []string{
		`{"query":"{ a }"}`, `{"query":"{ a }","variables":{"n":1e999}}`, `[{"query":"{ a }"}]`, `{"query":null,"documentId":""}`, "null", "",
		"\ufeff{}", `{"query":"{ a }"}{}`, `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}`, `{"query":"\ud800"}`,
		`{"variables":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`, `{"query":"{ a }","extensions":{"documentId":"x"}}`,
	} {
		f.Add(true, "application/json", "", []byte(body))
	}
	f.Add(false, "", "query={a}&variables={}&extensions={}", []byte(nil))
	f.Add(false, "", "documentId=&variables=[", []byte(nil))
	f.Add(true, "application/json; charset=\"utf-8\"; charset=x", "%zz=%", []byte("{}"))
	h := HTTP{Body: 256 << 10, Cookie: "c"}
	f.Fuzz(func(t *testing.T, post bool, kind, query string, body []byte) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", bytes.NewReader(body))
		if post {
			r.Method = http.MethodPost
		}
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		params, problem := h.read(w, r)
		switch {
		case problem != nil:
			if problem.status < 400 || problem.status >= 500 || problem.code == "" || problem.text == "" {
				t.Errorf("refused with %+v", problem)
			}
		case params == nil:
			t.Error("neither understood nor refused")
		case params.Query == "" && params.Extensions[DocumentID] == nil && params.Extensions["persistedQuery"] == nil:
			t.Errorf("nothing is asked: %+v", params)
		}
		if problem == nil {
			if _, err := json.Marshal(params.Variables); err != nil {
				t.Errorf("variables that are no JSON: %v", err)
			}
		}
	})
}
