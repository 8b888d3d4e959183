package officetest

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Cluster is a PostgreSQL server of its own, which a test may stop and start.
type Cluster struct {
	URL string // of its database "postgres"

	bin, dir, commit string
	port             int
	who              *syscall.SysProcAttr
	process          *exec.Cmd
	input            io.Closer // the server ends with it
}

// NewCluster starts a server for one test. What it has acknowledged survives
// Stop: it commits as PostgreSQL does as it comes.
func NewCluster(t testing.TB) *Cluster {
	t.Helper()
	c, err := initCluster("on")
	if err == nil {
		err = c.run()
	}
	missing(t, err)
	t.Cleanup(func() {
		_ = os.Remove(c.keep())
		c.end()
		_ = os.RemoveAll(c.dir)
	})
	return c
}

// missing skips a test without PostgreSQL, where nobody asked for it.
func missing(t testing.TB, err error) {
	t.Helper()
	switch {
	case err != nil && os.Getenv("CI") != "":
		t.Fatalf("PostgreSQL: %v", err)
	case err != nil:
		t.Skipf("PostgreSQL: %v", err)
	}
}

// Stop ends the server in the middle of whatever it does (pg_ctl stop -m
// immediate): the next start recovers from its log.
func (c *Cluster) Stop(t testing.TB) {
	t.Helper()
	if err := os.WriteFile(c.keep(), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c.end()
}

// Start starts a stopped server at the same address.
func (c *Cluster) Start(t testing.TB) {
	t.Helper()
	if err := os.Remove(c.keep()); err != nil {
		t.Fatal(err)
	}
	if err := c.run(); err != nil {
		t.Fatal(err)
	}
}

// keep is a file that keeps the data of a server that ends.
func (c *Cluster) keep() string { return filepath.Join(c.dir, "keep") }

// initCluster makes the files of a server; commit is its synchronous_commit.
func initCluster(commit string) (*Cluster, error) {
	out, err := exec.Command("pg_config", "--bindir").Output()
	if err != nil {
		return nil, fmt.Errorf("no server binaries (pg_config): %w", err)
	}
	bin := strings.TrimSpace(string(out))
	if _, err := os.Stat(filepath.Join(bin, "initdb")); err != nil {
		return nil, fmt.Errorf("no server binaries: %w", err)
	}
	dir, err := os.MkdirTemp("", "medoffice-pg-")
	if err != nil {
		return nil, err
	}
	who, err := ordinaryUser(dir)
	if err != nil {
		return nil, err
	}
	init := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "--no-sync")
	init.SysProcAttr, init.Dir = who, dir
	if out, err := init.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	return &Cluster{
		URL: fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port),
		bin: bin, dir: dir, commit: commit, port: port, who: who,
	}, err
}

// script starts a server and ends it, with all its files, when its input ends:
// that is when this test binary is gone, however it ended.
const script = `"$1/postgres" -D "$2/data" -k "$2" -p "$3" -c listen_addresses=127.0.0.1 -c fsync=off \
 -c synchronous_commit="$4" -c full_page_writes=off -c max_connections=200 >>"$2/log" 2>&1 &
cat >/dev/null; kill -QUIT $!; wait; [ -e "$2/keep" ] || rm -rf "$2"`

func (c *Cluster) run() error {
	c.process = exec.Command("sh", "-c", script, "sh", c.bin, c.dir, strconv.Itoa(c.port), c.commit)
	c.process.SysProcAttr, c.process.Dir = c.who, c.dir
	in, err := c.process.StdinPipe()
	if err != nil {
		return err
	}
	c.input = in
	if err := c.process.Start(); err != nil {
		return err
	}
	return waitFor(c.URL)
}

func (c *Cluster) end() {
	if c.process == nil {
		return
	}
	_ = c.input.Close()
	_ = c.process.Wait()
	c.process = nil
}
