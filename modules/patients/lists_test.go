package patients_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"medoffice/ent"
	entproblem "medoffice/ent/problem"
	"medoffice/modules/kit/date"
	"medoffice/modules/officetest"
)

// chart is the patient part of the document of the first issue, as written there.
const chart = `query Chart($id: ID!) {
  patient(by: {id: $id}) {
    id mrn name { text family given } birthDate age sex
    allergies { nodes { id substance { text code system } criticality status } }
    problems(first: 50) { nodes { id code { text code system } onset status } }
    immunizations(first: 50) { nodes { id vaccine { text code } occurredAt status } }
  }
}`

func TestChartRunsAsWritten(t *testing.T) {
	officetest.EachWay(t, func(t *testing.T, o *officetest.Office, simple bool) {
		seeded(t, o, 25)
		var all struct {
			Patients struct{ Nodes []struct{ ID string } }
		}
		o.As("PHYSICIAN").Do(`{ patients { nodes { id } } }`, nil, &all)
		shown := 0
		for _, p := range all.Patients.Nodes {
			var got struct {
				Patient struct {
					Age           *int
					Problems      struct{ Nodes []any }
					Immunizations struct{ Nodes []any }
				}
			}
			a := o.As("PHYSICIAN").Do(chart, officetest.Vars{"id": p.ID}, &got)
			shown += len(got.Patient.Problems.Nodes) + len(got.Patient.Immunizations.Nodes)
			if n := selects(a); n > statements(simple, 5) { // the token, the patient, three lists
				t.Fatalf("%d statements: %s", n, strings.Join(a.Statements, "\n"))
			}
		}
		if shown < 100 {
			t.Fatalf("charts are empty: %d rows", shown)
		}
	})
}

// selects counts the reading statements of an answer.
func selects(a *officetest.Answer) int {
	n := 0
	for _, s := range a.Statements {
		if strings.HasPrefix(s, "SELECT") {
			n++
		}
	}
	return n
}

// statements are two where the query is compiled, the token and all else.
func statements(simple bool, resolved int) int {
	if simple {
		return resolved
	}
	return 2
}

func counts(a *officetest.Answer) int {
	return strings.Count(strings.ToLower(strings.Join(a.Statements, " ")), "count(")
}

// graph.md 0.1a: two aliases of one edge with different fields.
func TestGraph01aTwoAliasesOfOneEdge(t *testing.T) {
	officetest.EachWay(t, func(t *testing.T, o *officetest.Office, simple bool) {
		id := patients(t, o, 1, "a", func(_ int, c *ent.PatientCreate) { c.SetBirthDate("1950-06-07") })[0]
		allergies(t, o, id, 2)
		const want = `{"a":{"mrn":"a0"},"b":{"birthDate":"1950-06-07","name":{"family":"Family"}}}`
		for _, order := range []string{`a: patient { mrn } b: patient { birthDate name { family } }`, `b: patient { birthDate name { family } } a: patient { mrn }`} {
			a := o.As("NURSE").Do(`query($id: ID!) { patient(by: {id: $id}) { allergies { nodes { `+order+` } } } }`, officetest.Vars{"id": id}, nil)
			for _, part := range strings.Split(strings.Trim(want, "{}"), `,"b"`)[:1] {
				if strings.Count(a.Text, part) != 2 {
					t.Fatal(a.Text)
				}
			}
			if strings.Count(a.Text, `"birthDate":"1950-06-07","name":{"family":"Family"}`) != 2 {
				t.Fatal(a.Text)
			}
			if n := selects(a); n != statements(simple, 4) { // the token, the patient, the allergies, their patients once
				t.Fatalf("%d statements", n)
			}
		}
	})
}

