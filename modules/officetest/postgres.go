package officetest

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/user"
	"strconv"
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
	missing(t, err)
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

var held []*Cluster // they end with their input, which ends with the process

func throwAway() (string, error) {
	c, err := initCluster("off")
	if err != nil {
		return "", err
	}
	held = append(held, c)
	return c.URL, c.run()
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

func waitFor(server string) error {
	var err error
	for range 200 {
		if err = onServer(server, "SELECT 1"); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}
