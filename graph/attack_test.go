package graph_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"medoffice/graph/limit"
	"medoffice/modules/officetest"
)

// An attack is a document that must be refused with a code, and soon.
type attack struct {
	name, doc string
	vars      officetest.Vars
	code      string
	within    time.Duration // 0 is mostAttack
}

// mostAttack is what no document of the attack set may cost.
const mostAttack = 50 * time.Millisecond

// refuse sends attacks, as somebody who may ask for much.
func refuse(t *testing.T, o *officetest.Office, attacks ...attack) {
	t.Helper()
	physician := o.As("PHYSICIAN")
	for _, a := range attacks {
		best, within := time.Hour, cmp.Or(a.within, mostAttack)*officetest.Slow
		var got *officetest.Answer
		for range 200 { // the machine has other things to do: the best try counts
			start := time.Now()
			got = physician.Send(a.doc, a.vars)
			if best = min(best, time.Since(start)); best <= within {
				break
			}
		}
		if got.Code() != a.code {
			t.Errorf("%s: %.300s, want %s", a.name, got.Text, a.code)
		}
		if got.Data != nil {
			t.Errorf("%s: has data", a.name)
		}
		if best > within {
			t.Errorf("%s took %v, more than %v", a.name, best, within)
		}
		if len(got.Text) > 10_000 {
			t.Errorf("%s: the answer has %d bytes", a.name, len(got.Text))
		}
	}
}

func TestP02QueryLength(t *testing.T) {
	o := officetest.New(t)
	refuse(t, o, attack{name: "16,000 bytes", doc: "{ me { id } } #" + strings.Repeat("x", 16_000), code: "QUERY_TOO_LONG"})
	o.As("").Do("{ me { id } } #"+strings.Repeat("x", 14_000), nil, nil)
}

func TestP03Tokens(t *testing.T) {
	o := officetest.New(t)
	refuse(t, o, attack{
		name: "5,000 fields", doc: "{" + strings.Repeat(" a", 5_000) + "}", code: "QUERY_TOO_LONG", within: 5 * time.Millisecond,
	})
}

// The parser has a bound of its own, for documents whose length nothing bounds.
func TestP04Nesting(t *testing.T) {
	o := officetest.New(t)
	o.Limits.Interactive.Text, o.Limits.Interactive.Tokens = limit.None, limit.None
	refuse(t, o,
		attack{name: "1,000,000 lists", doc: "{ a(b: " + strings.Repeat("[", 100_000) + ") }", code: "GRAPHQL_PARSE_FAILED"},
		attack{name: "100,000 selections", doc: strings.Repeat("{a", 100_000), code: "GRAPHQL_PARSE_FAILED"},
	)
}

func TestP05Depth(t *testing.T) {
	o := officetest.New(t)
	// node { ... on Visit { patient { visits { nodes { patient … is a circle.
	deep := func(rounds int) string {
		return "{ patients(first: 2) { nodes { " + strings.Repeat("visits(first: 2) { nodes { patient { ", rounds) + "id" + strings.Repeat(" } } }", rounds) + " } } }"
	}
	o.As("PHYSICIAN").Do(deep(2), nil, nil) // 9 deep
	refuse(t, o,
		attack{name: "12 deep", doc: deep(3), code: "DEPTH_LIMIT_EXCEEDED"},
		attack{name: "hidden in fragments", code: "DEPTH_LIMIT_EXCEEDED", doc: `{ patients { nodes { ...A } } }
			fragment A on Patient { visits { nodes { patient { ...B } } } }
			fragment B on Patient { visits { nodes { patient { visits { nodes { patient { id } } } } } } }`},
	)
}

// bomb doubles with every fragment.
func bomb(n int) string {
	var b strings.Builder
	b.WriteString("query { patients { nodes { ...F0 } } }\n")
	for i := range n {
		fmt.Fprintf(&b, "fragment F%d on Patient { ...F%d ...F%d }\n", i, i+1, i+1)
	}
	fmt.Fprintf(&b, "fragment F%d on Patient { id }\n", n)
	return b.String()
}

func TestP06FragmentBomb(t *testing.T) {
	o := officetest.New(t)
	refuse(t, o,
		attack{name: "2^40", doc: bomb(40), code: "COST_LIMIT_EXCEEDED", within: time.Millisecond},
		attack{name: "60 fragments", doc: bomb(60), code: "LIMIT_EXCEEDED", within: 3 * time.Millisecond},
		attack{name: "a circle", code: "GRAPHQL_VALIDATION_FAILED", doc: `{ patients { nodes { ...A } } }
			fragment A on Patient { ...B } fragment B on Patient { ...A }`},
	)
}

