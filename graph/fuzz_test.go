package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"pgregory.net/rapid"

	"medoffice/graph"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// admission lets documents in as those of a physician, and fails where one
// takes more than 50 ms, panics, or is refused without a reason. The best of a
// few tries counts: the machine has other things to do.
func admission(t testing.TB) func(t fataler, document, variables string) {
	t.Helper()
	o := officetest.New(t)
	let, err := graph.Admission(o.Office, graph.Options{Limits: officetest.Generous()})
	if err != nil {
		t.Fatal(err)
	}
	viewer, err := o.Access.Viewer(o.System(), o.As("PHYSICIAN").Token)
	if err != nil {
		t.Fatal(err)
	}
	ctx := kit.WithViewer(t.Context(), viewer)
	return func(t fataler, document, variables string) {
		best := time.Hour
		for range 5 {
			p := &graphql.RawParams{Query: document, Variables: map[string]any{}}
			d := json.NewDecoder(strings.NewReader(variables))
			d.UseNumber()
			if d.Decode(&p.Variables) != nil {
				p.Variables = nil
			}
			start := time.Now()
			errs := let(ctx, p)
			best = min(best, time.Since(start))
			for _, e := range errs {
				if code, _ := e.Extensions["code"].(string); code == "" || code == "INTERNAL" {
					t.Fatalf("%.300s\n%.300s\nrefused as %q: %v", document, variables, code, e)
				}
			}
			if best <= mostAttack {
				return
			}
		}
		if best > mostAttack*officetest.Slow {
			t.Fatalf("%.300s\n%.300s\ntook %v, more than %v", document, variables, best, mostAttack)
		}
	}
}

type fataler interface{ Fatalf(string, ...any) }

// attacks are the documents of the attack set.
func attacks() map[string]string {
	filter := `query($f: PatientFilter) { patients(filter: $f) { nodes { id } } }`
	nested := `query($n: Int) { patients(first: $n) { nodes { visits(first: $n) { nodes { vitals(first: $n) { nodes { id } } } } } } }`
	return map[string]string{
		bomb(22): "", bomb(40): "", bomb(60): "",
		"{" + strings.Repeat(" a", 1_990) + "}": "", "{" + strings.Repeat(" me { id }", 390) + "}": "",
		"{" + strings.Repeat(" patients { nodes { visits { nodes { id reason } } } }", 80) + " }": "",
		"{ a(b: " + strings.Repeat("[", 14_000) + ") }":                                           "",
		strings.Repeat("{a", 7_000):                                                               "",
		"{ me {" + strings.Repeat(" id @x", 600) + " } }":                                         "", "{ me { id" + strings.Repeat(" @include(if: true)", 600) + " } }": "",
		nested: `{"n": 100}`, "{ __schema { types { " + strings.Repeat("fields { type { ", 20) + "name" + strings.Repeat(" } }", 20) + " } } }": "",
		filter:       `{"f":` + strings.Repeat(`{"not":`, 4_900) + `{}` + strings.Repeat("}", 4_900) + `}`,
		filter + "#": `{"f":{"or":[` + strings.Repeat(`{"search":"x"},`, 10_000) + `{}]}}`,
		"query(" + manyVariables(400) + ") { __typename }":                                           "",
		`{ patients(filter: {or: [` + strings.Repeat(`{search: "x"} `, 380) + `]}) { totalCount } }`: "",
		`{ node(id: "` + strings.Repeat(`\u00e9`, 2_400) + `") { id } }`:                             "",
		`"""` + strings.Repeat("x\n", 7_000) + `"""`:                                                 "",
		strings.Repeat("query A { __typename } ", 390):                                               "",
		strings.Repeat("fragment A on Query { ...A } ", 280) + "{ ...A }":                            "",
		strings.Repeat("{ ... { ... on Query { ", 280) + "__typename" + strings.Repeat("}", 840):     "",
		"\ufeff{ __typename }": "", "": "", "{": "", "#": "", "\x00": "", "{ \xff }": "",
	}
}

func manyVariables(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "$v%d: ID ", i)
	}
	return b.String()
}

// FuzzDocument: no document with its variables costs more than 50 ms before it
// is refused or let in.
func FuzzDocument(f *testing.F) {
	for document, variables := range attacks() {
		f.Add(document, variables)
	}
	let := admission(f)
	f.Fuzz(func(t *testing.T, document, variables string) {
		if len(document)+len(variables) > 256<<10 {
			t.Skip("larger than a request")
		}
		let(t, document, variables)
	})
}

// TestRandomDocuments: the same of documents that are made of what costs:
// fragments in fragments, names and names again, lists of lists, circles.
func TestRandomDocuments(t *testing.T) {
	let := admission(t)
	rapid.Check(t, func(t *rapid.T) {
		let(t, randomDocument(t), `{"n":100,"id":"pat_1"}`)
	})
}

// steps lead from a patient to a patient, and from a visit to one.
var steps = []string{
	"visits(first: $n) { nodes { patient { %s } } }", "visits { edges { node { patient { ...F%d %s } } } }",
	"... on Patient { %s }", "... @include(if: true) { %s ...F%d }", "id id id %s", "%s ...F%d ...F%d ...F%d",
	"a%d: visits(first: 100) { nodes { patient { %s } } } b%d: id", "allergies(first: $n) { nodes { id substance { text } } } %s",
}

func randomDocument(t *rapid.T) string {
	fragments := rapid.IntRange(0, 50).Draw(t, "fragments")
	var b strings.Builder
	b.WriteString("query($n: Int, $id: ID!) { patients(first: $n) { nodes { " + randomSet(t, fragments) + " } } x: patient(by: {id: $id}) { " + randomSet(t, fragments) + " } }")
	for i := range fragments {
		fmt.Fprintf(&b, " fragment F%d on Patient { %s }", i, randomSet(t, fragments))
	}
	return b.String()
}

func randomSet(t *rapid.T, fragments int) string {
	set := "id"
	for range rapid.IntRange(0, 8).Draw(t, "steps") {
		step := strings.Replace(rapid.SampledFrom(steps).Draw(t, "step"), "%s", "\x00", 1)
		for strings.Contains(step, "%d") {
			step = strings.Replace(step, "%d", fmt.Sprint(rapid.IntRange(0, max(fragments-1, 0)).Draw(t, "fragment")), 1)
		}
		if fragments == 0 {
			step = "\x00"
		}
		set = strings.Replace(step, "\x00", set, 1)
	}
	return set
}
