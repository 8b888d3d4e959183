package graph_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql"

	"medoffice/modules/kit"
	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/field"
	"medoffice/modules/officetest"
)

// across is one edge with its rows in memory, as a reference for what the database
// answers to a filter across it.
type across struct {
	o      *officetest.Office
	of, to *field.Entity
	edge   field.Edge
	here   []string            // ids
	there  map[string][]string // id here to ids there
	oldest string              // that is seen
	picked []string            // ids there that the filter asks for
}

// columnOf reads the ids of a table, and what a column holds for each.
func columnOf(t *testing.T, o *officetest.Office, table, column string) (ids []string, values map[string]string) {
	t.Helper()
	rows, err := o.Deps.DB.SQL().QueryContext(t.Context(), fmt.Sprintf("SELECT id, COALESCE(CAST(%s AS TEXT), '') FROM %s ORDER BY id", column, table))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	values = map[string]string{}
	for rows.Next() {
		var id, value string
		if err := rows.Scan(&id, &value); err != nil {
			t.Fatal(err)
		}
		ids, values[id] = append(ids, id), value
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return ids, values
}

// read reads the rows of both ends; a rule hides the older half of the rows there,
// and the filter asks for every third.
func (a *across) read(t *testing.T) {
	t.Helper()
	a.there = map[string][]string{}
	var there []string
	if a.edge.Back {
		a.here, _ = columnOf(t, a.o, a.of.Table, "id")
		ids, points := columnOf(t, a.o, a.to.Table, a.edge.Column)
		there = ids
		for _, id := range ids {
			a.there[points[id]] = append(a.there[points[id]], id)
		}
	} else {
		ids, points := columnOf(t, a.o, a.of.Table, a.edge.Column)
		a.here = ids
		there, _ = columnOf(t, a.o, a.to.Table, "id")
		for _, id := range ids {
			if slices.Contains(there, points[id]) {
				a.there[id] = []string{points[id]}
			}
		}
	}
	if len(there) > 0 {
		a.oldest = there[len(there)/2]
	}
	for i := 0; i < len(there) && len(a.picked) < 200; i += 3 {
		a.picked = append(a.picked, there[i])
	}
}

// want are the ids here that fit by the rows in memory.
func (a *across) want(fits func(seen, picked int) bool) (ids []string) {
	for _, id := range a.here {
		seen, picked := 0, 0
		for _, other := range a.there[id] {
			if other >= a.oldest {
				seen++
				if slices.Contains(a.picked, other) {
					picked++
				}
			}
		}
		if fits(seen, picked) {
			ids = append(ids, id)
		}
	}
	return ids
}

// got are the ids here that the database finds.
func (a *across) got(t *testing.T, filter field.Filter) (ids []string) {
	t.Helper()
	where, err := a.of.Where(filter, &field.Asker{
		May: func(string) bool { return true }, Most: &ask.Usual,
		Rules: func(string) []field.Where {
			return []field.Where{func(s *sql.Selector) { s.Where(sql.GTE(s.C("id"), a.oldest)) }}
		},
	})
	if err != nil {
		t.Fatalf("%s %v: %v", a.of.Type, filter, err)
	}
	d := sql.Dialect(a.o.Deps.DB.Dialect)
	table := d.Table(a.of.Table).As("t")
	s := d.Select(table.C("id")).From(table).OrderBy(table.C("id"))
	where(s)
	text, args := s.Query()
	rows, err := a.o.Deps.DB.SQL().QueryContext(t.Context(), text, args...)
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	defer func() { _ = rows.Close() }()
	if err := errors.Join(sql.ScanSlice(rows, &ids), rows.Err()); err != nil {
		t.Fatal(err)
	}
	return ids
}

// TestFiltersAcrossEdges compares filters across every edge of the graph, in all their
// forms and under a rule that hides rows, with what plain rows in memory give.
func TestFiltersAcrossEdges(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		newBoth(t, o)
		types, edges, told := field.Types{}, 0, 0
		for _, m := range o.All() {
			if typer, ok := m.(kit.Typer); ok {
				types.Add(typer.Types())
			}
		}
		for _, name := range slices.Sorted(maps.Keys(types)) {
			of := field.EntityOf(name)
			if of == nil || types[name].Simple != "" {
				continue
			}
			for _, at := range slices.Sorted(maps.Keys(of.Edges)) {
				edges++
				a := &across{o: o, of: of, edge: of.Edges[at], to: field.EntityOf(of.Edges[at].To)}
				a.read(t)
				told += a.compare(t, at)
			}
		}
		if edges < 150 || told < 150 {
			t.Errorf("%d edges, of %d comparisons rows fitted", edges, told)
		}
		t.Logf("%d edges, of %d comparisons rows fitted", edges, told)
	})
}

// form is one form of a filter across an edge, and which rows fit: by the number of
// rows there that are seen, and of those that the filter asks for.
type form struct {
	filter any
	fits   func(seen, picked int) bool
}

