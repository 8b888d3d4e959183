package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"

	"medoffice/modules/kit"
)

// longestID bounds the ids that clients give their operations, in bytes.
const longestID = 128

// session is one open socket.
type session struct {
	socket WebSocket
	conn   *websocket.Conn
	exec   graphql.GraphExecutor

	ctx     context.Context // of the caller, after connection_init
	caps    Caps
	leave   func()
	cancel  context.CancelFunc
	window  time.Time // a second in which messages are counted
	in      int
	closing sync.Once
	over    chan struct{}  // closed when nothing more is read
	all     sync.WaitGroup // goroutines of this socket

	mu       sync.Mutex
	running  map[string]*running
	count    int            // operations that have not ended, also those nobody waits for
	acts     sync.WaitGroup // queries and mutations
	draining bool           // no more operations begin
}

// running is an operation of a socket.
type running struct{ cancel context.CancelFunc }

// message is a message of the protocol.
type message struct {
	ID      *string         `json:"id"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

func newSession(s WebSocket, c *websocket.Conn, exec graphql.GraphExecutor) *session {
	return &session{socket: s, conn: c, exec: exec, leave: func() {}, over: make(chan struct{}), running: map[string]*running{}}
}

// run reads until the socket ends, and ends all that ran on it.
func (s *session) run(ctx context.Context) {
	defer func() { _ = s.conn.CloseNow() }()
	s.caps = s.socket.Caps(ctx)
	s.limit()
	s.ctx, s.cancel = context.WithCancel(ctx)
	late := time.AfterFunc(s.socket.Within, func() { s.close(closeLate, "Connection initialisation timeout") })
	ready := s.begin()
	late.Stop()
	if ready {
		s.all.Go(s.watch)
		s.all.Go(s.ping)
		for s.take() {
		}
	}
	close(s.over)
	s.cancel()
	s.all.Wait()
	s.leave()
}

func (s *session) limit() {
	most := int64(s.caps.Message)
	if most >= 0 {
		s.conn.SetReadLimit(most)
	}
}

// close ends the socket with a code, once; the reading ends with it.
func (s *session) close(code websocket.StatusCode, reason string) {
	s.closing.Do(func() { _ = s.conn.Close(code, reason) })
}

// read is the next message; a broken one closes the socket.
func (s *session) read() (*message, bool) {
	// Not with the context of the caller: the library would drop the
	// connection with it, and no code could be sent.
	kind, text, err := s.conn.Read(context.WithoutCancel(s.ctx))
	if err != nil {
		return nil, false
	}
	var m message
	if kind != websocket.MessageText || json.Unmarshal(text, &m) != nil {
		s.close(closeBad, "Invalid message")
		return nil, false
	}
	if m.Type != "pong" && !s.paced() {
		s.close(closeRate, "Too many messages")
		return nil, false
	}
	return &m, true
}

// paced counts the messages of a second.
func (s *session) paced() bool {
	if now := time.Now(); now.Sub(s.window) >= time.Second {
		s.window, s.in = now, 0
	}
	s.in++
	return !over(s.in, s.caps.Messages)
}

// begin reads until connection_init, and lets the caller in.
func (s *session) begin() bool {
	for {
		m, ok := s.read()
		if !ok {
			return false
		}
		switch m.Type {
		case "connection_init":
			return s.initialise(m.Payload)
		case "ping":
			s.send(`{"type":"pong"}`)
		case "pong":
		case "subscribe", "complete":
			s.close(closeNoInit, "Unauthorized")
			return false
		default:
			s.close(closeBad, "Invalid message")
			return false
		}
	}
}

func (s *session) initialise(payload json.RawMessage) bool {
	values := map[string]any{}
	if len(payload) > 0 && json.Unmarshal(payload, &values) != nil {
		s.close(closeBad, "Invalid message")
		return false
	}
	ctx, err := s.socket.Init(s.ctx, values)
	if err != nil {
		s.shut(err)
		return false
	}
	s.ctx, s.caps = ctx, s.socket.Caps(ctx)
	s.limit()
	leave, ok := s.socket.Streams.enter(s.caps, func() { go s.drain() })
	switch {
	case !ok && s.socket.Streams.ending():
		s.close(closeRestart, "Service restart")
		return false
	case !ok:
		s.close(closeTryLater, "Too many sockets")
		return false
	}
	s.leave = leave
	return s.send(`{"type":"connection_ack"}`)
}

// shut closes the socket of a caller who is not let in: for good, or because
// nobody can say just now who it is.
func (s *session) shut(err error) {
	if e, ok := kit.AsError(err); ok && e.Code != kit.Unauthenticated && e.Code != kit.Forbidden {
		s.close(closeTryLater, "Try again later")
		return
	}
	s.close(closeForbidden, "Forbidden")
}

// watch closes the socket when the session of the caller ends, or the server.
func (s *session) watch() {
	select {
	case <-s.over:
	case <-s.ctx.Done():
		select {
		case <-s.over:
			return
		default:
		}
		if context.Cause(s.ctx) == context.Canceled { //nolint:errorlint // a cause of its own is a session's end
			s.close(closeRestart, "Service restart")
			return
		}
		s.close(closeForbidden, "Forbidden")
	}
}

// ping drops a client that does not answer.
func (s *session) ping() {
	tick := time.NewTicker(s.socket.Ping)
	defer tick.Stop()
	for {
		select {
		case <-s.over:
			return
		case <-tick.C:
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), s.socket.Ping*3/4)
		err := s.conn.Ping(ctx)
		cancel()
		if err != nil {
			_ = s.conn.CloseNow()
			return
		}
	}
}

// drain lets what was asked for be answered and then sends the client to
// another server, or to this one after its restart.
func (s *session) drain() {
	s.mu.Lock()
	s.draining = true
	s.mu.Unlock()
	s.acts.Wait()
	s.close(closeRestart, "Service restart")
}

// take handles one message.
func (s *session) take() bool {
	m, ok := s.read()
	if !ok {
		return false
	}
	switch m.Type {
	case "subscribe":
		return s.subscribe(m)
	case "complete":
		if m.ID == nil {
			s.close(closeBad, "Invalid message")
			return false
		}
		s.stop(*m.ID)
		return true
	case "ping":
		return s.send(`{"type":"pong"}`)
	case "pong":
		return true
	case "connection_init":
		s.close(closeTwice, "Too many initialisation requests")
		return false
	}
	s.close(closeBad, "Invalid message")
	return false
}

// send writes one message, within the time that a reader has.
func (s *session) send(text string) bool { return s.write([]byte(text)) }

func (s *session) write(text []byte) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), s.socket.Write)
	defer cancel()
	return s.conn.Write(ctx, websocket.MessageText, text) == nil
}

// frame makes a message with the id of an operation.
func frame(b *bytes.Buffer, kind, id string) {
	name, _ := json.Marshal(id) // any text is good JSON
	b.WriteString(`{"type":"`)
	b.WriteString(kind)
	b.WriteString(`","id":`)
	b.Write(name)
}
