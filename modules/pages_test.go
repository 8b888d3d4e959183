package modules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// folders are the names of the folders with Go files in a folder.
func folders(t *testing.T, in string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(in, "*", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v: nothing in %s", err, in)
	}
	var names []string
	for _, f := range files {
		names = append(names, filepath.Base(filepath.Dir(f)))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// The first page names every domain.
func TestTopPageTellsTheDomains(t *testing.T) {
	page := read(t, "../README.md")
	for _, name := range folders(t, ".") {
		if name == "web" || slices.Contains(ground, name) {
			continue
		}
		if !strings.Contains(page, "["+name+"](modules/"+name+")") {
			t.Errorf("README.md does not tell of the domain %s", name)
		}
	}
}

// The page for whoever changes a domain names every package of kit.
func TestModulesPageTellsThePackagesOfKit(t *testing.T) {
	page, there := read(t, "README.md"), folders(t, "kit")
	_, table, _ := strings.Cut(page, "| package of `kit` | does |")
	table, _, _ = strings.Cut(table, "\n\n")
	var told []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z]+)` \\|").FindAllStringSubmatch(table, -1) {
		told = append(told, m[1])
	}
	for _, name := range there {
		if !slices.Contains(told, name) {
			t.Errorf("modules/README.md does not tell of kit/%s", name)
		}
	}
	for _, name := range told {
		if name != "kit" && !slices.Contains(there, name) {
			t.Errorf("modules/README.md tells of kit/%s, which does not exist", name)
		}
	}
}

// The change log names every migration, in their order, and both databases
// have each of them.
func TestChangeLogTellsTheMigrations(t *testing.T) {
	var told []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([0-9]{4}_[a-z_]+)` \\| \\S").FindAllStringSubmatch(read(t, "../.github/CHANGELOG.md"), -1) {
		told = append(told, m[1])
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		files, err := filepath.Glob("../ent/migrate/" + engine + "/*.sql")
		if err != nil || len(files) == 0 {
			t.Fatalf("%v: no migrations of %s", err, engine)
		}
		var there []string
		for _, f := range files {
			there = append(there, strings.TrimSuffix(filepath.Base(f), ".sql"))
		}
		if !slices.Equal(there, told) {
			t.Errorf("%s has the migrations\n%q, the change log tells\n%q", engine, there, told)
		}
	}
}
