package graph_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"entgo.io/ent/dialect"

	"medoffice/ent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/id"
	"medoffice/modules/officetest"
)

// pointsTo are the edges of a table with several columns that point to the same
// table, and the only edges whose column no foreign key guards. All else must be
// the one foreign key of the table to the other.
var pointsTo = map[string]string{
	"Appointment.movedFrom": "moved_from_id", "Appointment.movedTo": "moved_to_id",
	"StageChange.fromRoom": "from_room_id", "StageChange.toRoom": "to_room_id",
	"ReconciliationLine.statement": "statement_id", "ReconciliationLine.replacedBy": "replaced_by_id",
	"MedicationStatement.changedFrom": "changed_from_id",
	"FHIRResource.patient":            "patient_id", "Patient.fhirResources": "patient_id", "Kit.visitType": "visit_type_id",
	"Payment.payer": "payer_id", "Payer.payments": "payer_id", "StockMovement.reversedBy": "reverses_id", "VisitType.kits": "visit_type_id", "StockMovement.reverses": "reverses_id",
}

// reference is what the database says of its own, which no generator wrote.
type reference struct {
	*both
	callers []caller
	keys    map[string]map[string]string // table to column to table
}

func (r reference) read(t *testing.T) {
	t.Helper()
	text := `SELECT m.name, f."from", f."table" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`
	if r.Deps.DB.Dialect == dialect.Postgres {
		text = `SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text FROM pg_constraint c
			JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'f'`
	}
	rows, err := r.Deps.DB.SQL().QueryContext(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var table, column, to string
		if err := rows.Scan(&table, &column, &to); err != nil {
			t.Fatal(err)
		}
		if r.keys[table] == nil {
			r.keys[table] = map[string]string{}
		}
		r.keys[table][column] = to
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// column is the column of a table that points to the other, as the database
// knows it.
func (r reference) column(table, to string) string {
	var found []string
	for column, other := range r.keys[table] {
		if other == to {
			found = append(found, column)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// held are up to 5 rows with what their column holds, by plain SQL.
func (r reference) held(t *testing.T, table, column string) map[string]string {
	t.Helper()
	rows, err := r.Deps.DB.SQL().QueryContext(t.Context(), fmt.Sprintf("SELECT id, %s FROM %s WHERE %s IS NOT NULL ORDER BY id DESC LIMIT 5", column, table, column))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	found := map[string]string{}
	for rows.Next() {
		var row, of string
		if err := rows.Scan(&row, &of); err != nil {
			t.Fatal(err)
		}
		found[row] = of
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

// TestEdgesFollowTheForeignKeys holds what is derived against the database: each
// edge to one row and each list of a row goes by the column that the foreign key
// of the database names, and both ways of answering return the row whose id plain
// SQL reads there.
func TestEdgesFollowTheForeignKeys(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := newBoth(t, o)
		r := reference{w, w.callers(t), map[string]map[string]string{}}
		r.read(t)
		types := field.Types{}
		for _, m := range o.All() {
			if typer, ok := m.(kit.Typer); ok {
				types.Add(typer.Types())
			}
		}
		known, walked := map[string]bool{}, 0
		for _, of := range slices.Sorted(maps.Keys(types)) {
			for _, name := range slices.Sorted(maps.Keys(types[of].Parts)) {
				at, part := of+"."+name, types[of].Parts[name]
				switch {
				case of == "Query":
				case part.One != nil && part.One.Back != "":
					known[at] = true
					r.points(t, at, ent.Tables[part.One.Type], part.One.Back, ent.Tables[of])
				case part.One != nil:
					known[at] = true
					r.points(t, at, ent.Tables[of], part.One.Column, ent.Tables[part.One.Type])
					walked += r.walk(t, types, of, name, part.One)
				case part.Page != nil:
					known[at] = true
					r.points(t, at, part.Page.Entity.Table, part.Page.Column, ent.Tables[of])
				}
			}
		}
		for at := range pointsTo {
			if !known[at] {
				t.Errorf("pointsTo names %s, which is no edge", at)
			}
		}
		if walked < 40 {
			t.Errorf("only %d edges had rows to compare", walked)
		}
		t.Logf("%d edges walked", walked)
	})
}

func (r reference) points(t *testing.T, at, table, column, to string) {
	t.Helper()
	want := pointsTo[at]
	if want == "" {
		want = r.column(table, to)
	}
	if want != column {
		t.Errorf("%s goes by %s.%s; the database points to %s by %q (foreign keys %v)", at, table, column, to, want, r.keys[table])
	}
}

// walk compares the edge of a few rows in both ways with the column; it returns 1
// where there were any that somebody may see.
func (r reference) walk(t *testing.T, types field.Types, of, name string, one *field.One) int {
	t.Helper()
	if types[of].Prefix == "" || types[of].Simple != "" {
		return 0
	}
	seen := 0
	for row, want := range r.held(t, ent.Tables[of], one.Column) {
		if prefix := types[one.Type].Prefix; prefix != "" && !id.Is(prefix, want) {
			t.Errorf("%s.%s: %s is no %s", of, name, want, one.Type)
		}
		doc := fmt.Sprintf(`{ node(id: %q) { ... on %s { %s { __typename%s } } } }`, row, of, name, map[bool]string{true: " ... on Node { id }"}[types[one.Type].Prefix != ""])
		answered := 0
		for _, c := range r.callers {
			if answered > 1 { // others see no more of it
				break
			}
			for _, a := range []said{r.send(t, r.simple, c.token, doc, nil), r.send(t, r.Handler, c.token, doc, nil)} {
				var got struct {
					Node map[string]map[string]string
				}
				if err := json.Unmarshal([]byte(a.data), &got); err != nil || got.Node[name] == nil {
					continue // not for this caller
				}
				seen, answered = 1, answered+1
				if told := got.Node[name]["id"]; told != "" && told != want || got.Node[name]["__typename"] != one.Type {
					t.Errorf("%s.%s of %s is %v, not %s", of, name, row, got.Node[name], want)
				}
			}
		}
	}
	return seen
}
