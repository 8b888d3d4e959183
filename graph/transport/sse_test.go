package transport_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"medoffice/graph"
	"medoffice/graph/document"
	"medoffice/modules/officetest"
)

// told is one event of a stream as it was written: its lines by their fields.
// A comment has the field "".
type told map[string]string

// events is a stream that a test reads event by event.
type events struct {
	t     *testing.T
	resp  *http.Response
	lines *bufio.Scanner
}

// listen asks for a stream by GET or POST.
func listen(t *testing.T, o *officetest.Office, method, token, last, query string, vars officetest.Vars) *events {
	t.Helper()
	target, body := o.Server().URL+graph.Path, ""
	if method == http.MethodGet {
		text, _ := json.Marshal(vars)
		target += "?" + url.Values{"query": {query}, "variables": {string(text)}}.Encode()
	} else {
		body = asked(query, vars)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		r.Header.Set("Content-Type", plainJSON)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	e := &events{t, resp, bufio.NewScanner(resp.Body)}
	e.lines.Buffer(nil, 1<<20)
	return e
}

// read is the next event or comment, nil at the end.
func (e *events) read() told {
	e.t.Helper()
	late := time.AfterFunc(within, func() { _ = e.resp.Body.Close() })
	defer late.Stop()
	one := told{}
	for e.lines.Scan() {
		if e.lines.Text() == "" {
			return one
		}
		name, value, _ := strings.Cut(e.lines.Text(), ":")
		if _, twice := one[name]; twice {
			e.t.Errorf("two lines of %q", name)
		}
		one[name] = strings.TrimPrefix(value, " ")
	}
	return nil
}

// next is the next event, comments and retry aside.
func (e *events) next() told {
	e.t.Helper()
	for {
		one := e.read()
		if one == nil {
			e.t.Fatal("the stream has ended")
		}
		if one["event"] != "" {
			return one
		}
	}
}

const rooms = `subscription($location: ID!, $since: String) { roomBoard(location: $location, since: $since) { __typename
	... on RoomBoardSnapshot { cursor } ... on RoomBoardChange { cursor room { room { name } } } ... on RoomBoardHeartbeat { cursor } } }`

// change is the next change: its id, and the name of its room.
func (e *events) change() (id, room string) {
	e.t.Helper()
	for {
		one := e.next()
		var got struct {
			Data struct {
				RoomBoard struct {
					Typename string `json:"__typename"`
					Cursor   string
					Room     struct{ Room struct{ Name string } }
				}
			}
		}
		if err := json.Unmarshal([]byte(one["data"]), &got); err != nil {
			e.t.Fatal(err)
		}
		b := got.Data.RoomBoard
		if one["id"] == "" || one["id"] != b.Cursor {
			e.t.Errorf("the id is %q, the cursor %q", one["id"], b.Cursor)
		}
		switch b.Typename {
		case "RoomBoardChange":
			return one["id"], b.Room.Room.Name
		case "RoomBoardSnapshot":
			return one["id"], "all"
		}
	}
}

func addRoom(t *testing.T, o *officetest.Office, vars officetest.Vars, name string) {
	t.Helper()
	o.As("MANAGER").Do(`mutation($l: ID!, $n: String!) { addRoom(input: {locationId: $l, name: $n}) { room { id } userErrors { code } } }`,
		officetest.Vars{"l": vars["location"], "n": name}, nil)
}

// A stream that broke goes on after the last event that came, whichever way it
// is asked for.
func TestStreamResumes(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		vars, board := where(t, o), o.As("BOARD").Token
		for n, method := range []string{http.MethodPost, http.MethodGet} {
			name := func(i int) string { return fmt.Sprintf("Room %d%d", n, i) }
			first := listen(t, o, method, board, "", rooms, vars)
			if _, room := first.change(); room != "all" {
				t.Fatalf("it begins with %s", room)
			}
			var last string
			for i := range 3 {
				addRoom(t, o, vars, name(i))
				id, room := first.change()
				if room != name(i) {
					t.Fatalf("%s, want %s", room, name(i))
				}
				last = id
			}
			_ = first.resp.Body.Close()
			for i := 3; i < 6; i++ {
				addRoom(t, o, vars, name(i)) // while nobody listens
			}
			again := listen(t, o, method, board, last, rooms, vars)
			for i := 3; i < 6; i++ {
				if _, room := again.change(); room != name(i) {
					t.Fatalf("after the break %s, want %s", room, name(i))
				}
			}
			addRoom(t, o, vars, name(6))
			if _, room := again.change(); room != name(6) {
				t.Fatalf("then %s", room)
			}
			_ = again.resp.Body.Close()
		}
	})
}

