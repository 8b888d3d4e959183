package officetest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"medoffice/ent/fact"
	"medoffice/graph"
	"medoffice/modules/kit/bus"
)

// Server is the office behind a real socket. Whoever subscribes there is notified of
// what is done from now on.
func (o *Office) Server() *httptest.Server {
	o.settle()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.server == nil {
		o.server = httptest.NewUnstartedServer(checked{o})
		o.server.Config.ErrorLog = slog.NewLogLogger(slog.NewJSONHandler(o.Log, nil), slog.LevelWarn)
		o.server.Start()
		o.T.Cleanup(o.server.Close)
	}
	return o.server
}

// settle waits until all facts so far are settled. One is not while an older
// transaction is open anywhere on the server, such as that of another test that
// makes its database: then a subscription begins before it, and delivers it.
func (o *Office) settle() {
	if !o.Deps.DB.Postgres() {
		return
	}
	for end := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		var waits bool
		err := o.Deps.DB.SQL().QueryRowContext(context.Background(),
			"SELECT EXISTS (SELECT FROM "+fact.Table+" WHERE NOT "+bus.Settled(fact.FieldXid)+")").Scan(&waits)
		switch {
		case err != nil:
			o.T.Error(err)
			return
		case !waits:
			return
		case time.Now().After(end):
			o.T.Error("a transaction stays open, so that facts are not told")
			return
		}
	}
}

// patience is how long a test waits for an event that must come.
const patience = 20 * time.Second

// Stream is a running subscription.
type Stream struct {
	T      testing.TB
	o      *Office
	events chan *Answer
	cancel context.CancelFunc
}

// Watch subscribes over WebSocket (graphql-transport-ws).
func (c *Caller) Watch(query string, vars Vars) *Stream {
	c.o.T.Helper()
	url := "ws" + strings.TrimPrefix(c.o.Server().URL, "http") + graph.Path
	ctx, cancel := context.WithCancel(context.Background())
	conn, resp, err := websocket.Dial(ctx, url, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		c.o.T.Fatal(err)
	}
	if resp != nil && resp.Body != nil {
		_ = resp.Body.Close()
	}
	conn.SetReadLimit(16 << 20)
	send := func(v any) {
		text, _ := json.Marshal(v)
		if err := conn.Write(ctx, websocket.MessageText, text); err != nil {
			c.o.T.Fatal(err)
		}
	}
	payload := map[string]any{"planted": Planted}
	if c.Token != "" {
		payload["Authorization"] = "Bearer " + c.Token
	}
	send(map[string]any{"type": "connection_init", "payload": payload})
	send(map[string]any{"type": "subscribe", "id": "1", "payload": map[string]any{"query": query, "variables": vars, "extensions": map[string]any{"planted": Planted}}})
	s := &Stream{T: c.o.T, o: c.o, events: make(chan *Answer, 4096), cancel: cancel}
	go s.read(ctx, conn)
	c.o.T.Cleanup(s.Close)
	return s
}

type frame struct {
	Type    string
	Payload json.RawMessage
}

func (s *Stream) read(ctx context.Context, conn *websocket.Conn) {
	defer close(s.events)
	defer func() { _ = conn.CloseNow() }()
	for {
		_, text, err := conn.Read(ctx)
		if err != nil {
			return
		}
		var f frame
		if json.Unmarshal(text, &f) != nil {
			return
		}
		switch f.Type {
		case "next":
			s.put(f.Payload)
		case "error":
			s.put(json.RawMessage(`{"errors":` + string(f.Payload) + `}`))
			return // nothing follows an error
		case "complete":
			return
		case "ping":
			_ = conn.Write(ctx, websocket.MessageText, []byte(`{"type":"pong"}`))
		}
	}
}

func (s *Stream) put(text []byte) {
	a := &Answer{Text: string(text)}
	if json.Unmarshal(text, a) == nil {
		s.o.checkCodes(text)
		s.events <- a
	}
}

// WatchSSE subscribes by server-sent events.
func (c *Caller) WatchSSE(query string, vars Vars) *Stream {
	c.o.T.Helper()
	body, _ := json.Marshal(map[string]any{"query": query, "variables": vars, "extensions": map[string]any{"planted": Planted}})
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.o.Server().URL+graph.Path, bytes.NewReader(body))
	if err != nil {
		c.o.T.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	resp, err := http.DefaultClient.Do(req) //nolint:bodyclose // the stream closes it
	if err != nil {
		c.o.T.Fatal(err)
	}
	s := &Stream{T: c.o.T, o: c.o, events: make(chan *Answer, 4096), cancel: cancel}
	go func() {
		defer close(s.events)
		defer func() { _ = resp.Body.Close() }()
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 16<<20)
		event := ""
		for lines.Scan() {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				event = name
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && event == "next" {
				s.put([]byte(data))
			}
		}
	}()
	c.o.T.Cleanup(s.Close)
	return s
}

// Next is the next event; it fails the test where none comes.
func (s *Stream) Next() *Answer {
	s.T.Helper()
	select {
	case a, ok := <-s.events:
		if !ok {
			s.T.Fatal("the stream has ended")
		}
		return a
	case <-time.After(patience):
		s.T.Fatal("no event came")
	}
	return nil
}

// Read decodes the next event, which has no errors, into got.
func (s *Stream) Read(got any) *Answer {
	s.T.Helper()
	a := s.Next()
	if len(a.Errors) > 0 {
		s.T.Fatalf("errors: %s", a.Text)
	}
	if err := json.Unmarshal(a.Data, got); err != nil {
		s.T.Fatalf("%v: %s", err, a.Data)
	}
	return a
}

// Quiet fails the test if an event comes within the time.
func (s *Stream) Quiet(within time.Duration) {
	s.T.Helper()
	select {
	case a, ok := <-s.events:
		if ok {
			s.T.Fatalf("an event came: %s", a.Text)
		}
	case <-time.After(within):
	}
}

// Ended waits for the end of the stream.
func (s *Stream) Ended() {
	s.T.Helper()
	timeout := time.After(patience)
	for {
		select {
		case _, ok := <-s.events:
			if !ok {
				return
			}
		case <-timeout:
			s.T.Fatal("the stream does not end")
		}
	}
}

// Close ends the subscription.
func (s *Stream) Close() { s.cancel() }
