package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// office makes a small repository with something generated in it.
func office(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	for path, text := range map[string]string{
		"ent/schema/task.go": "by hand", "ent/row/row.go": "by hand", "ent/migrate/files.go": "by hand",
		"ent/migrate/tables/schema.go": "old", "ent/task.go": "old", "ent/task/task.go": "old", "ent/gone/gone.go": "old",
		"graph/exec/root_.go": "old", composed: "old", "graph/server.go": "by hand",
	} {
		put(t, path, text)
	}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// tree is all files with their texts.
func tree(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.Walk(".", func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	for path := range want {
		if got[path] != want[path] {
			t.Errorf("%s is %q, not %q", path, got[path], want[path])
		}
	}
	for path := range got {
		if _, ok := want[path]; !ok {
			t.Errorf("%s is there", path)
		}
	}
}

// A run that fails leaves the files as they were; so does the next run where one
// was killed in the middle.
func TestAFailedRunChangesNothing(t *testing.T) {
	office(t)
	before := tree(t)
	half := func() error {
		put(t, "ent/task.go", "new")
		put(t, "ent/fresh/fresh.go", "new")
		put(t, "graph/exec/other.go", "new")
		return errors.New("the last step fails")
	}
	if err := swapped(half); err == nil || err.Error() != "the last step fails" {
		t.Fatal(err)
	}
	same(t, tree(t), before)

	old, err := outputs()
	if err != nil {
		t.Fatal(err)
	}
	if err := move(old, ".", beside); err != nil { // a run begins, writes, and is killed
		t.Fatal(err)
	}
	_ = half()
	if err := swapped(func() error { return errors.New("again") }); err == nil {
		t.Fatal("no error")
	}
	same(t, tree(t), before)
}

func TestARunReplacesEverything(t *testing.T) {
	office(t)
	if err := swapped(func() error { put(t, "ent/task.go", "new"); return nil }); err != nil {
		t.Fatal(err)
	}
	same(t, tree(t), map[string]string{
		"ent/schema/task.go": "by hand", "ent/row/row.go": "by hand", "ent/migrate/files.go": "by hand",
		"ent/task.go": "new", "graph/server.go": "by hand",
	})
}
