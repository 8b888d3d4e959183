package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"medoffice/graph"
	"medoffice/graph/limit"
	"medoffice/modules/kit"
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
	s.seen = w.triples(t, request)
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

// differ returns how two answers differ, "" where they do not.
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

// drawn is a source of chance that rapid shrinks. It likes small numbers, of
// which the upper bits choose nothing: they are spread.
type drawn struct{ *rapid.T }

func (d drawn) Uint64() uint64 {
	n := rapid.Uint64().Draw(d.T, "n") * 0x9e3779b97f4a7c15
	return n ^ n>>29
}

// newBoth is an office full of records, odd ones among them, that answers in both ways.
func newBoth(t testing.TB, o *officetest.Office) *both {
	t.Helper()
	simple, err := graph.Serve(o.Office, graph.Options{Limits: o.Limits, Simple: true, Hints: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []*limit.Limits{&o.Limits.Interactive, &o.Limits.Report} {
		l.Aliases, l.Repeats, l.Cost = limit.None, limit.None, limit.None // the limits are the same for both
	}
	odd(t, o)
	return &both{newWorld(t, o), simple}
}

// odd adds rows with ties and nulls in what orders them, and texts that JSON and
// SQL have to quote.
func odd(t testing.TB, o *officetest.Office) {
	t.Helper()
	err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
		c := o.Deps.DB.Client(ctx)
		for i, name := range []string{"O'\"\\Neill", "Ōé\u2028\t\n\r\b\f\u0001\u007f", "名前 🩺", "<b>&amp;</b>", "Same", "Same", "Same"} {
			p := c.Patient.Create().SetMrn(fmt.Sprintf("ODD%d", i)).SetFamilyName(name).SetGivenName(name).SetSortName("same").SetLanguages([]string{name, "en"})
			if i%2 == 0 {
				p.SetBirthDate("1980-05-06").SetNameSuffix(name)
			}
			row, err := p.Save(ctx)
			if err != nil {
				return err
			}
			for n := range 4 {
				a := c.Allergy.Create().SetPatientID(row.ID).SetSubstanceCodeText(name).SetRecordedAt(officetest.Morning)
				if n%2 == 0 {
					a.SetOnset("1990").SetReaction(name)
				}
				if err := a.Exec(ctx); err != nil {
					return err
				}
			}
			provider, err := c.Provider.Create().SetFamilyName(name).SetNamePrefix(name).Save(ctx)
			if err != nil {
				return err
			}
			for range 3 {
				if err := oneVisit(ctx, c, row.ID, provider.ID, officetest.Morning); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var cursorLike = regexp.MustCompile(`"([A-Za-z0-9_-]{70,})"`)

// TestCompiledEqualsSimple asks for anything, as anybody, in both ways, and
// makes the smallest document of one whose answers differ. With
// MEDOFFICE_TEST_DOCUMENTS=n it asks n times on each database, and with
// -rapid.seed=n for the same again.
func TestCompiledEqualsSimple(t *testing.T) {
	officetest.InTurn(t, func(t *testing.T, o *officetest.Office) {
		w := newBoth(t, o)
		callers := w.callers(t)
		checks := flag.Lookup("rapid.checks").Value
		before := checks.String()
		defer func() { _ = checks.Set(before) }()
		if err := checks.Set(strconv.Itoa(setting("MEDOFFICE_TEST_DOCUMENTS", 1000))); err != nil {
			t.Fatal(err)
		}
		var cursors []string
		seen := map[string]int{}
		rapid.Check(t, func(r *rapid.T) {
			a := &asker{Rand: rand.New(drawn{r}), schema: w.schema, ids: w.ids, cursors: cursors}
			c := callers[a.IntN(len(callers))]
			if a.IntN(2) == 0 { // the one who sees most
				c = callers[slices.Index(everyRole, kit.Physician)]
			}
			doc, vars := a.operation()
			simple, compiled := w.send(t, w.simple, c.token, doc, vars), w.send(t, w.Handler, c.token, doc, vars)
			if fault := simple.differ(compiled); fault != "" {
				given, _ := json.Marshal(vars)
				r.Fatalf("%q: %s\n%s\n%s", c.name, fault, doc, given)
			}
			seen[simple.kind()]++
			for _, found := range cursorLike.FindAllStringSubmatch(simple.data, 3) {
				if len(cursors) < 300 {
					cursors = append(cursors, found[1])
				}
			}
		})
		t.Logf("answers: %v", seen)
	})
}

// kind returns what kind of answer it is.
func (s said) kind() string {
	switch {
	case s.data == "" || s.data == "null":
		return "refused"
	case len(s.errors) > 0:
		return "with errors"
	case len(s.seen) > 0:
		return "of charts"
	}
	return "of others"
}