// graph.md 0.1b: the plumbing of a connection under other names.
func TestGraph01bAliasedConnectionParts(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		patients(t, o, 3, "b", nil)
		var got struct {
			L struct {
				E []struct {
					C string
					N struct{ M string }
				}
				P struct {
					More bool
					End  string
				}
				T  int
				Ns []struct{ M string }
			}
		}
		o.As("NURSE").Do(`{ l: patients(first: 2, orderBy: {field: MRN}) { e: edges { c: cursor n: node { m: mrn } } ns: nodes { m: mrn }
			p: pageInfo { more: hasNextPage end: endCursor } t: totalCount } }`, nil, &got)
		l := got.L
		if len(l.E) != 2 || l.E[0].N.M != "b0" || l.E[1].N.M != "b1" || !l.P.More || l.P.End != l.E[1].C || l.T != 3 || l.Ns[1].M != "b1" {
			t.Fatalf("%+v", l)
		}
	})
}

// graph.md 0.2: pageInfo counts nothing, totalCount counts once.
func TestGraph02CountsOnlyWhenAsked(t *testing.T) {
	officetest.EachWay(t, func(t *testing.T, o *officetest.Office, simple bool) {
		for _, id := range patients(t, o, 3, "c", nil) {
			allergies(t, o, id, 4)
		}
		for query, want := range map[string]int{
			`{ patients(first: 2) { nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`: 0,
			`{ patients(first: 2) { nodes { id } pageInfo { hasNextPage } totalCount t: totalCount } }`:              2,
			`{ patients(first: 2) { totalCount } }`: 1,
			`{ patients { nodes { allergies(first: 2) { nodes { id } pageInfo { hasNextPage endCursor } } } } }`:            0,
			`{ patients { nodes { allergies(first: 2) { nodes { id } pageInfo { hasNextPage endCursor } totalCount } } } }`: 1,
		} {
			if !simple {
				want = min(want, 1) // under two names it is still one
			}
			if a := o.As("NURSE").Do(query, nil, nil); counts(a) != want {
				t.Errorf("%d counts for %s", counts(a), query)
			}
		}
	})
}

// graph.md 0.3: rows without an order key are not lost, in either direction.
func TestGraph03PagingOverNulls(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		patients(t, o, 6, "d", func(i int, c *ent.PatientCreate) {
			if i%2 == 1 {
				c.SetBirthDate(date.Date(fmt.Sprintf("19%d0-01-01", 4+i)))
			}
		})
		for order, want := range map[string]string{"ASC": "d1 d3 d5 d0 d2 d4", "DESC": "d4 d2 d0 d5 d3 d1"} {
			for _, walk := range []func(*testing.T, *officetest.Office, string, int) []string{forwards, backwards} {
				got := strings.Join(walk(t, o, `orderBy: {field: BIRTH_DATE, direction: `+order+`}`, 2), " ")
				if got != want {
					t.Errorf("%s: %s", order, got)
				}
			}
		}
	})
}

type page struct {
	Patients struct {
		Nodes    []struct{ Mrn string }
		PageInfo struct {
			HasNextPage, HasPreviousPage bool
			StartCursor, EndCursor       *string
		}
	}
}

// forwards walks a list from its beginning and returns the MRNs.
func forwards(t *testing.T, o *officetest.Office, args string, size int) (list []string) {
	t.Helper()
	return walk(o, args, size, "first", "after", func(p page, list []string) ([]string, *string) {
		for _, n := range p.Patients.Nodes {
			list = append(list, n.Mrn)
		}
		if !p.Patients.PageInfo.HasNextPage {
			return list, nil
		}
		return list, p.Patients.PageInfo.EndCursor
	})
}

// backwards walks a list from its end and returns the MRNs in the list's order.
func backwards(t *testing.T, o *officetest.Office, args string, size int) (list []string) {
	t.Helper()
	return walk(o, args, size, "last", "before", func(p page, list []string) ([]string, *string) {
		var some []string
		for _, n := range p.Patients.Nodes {
			some = append(some, n.Mrn)
		}
		list = append(some, list...)
		if !p.Patients.PageInfo.HasPreviousPage {
			return list, nil
		}
		return list, p.Patients.PageInfo.StartCursor
	})
}

