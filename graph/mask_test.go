package graph_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/graph"
	"medoffice/graph/limit"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// heap is what is in use after a collection, in bytes.
func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// TestP34DocumentsKept: parsed documents are kept up to a number of bytes,
// however many there are and whatever they are made of.
func TestP34DocumentsKept(t *testing.T) {
	if most := limit.Defaults().Server.Documents; most != 32<<20 {
		t.Errorf("the limit is %d", most)
	}
	large := 1_000
	if officetest.Slow > 1 {
		large = 300 // 60 MB; the detector makes the lexer slow
	}
	for _, c := range []struct {
		name        string
		most, times int
		document    func(n int) string
	}{
		{"of 200 kB", 32 << 20, large, func(n int) string { return fmt.Sprintf("{ me { id } } #%d", n) + strings.Repeat("x", 200_000) }},
		{"of 2,000 tokens", 8 << 20, 100, func(n int) string { return fmt.Sprintf("query Q%d { me { id } ", n) + values() }},
		{"small ones", 4 << 20, 5_000, func(n int) string { return fmt.Sprintf("{ me { id } } #%d", n) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			table := officetest.Generous()
			table.Server.Documents = c.most
			table.Interactive.Text = 250_000
			let := admitted(t, table)
			let(c.document(c.times))
			before := heap()
			for n := range c.times {
				let(c.document(n))
			}
			grown := heap() - before
			let(c.document(0)) // the cache lives until here
			if grown > c.most+c.most/4+1<<20 {
				t.Errorf("%d kB more are in use, of the %d that may be", grown>>10, c.most>>10)
			}
		})
	}
}

// admitted lets documents of a nurse in, which must fit.
func admitted(t *testing.T, table *limit.Table) func(document string) {
	t.Helper()
	o := officetest.New(t)
	let, err := graph.Admission(o.Office, graph.Options{Limits: table})
	if err != nil {
		t.Fatal(err)
	}
	viewer, err := o.Access.Viewer(o.System(), o.As("NURSE").Token)
	if err != nil {
		t.Fatal(err)
	}
	ctx := kit.WithViewer(t.Context(), viewer)
	return func(document string) {
		t.Helper()
		if errs := let(ctx, &graphql.RawParams{Query: document}); len(errs) > 0 {
			t.Fatal(errs)
		}
	}
}

// values are fields that are not asked for, with some 1,900 tokens of values.
func values() string {
	var b strings.Builder
	for i := range 5 {
		fmt.Fprintf(&b, " n%d: nodes(ids: [%s]) @skip(if: true) { id }", i, strings.Repeat(`"a" `, 360))
	}
	return b.String() + " }"
}

// masked fails where an answer says something of the database.
func masked(t *testing.T, a *officetest.Answer) {
	t.Helper()
	for _, part := range []string{"pq:", "UNIQUE", "unique constraint", "duplicate key", "SQLSTATE", "SQLITE", "sqlite", "ent:", "no such", "relation", "rooms", "INSERT", "SELECT"} {
		if strings.Contains(a.Text, part) {
			t.Errorf("%q is told: %s", part, a.Text)
		}
	}
}

// TestP35Masked: what the database says stays here.
func TestP35Masked(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		here := location(t, o)
		var there string
		run := func(statement string) {
			t.Helper()
			if _, err := o.Deps.DB.SQL().ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
			l, err := o.Deps.DB.Client(ctx).Location.Create().SetName("Far Street").Save(ctx)
			if err == nil {
				there = l.ID
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		manager := o.As("MANAGER")
		manager.Do(newRoom, officetest.Vars{"l": here, "n": "Seven"}, nil)
		run("CREATE UNIQUE INDEX one_name ON rooms (name)") // which nobody asks before
		a := manager.Do(newRoom, officetest.Vars{"l": there, "n": "Seven"}, nil)
		if !strings.Contains(a.Text, `"room":null,"userErrors":[{"code":"ALREADY_EXISTS"}]`) {
			t.Error(a.Text)
		}
		masked(t, a)
		run("ALTER TABLE rooms RENAME TO gone")
		for _, doc := range []string{`query($l: ID!) { places: node(id: $l) { id } it: roomBoard(location: $l) { cursor } }`, `query($l: ID!) { it: rooms(location: $l) { id } }`} {
			a := manager.Send(doc, officetest.Vars{"l": here})
			if a.Code() != "INTERNAL" || a.Errors[0].Extensions["requestId"] == nil {
				t.Errorf("%s: %s", doc, a.Text)
			}
			masked(t, a)
		}
	})
}

// TestP36Panics: where a part of the office falls over, the caller gets a
// request id, and the office stays open.
func TestP36Panics(t *testing.T) {
	o := officetest.OpenWith(t, officetest.Database(t, "sqlite"), graph.Options{Simple: true})
	const secret = "Lovelace-1815"
	vars := officetest.Vars{"s": secret}
	const doc = `query($s: String) { patients(filter: {search: $s}) { totalCount } me { name } }`
	nurse := o.As("NURSE")
	check := func(where string, status int, a *officetest.Answer) {
		t.Helper()
		if len(a.Errors) == 0 {
			t.Fatalf("%s: %s", where, a.Text)
		}
		id, _ := a.Errors[0].Extensions["requestId"].(string)
		if a.Code() != "INTERNAL" || id == "" || a.Status != status {
			t.Errorf("%s: %d %s", where, a.Status, a.Text)
		}
		for _, part := range []string{"goroutine", ".go", "runtime", "nil pointer", secret} {
			if strings.Contains(a.Text, part) {
				t.Errorf("%s: %q is told: %s", where, part, a.Text)
			}
		}
		log := o.Log.String()
		if !strings.Contains(log, id) || !strings.Contains(log, `"type":"runtime.`) {
			t.Errorf("%s: the log does not tell: %s", where, log)
		}
		if strings.Contains(log, secret) || strings.Contains(log, "nil pointer") {
			t.Errorf("%s: the log tells too much: %s", where, log)
		}
	}
	patients := o.Patients
	o.Patients = nil
	a := nurse.Send(doc, vars)
	check("in a field", http.StatusOK, a)
	if !strings.Contains(string(a.Data), `"patients":null,"me":{`) {
		t.Errorf("one field takes the others with it: %s", a.Text)
	}
	o.Patients = patients
	clock := o.Deps.Clock
	o.Deps.Clock = nil
	for range 2 {
		check("between the fields", http.StatusInternalServerError, nurse.Send(doc, vars))
	}
	o.Deps.Clock = clock
	nurse.Do(doc, vars, nil)
}
