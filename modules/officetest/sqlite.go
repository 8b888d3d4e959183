package officetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// quick leaves it to the system when it writes: a test has no power cuts.
const quick = "?_pragma=synchronous(OFF)"

// migrated is the file of a migrated SQLite database, made once in a process.
var migrated = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "medoffice-template-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "office.db")
	// Closing it writes all of it into the one file.
	if err := migrateAt(context.Background(), "sqlite:"+file+quick); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// sqlite makes a database, from the migrated file or empty.
func sqlite(t testing.TB, empty bool) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "office.db")
	if !empty {
		content, err := migrated()
		if err == nil {
			err = os.WriteFile(file, content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return "sqlite:" + file + quick
}
