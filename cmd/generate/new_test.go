package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// bare makes the files that a new domain needs to find.
func bare(t *testing.T) {
	t.Helper()
	for _, file := range []string{officeFile, historyFile, topPage, "ent/schema/tasks.go", "ent/migrate/sqlite/0001_house.sql", "modules/tasks/module.go"} {
		text, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		defer put(t, file, string(text))
	}
	t.Chdir(t.TempDir())
}

// Names that are taken, or are none, are refused before anything is written.
func TestNewRefusesNames(t *testing.T) {
	bare(t)
	before := tree(t)
	for _, c := range []struct {
		args []string
		says string
	}{
		{nil, "name the domain"},
		{[]string{"Referrals"}, "lower case"},
		{[]string{"../x"}, "lower case"},
		{[]string{"a", "b", "c", "d"}, "name the domain"},
		{[]string{"tasks"}, "modules/tasks is there"},
		{[]string{"chores", "Task"}, "has a type Task already"},
		{[]string{"chores", "Chore", "tsk"}, "ids that begin with tsk"},
		{[]string{"chores", "chore"}, "no name of a type"},
		{[]string{"chores", "Chore", "X"}, "no prefix"},
	} {
		if err := newDomain(c.args); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v", c.args, err)
		}
	}
	same(t, tree(t), before)
}

// A new domain has its files, its line in the list of modules, its row in the
// history and on the first page.
func TestNewWritesADomain(t *testing.T) {
	bare(t)
	if err := newDomain([]string{"allowances", "Allowance", "alw"}); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		officeFile:  "\"medoffice/modules/access\"\n\t\"medoffice/modules/allowances\"\n\t\"medoffice/modules/billing\"",
		historyFile: "| `0002_allowances` |", topPage: "| [allowances](modules/allowances) |",
		"ent/schema/allowances.go": `prefix: "alw"`, "ent/migrate/postgres/0002_allowances.sql": `CREATE TABLE "allowances"`,
		"ent/migrate/sqlite/0002_allowances.sql": "CREATE TABLE `allowances`", "modules/allowances/module.go": `Read = "allowances.read"`,
		"modules/allowances/allowances.graphqls": "type Allowance implements Node", "modules/allowances/allowances_test.go": "package allowances_test",
	} {
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v, without %s", file, err, want)
		}
	}
	if text, _ := os.ReadFile(officeFile); !strings.Contains(string(text), "o.Allowances = add(o, allowances.New(d))\n\to.Board = ") {
		t.Errorf("%s", text)
	}
}

// The worked example of the page for whoever adds a domain keeps to what the page
// says of it.
func TestReferralsIsShort(t *testing.T) {
	lines, files := 0, 0
	err := filepath.WalkDir("testdata/referrals", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		lines, files = lines+strings.Count(string(text), "\n"), files+1
		return err
	})
	rows := 3 // in the list of modules, the history and the first page, as new writes them
	if err != nil || lines+rows > 300 || files+rows > 10 {
		t.Errorf("%v: %d lines in %d files", err, lines+rows, files+rows)
	}
	t.Logf("%d lines in %d files", lines+rows, files+rows)
}
