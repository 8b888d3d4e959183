package graph_test

import (
	"slices"
	"strings"
	"testing"

	"medoffice/modules/officetest"
)

// mistakes are documents with an error of somebody who writes a client, and
// what is said of it with hints.
var mistakes = []struct {
	doc  string
	vars officetest.Vars
	said string
}{
	{`{ patents { id } }`, nil, `Cannot query field "patents" on type "Query". Did you mean "patients"`},
	{`{ patients { nodes { id nme } } }`, nil, `Cannot query field "nme" on type "Patient". Did you mean "name"`},
	{`{ patients { nodes } }`, nil, `Field "nodes" of type "[Patient!]!" must have a selection of subfields. Did you mean "nodes { ... }"?`},
	{`{ patients(fist: 1) { totalCount } }`, nil, `Unknown argument "fist" on field "Query.patients". Did you mean "first"`},
	{`{ me { id } } fragment A on Patent { id }`, nil, `Unknown type "Patent". Did you mean "Patient"`},
	{`{ patients(first: "ten") { totalCount } }`, nil, `argument "first" of "Query.patients": Int cannot represent non-integer value: "ten"`},
	{`{ patients(filter: {serch: "x"}) { totalCount } }`, nil, `Field "serch" is not defined by type "PatientFilter". Did you mean "search"`},
	{`{ patients(filter: {birthDate: {eq: "1.2.2003"}}) { totalCount } }`, nil, `field "eq" of "DateFilter": a date is YYYY`},
	{`{ patients(orderBy: {field: NAM}) { totalCount } }`, nil, `field "field" of "PatientOrder": Value "NAM" does not exist in "PatientOrderField!" enum. Did you mean the enum value "NAME"`},
	{`{ patients(filter: {search: [1]}) { totalCount } }`, nil, `field "search" of "PatientFilter": `},
	{`query($n: Int) { patients(first: $n) { totalCount } }`, officetest.Vars{"n": "ten"}, `$n: cannot use string as Int`},
	{`query($f: PatientFilter) { patients(filter: $f) { totalCount } }`, officetest.Vars{"f": officetest.Vars{"serch": "x"}}, `$f.serch: unknown field of "PatientFilter"; did you mean "search" or "sex"?`},
	{`query($f: PatientFilter) { patients(filter: $f) { totalCount } }`, officetest.Vars{"f": officetest.Vars{"birthDate": officetest.Vars{"equal": "x"}}}, `$f.birthDate.equal: unknown field of "DateFilter"`},
	{`query($f: PatientFilter) { patients(filter: $f) { totalCount } }`, officetest.Vars{"f": officetest.Vars{"or": []any{officetest.Vars{"serch": "x"}}}}, `$f.or[0].serch: unknown field of "PatientFilter"; did you mean "search" or "sex"?`},
	{`qury { patients { totalCount } }`, nil, `Unexpected Name "qury"`},
}

// TestHints: a test and the demo say what is wrong with a document, and what
// would have been right.
func TestHints(t *testing.T) {
	o := officetest.New(t)
	for _, m := range mistakes {
		a := o.As("PHYSICIAN").Send(m.doc, m.vars)
		if !slices.ContainsFunc(a.Errors, func(e officetest.Error) bool { return strings.Contains(e.Message, m.said) }) {
			t.Errorf("%s %v: want %q: %s", m.doc, m.vars, m.said, a.Text)
		}
		if m.vars == nil && !strings.Contains(a.Text, `"locations":[{"line":1,"column":`) {
			t.Errorf("%s: no place: %s", m.doc, a.Text)
		}
	}
}

// TestP17HintsAreForTests: the same documents get no hint from an office, and
// only names that stand in them.
func TestP17HintsAreForTests(t *testing.T) {
	o := officetest.NewClosed(t)
	for _, m := range mistakes {
		a := o.As("PHYSICIAN").Send(m.doc, m.vars)
		if len(a.Errors) == 0 {
			t.Errorf("%s: %s", m.doc, a.Text)
		}
		messages := ""
		for _, e := range a.Errors {
			messages += e.Message + "\n"
		}
		for _, hint := range []string{m.said, "id you mean", `"ten"`, `"search"`, `"DateFilter"`, "1.2.2003", "NAM"} {
			if strings.Contains(messages, hint) {
				t.Errorf("%s: %q is told: %s", m.doc, hint, messages)
			}
		}
	}
}
