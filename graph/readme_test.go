package graph_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"medoffice/graph/limit"
)

var (
	testNamed = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)[A-Za-z0-9_]+)\(`)
	number    = regexp.MustCompile(`^(?:Test|Fuzz)(P[0-9]{2})`)
	quoted    = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9_]+)`")
)

// tests are the names of all tests of the repository.
func tests(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range testNamed.FindAllStringSubmatch(string(text), -1) {
			names[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// rows are the lines of the table of protections in the page for clients, by number.
func rows(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(text), "\n## Protections\n")
	if !ok {
		t.Fatal("graph/README.md has no Protections")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	table := map[string][]string{}
	for line := range strings.SplitSeq(section, "\n") {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if len(cells) == 3 && regexp.MustCompile(`^P[0-9]{2} `).MatchString(cells[0]) {
			table[cells[0][:3]] = cells
		}
	}
	return table
}

// The table of protections names tests that exist, leaves out none that has a
// test, and names the limits that a server starts with.
func TestReadmeTellsTheProtections(t *testing.T) {
	there, table := tests(t), rows(t)
	for name := range there {
		if m := number.FindStringSubmatch(name); m != nil && table[m[1]] == nil {
			t.Errorf("%s proves %s, of which graph/README.md tells nothing", name, m[1])
		}
	}
	for p, cells := range table {
		named := quoted.FindAllStringSubmatch(cells[2], -1)
		if len(named) == 0 {
			t.Errorf("%s names no test", p)
		}
		for _, m := range named {
			if !there[m[1]] {
				t.Errorf("%s: there is no %s", p, m[1])
			}
		}
	}
	defaults := limit.Defaults()
	for _, line := range append(defaults.Lines(), defaults.ServerLines()...) {
		told := "`" + line.Name + "` " + strings.Join(line.Values, " / ")
		for p := range strings.FieldsSeq(line.Guards) {
			if table[p] == nil {
				t.Errorf("%s guards %s, of which graph/README.md tells nothing", line.Name, p)
			} else if !slices.Contains(strings.Split(table[p][1], "; "), told) {
				t.Errorf("%s: the limit is %s, not %s", p, told, table[p][1])
			}
		}
	}
}
