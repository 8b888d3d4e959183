package main

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"medoffice/modules/kit/db"
	"medoffice/modules/officetest"
)

// behind runs statements behind the back of the office.
func behind(t *testing.T, database string, statements ...string) {
	t.Helper()
	d, err := db.Open(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	for _, s := range statements {
		if d.Postgres() && strings.HasPrefix(s, "DROP TRIGGER") {
			s += " ON audit_events"
		}
		if _, err := d.SQL().ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
}

// TestVerifyAfterTwoProcesses: each process has a chain of its own, named in the
// rows that it seals, and verify proves them all; a row that is changed is found.
func TestVerifyAfterTwoProcesses(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			url := officetest.Database(t, engine)
			if out, err := medoffice(t, "migrate", "up", "--database="+url); err != nil {
				t.Fatal(err, out)
			}
			var both sync.WaitGroup
			create := func(name string) {
				if out, err := medoffice(t, "token", "create", name, "REPORT", "--database="+url); err != nil {
					t.Error(err, out)
				}
			}
			both.Go(func() { create("first") })
			both.Go(func() { create("second") })
			both.Wait()
			create("third") // of the first two, the one that starts may seal what the other has just written
			out, err := medoffice(t, "verify", "--database="+url)
			if err != nil || !strings.Contains(out, "whole") {
				t.Fatal(err, out)
			}
			file := filepath.Join(t.TempDir(), "audit.csv")
			if out, err := medoffice(t, "export", "audit", file, "--database="+url); err != nil || !strings.Contains(out, " events in "+file) {
				t.Fatal(err, out)
			}
			rows, chains := read(t, file), map[string]bool{}
			for _, row := range rows[1:] {
				if row[2] == "CREATE" {
					chains[row[15]] = true
				}
			}
			if len(chains) < 2 || chains[""] {
				t.Errorf("three processes wrote the chains %v", chains)
			}
			behind(t, url, "DROP TRIGGER audit_events_write_once", "UPDATE audit_events SET actor_name = 'x' WHERE action = 'CREATE'")
			out, err = medoffice(t, "verify", "--database="+url)
			if err == nil || strings.Count(out, "the row was changed") != 3 {
				t.Error(err, out)
			}
		})
	}
}

func read(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is for %v: %v", info.Mode(), err)
	}
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestExportsThatFail leave no file and say why.
func TestExportsThatFail(t *testing.T) {
	dir := t.TempDir()
	database, there := filepath.Join(dir, "office.db"), filepath.Join(dir, "there.csv")
	if err := os.WriteFile(there, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, want string }{
		{"export audit " + there, "exists"},
		{"export audit --from=yesterday " + dir + "/a.csv", "from is a day"},
		{"export audit --patient=x " + dir + "/a.csv", "no id of a patient"},
		{"export audit " + dir + "/none/a.csv", "cannot make the file"},
		{"audit prune --retain=changes=1y", "kept for ever"},
		{"audit prune --retain=reads=soon", "an age is"},
	} {
		out, err := medoffice(t, append(strings.Fields(c.args), "--database="+database)...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v %s", c.args, err, out)
		}
	}
	if text, err := os.ReadFile(there); err != nil || string(text) != "mine" {
		t.Errorf("%s %v", text, err)
	}
	if _, err := os.Stat(dir + "/a.csv"); err == nil {
		t.Error("a part of a file was left")
	}
}

// TestPruneCommand removes reads of long ago, and verify finds the trail whole.
func TestPruneCommand(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			url := officetest.Database(t, engine)
			o := officetest.Open(t, url) // its clock stands in the past
			o.As("STOCK_KEEPER").Send(`{ auditEvents { nodes { id } } }`, nil)
			if err := o.Access.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
			if out, err := medoffice(t, "audit", "prune", "--database="+url); err != nil || !strings.Contains(out, "nothing") {
				t.Error(err, out)
			}
			out, err := medoffice(t, "audit", "prune", "--retain=denied=1d", "--database="+url)
			if err != nil || !strings.Contains(out, "removed 1 of denied") {
				t.Error(err, out)
			}
			if out, err := medoffice(t, "verify", "--database="+url); err != nil || !strings.Contains(out, "whole") {
				t.Error(err, out)
			}
		})
	}
}
