package graph_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql/schema"
	entfield "entgo.io/ent/schema/field"
	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/ent"
	"medoffice/ent/migrate/tables"
	"medoffice/graph"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/officetest"
)

// bigRows are the rows of a big table. The race detector slows SQLite, which is
// Go, by so much that it gets fewer; what it plans is the same.
func bigRows(o *officetest.Office) int {
	if o.Deps.DB.Dialect == dialect.SQLite && officetest.Slow > 1 {
		return 2_000
	}
	return 100_000
}

// grow makes so many rows of a table of one that is there: each has its own id,
// its own unique values, its own instants, and one of the patients.
func grow(t *testing.T, o *officetest.Office, table *schema.Table, prefix string) {
	t.Helper()
	postgres := o.Deps.DB.Dialect == dialect.Postgres
	series := fmt.Sprintf("WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < %d) ", bigRows(o))
	from := " FROM s CROSS JOIN (SELECT * FROM " + table.Name + " ORDER BY id LIMIT 1) AS c"
	id := func(prefix string) string { return "'" + prefix + "_' || substr('00000' || s.i, -6)" }
	if postgres {
		series, from = "", strings.Replace(from, "FROM s", fmt.Sprintf("FROM generate_series(1, %d) AS s(i)", bigRows(o)), 1)
		id = func(prefix string) string { return "'" + prefix + "_' || lpad(s.i::text, 6, '0')" }
	}
	var names, values []string
	for _, c := range table.Columns {
		value := "c." + c.Name
		switch {
		case c.Name == "id":
			value = id(prefix)
		case c.Name == "patient_id":
			value = strings.Replace(id("pat"), "s.i", "(s.i / 10 + 1)", 1)
		case c.Name == "visit_id":
			value = strings.Replace(id("vis"), "s.i", "(s.i / 4 + 1)", 1)
		case c.Unique, slices.Contains([]string{"sort_name", "code", "folded", "resource_id"}, c.Name):
			value = id("u")
		case c.Type == entfield.TypeTime && postgres:
			value = "timestamptz '2020-01-01' + s.i * interval '10 minutes'"
		case c.Type == entfield.TypeTime:
			value = "strftime('%Y-%m-%dT%H:%M:%fZ', '2020-01-01', (s.i * 10) || ' minutes')"
		}
		names, values = append(names, c.Name), append(values, value)
	}
	text := "INSERT INTO " + table.Name + " (" + strings.Join(names, ", ") + ") " + series + "SELECT " + strings.Join(values, ", ") + from
	if _, err := o.Deps.DB.SQL().ExecContext(t.Context(), text); err != nil {
		t.Fatalf("%s: %v", table.Name, err)
	}
}

// TestDeclaredOrdersHaveIndexes reads the plans of all lists in all orders and by all
// filters that a module declares, and by the ids of all edges, over big tables: none
// reads a whole table. Orders and filters that are derived from the columns may.
func TestDeclaredOrdersHaveIndexes(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := newBoth(t, o)
		known := map[string]*schema.Table{}
		for _, table := range tables.Tables {
			known[table.Name] = table
		}
		types := field.Types{}
		for _, m := range o.All() {
			if typer, ok := m.(kit.Typer); ok {
				types.Add(typer.Types())
			}
		}
		big := []string{"Patient", "Visit", "VitalReading", "Allergy", "Problem", "HistoryEntry", "Immunization", "Consent", "VisitNote"}
		for _, name := range big {
			grow(t, o, known[ent.Tables[name]], types[name].Prefix)
		}
		if _, err := o.Deps.DB.SQL().ExecContext(t.Context(), "ANALYZE"); err != nil {
			t.Fatal(err)
		}
		x, err := graph.NewExplainer(o.Office)
		if err != nil {
			t.Fatal(err)
		}
		check := func(of, list string) {
			t.Helper()
			doc := "{ " + list + " { nodes { id } pageInfo { endCursor } } }"
			if of == "Patient" {
				doc = `{ patient(by: {id: "pat_000500"}) { ` + list + " { nodes { id } } } }"
			}
			told, err := x.Explain(o.System(), doc, nil, kit.Physician)
			if err != nil {
				t.Fatalf("%v: %s", err, doc)
			}
			for _, table := range whole(told) {
				if slices.ContainsFunc(big, func(name string) bool { return ent.Tables[name] == table }) {
					t.Errorf("reads all %s: %s\n%s", table, doc, strings.Join(told.Rows, "\n"))
				}
			}
		}
		ask := &writer{Rand: rand.New(rand.NewPCG(1, 1)), schema: w.schema, ids: w.ids}
		for _, of := range []string{"Query", "Patient"} {
			for _, list := range slices.Sorted(maps.Keys(types[of].Parts)) {
				part := types[of].Parts[list]
				if part.Page == nil || !slices.Contains(big, part.Page.Entity.Type) {
					continue
				}
				def := w.schema.Types[of].Fields.ForName(list)
				check(of, list)
				for _, arg := range def.Arguments {
					for name, text := range ask.conditions(arg) {
						if derived(w.schema, def, arg, name) {
							continue
						}
						check(of, list+"("+text+")")
						check(of, list+"("+strings.Replace(text, "ASC", "DESC", 1)+")")
					}
				}
			}
		}
	})
}

// derived reports whether a filter or an order follows from a column alone, and not
// from an edge, or belongs to a list that no module has written.
func derived(s *ast.Schema, list *ast.FieldDefinition, arg *ast.ArgumentDefinition, name string) bool {
	def := s.Types[arg.Type.Name()]
	var at *ast.Position
	if arg.Name == "filter" {
		at = def.Fields.ForName(name).Position
	} else {
		values := s.Types[def.Fields.ForName("field").Type.Name()].EnumValues
		at = values[slices.IndexFunc(values, func(v *ast.EnumValueDefinition) bool {
			return strings.EqualFold(strings.ReplaceAll(v.Name, "_", ""), name)
		})].Position
	}
	byHand := !strings.Contains(at.Src.Name, ".derived.") && !strings.Contains(list.Position.Src.Name, ".derived.")
	return !byHand && !strings.HasSuffix(name, "Id")
}

var (
	seqScan = regexp.MustCompile(`Seq Scan on (\w+)`)
	scanned = regexp.MustCompile(`^ *SCAN (t\d+)$`)
)

// whole are the tables that a plan reads as a whole. In a plan of SQLite the
// rows of a page, once they are chosen, are scanned under the name of the table.
func whole(told *graph.Explained) (tables []string) {
	scans := map[string]int{}
	for _, line := range told.Rows {
		if found := seqScan.FindStringSubmatch(line); found != nil {
			tables = append(tables, found[1])
		}
		if found := scanned.FindStringSubmatch(line); found != nil {
			scans[found[1]]++
		}
	}
	for alias, n := range scans {
		if n > strings.Count(told.SQL, `) AS "`+alias+`"`) {
			tables = append(tables, regexp.MustCompile(`FROM "(\w+)" AS "` + alias + `"`).FindStringSubmatch(told.SQL)[1])
		}
	}
	return tables
}
