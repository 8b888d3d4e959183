package modules

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"medoffice/modules/kit"
	"medoffice/modules/kit/backup"
	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/db"
	"medoffice/modules/trail"
)

// BackupReport says what a backup holds.
type BackupReport struct {
	Bytes   int64
	Checked bool // whether the audit trail in it was followed
}

// Backup writes the database into a new file while the office runs, and checks
// the file before it gets its name. It needs no migrated database: make a
// backup before a newer program changes it.
func Backup(ctx context.Context, database, file string) (r BackupReport, err error) {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return r, fmt.Errorf("%s is there already: a backup never replaces a file", file)
	}
	d, err := openThere(ctx, database)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	part, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".part-*") // 0600: it holds everybody's records
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, sweepAway(part.Name())) }()
	if err := part.Close(); err != nil {
		return r, err
	}
	// Before the copy, so that it cannot be made in secret.
	if _, err := d.SQL().ExecContext(ctx, trail.BackedUpSQL(clock.System{}.Now())); err != nil {
		return r, fmt.Errorf("the audit trail cannot be written, so nothing is copied: %w", err)
	}
	if r.Checked, err = copyOut(ctx, d, part.Name()); err != nil {
		return r, err
	}
	if r.Bytes, err = settle(part.Name()); err != nil {
		return r, err
	}
	return r, keep(part.Name(), file)
}

// openThere opens a database that must be there already, at any version.
func openThere(ctx context.Context, database string) (*db.DB, error) {
	if path, isFile := sqliteFile(database); isFile {
		if _, err := os.Stat(path); err != nil {
			return nil, err
		}
	}
	d, err := db.Open(ctx, database)
	if err != nil {
		return nil, err
	}
	if !settledIn(ctx, d) {
		return nil, errors.Join(errors.New("the database holds no medical office"), d.Close())
	}
	return d, nil
}

func sqliteFile(database string) (path string, isFile bool) {
	if strings.HasPrefix(database, "postgres://") || strings.HasPrefix(database, "postgresql://") {
		return "", false
	}
	path, _, _ = strings.Cut(strings.TrimPrefix(database, "sqlite:"), "?")
	return path, true
}

// settledIn reports whether an office was ever opened on the database.
func settledIn(ctx context.Context, d *db.DB) bool {
	all, err := d.Status(ctx)
	var newer db.NewerError
	return errors.As(err, &newer) || err == nil && len(all) > 0 && !all[0].Applied.IsZero()
}

func copyOut(ctx context.Context, d *db.DB, to string) (checked bool, err error) {
	if d.Postgres() {
		return false, backup.Dump(ctx, d, to)
	}
	if err := backup.CopyTo(ctx, d, to); err != nil {
		return false, err
	}
	c, err := db.Open(ctx, to)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := backup.Sound(ctx, c); err != nil {
		return false, err
	}
	current, err := c.Current(ctx)
	if err != nil || !current {
		return false, err // only the program of its version can follow the trail
	}
	return true, whole(ctx, c)
}

// whole follows the audit trail of a copy. Its newest events may have no seal
// yet: the office was running.
func whole(ctx context.Context, d *db.DB) error {
	m := trail.New(kit.Deps{DB: d, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
	findings, err := m.Verify(ctx)
	if err != nil {
		return err
	}
	for _, f := range findings {
		if f.Problem != trail.Unsealed {
			return fmt.Errorf("the audit trail of the copy is not whole: %s", f)
		}
	}
	return nil
}

// settle makes sure that the bytes of a file are on the disk.
func settle(file string) (bytes int64, err error) {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.Sync(); err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// keep gives a finished file its name, which nobody may have taken meanwhile.
func keep(part, file string) error {
	if err := os.Link(part, file); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s is there already: a backup never replaces a file", file)
		}
		if err := os.Rename(part, file); err != nil { // a file system without hard links
			return err
		}
	}
	folder, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// sweepAway removes an unfinished file and what SQLite keeps beside it.
func sweepAway(file string) error {
	var failed error
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(file + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}
