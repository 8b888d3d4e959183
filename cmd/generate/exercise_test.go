//go:build exercise

package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestReferrals adds the domain of modules/README.md to a copy of the repository,
// first empty, then as in the worked example, and runs the tests that watch over
// domains. It compiles the office twice: go test -tags exercise -run Referrals -timeout 30m ./cmd/generate
func TestReferrals(t *testing.T) {
	copyOf(t, "../..", t.TempDir())
	command(t, "go", "run", "./cmd/generate", "new", "referrals")
	command(t, "go", "test", "-count=1", "./modules/referrals")
	example, err := filepath.Abs(filepath.Join(examples, "testdata/referrals"))
	if err != nil {
		t.Fatal(err)
	}
	if err := overwrite(example, "."); err != nil {
		t.Fatal(err)
	}
	command(t, "go", "generate", "./cmd/generate")
	command(t, "go", "test", "-count=1", "./modules/referrals", "./modules")
	command(t, "go", "test", "-count=1", "./graph", "-run", "Permission|Described|Bounded|Alike|Marked|Enums|Plain|SameThings|Numbers|Undeclared|ForeignKeys|Pages|TopPage")
}

// examples is where the test began.
var examples string

// copyOf copies the repository and goes there.
func copyOf(t *testing.T, from, to string) {
	t.Helper()
	var err error
	if examples, err = os.Getwd(); err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules"):
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		case !d.Type().IsRegular():
			return nil
		}
		return copied(path, filepath.Join(to, rel))
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(to)
}

func overwrite(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		return copied(path, filepath.Join(to, rel))
	})
}

func copied(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}

func command(t *testing.T, name string, args ...string) {
	t.Helper()
	start := time.Now()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	t.Logf("%s %v: %s", name, args, time.Since(start).Round(time.Second))
}
