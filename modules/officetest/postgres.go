package officetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"sync"
	"testing"

	_ "github.com/lib/pq" // the tests make databases by themselves

	"medoffice/ent/migrate"
	"medoffice/modules/kit/db"
)

// DatabaseEnv names a PostgreSQL server to test on in place of a throw-away
// one. Its user must be allowed to create databases. One migrated template for
// each version of the migrations stays there.
const DatabaseEnv = "MEDOFFICE_TEST_DATABASE"

// most is the number of databases on the throw-away server from which on those
// that a test is done with are dropped. Until then dropping costs more than
// their room.
const most = 100

// server is where the databases of this process are.
type server struct {
	url, strategy string
	process       uint64 // names its databases: unlike a process id it never comes again
	ours          bool   // throw-away

	mu   sync.Mutex
	made int
	done []string // not yet dropped
}

var theServer = sync.OnceValues(openServer)

func openServer() (*server, error) {
	s := &server{url: os.Getenv(DatabaseEnv), process: rand.Uint64()}
	var err error
	if s.url == "" {
		s.ours = true
		if s.url, err = sharedServer(); err != nil {
			return nil, err
		}
	}
	return s, s.prepare()
}

// postgres makes a database, from the migrated template or empty.
func postgres(t testing.TB, empty bool) string {
	t.Helper()
	s, err := theServer()
	missing(t, err)
	name, err := s.create(empty)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.release(name); err != nil {
			t.Log(err)
		}
	})
	return s.at(name)
}

func (s *server) at(database string) string {
	u, _ := url.Parse(s.url)
	u.Path = "/" + database
	return u.String()
}

// on runs f on a connection to the server, which then ends.
func (s *server) on(f func(ctx context.Context, c *sql.Conn) error) error {
	pool, err := sql.Open("postgres", s.url)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	ctx := context.Background()
	c, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	return f(ctx, c)
}

func (s *server) create(empty bool) (name string, err error) {
	s.mu.Lock()
	s.made++
	name = fmt.Sprintf("t%x_%d", s.process, s.made)
	s.mu.Unlock()
	from := template()
	if empty {
		from = "template0"
	}
	return name, s.on(func(ctx context.Context, c *sql.Conn) error {
		if err := s.makeRoom(ctx, c); err != nil {
			return err
		}
		_, err := c.ExecContext(ctx, "CREATE DATABASE "+name+" TEMPLATE "+from+s.strategy)
		return err
	})
}

// release drops a database that a test is done with, or leaves it to makeRoom
// and to the end of the server.
func (s *server) release(name string) error {
	if s.ours {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.done = append(s.done, name)
		return nil
	}
	return s.on(func(ctx context.Context, c *sql.Conn) error { return drop(ctx, c, name) })
}

func (s *server) makeRoom(ctx context.Context, c *sql.Conn) error {
	s.mu.Lock()
	done := len(s.done)
	s.mu.Unlock()
	if done == 0 {
		return nil
	}
	var n int
	if err := c.QueryRowContext(ctx, "SELECT count(*) FROM pg_database").Scan(&n); err != nil || n < most {
		return err
	}
	s.mu.Lock()
	names := s.done
	s.done = nil
	s.mu.Unlock()
	for _, name := range names {
		if err := drop(ctx, c, name); err != nil {
			return err
		}
	}
	return nil
}

func drop(ctx context.Context, c *sql.Conn, name string) error {
	_, err := c.ExecContext(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	return err
}

// template is the name of the migrated database, another for other migrations.
var template = sync.OnceValue(func() string {
	all := sha256.New()
	files, _ := fs.Glob(migrate.Files, "postgres/*.sql")
	for _, name := range files {
		text, _ := fs.ReadFile(migrate.Files, name)
		_, _ = fmt.Fprintf(all, "%s %d\n%s", name, len(text), text)
	}
	return fmt.Sprintf("medoffice_%x", all.Sum(nil)[:8])
})

// prepare makes the template, unless another process has. A lock of the server
// lets one make it while the others wait, and the name says that it is whole.
func (s *server) prepare() error {
	return s.on(func(ctx context.Context, c *sql.Conn) error {
		var version int
		if err := c.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
			return err
		}
		if version >= 150_000 { // before, copying files was the only way
			s.strategy = " STRATEGY FILE_COPY"
		}
		if _, err := c.ExecContext(ctx, "SELECT pg_advisory_lock(hashtextextended('medoffice template', 0))"); err != nil {
			return err
		}
		var there bool
		err := c.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", template()).Scan(&there)
		if err != nil || there {
			return err
		}
		return s.makeTemplate(ctx, c)
	})
}

func (s *server) makeTemplate(ctx context.Context, c *sql.Conn) error {
	half := template() + "_half"
	if err := drop(ctx, c, half); err != nil {
		return err
	}
	if _, err := c.ExecContext(ctx, "CREATE DATABASE "+half+" TEMPLATE template0"); err != nil {
		return err
	}
	if err := migrateAt(ctx, s.at(half)); err != nil {
		return err
	}
	_, err := c.ExecContext(ctx, "ALTER DATABASE "+half+" RENAME TO "+template())
	return err
}

func migrateAt(ctx context.Context, url string) error {
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	if _, err := d.Migrate(ctx); err != nil {
		_ = d.Close()
		return err
	}
	return d.Close()
}
