// Package db opens the database of the office, SQLite or PostgreSQL, and gives
// out the ent client: the one of the running transaction, or the one for reading.
package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/lib/pq"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"modernc.org/sqlite"

	"medoffice/ent"
	"medoffice/modules/kit/observe"
)

// DB is the database of one practice.
type DB struct {
	Dialect string // dialect.SQLite or dialect.Postgres
	DSN     string // for those who need a connection of their own, such as a listener

	write, read *ent.Client
	writer      *sql.DB
	reader      *sql.DB
	seen        *atomic.Pointer[observe.Observer] // by all connections
}

// SQLiteTime is the form of an instant in SQLite: UTC, fixed width, so that it
// sorts and compares as text and prints as GraphQL and JSON want it.
const SQLiteTime = "2006-01-02T15:04:05.000Z"

// Open opens the database of a URL: a file path or sqlite:PATH for SQLite,
// postgres://... for PostgreSQL. It connects, but does not migrate.
func Open(ctx context.Context, location string) (*DB, error) {
	var d *DB
	var err error
	if strings.HasPrefix(location, "postgres://") || strings.HasPrefix(location, "postgresql://") {
		d, err = openPostgres(location)
	} else {
		d, err = openSQLite(strings.TrimPrefix(location, "sqlite:"))
	}
	if err != nil {
		return nil, err
	}
	if err := d.writer.PingContext(ctx); err != nil {
		_ = d.Close()
		return nil, fmt.Errorf("cannot reach the database: %w", err)
	}
	d.write = ent.NewClient(entsql.OpenDB(d.Dialect, d.writer))
	d.read = d.write
	if d.reader != d.writer {
		d.read = ent.NewClient(entsql.OpenDB(d.Dialect, d.reader))
	}
	return d, nil
}

// durable makes SQLite wait at every commit until the disk has it, so that what
// the office has acknowledged survives a power cut and not only the end of the
// process. NORMAL would survive the process alone: the commits since the last
// checkpoint of the WAL, about 1,000 pages, could be gone with the power. The
// price is one fsync a commit: BenchmarkCommit measures it.
const durable = "&_pragma=synchronous(FULL)"

// openSQLite gives writing one connection, so that writers wait in line
// instead of failing, and reading several that never wait for it (WAL).
func openSQLite(path string) (*DB, error) {
	path, query, _ := strings.Cut(path, "?")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the data folder: %w", err)
	}
	base := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)&_txlock=immediate"
	if query != "" {
		base += "&" + query
	}
	if !strings.Contains(query, "synchronous(") {
		base += durable
	}
	seen := &atomic.Pointer[observe.Observer]{}
	writer, err := openPool(base, 1, seen)
	if err != nil {
		return nil, err
	}
	reader, err := openPool(base+"&_pragma=query_only(1)", 8, seen)
	if err != nil {
		return nil, err
	}
	return &DB{Dialect: dialect.SQLite, DSN: path, writer: writer, reader: reader, seen: seen}, nil
}

func openPool(dsn string, size int, seen *atomic.Pointer[observe.Observer]) (*sql.DB, error) {
	inner, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	instant := func(t time.Time) driver.Value { return t.Format(SQLiteTime) }
	pool := sql.OpenDB(connector{Connector: inner, instant: instant, engine: "sqlite", seen: seen})
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	return pool, nil
}

// PostgresConns is the greatest number of connections of one server process.
const PostgresConns = 24

func openPostgres(dsn string) (*DB, error) {
	dsn, err := postgresDSN(dsn)
	if err != nil {
		return nil, err
	}
	inner, err := pq.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("the database URL is not valid: %w", err)
	}
	inner.Dialer(wires{})
	instant := func(t time.Time) driver.Value { return t }
	seen := &atomic.Pointer[observe.Observer]{}
	pool := sql.OpenDB(connector{Connector: inner, instant: instant, timeouts: true, engine: "postgresql", seen: seen})
	pool.SetMaxOpenConns(PostgresConns)
	pool.SetMaxIdleConns(PostgresConns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return &DB{Dialect: dialect.Postgres, DSN: dsn, writer: pool, reader: pool, seen: seen}, nil
}

// postgresDSN fills in what a user may leave out.
func postgresDSN(dsn string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return "", fmt.Errorf("the database URL is not valid")
	}
	q := u.Query()
	for name, value := range map[string]string{
		"sslmode": "prefer", "application_name": "medoffice", "timezone": "UTC", "connect_timeout": "5",
	} {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// Close closes all connections.
func (d *DB) Close() error {
	err := d.writer.Close()
	if d.reader != nil && d.reader != d.writer {
		if e := d.reader.Close(); err == nil {
			err = e
		}
	}
	return err
}

// Setup adds hooks and interceptors to every client. Call it before the first use.
func (d *DB) Setup(f func(*ent.Client)) {
	f(d.write)
	if d.read != d.write {
		f(d.read)
	}
}

// Observe reports every statement to the observer from now on.
func (d *DB) Observe(o *observe.Observer) { d.seen.Store(o) }

// Figures returns the metrics of the connections: in use, idle, waited for.
func (d *DB) Figures() []prometheus.Collector {
	list := []prometheus.Collector{collectors.NewDBStatsCollector(d.writer, "write")}
	if d.reader != d.writer {
		list = append(list, collectors.NewDBStatsCollector(d.reader, "read"))
	}
	return list
}

// SQL returns the connection pool that may write, for migrations and maintenance.
func (d *DB) SQL() *sql.DB { return d.writer }

// Reading is the pool that reads: on SQLite, readers never wait for a writer.
func (d *DB) Reading() *sql.DB { return d.reader }

// Postgres reports whether the engine is PostgreSQL.
func (d *DB) Postgres() bool { return d.Dialect == dialect.Postgres }

// Storable drops what a database does not take in a text.
func Storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

// ForUpdate locks the rows of a query until the transaction ends. On SQLite
// the transaction has the whole database already.
func ForUpdate(s *entsql.Selector) {
	if s.Dialect() == dialect.Postgres {
		s.ForUpdate()
	}
}

// ForShare locks the rows of a query against changes until the transaction ends;
// several transactions may do so at once.
func ForShare(s *entsql.Selector) {
	if s.Dialect() == dialect.Postgres {
		s.ForShare()
	}
}

// SkipLocked is ForUpdate without the rows that other transactions have locked.
func SkipLocked(s *entsql.Selector) {
	if s.Dialect() == dialect.Postgres {
		s.ForUpdate(entsql.WithLockAction(entsql.SkipLocked))
	}
}
