package officetest

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"medoffice/modules/kit/db"
)

// sharing makes of this test binary another one that needs the shared server,
// until its input ends.
const sharing = "MEDOFFICE_TEST_SHARING"

func TestMain(m *testing.M) {
	if os.Getenv(sharing) == "" {
		os.Exit(m.Run())
	}
	grace = 2
	s, err := theServer()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	name, err := s.create(false)
	fmt.Println(s.url, name, err)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// binary is a test binary of its own that uses the shared server.
type binary struct {
	*exec.Cmd
}

// start starts a test binary in the folder for temporary files, and gives a
// function that waits until it has a database and returns its server.
func start(t *testing.T, temp string) (*binary, func() string) {
	t.Helper()
	b := &binary{Cmd: exec.Command(os.Args[0])}
	b.Env = append(os.Environ(), sharing+"=1", "TMPDIR="+temp, DatabaseEnv+"=")
	if _, err := b.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := b.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.kill() })
	return b, func() string {
		t.Helper()
		line, err := bufio.NewReader(out).ReadString('\n')
		parts := strings.Fields(line)
		if err != nil || len(parts) != 3 || parts[2] != "<nil>" {
			t.Fatalf("it says %q %v", line, err)
		}
		return parts[0]
	}
}

// kill ends it as kill -9 does.
func (b *binary) kill() {
	_ = b.Process.Kill()
	_ = b.Wait()
}

// The folders of the servers of a folder for temporary files.
func folders(t *testing.T, temp string) (found []string) {
	t.Helper()
	for _, base := range []string{memory, temp} {
		dirs, err := filepath.Glob(filepath.Join(base, sharedPattern(filepath.Join(temp, fmt.Sprintf("medoffice-test-%d", os.Getuid())))))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, dirs...)
	}
	return found
}

func gone(t *testing.T, temp string) {
	t.Helper()
	for end := time.Now().Add(patience); len(folders(t, temp)) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("left behind: %v", folders(t, temp))
		}
	}
}

// Test binaries that run at once and after each other have one server, which
// ends when the last of them was killed.
func TestBinariesShareOneServer(t *testing.T) {
	if _, err := theServer(); err != nil {
		missing(t, err)
	}
	temp := t.TempDir()
	if err := os.Chmod(temp, 0o755); err != nil { //nolint:gosec // the server is another user
		t.Fatal(err)
	}
	const many = 4
	var all []*binary
	var told []func() string
	for range many {
		b, tell := start(t, temp)
		all, told = append(all, b), append(told, tell)
	}
	url := told[0]()
	for _, tell := range told[1:] {
		if other := tell(); other != url {
			t.Fatalf("servers at %s and %s", url, other)
		}
	}
	for _, b := range all {
		if n := len(folders(t, temp)); n != 1 {
			t.Fatalf("%d servers", n)
		}
		b.kill()
	}
	next, tell := start(t, temp) // within the grace
	if other := tell(); other != url {
		t.Errorf("it did not wait for the next: %s and %s", url, other)
	}
	next.kill()
	gone(t, temp)
}

// A server whose shell was killed is not joined. Its files go when the next one
// starts, and it ends without them.
func TestServerWithoutShellIsReplaced(t *testing.T) {
	if _, err := theServer(); err != nil {
		missing(t, err)
	}
	temp := t.TempDir()
	if err := os.Chmod(temp, 0o755); err != nil { //nolint:gosec // the server is another user
		t.Fatal(err)
	}
	first, tell := start(t, temp)
	url := tell()
	dir := folders(t, temp)[0]
	server := number(t, filepath.Join(dir, "data", "postmaster.pid"))
	if err := syscall.Kill(number(t, filepath.Join(dir, "shell")), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	second, tell := start(t, temp)
	if tell() == url {
		t.Error("it joined a server that nobody will end")
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there", dir)
	}
	_ = syscall.Kill(server, syscall.SIGQUIT) // sooner than by itself
	first.kill()
	second.kill()
	gone(t, temp)
}

// number is the process that the file names in its first line.
func number(t *testing.T, file string) int {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	n, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Database is migrated, so that an office that opens it has nothing to do, and
// Empty is not.
func TestDatabaseIsMigrated(t *testing.T) {
	for _, engine := range engines {
		for url, migrated := range map[string]bool{Database(t, engine): true, Empty(t, engine): false} {
			d, err := db.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			if done, err := d.Migrate(t.Context()); err != nil || (len(done) == 0) != migrated {
				t.Errorf("%s: %d migrations were to do, %v", engine, len(done), err)
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}