func walk(o *officetest.Office, args string, size int, sizeName, cursorName string, take func(page, []string) ([]string, *string)) (list []string) {
	var from *string
	for range 100 {
		var p page
		query := fmt.Sprintf(`query($from: String) { patients(%s, %s: %d, %s: $from) { nodes { mrn } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`, args, sizeName, size, cursorName)
		o.As("NURSE").Do(query, officetest.Vars{"from": from}, &p)
		if list, from = take(p, list); from == nil {
			return list
		}
	}
	return append(list, "and so on for ever")
}

// TestP39Cursors: a cursor that is broken, or of another list, order, filter or
// viewer, is refused and no panic, also in a nested list.
func TestP39Cursors(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		for _, id := range patients(t, o, 3, "e", nil) {
			allergies(t, o, id, 3)
		}
		var got struct {
			Patients struct {
				PageInfo struct{ EndCursor string }
				Nodes    []struct {
					Allergies struct{ PageInfo struct{ EndCursor string } }
				}
			}
		}
		o.As("NURSE").Do(`{ patients(first: 1) { pageInfo { endCursor } nodes { allergies(first: 1) { pageInfo { endCursor } } } } }`, nil, &got)
		root, nested := got.Patients.PageInfo.EndCursor, got.Patients.Nodes[0].Allergies.PageInfo.EndCursor
		const inner = `query($c: String) { patients { nodes { allergies(first: 1, after: $c) { nodes { id } } } } }`
		const outer = `query($c: String) { patients(first: 1, after: $c) { nodes { id } } }`
		if a := o.As("NURSE").Send(inner, officetest.Vars{"c": nested}); a.Code() != "" {
			t.Fatal(a.Text)
		}
		other := "A" // another letter than there is, where every bit counts
		if nested[20] == 'A' {
			other = "B"
		}
		for _, broken := range []string{"", "x", "%%%", strings.Repeat("A", 40), strings.Repeat("A", 4000), nested[:20] + other + nested[21:], root} {
			if a := o.As("NURSE").Send(inner, officetest.Vars{"c": broken}); a.Code() != "INVALID_CURSOR" {
				t.Errorf("nested %q: %s", broken, a.Text)
			}
		}
		for name, query := range map[string]string{
			"another filter": `query($c: String) { patients(first: 1, after: $c, filter: {mrn: {prefix: "e"}}) { nodes { id } } }`,
			"another order":  `query($c: String) { patients(first: 1, after: $c, orderBy: {field: MRN}) { nodes { id } } }`,
			"another way":    `query($c: String) { patients(first: 1, after: $c, orderBy: {field: NAME, direction: DESC}) { nodes { id } } }`,
		} {
			if a := o.As("NURSE").Send(query, officetest.Vars{"c": root}); a.Code() != "INVALID_CURSOR" {
				t.Errorf("%s: %s", name, a.Text)
			}
		}
		if a := o.As("PHYSICIAN").Send(outer, officetest.Vars{"c": root}); a.Code() != "INVALID_CURSOR" {
			t.Errorf("another viewer: %s", a.Text)
		}
		if a := o.As("NURSE").Send(outer, officetest.Vars{"c": root}); a.Code() != "" {
			t.Error(a.Text)
		}
		if plain, err := base64.RawURLEncoding.DecodeString(root); err != nil || bytes.Contains(plain, []byte("pat_")) || len(plain) < 40 {
			t.Errorf("the cursor can be read: %q %v", plain, err)
		}
		if strings.Contains(o.Log.String(), "panic") {
			t.Error(o.Log.String())
		}
	})
}

// graph.md 0.4, P12: a nested list has the default page, and pages have bounds.
func TestGraph04NestedDefaultPage(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		for _, id := range patients(t, o, 2, "f", nil) {
			allergies(t, o, id, 30)
		}
		var got struct {
			Patients struct {
				Nodes []struct {
					Allergies struct {
						Nodes    []struct{ ID string }
						PageInfo struct{ HasNextPage bool }
					}
				}
			}
		}
		o.As("NURSE").Do(`{ patients { nodes { allergies { nodes { id } pageInfo { hasNextPage } } } } }`, nil, &got)
		for _, p := range got.Patients.Nodes {
			if len(p.Allergies.Nodes) != 25 || !p.Allergies.PageInfo.HasNextPage {
				t.Fatalf("%d rows", len(p.Allergies.Nodes))
			}
		}
		for _, args := range []string{"first: 0", "first: 101", "first: -1", "last: 101", "first: 1, last: 1", `first: 1, before: "x"`} {
			if a := o.As("NURSE").Send(`{ patients { nodes { allergies(`+args+`) { nodes { id } } } } }`, nil); a.Code() != "BAD_USER_INPUT" {
				t.Errorf("%s: %s", args, a.Text)
			}
		}
	})
}