// forms are the forms of a filter across the edge that asks for the picked rows.
func (a *across) forms() map[string]form {
	object := func(name string, v any) map[string]any { return map[string]any{name: v} }
	picked := object("id", object("in", anys(a.picked)))
	some := func(_, picked int) bool { return picked > 0 }
	all := func(seen, picked int) bool { return seen == picked }
	if !a.edge.Many {
		return map[string]form{"one": {picked, some}}
	}
	return map[string]form{
		"some": {object("some", picked), some}, "every": {object("every", picked), all},
		"none":     {object("none", picked), func(_, picked int) bool { return picked == 0 }},
		"not none": {object("none", object("not", picked)), all},
		"any":      {object("some", object("or", []any{picked, object("not", picked)})), func(seen, _ int) bool { return seen > 0 }},
		"at all":   {object("some", map[string]any{}), func(seen, _ int) bool { return seen > 0 }},
		"nothing":  {object("none", map[string]any{}), func(seen, _ int) bool { return seen == 0 }},
		"two":      {object("count", object("gte", 2)), func(seen, _ int) bool { return seen >= 2 }},
		"few":      {object("count", object("between", map[string]any{"from": 1, "to": 2})), func(seen, _ int) bool { return seen == 1 || seen == 2 }},
		"both":     {map[string]any{"some": picked, "count": object("lt", 3)}, func(seen, picked int) bool { return picked > 0 && seen < 3 }},
	}
}

// compare returns in how many forms rows fitted.
func (a *across) compare(t *testing.T, at string) (fitted int) {
	t.Helper()
	forms := a.forms()
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		want, got := a.want(forms[name].fits), a.got(t, field.Filter{at: forms[name].filter})
		if !slices.Equal(want, got) {
			t.Errorf("%s.%s %s: %d rows, want %d", a.of.Type, at, name, len(got), len(want))
		}
		others := a.got(t, field.Filter{"not": map[string]any{at: forms[name].filter}})
		if len(others)+len(got) != len(a.here) {
			t.Errorf("%s.%s not %s: %d rows beside %d, of %d", a.of.Type, at, name, len(others), len(got), len(a.here))
		}
		if len(got) > 0 {
			fitted++
		}
	}
	return fitted
}

func anys(list []string) []any {
	all := make([]any, len(list))
	for i, one := range list {
		all[i] = one
	}
	return all
}

// Bad filters are refused with a code and say where, before anything is read.
func TestFiltersThatAreRefused(t *testing.T) {
	o := officetest.New(t)
	for filter, at := range map[string]string{
		`{startedAt: {gte: null}}`:  "gte",
		`{startedAt: {}}`:           "startedAt",
		`{status: null}`:            "status",
		`{patient: null}`:           "patient",
		`{patient: {}}`:             "patient",
		`{charges: {}}`:             "charges",
		`{charges: {some: null}}`:   "some",
		`{charges: {every: {}}}`:    "every",
		`{charges: {count: {}}}`:    "count",
		`{or: []}`:                  "or",
		`{not: {}}`:                 "not",
		`{reason: {contains: "a"}}`: "reason",
		`{patient: {visits: {some: {patient: {visits: {some: {patient: {visits: {some: {id: {isNull: false}}}}}}}}}}}`:                         "",
		`{charges: {none: {visit: {charges: {none: {visit: {charges: {none: {visit: {charges: {none: {id: {isNull: false}}}}}}}}}}}}}`:         "",
		`{and: [` + strings.Repeat(`{charges: {some: {status: {eq: BILLABLE}}}} `, 60) + `]}`:                                                  "",
		`{charges: {some: {quantity: {between: {from: 1, to: 2}}, invoice: {entries: {some: {id: {eq: "x"}}}, patient: {name: {eq: null}}}}}}`: "eq",
		`{id: {in: [` + strings.Repeat(`"vis_x" `, 251) + `]}}`:                                                                                "",
		`{vitals: {some: {value: {gte: "much"}}}}`:                                                                                             "",
	} {
		a := o.As(kit.Manager).Send(`{ visits(filter: `+filter+`) { nodes { id } } }`, nil)
		if code := a.Code(); code != "BAD_USER_INPUT" && code != "GRAPHQL_VALIDATION_FAILED" && code != "LIMIT_EXCEEDED" && code != "FORBIDDEN" {
			t.Errorf("%.100s: %s", filter, a.Text)
		}
		if at != "" && !strings.Contains(a.Text, `"`+at+`"`) {
			t.Errorf("%.100s: it does not say %q: %s", filter, at, a.Text)
		}
	}
	// A variable that was forgotten is no "all".
	a := o.As(kit.Physician).Send(`query($from: DateTime) { visits(filter: {startedAt: {gte: $from}}) { totalCount } }`, nil)
	if a.Code() != "BAD_USER_INPUT" {
		t.Error(a.Text)
	}
}
