package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"medoffice/graph"
	"medoffice/modules/officetest"
)

// both is an office whose graph answers in both ways.
type both struct {
	*world
	simple http.Handler
}

// said is an answer as both ways must give it.
type said struct {
	data   string
	errors []string // sorted: resolvers run at the same time
	seen   []string // what the audit trail knows of it
}

func (w *both) send(t *testing.T, h http.Handler, token, doc string, vars map[string]any) said {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": doc, "variables": vars})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, graph.Path, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	out := httptest.NewRecorder()
	h.ServeHTTP(out, r)
	var a struct {
		Data   json.RawMessage
		Errors []map[string]any
	}
	if err := json.Unmarshal(out.Body.Bytes(), &a); err != nil {
		t.Fatalf("%v: %s", err, out.Body)
	}
	s := said{data: string(a.Data)}
	for _, e := range a.Errors {
		if x, ok := e["extensions"].(map[string]any); ok {
			delete(x, "requestId")
		}
		text, _ := json.Marshal(e)
		s.errors = append(s.errors, string(text))
	}
	slices.Sort(s.errors)
	request := out.Header().Get("X-Request-Id")
	for _, row := range w.triples(t, request) {
		s.seen = append(s.seen, row)
	}
	slices.Sort(s.seen)
	return s
}

func (w *both) triples(t *testing.T, request string) (list []string) {
	t.Helper()
	rows, err := w.Deps.DB.SQL().QueryContext(t.Context(),
		"SELECT action, outcome, coalesce(patient_id, ''), entity_type, entity_id, detail FROM audit_events WHERE request_id = '"+request+"'")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var c [6]string
		if err := rows.Scan(&c[0], &c[1], &c[2], &c[3], &c[4], &c[5]); err != nil {
			t.Fatal(err)
		}
		list = append(list, strings.Join(c[:], " "))
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return list
}

// differ tells how two answers differ, "" where they do not.
func (s said) differ(o said) string {
	switch {
	case s.data != o.data:
		return "data\n" + around(s.data, o.data)
	case len(s.errors) < 20 && !slices.Equal(s.errors, o.errors):
		return fmt.Sprintf("errors\n%v\n%v", s.errors, o.errors)
	case len(s.errors) < 20 && !slices.Equal(s.seen, o.seen):
		return fmt.Sprintf("audit\n%v\n%v", s.seen, o.seen)
	}
	return ""
}

// around shows where two texts part.
func around(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	from := max(0, i-80)
	return fmt.Sprintf("simple   …%s\ncompiled …%s", a[from:min(len(a), i+120)], b[from:min(len(b), i+120)])
}

// changing are the fields that say another thing each time.
var changing = regexp.MustCompile("rateLimit|auditEvents|accesses")

// TestCompiledEqualsSimple asks for anything, as anybody, in both ways.
func TestCompiledEqualsSimple(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		seed, times := setting("MEDOFFICE_TEST_SEED", 1), setting("MEDOFFICE_TEST_DOCUMENTS", 70)
		simple, err := graph.Serve(o.Office, graph.Options{Limits: o.Limits, Simple: true})
		if err != nil {
			t.Fatal(err)
		}
		w := &both{newWorld(t, o), simple}
		faults := 0
		for i, c := range w.callers(t) {
			writer := &writer{Rand: rand.New(rand.NewPCG(uint64(seed), uint64(i))), schema: w.schema, ids: w.ids}
			for range times {
				doc := writer.query()
				if changing.MatchString(doc) {
					continue
				}
				a, b := w.send(t, w.simple, c.token, doc, nil), w.send(t, w.Handler, c.token, doc, nil)
				if fault := a.differ(b); fault != "" {
					t.Errorf("%q, seed %d: %s\n%s", c.name, seed, fault, doc)
					if faults++; faults > 12 {
						t.FailNow()
					}
				}
			}
		}
	})
}