// Lists of many patients cost one statement for each edge, and each patient
// gets its own rows.
func TestNestedListsCostOneStatementAnEdge(t *testing.T) {
	officetest.EachWay(t, func(t *testing.T, o *officetest.Office, simple bool) {
		ids := patients(t, o, 20, "g", nil)
		for i, id := range ids {
			allergies(t, o, id, i)
		}
		const query = `{ patients(first: 20, orderBy: {field: MRN}) { nodes { id
			allergies(first: 3, orderBy: {field: ONSET}) { nodes { substance { text } onset patient { id } } }
			problems { nodes { id } } histories { nodes { id } } immunizations { nodes { id } } consents { nodes { id } }
			identifiers { id } addresses { id } telecoms { id } contacts { id } } } }`
		var got struct {
			Patients struct {
				Nodes []struct {
					ID        string
					Allergies struct {
						Nodes []struct {
							Onset   *string
							Patient struct{ ID string }
						}
					}
				}
			}
		}
		a := o.As("NURSE").Do(query, nil, &got)
		if n := selects(a); n != statements(simple, 12) { // token, patients, nine edges, the patients of the allergies
			t.Fatalf("%d statements:\n%s", n, strings.Join(a.Statements, "\n"))
		}
		for _, p := range got.Patients.Nodes {
			want := min(3, slices.Index(ids, p.ID))
			if len(p.Allergies.Nodes) != want {
				t.Errorf("%d of %d", len(p.Allergies.Nodes), want)
			}
			for _, row := range p.Allergies.Nodes {
				if row.Patient.ID != p.ID {
					t.Error("a row of somebody else")
				}
			}
		}
	})
}

// Walking in pages gives what sorting in memory gives, whatever the data, the
// order, the direction and the size.
func TestPagingEqualsSorting(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		round := 0
		rapid.Check(t, func(rt *rapid.T) {
			round++
			prefix := fmt.Sprintf("r%d-", round)
			type key struct{ name, birth string }
			n := rapid.IntRange(0, 9).Draw(rt, "rows")
			keys := make([]key, n)
			for i := range keys {
				keys[i].name = rapid.SampledFrom([]string{"", "a", "b", "é", "z\U0001F600"}).Draw(rt, "name")
				keys[i].birth = rapid.SampledFrom([]string{"", "", "1950", "1950-01", "1950-01-01", "2000-02-29"}).Draw(rt, "birth")
			}
			ids := patients(t, o, n, prefix, func(i int, c *ent.PatientCreate) {
				c.SetSortName(keys[i].name)
				if keys[i].birth != "" {
					c.SetBirthDate(date.Date(keys[i].birth))
				}
			})
			by := rapid.SampledFrom([]string{"NAME", "BIRTH_DATE", "MRN", "CREATED_AT"}).Draw(rt, "order")
			desc := rapid.Bool().Draw(rt, "descending")
			size := rapid.IntRange(1, 4).Draw(rt, "size")
			value := func(i int) string {
				switch by {
				case "NAME":
					return keys[i].name
				case "BIRTH_DATE":
					if keys[i].birth == "" {
						return "\U0010FFFF" // without one: last
					}
					return keys[i].birth
				case "MRN":
					return fmt.Sprint(prefix, i)
				}
				return ""
			}
			index := make([]int, n)
			for i := range index {
				index[i] = i
			}
			slices.SortFunc(index, func(a, b int) int {
				if c := strings.Compare(value(a), value(b)); c != 0 {
					return c
				}
				return strings.Compare(ids[a], ids[b])
			})
			if desc {
				slices.Reverse(index)
			}
			var want []string
			for _, i := range index {
				want = append(want, fmt.Sprint(prefix, i))
			}
			args := fmt.Sprintf(`filter: {mrn: {prefix: "%s"}}, orderBy: {field: %s, direction: %s}`, prefix, by, map[bool]string{true: "DESC", false: "ASC"}[desc])
			if got := forwards(t, o, args, size); !slices.Equal(got, want) {
				rt.Fatalf("forwards by %s: %v, not %v", args, got, want)
			}
			if got := backwards(t, o, args, size); !slices.Equal(got, want) {
				rt.Fatalf("backwards by %s: %v, not %v", args, got, want)
			}
		})
	})
}

