package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"medoffice/graph"
	"medoffice/graph/document"
	"medoffice/modules/kit/db"
	"medoffice/modules/officetest"
)

// hold keeps the room of the first writer, so that whoever changes it waits, and
// returns what lets go.
func (s *setting) hold(t *testing.T) (release func()) {
	t.Helper()
	d, err := db.Open(t.Context(), s.database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	tx, err := d.SQL().BeginTx(context.Background(), nil)
	if err == nil {
		_, err = tx.ExecContext(t.Context(), "UPDATE rooms SET name = name WHERE id = '"+s.rooms[0]+"'")
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() { _ = tx.Rollback() }
}

// under is an HTTP request that the server has begun to work on.
type under struct {
	answer *officetest.Answer
	resp   *http.Response
	err    error
	done   chan struct{}
}

// begin sends an act, and waits until the server reads it.
func (a *act) begin(t *testing.T, s *setting, url, accept string) *under {
	t.Helper()
	body, _ := json.Marshal(map[string]any{"query": a.query, "variables": officetest.Vars{"in": a.in}})
	taken := make(chan struct{})
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got100Continue: func() { close(taken) }})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+graph.Path, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Expect", "100-continue")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", accept)
	r.Header.Set("Authorization", "Bearer "+s.tokens[a.role])
	client := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: patience, DisableKeepAlives: true}}
	u := &under{done: make(chan struct{})}
	go func() {
		defer close(u.done)
		u.resp, u.err = client.Do(r) //nolint:bodyclose // answer and the test close it
		if accept != "text/event-stream" {
			u.answer, u.err = answer(u.resp, u.err)
		}
	}()
	within(t, taken, "the server does not take the request")
	return u
}

func within(t testing.TB, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatal(what)
	}
}

// refused waits until the server takes no new connections.
func refused(t *testing.T, url string) {
	t.Helper()
	eventually(t, "the server takes new connections", func() bool {
		c, err := net.DialTimeout("tcp", strings.TrimPrefix(url, "http://"), time.Second)
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	})
}

// A server that is asked to stop answers what it has taken, on every edge, sends
// those who watch away, and ends with the status of a success.
func TestDrain(t *testing.T) {
	engines(t, func(t *testing.T, database string) {
		s := set(t, database, 4)
		running := start(t, database)
		var where atomic.Pointer[string]
		where.Store(&running.URL)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		screen := s.board(t)
		closed := make(chan error, 1)
		go func() { closed <- screen.follow(ctx, running.URL) }()
		screen.begun()
		events := watchEvents(t, s, running.URL)
		release := s.hold(t)
		defer release()

		writers := s.writers()
		first, second := writers[0].next(), writers[1].next()
		byHTTP := first.begin(t, s, running.URL, "application/json")
		socket := s.socketWith(t, running.URL, first)
		byEvents := second.begin(t, s, running.URL, "text/event-stream")
		within(t, byEvents.done, "the event stream does not begin")

		began := time.Now()
		running.signal(syscall.SIGTERM)
		refused(t, running.URL)
		if err := <-closed; websocket.CloseStatus(err) != websocket.StatusServiceRestart {
			t.Errorf("the board: %v", err)
		}
		if text := <-events; strings.Contains(text, "event: complete") {
			t.Errorf("an event stream that has not ended says so: %s", text)
		}
		select {
		case <-byHTTP.done:
			t.Fatalf("answered while it waits: %v", byHTTP.err)
		case <-running.ended:
			t.Fatalf("ended while somebody waits for an answer: %v %s", running.cmd.ProcessState, running.log)
		default:
		}
		release()
		within(t, byHTTP.done, "no answer")
		if byHTTP.err != nil || len(byHTTP.answer.Errors) > 0 || !strings.Contains(byHTTP.answer.Text, s.rooms[0]) {
			t.Errorf("by HTTP: %v %+v", byHTTP.err, byHTTP.answer)
		}
		socket.ends(t, s.rooms[0])
		text, err := io.ReadAll(byEvents.resp.Body)
		_ = byEvents.resp.Body.Close()
		if err != nil || !strings.Contains(string(text), s.rooms[1]) || !strings.Contains(string(text), "event: complete") {
			t.Errorf("by events: %v %s", err, text)
		}
		if state := running.exited(patience); state.ExitCode() != 0 {
			t.Errorf("%v: %s", state, running.log)
		}
		t.Logf("drained in %v", time.Since(began))
		again := start(t, database)
		where.Store(&again.URL)
		go screen.watch(ctx, func() string { return *where.Load() })
		screen.shows(again.URL)
		s.verified(t)
	})
}

// waiting is a socket on which an act waits for its answer.
type waiting struct{ conn *websocket.Conn }

