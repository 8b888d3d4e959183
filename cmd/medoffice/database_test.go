package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/lib/pq" // to look at the server behind the office's back

	"medoffice/modules/officetest"
)

// clean checks the refusal of an act while the database is away: a code that
// says to wait, an id to find it in the log, and no word of the database.
func clean(t testing.TB, got *officetest.Answer, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("no answer: %v", err)
		return
	}
	e := got.Errors[0]
	if code := got.Code(); code != "OVERLOADED" || e.Extensions["requestId"] == nil || e.Extensions["retryAfter"] == nil {
		t.Errorf("%d %s", got.Status, got.Text)
	}
	if got.Data == nil && got.Status != 503 {
		t.Errorf("status %d: %s", got.Status, got.Text)
	}
	for _, word := range []string{"pq:", "dial", "EOF", "connection", "127.0.0.1"} {
		if strings.Contains(got.Text, word) {
			t.Errorf("it tells too much: %s", got.Text)
		}
	}
}

// PostgreSQL is restarted in the middle of sixteen writers. The server goes on
// by itself; nothing is halved, lost or done twice, and the board misses nothing.
func TestDatabaseRestart(t *testing.T) {
	cluster := officetest.NewCluster(t)
	s := set(t, cluster.URL, 16)
	running := start(t, cluster.URL)
	address := func() string { return running.URL }
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	screen := s.board(t)
	go screen.watch(ctx, address)
	screen.begun()
	var refusals atomic.Int64
	until := make(chan struct{})
	writers := s.writers()
	crowd := work(t, writers, address, func(_ *act, got *officetest.Answer, err error) bool {
		clean(t, got, err)
		refusals.Add(1)
		time.Sleep(20 * time.Millisecond)
		return err == nil
	}, until)
	for range 3 {
		crowd.wait(t, 60)
		before := refusals.Load()
		cluster.Stop(t)
		eventually(t, "nobody notices", func() bool { return refusals.Load() >= before+32 })
		for len(crowd.acked) > 0 {
			<-crowd.acked
		}
		cluster.Start(t)
		back := time.Now()
		crowd.wait(t, 1)
		t.Logf("%d refusals, the first act %v after the database is back", refusals.Load()-before, time.Since(back))
	}
	crowd.wait(t, 60)
	close(until)
	crowd.all.Wait()
	screen.shows(running.URL)
	settle(t, writers, running.URL, 0)
	s.whole(t, writers)
	s.verified(t)
	t.Logf("%d acts, board: %v", acknowledged(writers), screen.counts)
}

