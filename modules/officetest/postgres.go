package officetest

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq" // the tests make databases by themselves

	"medoffice/modules/kit/db"
)

// DatabaseEnv names a PostgreSQL server to test on in place of a throw-away
// one. Its user must be allowed to create databases.
const DatabaseEnv = "MEDOFFICE_TEST_DATABASE"

var (
	cluster  = sync.OnceValues(startCluster)
	numbered atomic.Int64
)

// postgres makes an empty migrated database on the cluster of this test binary.
func postgres(t testing.TB) string {
	t.Helper()
	server, err := cluster()
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("PostgreSQL: %v", err)
		}
		t.Skipf("PostgreSQL: %v", err)
	}
	name := fmt.Sprintf("t%d_%d", os.Getpid(), numbered.Add(1))
	if err := createDatabase(server, name, template(os.Getpid())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dropDatabase(t, server, name) })
	return withDatabase(server, name)
}

func template(pid int) string { return fmt.Sprintf("template_%d", pid) }

func withDatabase(server, name string) string {
	u, _ := url.Parse(server)
	u.Path = "/" + name
	return u.String()
}

func createDatabase(server, name, from string) error {
	return onServer(server, "CREATE DATABASE "+name+" TEMPLATE "+from)
}

func dropDatabase(t testing.TB, server, name string) {
	if err := onServer(server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
		t.Log(err)
	}
}

func onServer(server, statement string) error {
	pool, err := sql.Open("postgres", server)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	_, err = pool.ExecContext(context.Background(), statement)
	return err
}

func startCluster() (string, error) {
	server := os.Getenv(DatabaseEnv)
	if server == "" {
		var err error
		if server, err = throwAway(); err != nil {
			return "", err
		}
	}
	name := template(os.Getpid())
	if err := createDatabase(server, name, "template0"); err != nil {
		return "", err
	}
	d, err := db.Open(context.Background(), withDatabase(server, name))
	if err != nil {
		return "", err
	}
	defer func() { _ = d.Close() }()
	_, err = d.Migrate(context.Background())
	return server, err
}

// script starts a server and ends it, with all its files, when its input ends:
// that is when this test binary is gone, however it ended.
const script = `"$1/postgres" -D "$2/data" -k "$2" -p "$3" -c listen_addresses=127.0.0.1 -c fsync=off \
 -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 >"$2/log" 2>&1 &
cat >/dev/null; kill -QUIT $!; wait; rm -rf "$2"`

func throwAway() (string, error) {
	out, err := exec.Command("pg_config", "--bindir").Output()
	if err != nil {
		return "", fmt.Errorf("no server binaries (pg_config): %w", err)
	}
	bin := strings.TrimSpace(string(out))
	if _, err := os.Stat(filepath.Join(bin, "initdb")); err != nil {
		return "", fmt.Errorf("no server binaries: %w", err)
	}
	dir, err := os.MkdirTemp("", "medoffice-pg-")
	if err != nil {
		return "", err
	}
	who, err := ordinaryUser(dir)
	if err != nil {
		return "", err
	}
	init := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "--no-sync")
	init.SysProcAttr, init.Dir = who, dir
	if out, err := init.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	run := exec.Command("sh", "-c", script, "sh", bin, dir, strconv.Itoa(port))
	run.SysProcAttr, run.Dir = who, dir
	if _, err := keepOpen(run); err != nil {
		return "", err
	}
	return waitFor(fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port))
}

var held []io.Closer // inputs that end with the process

func keepOpen(c *exec.Cmd) (io.Closer, error) {
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	held = append(held, in)
	return in, c.Start()
}

// ordinaryUser is somebody other than root, whom PostgreSQL refuses.
func ordinaryUser(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{Setpgid: true}, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(dir, uid, gid); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Setpgid: true, Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func waitFor(server string) (string, error) {
	var err error
	for range 200 {
		if err = onServer(server, "SELECT 1"); err == nil {
			return server, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return "", err
}
