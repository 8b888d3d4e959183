package transport_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"medoffice/graph"
	"medoffice/graph/document"
	"medoffice/modules/officetest"
)

// socket is a client that says what a test wants it to say.
type socket struct {
	t    *testing.T
	conn *websocket.Conn
}

const within = 20 * time.Second

func dial(t *testing.T, o *officetest.Office, header http.Header, protocols ...string) (s *socket, status int) {
	t.Helper()
	if protocols == nil {
		protocols = []string{"graphql-transport-ws"}
	}
	conn, resp, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(o.Server().URL, "http")+graph.Path,
		&websocket.DialOptions{Subprotocols: protocols, HTTPHeader: header})
	if resp != nil {
		status = resp.StatusCode
		if resp.Body != nil {
			_ = resp.Body.Close() // of a refusal; a socket has none
		}
	}
	if err != nil {
		return nil, status
	}
	conn.SetReadLimit(1 << 20)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &socket{t, conn}, status
}

func (s *socket) say(text string) {
	s.t.Helper()
	if err := s.conn.Write(s.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		s.t.Fatalf("%s: %v", text, err)
	}
}

// hear is the next message, or the code with which the socket was closed.
func (s *socket) hear() (text string, code websocket.StatusCode) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), within)
	defer cancel()
	_, b, err := s.conn.Read(ctx)
	if ctx.Err() != nil {
		s.t.Fatal("nothing came")
	}
	if err != nil {
		return err.Error(), websocket.CloseStatus(err)
	}
	return string(b), 0
}

func (s *socket) expect(part string) {
	s.t.Helper()
	if text, code := s.hear(); !strings.Contains(text, part) {
		s.t.Fatalf("got %s (%d), want %s", text, code, part)
	}
}

func (s *socket) closes(want websocket.StatusCode) {
	s.t.Helper()
	for {
		text, code := s.hear()
		if code == 0 {
			continue
		}
		if code != want {
			s.t.Errorf("closed with %d (%s), want %d", code, text, want)
		}
		return
	}
}

// enter says hello with a token.
func enter(t *testing.T, o *officetest.Office, token string) *socket {
	t.Helper()
	s, _ := dial(t, o, nil)
	s.say(`{"type":"connection_init","payload":{"Authorization":"Bearer ` + token + `"}}`)
	s.expect("connection_ack")
	return s
}

func subscribe(id, query string, vars officetest.Vars) string {
	text, _ := json.Marshal(map[string]any{"id": id, "type": "subscribe", "payload": map[string]any{"query": query, "variables": vars}})
	return string(text)
}

func where(t *testing.T, o *officetest.Office) officetest.Vars {
	t.Helper()
	var got struct{ Locations []struct{ ID string } }
	o.As("BOARD").Do(document.Named("locations").Text, nil, &got)
	return officetest.Vars{"location": got.Locations[0].ID}
}

func TestP22Origins(t *testing.T) {
	o := officetest.OpenWith(t, officetest.Database(t, "sqlite"), graph.Options{Origins: []string{"https://board.example"}})
	host := o.Server().URL
	for origin, ok := range map[string]bool{
		"": true, host: true, "https://board.example": true, "https://evil.example": false, "https://board.example.evil.example": false,
		"http://board.example": false, "null": false, "https://xboard.example": false,
	} {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		s, status := dial(t, o, header)
		if (s != nil) != ok || !ok && status != http.StatusForbidden {
			t.Errorf("%q: %d", origin, status)
		}
	}
}

