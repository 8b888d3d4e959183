package officetest

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Cluster is a PostgreSQL server of its own, which a test may stop and start.
type Cluster struct {
	URL string // of its database "postgres"

	bin, dir string
	port     int
	settings []string
	who      *syscall.SysProcAttr
	process  *exec.Cmd
	input    io.Closer // the server ends with it
}

// NewCluster starts a server for one test. What it has acknowledged survives
// Stop: it commits as PostgreSQL does as it comes.
func NewCluster(t testing.TB) *Cluster {
	t.Helper()
	c, err := initCluster("medoffice-own-pg-*", "synchronous_commit=on", "max_connections=200")
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

// initCluster makes the files of a server in a new folder of the pattern.
func initCluster(pattern string, settings ...string) (*Cluster, error) {
	out, err := exec.Command("pg_config", "--bindir").Output()
	if err != nil {
		return nil, fmt.Errorf("no server binaries (pg_config): %w", err)
	}
	bin := strings.TrimSpace(string(out))
	if _, err := os.Stat(filepath.Join(bin, "initdb")); err != nil {
		return nil, fmt.Errorf("no server binaries: %w", err)
	}
	dir, err := os.MkdirTemp(roomy(), pattern)
	if err != nil {
		return nil, err
	}
	c := &Cluster{bin: bin, dir: dir, settings: settings}
	if err = c.init(); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return c, nil
}

func (c *Cluster) init() (err error) {
	if c.who, err = ordinaryUser(c.dir); err != nil {
		return err
	}
	init := exec.Command(filepath.Join(c.bin, "initdb"), "-D", filepath.Join(c.dir, "data"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "--no-sync")
	init.SysProcAttr, init.Dir = c.who, c.dir
	if out, err := init.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	if c.port, err = freePort(); err != nil {
		return err
	}
	c.URL = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", c.port)
	return nil
}

const (
	memory = "/dev/shm" // a folder in memory, where the system has one
	room   = 4 << 30    // bytes that must be free there
)

// roomy is where the files of a server lie: in memory where there is room for
// the databases of a whole run, else in the folder for temporary files.
func roomy() string {
	var s syscall.Statfs_t
	if err := syscall.Statfs(memory, &s); err == nil && float64(s.Bavail)*float64(s.Bsize) >= room {
		return memory
	}
	return os.TempDir()
}

// The shell that keeps a server: serve starts it with the settings "$@", end
// ends it and removes its files. own waits for the end of its input: that is
// when this process is gone, however it ended.
const (
	serve = `bin="$1" dir="$2" port="$3"; shift 3
"$bin/postgres" -D "$dir/data" -k "$dir" -p "$port" -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off "$@" 3<&- >>"$dir/log" 2>&1 &
server=$!
`
	end = `
kill -QUIT $server; wait; [ -e "$dir/keep" ] || rm -rf "$dir"`
	own = serve + `cat >/dev/null` + end
)

// shell is the process of a script that keeps the server; first are arguments
// before those that all scripts have.
func (c *Cluster) shell(script string, first ...string) *exec.Cmd {
	args := append([]string{"-c", script, "sh"}, first...)
	args = append(args, c.bin, c.dir, strconv.Itoa(c.port))
	for _, s := range c.settings {
		args = append(args, "-c", s)
	}
	sh := exec.Command("sh", args...)
	sh.SysProcAttr, sh.Dir = c.who, c.dir
	return sh
}

func (c *Cluster) run() error {
	c.process = c.shell(own)
	in, err := c.process.StdinPipe()
	if err != nil {
		return err
	}
	c.input = in
	if err := c.process.Start(); err != nil {
		return err
	}
	return c.answers(patience)
}

func (c *Cluster) end() {
	if c.process == nil {
		return
	}
	_ = c.input.Close()
	_ = c.process.Wait()
	c.process = nil
}

// answers waits until the server answers, and not another at its port.
func (c *Cluster) answers(within time.Duration) error {
	pool, err := sql.Open("postgres", c.URL)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	for end := time.Now().Add(within); ; time.Sleep(20 * time.Millisecond) {
		var data string
		err = pool.QueryRowContext(context.Background(), "SHOW data_directory").Scan(&data)
		switch {
		case err == nil && data == filepath.Join(c.dir, "data"):
			return nil
		case err == nil:
			return fmt.Errorf("another server took port %d", c.port)
		case time.Now().After(end):
			return err
		}
	}
}

// ordinaryUser is somebody other than root, whom PostgreSQL refuses. The folder
// becomes theirs.
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