// The end has a data line, without which no browser reports it.
func TestStreamCompletes(t *testing.T) {
	o := officetest.New(t)
	for query, want := range map[string]string{`{ __typename }`: `"data":{"__typename":"Query"}`, `{ nothing }`: "GRAPHQL_VALIDATION_FAILED", `{`: "GRAPHQL_PARSE_FAILED"} {
		e := listen(t, o, http.MethodPost, o.As("NURSE").Token, "", query, nil)
		if h := e.resp.Header; h.Get("Content-Type") != "text/event-stream" || h.Get("Cache-Control") != "no-store" || e.resp.StatusCode != http.StatusOK {
			t.Errorf("%d %v", e.resp.StatusCode, h)
		}
		if one := e.next(); one["event"] != "next" || !strings.Contains(one["data"], want) {
			t.Errorf("%s: %v", query, one)
		}
		one := e.next()
		if data, there := one["data"]; one["event"] != "complete" || !there || data != "" {
			t.Errorf("%s ends with %v", query, one)
		}
		if e.read() != nil {
			t.Error("and goes on")
		}
	}
}

func TestStreamStaysAwake(t *testing.T) {
	table := officetest.Generous()
	table.Server.Ping = 20 * time.Millisecond
	o := officetest.OpenWith(t, officetest.Database(t, "sqlite"), graph.Options{Limits: table})
	e := listen(t, o, http.MethodPost, o.As("BOARD").Token, "", rooms, where(t, o))
	for comments := 0; comments < 5; {
		one := e.read()
		if one == nil {
			t.Fatal("it has ended")
		}
		if _, comment := one[""]; comment {
			comments++
		}
	}
}

// narrow has connections that hold little that nobody reads.
type narrow struct{ net.Listener }

// Accept implements net.Listener.
func (n narrow) Accept() (net.Conn, error) {
	c, err := n.Listener.Accept()
	if err == nil {
		err = c.(*net.TCPConn).SetWriteBuffer(4 << 10)
	}
	return c, err
}

// TestP26StreamsOfSlowReaders: who reads nothing is dropped, who reads is not.
func TestP26StreamsOfSlowReaders(t *testing.T) {
	table := officetest.Generous()
	table.Server.Write = 200 * time.Millisecond
	o := officetest.OpenWith(t, officetest.Database(t, "sqlite"), graph.Options{Limits: table})
	o.Board.Boards().SetHeartbeat(time.Millisecond)
	vars := where(t, o)
	srv := httptest.NewUnstartedServer(o.Handler)
	srv.Listener = narrow{srv.Listener}
	srv.Start()
	defer srv.Close()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	body := asked(document.Named("room-board").Text, vars)
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		graph.Path, o.As("BOARD").Token, len(body), body)
	begun, one := []byte{}, make([]byte, 1)
	for !bytes.Contains(begun, []byte("RoomBoardSnapshot")) {
		if _, err := io.ReadFull(conn, one); err != nil {
			t.Fatalf("%s %v", begun, err)
		}
		begun = append(begun, one...)
	}
	start := time.Now() // from here on it reads nothing
	until(t, "it is gone", func() bool { return o.Board.Boards().Watching() == 0 })
	if took := time.Since(start); took < table.Server.Write || took > 10*table.Server.Write*officetest.Slow {
		t.Errorf("it took %v", took)
	}
	reader := listen(t, o, http.MethodPost, o.As("BOARD").Token, "", rooms, vars)
	for end := time.Now().Add(3 * table.Server.Write); time.Now().Before(end); {
		reader.next() // fails where it has ended
	}
}

// until waits for what must come.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: it did not come to that", what)
		}
	}
}
