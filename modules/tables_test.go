package modules_test

import (
	"fmt"
	"testing"

	"medoffice/modules/kit"
	"medoffice/modules/officetest"

	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
)

// goes are the tables with a patient's column whose rows may be deleted, and why.
var goes = map[string]string{
	"patient_terms": "the words of the search are made again from the record",
}

// unsorted are the columns of PostgreSQL that nothing is ordered or compared by.
var unsorted = map[string]bool{"fhir_resources.raw": true, "visit_notes.text": true}

// Nothing of a patient is deleted: the database itself refuses it.
func TestRowsOfPatientsCannotBeDeleted(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		query := `SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '%s' AND sql LIKE '%%BEFORE DELETE%%'`
		if o.Deps.DB.Postgres() {
			query = `SELECT count(*) FROM information_schema.triggers WHERE event_object_table = '%s' AND event_manipulation = 'DELETE' AND action_timing = 'BEFORE'`
		}
		for _, table := range ofPatients() {
			var n int
			if err := o.Deps.DB.SQL().QueryRow(fmt.Sprintf(query, table.Name)).Scan(&n); err != nil {
				t.Fatal(err)
			}
			if (n > 0) == (goes[table.Name] != "") {
				t.Errorf("%s has %d triggers against deletion: write one in the migration, as 0001_house.sql does for patients, or say in goes why its rows may go", table.Name, n)
			}
		}
	})
}

// Texts are compared byte by byte on both engines, so that orders and cursors
// are the same. On SQLite they always are.
func TestTextsAreComparedByBytes(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		if !o.Deps.DB.Postgres() {
			return
		}
		rows, err := o.Deps.DB.SQL().Query(`SELECT table_name || '.' || column_name FROM information_schema.columns
			WHERE table_schema = 'public' AND table_name <> 'schema_migrations' AND data_type IN ('character varying', 'text') AND collation_name IS DISTINCT FROM 'C'`)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var column string
			if err := rows.Scan(&column); err != nil {
				t.Fatal(err)
			}
			if unsorted[column] {
				continue
			}
			t.Errorf(`%s is compared by the rules of a language: write COLLATE "C" in the migration of PostgreSQL`, column)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	})
}

// Which rows of a table a viewer sees is decided for every table: by a rule of its
// module, or by saying that all of the office may be seen.
func TestEveryTableHasARowRule(t *testing.T) {
	o, rules := officetest.New(t), kit.Rules{}
	for _, m := range o.All() {
		if r, ok := m.(kit.Ruler); ok {
			rules.Add(r.Rules())
		}
	}
	graph, err := entc.LoadGraph("../ent/schema", &gen.Config{Package: "medoffice/ent"})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range graph.Nodes {
		why, whole := n.Annotations["WholeOffice"].(string)
		switch {
		case len(rules[n.Name]) == 0 && !whole:
			t.Errorf("%s: write a rule for it in Rules() of its module (kit.Ruler), or the annotation WholeOffice(\"why\") in ent/schema", n.Name)
		case len(rules[n.Name]) > 0 && whole:
			t.Errorf("%s is said to be of the whole office (%s) and has a rule", n.Name, why)
		}
	}
}