// socketWith sends an act over a socket and waits until the server has taken it.
func (s *setting) socketWith(t *testing.T, url string, a *act) waiting {
	t.Helper()
	c, err := enter(t.Context(), url, s.tokens[a.role])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.CloseNow() })
	if err := say(t.Context(), c, "act", a.query, officetest.Vars{"in": a.in}); err != nil {
		t.Fatal(err)
	}
	if err := send(t.Context(), c, message{Type: "ping"}); err != nil {
		t.Fatal(err)
	}
	if m, err := hear(t.Context(), c); err != nil || m.Type != "pong" {
		t.Fatalf("%v %+v", err, m)
	}
	return waiting{c}
}

// ends expects the answer, its completion and the end of the socket.
func (w waiting) ends(t *testing.T, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	next, err := hear(ctx, w.conn)
	if err != nil || next.Type != "next" || !strings.Contains(string(next.Payload), want) {
		t.Errorf("by socket: %v %s %s", err, next.Type, next.Payload)
	}
	if m, err := hear(ctx, w.conn); err != nil || m.Type != "complete" {
		t.Errorf("by socket: %v %+v", err, m)
	}
	if _, err := hear(ctx, w.conn); websocket.CloseStatus(err) != websocket.StatusServiceRestart {
		t.Errorf("the socket: %v", err)
	}
}

// watchEvents subscribes to the board by server-sent events; the whole text
// comes at its end.
func watchEvents(t *testing.T, s *setting, url string) <-chan string {
	t.Helper()
	board := document.Named("room-board").Text
	body, _ := json.Marshal(map[string]any{"query": board, "variables": officetest.Vars{"location": s.location}})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+graph.Path, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Authorization", "Bearer "+s.tokens["BOARD"])
	resp, err := http.DefaultClient.Do(r) //nolint:bodyclose // closed at its end, below
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(resp.Body)
	for line := ""; !strings.HasPrefix(line, "data: "); {
		if line, err = lines.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	ended := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(lines)
		_ = resp.Body.Close()
		ended <- string(text)
	}()
	return ended
}

// While writers are at work, a stopping server does nothing that it does not
// acknowledge.
func TestDrainUnderLoad(t *testing.T) {
	engines(t, func(t *testing.T, database string) {
		s := set(t, database, 16)
		writers := s.writers()
		running := start(t, database)
		crowd := work(t, writers, func() string { return running.URL }, func(_ *act, got *officetest.Answer, err error) bool {
			if err == nil {
				t.Errorf("refused: %s", got.Text)
			}
			return false
		}, nil)
		crowd.wait(t, 100)
		running.signal(syscall.SIGTERM)
		if state := running.exited(patience); state.ExitCode() != 0 {
			t.Errorf("%v: %s", state, running.log)
		}
		crowd.all.Wait()
		if acked, done := acknowledged(writers), s.counter(t)("SELECT count(*) FROM requests"); acked != done {
			t.Errorf("%d acts acknowledged, %d done", acked, done)
		}
		again := start(t, database)
		settle(t, writers, again.URL, 0)
		s.whole(t, writers)
	})
}

// half sends the beginning of a request and no more.
func half(t *testing.T, s *setting, url string) {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	head := "POST /graphql HTTP/1.1\r\nHost: office\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 100\r\n" +
		"Authorization: Bearer " + s.tokens["NURSE"] + "\r\n\r\n"
	if _, err := io.WriteString(c, head); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(c).ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%v %s", err, line)
	}
}

// Who does not come to an end is broken off when the farewell is over.
func TestDrainDoesNotWaitForEver(t *testing.T) {
	engines(t, func(t *testing.T, database string) {
		s := set(t, database, 1)
		running := start(t, database, "--farewell=500ms")
		half(t, s, running.URL)
		var slow *under
		if !strings.HasPrefix(database, "/") { // on SQLite, who holds one row holds all
			defer s.hold(t)()
			slow = s.writers()[0].next().begin(t, s, running.URL, "application/json")
		}
		began := time.Now()
		running.signal(syscall.SIGTERM)
		if state := running.exited(500*time.Millisecond + lastWords + 3*time.Second*officetest.Slow); state.ExitCode() != 0 {
			t.Errorf("%v: %s", state, running.log)
		}
		t.Logf("ended after %v", time.Since(began))
		if slow == nil {
			return
		}
		within(t, slow.done, "no answer")
		if slow.err != nil || slow.answer.Code() != "OVERLOADED" {
			t.Errorf("%v %+v", slow.err, slow.answer)
		}
	})
}

// A second signal does not wait for anybody.
func TestSecondSignal(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		s := set(t, t.TempDir()+"/office.db", 1)
		running := start(t, s.database, "--farewell=5m")
		half(t, s, running.URL)
		running.signal(sig)
		refused(t, running.URL)
		eventually(t, "it does not end", func() bool {
			_ = running.cmd.Process.Signal(sig)
			select {
			case <-running.ended:
				return true
			case <-time.After(20 * time.Millisecond):
				return false
			}
		})
		if status, ok := running.cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != sig {
			t.Errorf("%v", running.cmd.ProcessState)
		}
	}
}