// Filters of the clinical lists narrow rows and counts alike.
func TestFilters(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id := patients(t, o, 1, "h", nil)[0]
		scene(t, o, func(ctx context.Context, c *ent.Client) error {
			for _, p := range []struct{ code, onset, status string }{{"I10", "2001", "ACTIVE"}, {"I10", "2010-05-01", "RESOLVED"}, {"E11.9", "", "ACTIVE"}} {
				row := c.Problem.Create().SetPatientID(id).SetCodeText(p.code).SetCode(p.code).SetStatus(entproblem.Status(p.status)).SetRecordedAt(officetest.Morning)
				if p.onset != "" {
					row.SetOnset(date.Date(p.onset))
				}
				if err := row.Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		for filter, want := range map[string]int{
			`{}`: 3, `{status: {eq: ACTIVE}}`: 2, `{status: {in: [ACTIVE, RESOLVED]}}`: 3, `{code: {code: {eq: "I10"}}}`: 2, `{code: {code: {prefix: "E"}}}`: 1,
			`{code: {code: {in: "I10"}}}`: 2, `{onset: {isNull: true}}`: 1, `{onset: {gte: "2005", lt: "2011"}}`: 1, `{not: {status: {eq: ACTIVE}}}`: 1,
			`{and: {code: {code: {eq: "I10"}}, status: {eq: ACTIVE}}}`: 1, `{or: [{code: {code: {eq: "E11.9"}}}, {status: {eq: RESOLVED}}]}`: 2,
			`{recordedAt: {gte: "2026-01-01T00:00:00Z"}}`: 3, `{status: {ne: ACTIVE}}`: 1, `{status: {notIn: [ACTIVE, RESOLVED]}}`: 0,
			`{onset: {between: {from: "2001", to: "2010-05-01"}}}`: 2, `{onset: {lte: "2001"}}`: 1, `{onset: {gt: "2001"}}`: 1, `{code: {text: {contains: "11"}}}`: 1,
			`{patient: {status: {eq: ACTIVE}}}`: 3, `{patientId: {isNull: true}}`: 0,
			`{and: [{or: {not: {and: {not: {not: {not: {status: {eq: ACTIVE}}}}}}}}]}`: -1, `{onset: {gte: "tomorrow"}}`: -2,
		} {
			var got struct {
				Patient struct {
					Problems *struct {
						Nodes      []struct{ ID string }
						TotalCount int
					}
				}
			}
			query := `query($id: ID!) { patient(by: {id: $id}) { problems(filter: ` + filter + `) { nodes { id } totalCount } } }`
			if want < 0 {
				code := map[int]string{-1: "BAD_USER_INPUT", -2: "GRAPHQL_VALIDATION_FAILED"}[want]
				if a := o.As("NURSE").Send(query, officetest.Vars{"id": id}); a.Code() != code {
					t.Errorf("%s: %s", filter, a.Text)
				}
				continue
			}
			o.As("NURSE").Do(query, officetest.Vars{"id": id}, &got)
			if l := got.Patient.Problems; len(l.Nodes) != want || l.TotalCount != want {
				t.Errorf("%s: %d rows, %d counted, not %d", filter, len(l.Nodes), l.TotalCount, want)
			}
		}
	})
}
