package officetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"medoffice/modules/kit/db"
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
	d, err := db.Open(context.Background(), "sqlite:"+file+quick)
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close() }()
	if _, err := d.Migrate(context.Background()); err != nil {
		return nil, err
	}
	var busy, pages, moved int // from the log beside the file into the file
	err = d.SQL().QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
	if err == nil && busy != 0 {
		err = errors.New("the migrated file cannot be written")
	}
	if err != nil {
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