// TestP23CloseCodes goes through all codes of the protocol.
func TestP23CloseCodes(t *testing.T) {
	table := officetest.Generous()
	table.Server.Init = 300 * time.Millisecond
	o := officetest.OpenWith(t, officetest.Database(t, "sqlite"), graph.Options{Limits: table})
	const hello = `{"type":"connection_init"}`
	board := subscribe("1", document.Named("room-board").Text, where(t, o))
	for name, c := range map[string]struct {
		say  []string
		code websocket.StatusCode
	}{
		"late":                    {nil, 4408},
		"late, though it talks":   {[]string{`{"type":"ping"}`}, 4408},
		"subscribes first":        {[]string{board}, 4401},
		"not JSON":                {[]string{`hello`}, 4400},
		"no type":                 {[]string{`{}`}, 4400},
		"an unknown type":         {[]string{hello, `{"type":"start","id":"1"}`}, 4400},
		"no id":                   {[]string{hello, `{"type":"subscribe","payload":{"query":"{me{id}}"}}`}, 4400},
		"an empty id":             {[]string{hello, `{"type":"subscribe","id":"","payload":{"query":"{me{id}}"}}`}, 4400},
		"no payload":              {[]string{hello, `{"type":"subscribe","id":"1"}`}, 4400},
		"a payload of its own":    {[]string{hello, `{"type":"subscribe","id":"1","payload":[1]}`}, 4400},
		"a wrong token":           {[]string{`{"type":"connection_init","payload":{"Authorization":"Bearer mo_ses_wrong"}}`}, 4403},
		"a wrong init":            {[]string{`{"type":"connection_init","payload":7}`}, 4400},
		"twice":                   {[]string{hello, hello}, 4429},
		"complete without an id":  {[]string{hello, `{"type":"complete"}`}, 4400},
		"the subprotocol of 2018": {nil, 4406},
	} {
		t.Run(name, func(t *testing.T) {
			var protocols []string
			if c.code == 4406 {
				protocols = []string{"graphql-ws"}
			}
			s, _ := dial(t, o, nil, protocols...)
			for _, text := range c.say {
				s.say(text)
			}
			s.closes(c.code)
		})
	}
	t.Run("one id twice", func(t *testing.T) {
		s := enter(t, o, o.As("BOARD").Token)
		s.say(board)
		s.expect(`"next"`)
		s.say(board)
		s.closes(4409)
	})
}

// An id may be used again as soon as its operation has ended.
func TestP23IdsAreFreeAgain(t *testing.T) {
	o := officetest.New(t)
	s := enter(t, o, o.As("BOARD").Token)
	board := subscribe("1", document.Named("room-board").Text, where(t, o))
	for range 20 {
		s.say(board)
		s.expect(`"next"`)
		s.say(`{"type":"complete","id":"1"}`)
	}
	for range 20 {
		s.say(subscribe("2", `{ me { name } }`, nil))
		s.expect(`"next"`)
		s.expect(`{"type":"complete","id":"2"}`)
	}
}

// complete stops the operation in the server, and nothing more comes of it.
func TestP23CompleteStops(t *testing.T) {
	o := officetest.New(t)
	s := enter(t, o, o.As("BOARD").Token)
	s.say(subscribe("1", document.Named("room-board").Text, where(t, o)))
	s.expect(`"next"`)
	if n := o.Board.Boards().Watching(); n != 1 {
		t.Fatalf("%d watch", n)
	}
	s.say(`{"type":"complete","id":"1"}`)
	for end := time.Now().Add(within); o.Board.Boards().Watching() != 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it goes on")
		}
	}
	s.say(`{"type":"ping"}`)
	s.expect("pong")
}

func TestP24SocketCaps(t *testing.T) {
	table := officetest.Generous()
	l := &table.Interactive
	l.Sockets, l.Operations, l.Message, l.Messages = 5, 50, 16<<10, 200
	o := officetest.OpenWith(t, officetest.Database(t, "sqlite"), graph.Options{Limits: table})
	token, vars := o.As("BOARD").Token, where(t, o)
	var open []*socket
	for range 5 {
		open = append(open, enter(t, o, token))
	}
	sixth, _ := dial(t, o, nil)
	sixth.say(`{"type":"connection_init","payload":{"Authorization":"Bearer ` + token + `"}}`)
	sixth.closes(1013)
	if a := streamRefused(t, o, token, vars); a != http.StatusTooManyRequests {
		t.Errorf("a stream beside 5 sockets: %d", a)
	}
	enter(t, o, o.As("NURSE").Token) // others may

	for n := range 50 {
		open[0].say(subscribe(fmt.Sprint(n), document.Named("room-board").Text, vars))
		open[0].expect(`"next"`)
	}
	open[0].say(subscribe("50", document.Named("room-board").Text, vars))
	open[0].expect(`{"type":"error","id":"50","payload":[{"message":"too many operations on one socket: end some"`)

	open[1].say(subscribe("1", "{ me { id } } #"+strings.Repeat("x", 17<<10), nil))
	open[1].closes(websocket.StatusMessageTooBig)

	for range 300 {
		if open[2].conn.Write(t.Context(), websocket.MessageText, []byte(`{"type":"ping"}`)) != nil {
			break
		}
	}
	open[2].closes(websocket.StatusPolicyViolation)
}

