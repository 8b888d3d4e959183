package modules_test

import (
	"fmt"
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"

	"medoffice/ent/migrate/tables"
	"medoffice/modules/officetest"
)

// stays are the tables whose rows keep the patient that they were written for,
// and why.
var stays = map[string]string{
	"audit_events":  "the trail says which record was seen, and is never changed",
	"break_glasses": "whose record was opened in an emergency is part of the trail",
	"patient_terms": "the words of the search are made anew for the record that is kept",
}

// A row of every table that names a patient follows when two records are
// merged. Who adds such a table and does not move its rows loses them: they
// stay with a record that no list shows any more.
func TestMergeMovesEveryTable(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		from, into := mergeable(t, o, "From"), mergeable(t, o, "Into")
		tables := ofPatients()
		plant(t, o, from, tables)
		var got struct {
			MergePatients struct {
				UserErrors []struct{ Message string }
			}
		}
		o.As("MANAGER").Do(`mutation($in: MergePatientsInput!) { mergePatients(input: $in) { userErrors { message } } }`, officetest.Vars{
			"in": officetest.Vars{"fromId": from, "fromVersion": 1, "intoId": into, "intoVersion": 1, "reason": "same person"},
		}, &got)
		if len(got.MergePatients.UserErrors) > 0 {
			t.Fatalf("%+v", got)
		}
		known := map[string]bool{}
		for _, table := range tables {
			known[table.Name] = true
			left, moved := rowsOf(t, o, table, from), rowsOf(t, o, table, into)
			switch kept := stays[table.Name] != ""; {
			case !kept && (left > 0 || moved == 0):
				t.Errorf("the row of %s stays with the merged record: update its patient_id in MovePatient of its module (patients.Follower), or say in stays why it stays", table.Name)
			case kept && left+moved == 0:
				t.Errorf("no row of %s is left", table.Name)
			}
		}
		for name := range stays {
			if !known[name] {
				t.Errorf("stays names %s, which is no table with a patient's column", name)
			}
		}
	})
}

func rowsOf(t *testing.T, o *officetest.Office, table *schema.Table, patientID string) (n int) {
	t.Helper()
	query := fmt.Sprintf(`SELECT count(*) FROM %s WHERE patient_id = '%s'`, table.Name, patientID)
	if err := o.Deps.DB.SQL().QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func mergeable(t *testing.T, o *officetest.Office, name string) string {
	t.Helper()
	var got struct {
		RegisterPatient struct{ Patient struct{ ID string } }
	}
	o.As("FRONT_DESK").Do(`mutation($n: String!) { registerPatient(input: {familyName: $n, givenName: "Ada", birthDate: "1980-01-01", allowDuplicate: true}) { patient { id } userErrors { message } } }`, officetest.Vars{"n": name}, &got)
	return got.RegisterPatient.Patient.ID
}

// A column that refers to a patient has the one name that ofPatients looks for.
func TestColumnsOfPatientsHaveOneName(t *testing.T) {
	for _, table := range tables.Tables {
		for _, key := range table.ForeignKeys {
			if c := key.Columns[0].Name; key.RefTable.Name == "patients" && c != "patient_id" && table.Name != "patients" {
				t.Errorf("%s.%s refers to a patient: name it patient_id, so that merges, row rules and the trail find it", table.Name, c)
			}
		}
	}
}

// ofPatients are the tables with the column of a patient.
func ofPatients() (list []*schema.Table) {
	for _, table := range tables.Tables {
		for _, c := range table.Columns {
			if c.Name == "patient_id" {
				list = append(list, table)
			}
		}
	}
	return list
}

// plant writes a row of the patient into each of the tables, without what the
// row would refer to, and without the rules that the database has for a new row.
func plant(t *testing.T, o *officetest.Office, patientID string, tables []*schema.Table) {
	t.Helper()
	conn, err := o.Deps.DB.SQL().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	run := func(text string) {
		t.Helper()
		if _, err := conn.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err, text)
		}
	}
	before, after := []string{"PRAGMA foreign_keys = OFF", "PRAGMA ignore_check_constraints = ON"}, []string{"PRAGMA foreign_keys = ON", "PRAGMA ignore_check_constraints = OFF"}
	if o.Deps.DB.Postgres() {
		before, after = []string{dropChecks, "SET session_replication_role = replica"}, []string{"SET session_replication_role = DEFAULT"}
	}
	for _, text := range before {
		run(text)
	}
	for _, table := range tables {
		run(insert(table, patientID))
	}
	for _, text := range after {
		run(text)
	}
}

// dropChecks drops the checks of all tables of PostgreSQL, which planted values break.
const dropChecks = `DO $$ DECLARE c record; BEGIN
	FOR c IN SELECT conrelid::regclass AS name, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0 LOOP
		EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.name, c.conname);
	END LOOP;
END $$`

func insert(table *schema.Table, patientID string) string {
	var columns, values []string
	for _, c := range table.Columns {
		switch {
		case c.Name == "patient_id":
			columns, values = append(columns, c.Name), append(values, "'"+patientID+"'")
		case !c.Nullable && !c.Increment:
			columns, values = append(columns, `"`+c.Name+`"`), append(values, planted(c))
		}
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table.Name, strings.Join(columns, ", "), strings.Join(values, ", "))
}

func planted(c *schema.Column) string {
	switch {
	case c.Type == field.TypeEnum:
		return "'" + c.Enums[0] + "'"
	case c.Type == field.TypeTime:
		return "'2026-01-01T10:00:00.000Z'"
	case c.Type == field.TypeBool:
		return "false"
	case c.Type == field.TypeJSON:
		return "'[]'"
	case c.Type == field.TypeBytes:
		return "'x'"
	case c.Type.Numeric():
		return "1"
	}
	return "'planted'"
}
