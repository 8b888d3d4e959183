package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strconv"
	"strings"
	"time"

	"medoffice/ent/migrate"
)

// Migration is one step of the database's schema, written by hand for each engine.
type Migration struct {
	Version int
	Name    string
	Applied time.Time // zero while it is pending
	text    string
}

// NewerError means that a newer medoffice has changed the database.
type NewerError struct{ Version int }

func (e NewerError) Error() string {
	return fmt.Sprintf("the database is at version %d, which this medoffice does not know: use the newer medoffice that wrote it", e.Version)
}

// Migrate applies the pending migrations and returns them. Several processes may
// call it at once; one works, the others wait.
func (d *DB) Migrate(ctx context.Context) ([]Migration, error) {
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	begin := "BEGIN IMMEDIATE"
	if d.Postgres() {
		begin = "BEGIN; SELECT pg_advisory_xact_lock(7265735)" // any number that only we use
	}
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		return nil, err
	}
	done, err := d.migrate(ctx, conn)
	if err != nil {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return nil, err
	}
	_, err = conn.ExecContext(ctx, "COMMIT")
	return done, err
}

const migrationsTable = `CREATE TABLE IF NOT EXISTS schema_migrations (
	version integer PRIMARY KEY, name text NOT NULL, hash text NOT NULL, applied_at text NOT NULL)`

func (d *DB) migrate(ctx context.Context, conn *sql.Conn) (done []Migration, err error) {
	if _, err := conn.ExecContext(ctx, migrationsTable); err != nil {
		return nil, err
	}
	all, err := d.status(ctx, conn)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if !m.Applied.IsZero() {
			continue
		}
		if _, err := conn.ExecContext(ctx, m.text); err != nil {
			return nil, fmt.Errorf("migration %04d %s: %w", m.Version, m.Name, err)
		}
		m.Applied = time.Now().UTC()
		_, err := conn.ExecContext(ctx, fmt.Sprintf( // numbers, our own file names and a hash: nothing from outside
			"INSERT INTO schema_migrations (version, name, hash, applied_at) VALUES (%d, '%s', '%s', '%s')",
			m.Version, m.Name, hash(m.text), m.Applied.Format(SQLiteTime)))
		if err != nil {
			return nil, err
		}
		done = append(done, m)
	}
	return done, nil
}

// Status returns all migrations, the pending ones with a zero Applied. It does not
// change the database.
func (d *DB) Status(ctx context.Context) ([]Migration, error) {
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	return d.status(ctx, conn)
}

func (d *DB) status(ctx context.Context, conn *sql.Conn) ([]Migration, error) {
	all, err := d.migrations()
	if err != nil {
		return nil, err
	}
	applied, err := d.applied(ctx, conn)
	if err != nil {
		return nil, err
	}
	for version := range applied {
		if version > len(all) {
			return nil, NewerError{version}
		}
	}
	for i := range all {
		row, ok := applied[all[i].Version]
		if !ok {
			continue
		}
		if row.hash != hash(all[i].text) {
			return nil, fmt.Errorf("migration %04d was changed after it was applied", all[i].Version)
		}
		all[i].Applied = row.at
	}
	return all, nil
}

type appliedRow struct {
	hash string
	at   time.Time
}

func (d *DB) applied(ctx context.Context, conn *sql.Conn) (map[int]appliedRow, error) {
	exists := "SELECT count(*) FROM sqlite_master WHERE name = 'schema_migrations'"
	if d.Postgres() {
		exists = "SELECT count(to_regclass('schema_migrations'))"
	}
	var n int
	if err := conn.QueryRowContext(ctx, exists).Scan(&n); err != nil || n == 0 {
		return nil, err
	}
	rows, err := conn.QueryContext(ctx, "SELECT version, hash, applied_at FROM schema_migrations")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	found := map[int]appliedRow{}
	for rows.Next() {
		var version int
		var r appliedRow
		var at string
		if err := rows.Scan(&version, &r.hash, &at); err != nil {
			return nil, err
		}
		r.at, _ = time.Parse(SQLiteTime, at)
		found[version] = r
	}
	return found, rows.Err()
}

// Current reports whether the database is at the version of this program. It costs
// one short statement.
func (d *DB) Current(ctx context.Context) (bool, error) {
	newest, err := d.Version()
	if err != nil {
		return false, err
	}
	var version int
	err = d.reader.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM schema_migrations").Scan(&version)
	return version == newest, err
}

// migrations reads the files NNNN_name.sql of the engine; they count from 1
// without a gap.
func (d *DB) migrations() ([]Migration, error) {
	folder := "sqlite"
	if d.Postgres() {
		folder = "postgres"
	}
	names, err := fs.Glob(migrate.Files, folder+"/*.sql")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	all := make([]Migration, 0, len(names))
	for i, name := range names {
		text, err := fs.ReadFile(migrate.Files, name)
		if err != nil {
			return nil, err
		}
		number, rest, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".sql"), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s is out of order", name)
		}
		all = append(all, Migration{Version: version, Name: rest, text: string(text)})
	}
	return all, nil
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Version returns the newest migration version of this program for the engine.
func (d *DB) Version() (int, error) {
	all, err := d.migrations()
	return len(all), err
}