func streamRefused(t *testing.T, o *officetest.Office, token string, vars officetest.Vars) int {
	t.Helper()
	body, _ := json.Marshal(map[string]any{"query": document.Named("room-board").Text, "variables": vars})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.Server().URL+graph.Path, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// What holds over HTTP holds over a socket.
func TestP25TheSameRulesOverSockets(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		o.Limits.Interactive.Depth = 5
		s := enter(t, o, o.As("FRONT_DESK").Token)
		for _, c := range []struct{ query, want string }{
			{`{ patients { nodes { visits { nodes { patient { id } } } } } }`, "DEPTH_LIMIT_EXCEEDED"},
			{`{ auditEvents(first: 1) { nodes { id } } }`, "FORBIDDEN"},
			{`{ nothing }`, "GRAPHQL_VALIDATION_FAILED"},
			{`{`, "GRAPHQL_PARSE_FAILED"},
			{`{ me { name } }`, `"requestedQueryCost"`},
			{`mutation { signOut(input: {}) { userErrors { code } } }`, `"data"`},
		} {
			s.say(subscribe("1", c.query, nil))
			text, code := s.hear()
			if !strings.Contains(text, c.want) {
				t.Errorf("%s: %s (%d), want %s", c.query, text, code, c.want)
			}
			if strings.Contains(text, `"next"`) {
				s.expect("complete")
			}
		}
	})
}

// A client that reads nothing is dropped before it costs anything.
func TestP26SlowReaders(t *testing.T) {
	table := officetest.Generous()
	table.Server.Ping = 200 * time.Millisecond
	o := officetest.OpenWith(t, officetest.Database(t, "sqlite"), graph.Options{Limits: table})
	vars := where(t, o)
	s := enter(t, o, o.As("BOARD").Token)
	s.say(subscribe("1", document.Named("room-board").Text, vars))
	s.expect(`"next"`)
	start := time.Now() // from here on nobody reads, so nobody answers pings
	for o.Board.Boards().Watching() != 0 {
		if time.Since(start) > within {
			t.Fatal("the socket is still there")
		}
		time.Sleep(time.Millisecond)
	}
	if took := time.Since(start); took > 2*table.Server.Ping*officetest.Slow {
		t.Errorf("it took %v", took)
	}
}

func TestP27SessionsThatEnd(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		vars := where(t, o)
		token, err := o.Access.IssueToken(o.System(), "short", "NURSE", "", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		s := enter(t, o, token)
		s.say(subscribe("1", document.Named("room-board").Text, vars))
		s.expect(`"next"`)
		o.Clock.Add(time.Hour + time.Second)
		o.Access.CheckStreams(o.System())
		s.closes(4403)
	})
}

// A server that stops lets acts finish and sends those who watch away.
func TestDrain(t *testing.T) {
	o := officetest.New(t)
	vars := where(t, o)
	s := enter(t, o, o.As("BOARD").Token)
	s.say(subscribe("1", document.Named("room-board").Text, vars))
	s.expect(`"next"`)
	ended := o.As("BOARD").WatchSSE(document.Named("room-board").Text, vars)
	ended.Next()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	done := make(chan struct{})
	go func() { defer close(done); o.Handler.(*graph.Server).Drain(ctx) }()
	s.closes(1012)
	select {
	case <-done:
	case <-ctx.Done():
		t.Fatal("it does not end")
	}
	again, _ := dial(t, o, nil)
	again.say(`{"type":"connection_init"}`)
	again.closes(1012)
}