func TestP07Overlaps(t *testing.T) {
	o := officetest.New(t)
	o.Limits.Interactive.Text = limit.None
	pairs := "{ patients { nodes {" + strings.Repeat(" id", 900) + " } } }"
	nested := "{" + strings.Repeat(" patients { nodes { visits { nodes { id reason } } } }", 80) + " }"
	refuse(t, o,
		attack{name: "250 kB of the same", doc: "{" + strings.Repeat(" me { id }", 25_000) + "}", code: "QUERY_TOO_LONG"},
		attack{name: "405,000 pairs", doc: pairs, code: "LIMIT_EXCEEDED"},
		attack{name: "nested pairs", doc: nested, code: "LIMIT_EXCEEDED"},
	)
}

func TestP08Aliases(t *testing.T) {
	o := officetest.New(t)
	aliases := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, " a%d: __typename", i)
		}
		return b.String()
	}
	spread := "{ me {" + aliases(5) + "} office {" + aliases(5) + "} locations {" + aliases(6) + "} }"
	refuse(t, o,
		attack{name: "one field six times", doc: "{" + aliases(6) + " }", code: "LIMIT_EXCEEDED"},
		attack{name: "16 aliases", doc: spread, code: "LIMIT_EXCEEDED"},
	)
	o.As("").Do("{"+aliases(5)+" }", nil, nil)
}

func TestP09Directives(t *testing.T) {
	o := officetest.New(t)
	refuse(t, o,
		attack{name: "51 directives", doc: "{ me {" + strings.Repeat(" id @include(if: true)", 51) + " } }", code: "LIMIT_EXCEEDED"},
		attack{name: "6 on one field", doc: "{ me { id" + strings.Repeat(" @x", 6) + " } }", code: "LIMIT_EXCEEDED"},
	)
}

func TestP10ErrorsAreFew(t *testing.T) {
	o := officetest.New(t)
	var doc strings.Builder
	doc.WriteString("{")
	for i := range 900 {
		fmt.Fprintf(&doc, " no%d", i)
	}
	a := o.As("").Send(doc.String()+" }", nil)
	if len(a.Errors) == 0 || len(a.Errors) > 20 {
		t.Errorf("%d errors came back", len(a.Errors))
	}
}

func TestP11Cost(t *testing.T) {
	o := officetest.New(t)
	nested := `query($n: Int) { patients(first: $n) { nodes { visits(first: $n) { nodes { vitals(first: $n) { nodes { id } } } } } } }`
	refuse(t, o,
		attack{name: "100 x 100 x 100", doc: strings.ReplaceAll(strings.TrimPrefix(nested, "query($n: Int) "), "$n)", "100)"), code: "COST_LIMIT_EXCEEDED"},
		attack{name: "the same by variables", doc: nested, vars: officetest.Vars{"n": 100}, code: "COST_LIMIT_EXCEEDED"},
		attack{name: "by a default", doc: strings.Replace(nested, "Int)", "Int = 100)", 1), code: "COST_LIMIT_EXCEEDED"},
		attack{name: "through a fragment", code: "COST_LIMIT_EXCEEDED", doc: `{ patients(first: 100) { nodes { ...V } } }
			fragment V on Patient { visits(first: 100) { nodes { vitals(first: 100) { nodes { id } } } } }`},
	)
	a := o.As("PHYSICIAN").Do(nested, officetest.Vars{"n": 10}, nil)
	var got struct {
		Extensions struct {
			Cost struct{ RequestedQueryCost, ActualQueryCost *int }
		}
	}
	if err := json.Unmarshal([]byte(a.Text), &got); err != nil {
		t.Fatal(err)
	}
	// A list, 10 rows each with a list of 10 rows, each with a list of 10.
	if c := got.Extensions.Cost; c.RequestedQueryCost == nil || *c.RequestedQueryCost != 1+10*(1+1+10*(1+1+10)) || *c.ActualQueryCost != 0 {
		t.Errorf("cost: %s", a.Text)
	}
}

func TestP12PagesHaveASize(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id := patientWith(t, o, 60)
		var got struct {
			Patient struct {
				Visits struct{ Nodes []struct{ ID string } }
			}
		}
		physician := o.As("PHYSICIAN")
		physician.Do(`query($id: ID!) { patient(by: {id: $id}) { visits { nodes { id } } } }`, officetest.Vars{"id": id}, &got)
		if n := len(got.Patient.Visits.Nodes); n != 25 {
			t.Errorf("a page that nobody bounded has %d rows", n)
		}
		a := physician.Send(`query($id: ID!) { patient(by: {id: $id}) { visits(first: 101) { nodes { id } } } }`, officetest.Vars{"id": id})
		if a.Code() != "BAD_USER_INPUT" {
			t.Errorf("101 rows: %s", a.Text)
		}
	})
}

