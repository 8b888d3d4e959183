// Package backup copies a database out while others work with it, and puts a copy
// back: a file of SQLite page by page, PostgreSQL with its own programs.
package backup

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"medoffice/modules/kit/db"
)

// lockWithin is how long a copy into a running database waits for its writers.
const lockWithin = 30 * time.Second

// copier is SQLite's online backup, as its driver gives it.
type copier interface {
	NewBackup(to string) (*sqlite.Backup, error)
	NewRestore(from string) (*sqlite.Backup, error)
}

// CopyTo copies a SQLite database as it is at this instant into the file, while
// others go on writing: a reader of WAL does not hold them up. It is one step:
// in several, each commit of another process would make it begin again.
func CopyTo(ctx context.Context, d *db.DB, file string) error {
	return online(ctx, d.Reading(), func(c copier) (*sqlite.Backup, error) { return c.NewBackup(uri(file)) })
}

// CopyFrom replaces this database by the SQLite database in the file, in one
// transaction: running statements still read the old data, the next ones read the
// new, also in other processes.
func CopyFrom(ctx context.Context, d *db.DB, file string) error {
	return online(ctx, d.SQL(), func(c copier) (*sqlite.Backup, error) { return c.NewRestore(uri(file)) })
}

func uri(file string) string {
	return "file:" + (&url.URL{Path: file}).EscapedPath() + "?_pragma=busy_timeout(10000)"
}

func online(ctx context.Context, pool *sql.DB, begin func(copier) (*sqlite.Backup, error)) error {
	c, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	return c.Raw(func(raw any) error {
		inner, ok := raw.(interface{ Engine() driver.Conn })
		if !ok {
			return fmt.Errorf("backup: %T is not a connection of ours", raw)
		}
		engine, ok := inner.Engine().(copier)
		if !ok {
			return errors.New("backup: only SQLite is copied so")
		}
		b, err := begin(engine)
		if err != nil {
			return err
		}
		return errors.Join(all(ctx, b), b.Finish())
	})
}

// all copies every page, as soon as nobody else writes.
func all(ctx context.Context, b *sqlite.Backup) error {
	for end := time.Now().Add(lockWithin); ; {
		more, err := b.Step(-1)
		var e *sqlite.Error
		switch {
		case err == nil && !more:
			return nil
		case err == nil:
		case !errors.As(err, &e) || e.Code()&0xff != sqlite3.SQLITE_BUSY && e.Code()&0xff != sqlite3.SQLITE_LOCKED:
			return err
		case time.Now().After(end):
			return errors.New("others write to the database without a pause: try again later")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Sound checks a SQLite database: its pages, its indexes, and that every
// reference leads to a row.
func Sound(ctx context.Context, d *db.DB) error {
	var found string
	if err := d.SQL().QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&found); err != nil {
		return fmt.Errorf("the copy is damaged: %w", err)
	}
	if found != "ok" {
		return errors.New("the copy is damaged: the integrity check failed")
	}
	rows, err := d.SQL().QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	if rows.Next() {
		return errors.New("the copy is damaged: a row refers to one that is missing")
	}
	return rows.Err()
}