// The connection that listens is cut again and again. What it would have announced
// comes with the next look at the outbox, unless a transaction is open anywhere
// on the server: so it has one of its own.
func TestListenerKilled(t *testing.T) {
	s := set(t, officetest.NewCluster(t).URL, 1)
	one, two := start(t, s.database), start(t, s.database)
	pool, err := sql.Open("postgres", s.database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	screen := s.board(t)
	go screen.watch(ctx, func() string { return two.URL })
	screen.begun()
	w := s.writers()[0]
	cut, latest := 0, time.Duration(0)
	for n := range 45 {
		a := w.next()
		if _, err := a.send(t, s, one.URL); err != nil || a.made == "" {
			t.Fatal(err)
		}
		if a.kind != "room" {
			continue
		}
		told := time.Now()
		eventually(t, "a change is lost", func() bool {
			screen.mu.Lock()
			defer screen.mu.Unlock()
			return strings.Contains(screen.cards[s.rooms[0]], fmt.Sprintf(`"version":%d`, w.version))
		})
		latest = max(latest, time.Since(told))
		if n%2 == 0 {
			var killed int
			err := pool.QueryRowContext(ctx, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
				WHERE datname = current_database() AND query LIKE 'LISTEN%'`).Scan(&killed)
			if err != nil {
				t.Fatal(err)
			}
			cut += killed
		}
	}
	if most := time.Second + 500*time.Millisecond*officetest.Slow; latest > most {
		t.Errorf("a change came after %v, more than %v", latest, most)
	}
	if cut < 8 {
		t.Errorf("only %d listeners were there to be cut", cut)
	}
	screen.shows(two.URL)
	t.Logf("%d listeners cut, the latest change after %v", cut, latest)
}

// Two servers on one database, people and screens at both. One is killed; its
// people and screens go on at the other.
func TestTwoServers(t *testing.T) {
	s := set(t, officetest.Database(t, "postgres"), 16)
	servers := []*server{start(t, s.database), start(t, s.database)}
	var where [2]atomic.Pointer[string]
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	screens := make([]*board, 4)
	for i := range screens {
		where[i%2].Store(&servers[i%2].URL)
		screens[i] = s.board(t)
		go screens[i].watch(ctx, func() string { return *where[i%2].Load() })
	}
	for _, b := range screens {
		b.begun()
	}
	writers := s.writers()
	until := make(chan struct{})
	var crowds []*crowd
	for i := range servers {
		crowds = append(crowds, work(t, writers[8*i:8*i+8], func() string { return *where[i].Load() },
			func(_ *act, got *officetest.Answer, err error) bool {
				if err == nil {
					t.Errorf("refused: %s", got.Text)
				}
				return i == 0 // its people go on at the other, with what was not answered
			}, until))
	}
	crowds[0].wait(t, 60)
	crowds[1].wait(t, 60)
	where[0].Store(&servers[1].URL)
	servers[0].kill()
	crowds[0].wait(t, 60)
	crowds[1].wait(t, 60)
	close(until)
	for _, c := range crowds {
		c.all.Wait()
	}
	for _, b := range screens {
		b.shows(servers[1].URL)
	}
	settle(t, writers, servers[1].URL, 0)
	third := start(t, s.database) // seals what the dead one left
	s.whole(t, writers)
	s.verified(t)
	third.kill()
	t.Logf("%d acts, boards: %v %v", acknowledged(writers), screens[0].counts, screens[1].counts)
}

// line is the network between the office and its database. While it is silent
// nothing goes through, and nobody is notified.
type line struct {
	t      testing.TB
	l      net.Listener
	to     string
	mu     sync.Mutex
	cond   *sync.Cond
	silent bool
}

func newLine(t *testing.T, to string) *line {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &line{t: t, l: l, to: to}
	n.cond = sync.NewCond(&n.mu)
	t.Cleanup(func() { _ = l.Close(); n.set(false) })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go n.carry(c)
		}
	}()
	return n
}

func (n *line) set(silent bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.silent = silent
	n.cond.Broadcast()
}

func (n *line) carry(c net.Conn) {
	d, err := net.Dial("tcp", n.to)
	if err != nil {
		_ = c.Close()
		return
	}
	go n.copy(d, c)
	n.copy(c, d)
}

func (n *line) copy(to io.WriteCloser, from io.ReadCloser) {
	defer func() { _ = to.Close(); _ = from.Close() }()
	b := make([]byte, 32<<10)
	for {
		got, err := from.Read(b)
		n.mu.Lock()
		for n.silent {
			n.cond.Wait()
		}
		n.mu.Unlock()
		if err != nil {
			return
		}
		if _, err := to.Write(b[:got]); err != nil {
			return
		}
	}
}

// A database that says nothing more holds nobody longer than the deadline.
func TestDatabaseSilent(t *testing.T) {
	s := set(t, officetest.Database(t, "postgres"), 8)
	u, err := url.Parse(s.database)
	if err != nil {
		t.Fatal(err)
	}
	network := newLine(t, u.Host)
	u.Host = network.l.Addr().String()
	running := start(t, u.String(), "--limit=all.deadline=1s")
	writers := s.writers()
	crowd := work(t, writers, func() string { return running.URL }, func(_ *act, got *officetest.Answer, err error) bool {
		if err != nil || got.Code() != "DEADLINE_EXCEEDED" && got.Code() != "OVERLOADED" {
			t.Errorf("%v %+v", err, got)
		}
		return false
	}, nil)
	crowd.wait(t, 40)
	began := time.Now()
	network.set(true)
	crowd.all.Wait()
	took := time.Since(began)
	// The sign-in may take five seconds, the cut one more.
	if most := 7*time.Second + time.Second*officetest.Slow; took > most {
		t.Errorf("the last answer came after %v, more than %v", took, most)
	}
	network.set(false)
	back := time.Now()
	eventually(t, "it does not come back", func() bool {
		a := writers[0].acts[len(writers[0].acts)-1]
		_, _ = a.send(t, s, running.URL)
		return a.made != ""
	})
	t.Logf("the last answer after %v of silence, working again %v after it", took, time.Since(back))
	settle(t, writers, running.URL, 0)
	s.whole(t, writers)
}
