package officetest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// One server serves all test binaries of a user that run at the same time and
// shortly after each other. They meet in a folder: whoever holds the lock there
// may join the server that the file "current" names, or start one. Each holds a
// named pipe of the server open for as long as it runs. When the last of them is
// gone, however it ended, the pipe ends, and after a grace the shell that reads
// it ends the server and removes its files.

// shared reads what those who join write, until nobody is left and nobody new
// came during the grace. Then it takes the name of the pipe away, so that
// nobody can join any more, and waits for those who did until then.
const shared = `grace="$1"; shift; echo $$ >"$2/shell"; exec 3<"$2/users"
` + serve + `while [ "$(cat <&3)" ]; do sleep "$grace"; done
rm -f "$dir/users"; cat <&3 >/dev/null` + end

// grace is how many seconds a server waits for the next test binary: go test
// compiles and links one while the server has nothing to do.
var grace = 20

// joined are the pipes that this process holds open until it ends.
var joined []*os.File

// sharedServer is the address of the server of this run of the tests.
func sharedServer() (string, error) {
	meeting, err := meetingFolder()
	if err != nil {
		return "", err
	}
	lock, err := os.OpenFile(filepath.Join(meeting, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer func() { _ = lock.Close() }() // which gives the lock back
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	current := filepath.Join(meeting, "current")
	if url, err := joinCurrent(current); err == nil {
		return url, nil
	}
	pattern := sharedPattern(meeting)
	removeDead(pattern)
	return startShared(pattern, current)
}

// meetingFolder is a folder of this user alone.
func meetingFolder() (string, error) {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("medoffice-test-%d", os.Getuid()))
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if s, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(s.Uid) != os.Getuid() {
		return "", fmt.Errorf("%s belongs to somebody else", dir)
	}
	return dir, nil
}

// joinCurrent joins the server whose folder and address the file holds.
func joinCurrent(current string) (string, error) {
	text, err := os.ReadFile(current)
	if err != nil {
		return "", err
	}
	dir, url, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	pipe, err := join(dir)
	if err != nil {
		return "", err
	}
	if err := (&Cluster{URL: url, dir: dir}).answers(5 * time.Second); err != nil {
		_ = pipe.Close()
		return "", err
	}
	joined = append(joined, pipe)
	return url, nil
}

// join holds the pipe of a server open. It fails with ENXIO where its shell is
// gone.
func join(dir string) (*os.File, error) {
	pipe, err := os.OpenFile(filepath.Join(dir, "users"), os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if err = kept(dir); err == nil {
		_, err = pipe.WriteString("+")
	}
	if err != nil {
		_ = pipe.Close()
		return nil, err
	}
	return pipe, nil
}

// kept finds the shell of a server running. It leaves its number in a file.
func kept(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, "shell"))
	if err != nil {
		return syscall.ENXIO
	}
	shell, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || errors.Is(syscall.Kill(shell, 0), syscall.ESRCH) {
		return syscall.ENXIO
	}
	return nil
}

// sharedPattern is that of the folders of the servers of a meeting folder.
func sharedPattern(meeting string) string {
	sum := sha256.Sum256([]byte(meeting))
	return fmt.Sprintf("medoffice-pg-%d-%x-*", os.Getuid(), sum[:4])
}

// removeDead removes what servers left whose shell was killed. A server that
// still runs without its files ends by itself within a minute. One without its
// pipe is about to end.
func removeDead(pattern string) {
	for _, base := range []string{memory, os.TempDir()} {
		dirs, _ := filepath.Glob(filepath.Join(base, pattern))
		for _, dir := range dirs {
			_, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid"))
			pipe, unread := join(dir)
			switch {
			case unread == nil:
				_ = pipe.Close()
			case errors.Is(unread, syscall.ENXIO), os.IsNotExist(unread) && os.IsNotExist(err):
				_ = os.RemoveAll(dir)
			}
		}
	}
}

// startShared starts a server and writes to the file where it is. It commits
// without waiting, and nobody tidies databases up that live for seconds.
func startShared(pattern, current string) (string, error) {
	c, err := initCluster(pattern, "synchronous_commit=off", "max_connections=1000", "autovacuum=off",
		"wal_level=minimal", "max_wal_senders=0", "dynamic_shared_memory_type=mmap")
	if err != nil {
		return "", err
	}
	users := filepath.Join(c.dir, "users")
	if err := syscall.Mkfifo(users, 0o600); err != nil {
		return "", err
	}
	if c.who.Credential != nil {
		if err := os.Chown(users, int(c.who.Credential.Uid), int(c.who.Credential.Gid)); err != nil {
			return "", err
		}
	}
	sh := c.shell(shared, strconv.Itoa(grace))
	if err := sh.Start(); err != nil {
		return "", err
	}
	go func() { _ = sh.Wait() }()
	pipe, err := joinWithin(c.dir, patience)
	if err != nil {
		return "", err
	}
	joined = append(joined, pipe)
	if err := c.answers(patience); err != nil {
		return "", err
	}
	return c.URL, os.WriteFile(current, []byte(c.dir+"\n"+c.URL+"\n"), 0o600)
}

// joinWithin joins as soon as the shell reads the pipe.
func joinWithin(dir string, within time.Duration) (*os.File, error) {
	for end := time.Now().Add(within); ; time.Sleep(5 * time.Millisecond) {
		pipe, err := join(dir)
		if err == nil || time.Now().After(end) {
			return pipe, err
		}
	}
}
