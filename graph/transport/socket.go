package transport

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
)

// subprotocol is the one that is spoken.
// Source: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
const subprotocol = "graphql-transport-ws"

// The codes with which a socket is closed.
const (
	closeRestart     websocket.StatusCode = 1012 // come back, and go on where you were
	closeTryLater    websocket.StatusCode = 1013 // too many sockets, or the database is away
	closeRate        websocket.StatusCode = 1008 // too many messages
	closeBad         websocket.StatusCode = 4400
	closeNoInit      websocket.StatusCode = 4401
	closeForbidden   websocket.StatusCode = 4403
	closeSubprotocol websocket.StatusCode = 4406
	closeLate        websocket.StatusCode = 4408
	closeTaken       websocket.StatusCode = 4409
	closeTwice       websocket.StatusCode = 4429
)

// WebSocket carries any operation over graphql-transport-ws.
type WebSocket struct {
	// Init finds the caller in the payload of connection_init. The context that
	// it returns ends when the caller's session does.
	Init    func(ctx context.Context, payload map[string]any) (context.Context, error)
	Caps    func(ctx context.Context) Caps // of the caller of the context
	Streams *Streams
	Origins []string // of pages elsewhere, as https://board.example

	Within time.Duration // for connection_init
	Ping   time.Duration // between pings, and the most that an answer takes
	Write  time.Duration // a reader that takes longer for one message is gone
}

// Supports implements graphql.Transport.
func (WebSocket) Supports(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// Do implements graphql.Transport.
func (s WebSocket) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	private(w.Header())
	if !s.allowed(r) {
		http.Error(w, "pages of this origin may not open a socket", http.StatusForbidden)
		return
	}
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols: []string{subprotocol}, InsecureSkipVerify: true, // the origin is checked above
	})
	if err != nil {
		return // the library has answered
	}
	if c.Subprotocol() != subprotocol {
		_ = c.Close(closeSubprotocol, "Subprotocol not acceptable")
		return
	}
	newSession(s, c, exec).run(r.Context())
}

// allowed checks the origin that browsers send: this host itself, or one of the list.
func (s WebSocket) allowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || slices.Contains(s.Origins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}
