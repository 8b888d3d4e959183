package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
)

// The budgets of generated code. Compiling takes time for each function, about
// 1.7 ms, whoever calls it; a new entity must not cost more than those before it.
const (
	mostLines          = 250_000 // of ent, graph/exec and graph/model together
	mostLinesPerEntity = 600     // of ent
)

var mostFunctions = map[string]int{"ent": 14_000, "graph": 4_000, "graph/exec": 29_500}

func TestGeneratedLines(t *testing.T) {
	t.Chdir("../..")
	entities := countEntities(t)
	ent, rest := 0, lines(t, "graph/exec")+lines(t, "graph/model")
	paths, err := outputs()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasPrefix(path, "ent/") {
			ent += lines(t, path)
		}
	}
	t.Logf("%d generated lines: %d in ent (%d for each of %d entities), %d in graph", ent+rest, ent, ent/entities, entities, rest)
	if ent+rest > mostLines || ent/entities > mostLinesPerEntity {
		t.Errorf("more than %d lines, or than %d for each entity: see cmd/generate/templates", mostLines, mostLinesPerEntity)
	}
}

func countEntities(t *testing.T) int {
	t.Helper()
	storage, err := gen.NewStorage("sql")
	if err != nil {
		t.Fatal(err)
	}
	graph, err := entc.LoadGraph("./ent/schema", &gen.Config{Package: "medoffice/ent", Storage: storage})
	if err != nil {
		t.Fatal(err)
	}
	return len(graph.Nodes)
}

func lines(t *testing.T, path string) (n int) {
	t.Helper()
	err := filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		n += bytes.Count(text, []byte("\n"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// The functions of a package are those that its archive defines, the wrappers and
// the generic ones that it instantiates among them.
func TestGeneratedFunctions(t *testing.T) {
	for pkg, most := range mostFunctions {
		archive := strings.TrimSpace(output(t, "go", "list", "-export", "-f", "{{.Export}}", "medoffice/"+pkg))
		n := strings.Count(output(t, "go", "tool", "nm", archive), " T ")
		t.Logf("%s: %d functions", pkg, n)
		if n < 100 {
			t.Errorf("%s: only %d functions are found", pkg, n)
		}
		if n > most {
			t.Errorf("%s has %d functions, more than %d", pkg, n, most)
		}
	}
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	var failed bytes.Buffer
	cmd.Stderr = &failed
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, failed.Bytes())
	}
	return string(out)
}