func TestP13FiltersAreBounded(t *testing.T) {
	o := officetest.New(t)
	deep := func(levels int) officetest.Vars {
		f := officetest.Vars{"search": "x"}
		for range levels {
			f = officetest.Vars{"not": f}
		}
		return officetest.Vars{"f": f}
	}
	many := func(n int) officetest.Vars {
		list := make([]any, n)
		for i := range list {
			list[i] = officetest.Vars{"search": "x"}
		}
		return officetest.Vars{"f": officetest.Vars{"or": list}}
	}
	const doc = `query($f: PatientFilter) { patients(filter: $f) { nodes { id } } }`
	physician := o.As("PHYSICIAN")
	for name, c := range map[string]struct {
		vars officetest.Vars
		code string
	}{
		"5 deep": {deep(5), ""}, "7 deep": {deep(7), "BAD_USER_INPUT"}, "4,900 deep": {deep(4_900), "LIMIT_EXCEEDED"},
		"49 terms": {many(49), ""}, "51 terms": {many(51), "BAD_USER_INPUT"}, "251 values": {many(251), "LIMIT_EXCEEDED"},
	} {
		if a := physician.Send(doc, c.vars); a.Code() != c.code {
			t.Errorf("%s: %.200s, want %q", name, a.Text, c.code)
		}
	}
	refuse(t, o, attack{name: "4,900 deep", doc: doc, vars: deep(4_900), code: "LIMIT_EXCEEDED"})
}

func TestP14OneOf(t *testing.T) {
	o := officetest.New(t)
	const doc = `query($by: PatientBy!) { patient(by: $by) { id } }`
	for name, by := range map[string]officetest.Vars{
		"two": {"id": "pat_1", "mrn": "1"}, "none": {}, "null": {"id": nil}, "one and null": {"id": "pat_1", "mrn": nil},
	} {
		if a := o.As("PHYSICIAN").Send(doc, officetest.Vars{"by": by}); a.Code() != "BAD_USER_INPUT" {
			t.Errorf("%s: %s", name, a.Text)
		}
	}
	for _, by := range []string{`{id: "pat_1", mrn: "1"}`, `{}`, `{id: null}`} {
		a := o.As("PHYSICIAN").Send(`{ patient(by: `+by+`) { id } }`, nil)
		if len(a.Errors) == 0 || a.Data != nil {
			t.Errorf("in the document %s: %s", by, a.Text)
		}
	}
}

func TestP15Introspection(t *testing.T) {
	o := officetest.New(t)
	for _, doc := range []string{`{ __schema { types { name } } }`, `{ __type(name: "Patient") { fields { name } } }`} {
		for role, code := range map[string]string{"": "UNAUTHENTICATED", "NURSE": "FORBIDDEN", "BOARD": "FORBIDDEN", "REPORT": "", "ADMIN": ""} {
			if a := o.As(role).Send(doc, nil); a.Code() != code {
				t.Errorf("%q asks %s: %.200s", role, doc, a.Text)
			}
		}
	}
	o.As("").Do(`{ __typename }`, nil, nil)
}

func TestP16IntrospectionDepth(t *testing.T) {
	o := officetest.New(t)
	circle := "name"
	for range 6 {
		circle = "fields { type { " + circle + " } }"
	}
	for name, doc := range map[string]string{
		"a circle":   `{ __type(name: "Patient") { ` + circle + ` } }`,
		"in a bomb":  `{ __schema { types { ` + circle + ` } } }`,
		"in a chain": `{ __type(name: "Patient") { ...A } } fragment A on __Type { fields { type { fields { type { fields { type { fields { name } } } } } } } }`,
	} {
		if a := o.As("REPORT").Send(doc, nil); a.Code() != "GRAPHQL_VALIDATION_FAILED" {
			t.Errorf("%s: %.200s", name, a.Text)
		}
	}
}

func TestP17NoSuggestions(t *testing.T) {
	o := officetest.NewClosed(t)
	for _, doc := range []string{
		`{ patents { id } }`, `{ patients { node { id } } }`, `{ patients { nodes } }`, `{ patients(fist: 1) { totalCount } }`,
		`{ me { id } } fragment A on Patent { id }`, `query($f: PatentFilter) { me { id } }`, `{ me @skp(if: true) { id } }`,
		`{ patients(orderBy: {field: NAM}) { totalCount } }`, `{ patients(filter: {serch: "x"}) { totalCount } }`,
	} {
		a := o.As("PHYSICIAN").Send(doc, nil)
		if len(a.Errors) == 0 || strings.Contains(a.Text, "id you mean") {
			t.Errorf("%s: %s", doc, a.Text)
		}
	}
}
