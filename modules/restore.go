package modules

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"medoffice/modules/access"
	"medoffice/modules/kit"
	"medoffice/modules/kit/backup"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/db"
	"medoffice/modules/trail"
)

// errNotEmpty refuses to replace records that nobody said may go.
var errNotEmpty = errors.New("the database is not empty, and all that is in it would be gone: make a backup of it first, then say --force")

// Restore puts a backup in place of the database, in one transaction, while the
// office may run: its processes notice and open the database anew. What was
// done after the backup is gone, but for what had ended: sessions, tokens and
// accounts. It returns what is wrong with the audit trail afterwards.
func Restore(ctx context.Context, database, file string, force bool) (findings []trail.Finding, err error) {
	_, isFile := sqliteFile(database)
	if err := fits(file, isFile); err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, database)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	before, err := remember(ctx, d)
	if err != nil {
		return nil, err
	}
	if before.records && !force {
		return nil, errNotEmpty
	}
	if isFile {
		err = restoreFile(ctx, d, file, before)
	} else {
		err = restoreDump(ctx, d, file, before)
	}
	if err != nil {
		return nil, err
	}
	if _, err := d.Migrate(ctx); err != nil {
		return nil, fmt.Errorf("the backup is in place, but it cannot be brought to this version: %w", err)
	}
	m := trail.New(kit.Deps{DB: d, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
	return m.Verify(ctx)
}

// fits distinguishes a file of the one engine from one of the other.
func fits(file string, wantSQLite bool) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, 16)
	if _, err := io.ReadFull(f, head); err != nil {
		return fmt.Errorf("%s is no backup", file)
	}
	isSQLite, isDump := bytes.HasPrefix(head, []byte("SQLite format 3")), bytes.HasPrefix(head, []byte("PGDMP"))
	switch {
	case isSQLite && !wantSQLite:
		return fmt.Errorf("%s is a backup of SQLite, and --database names PostgreSQL", file)
	case isDump && wantSQLite:
		return fmt.Errorf("%s is a backup of PostgreSQL, and --database names a file of SQLite", file)
	case !isSQLite && !isDump:
		return fmt.Errorf("%s is no backup", file)
	}
	return nil
}

// past is what a restored database must know of the one that it replaces.
type past struct {
	records bool // whether there is anything that would be lost
	newest  int64
	ended   access.Ended
}

func (p past) statements(postgres bool) []string {
	now := clock.System{}.Now()
	list := append(bus.RestoredSQL(postgres, p.newest, now), access.RestoredSQL(now, p.ended)...)
	return append(list, trail.RestoredSQL(now))
}

func remember(ctx context.Context, d *db.DB) (p past, err error) {
	if !settledIn(ctx, d) {
		return p, nil
	}
	const filled = `SELECT EXISTS (SELECT 1 FROM accounts) OR EXISTS (SELECT 1 FROM patients)
		OR EXISTS (SELECT 1 FROM api_tokens) OR EXISTS (SELECT 1 FROM audit_events)`
	if err := d.SQL().QueryRowContext(ctx, filled).Scan(&p.records); err != nil {
		return p, err
	}
	if p.newest, err = bus.Newest(ctx, d); err != nil {
		return p, err
	}
	p.ended, err = access.ReadEnded(ctx, d)
	return p, err
}

// restoreFile prepares a copy of the backup beside the database, and copies
// that into it.
func restoreFile(ctx context.Context, d *db.DB, file string, before past) (err error) {
	staged, err := stage(file, filepath.Dir(d.DSN))
	if staged != "" {
		defer func() { err = errors.Join(err, sweepAway(staged)) }()
	}
	if err != nil {
		return err
	}
	if err := prepare(ctx, staged, before); err != nil {
		return err
	}
	return backup.CopyFrom(ctx, d, staged)
}

// stage copies the backup, which may be where nobody can write.
func stage(file, folder string) (path string, err error) {
	from, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer func() { _ = from.Close() }()
	to, err := os.CreateTemp(folder, "restore-*.part")
	if err != nil {
		return "", err
	}
	_, err = io.Copy(to, from)
	return to.Name(), errors.Join(err, to.Close())
}

// prepare checks the copy, brings it to this version and has it know what it
// must of the database that it replaces.
func prepare(ctx context.Context, staged string, before past) (err error) {
	c, err := db.Open(ctx, staged)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := backup.Sound(ctx, c); err != nil {
		return err
	}
	if !settledIn(ctx, c) {
		return errors.New("the backup holds no medical office")
	}
	if _, err := c.Migrate(ctx); err != nil {
		return err
	}
	if err := whole(ctx, c); err != nil {
		return err
	}
	for _, text := range before.statements(false) {
		if _, err := c.SQL().ExecContext(ctx, text); err != nil {
			return err
		}
	}
	_, err = c.SQL().ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

func restoreDump(ctx context.Context, d *db.DB, file string, before past) error {
	version, err := backup.DumpVersion(ctx, d, file)
	if err != nil {
		return err
	}
	newest, err := d.Version()
	if err != nil {
		return err
	}
	if version > newest {
		return db.NewerError{Version: version}
	}
	return backup.Undump(ctx, d, file, access.Doors, before.statements(true))
}
