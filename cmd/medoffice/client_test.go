package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"medoffice/graph"
	"medoffice/graph/document"
	"medoffice/modules/officetest"
)

// post sends a document to a server. An error is one of the connection: nobody
// knows then what became of it.
func post(url, token, query string, vars officetest.Vars) (*officetest.Answer, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+graph.Path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	return answer(http.DefaultClient.Do(r)) //nolint:bodyclose // answer closes it
}

// answer reads a whole response.
func answer(resp *http.Response, err error) (*officetest.Answer, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	a := &officetest.Answer{Status: resp.StatusCode, Text: string(text)}
	if err := json.Unmarshal(text, a); err != nil {
		return nil, fmt.Errorf("status %d is no answer: %w: %.200s", resp.StatusCode, err, text)
	}
	return a, nil
}

// ask sends a document that has to work, and decodes the data.
func ask(t testing.TB, url, token, query string, vars officetest.Vars, got any) {
	t.Helper()
	a, err := post(url, token, query, vars)
	if err != nil || len(a.Errors) > 0 {
		t.Fatalf("%v %+v", err, a)
	}
	if err := json.Unmarshal(a.Data, got); err != nil {
		t.Fatal(err)
	}
}

// card is one of the board, as it came.
type card struct {
	id   string
	text string
}

func (c *card) UnmarshalJSON(text []byte) error {
	var ids struct {
		Room, Visit struct{ ID string }
	}
	if err := json.Unmarshal(text, &ids); err != nil {
		return err
	}
	c.id, c.text = ids.Room.ID, string(text)
	if c.id == "" {
		c.id = ids.Visit.ID
	}
	return nil
}

// happening is an event of a board.
type happening struct {
	Typename       string `json:"__typename"`
	Cursor         string
	Left           bool
	Rooms, Waiting []card
	Room, Visit    *card
}

// board is what one screen shows, through all its connections. It goes on where
// it was, and finds whatever is sent twice, out of order or for the second time.
type board struct {
	t      testing.TB
	s      *setting
	mu     sync.Mutex
	cards  map[string]string
	cursor string
	counts map[string]int // of events, by type
	heard  time.Time      // the last change
}

func (s *setting) board(t testing.TB) *board {
	return &board{t: t, s: s, counts: map[string]int{}}
}

// apply takes an event, by the rules of the schema.
func (b *board) apply(e happening) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.counts[e.Typename]++
	if e.Typename == "RoomBoardSnapshot" {
		if b.cursor != "" {
			b.t.Errorf("a snapshot in place of what was missed since %s", b.cursor)
		}
		b.cards = map[string]string{}
		for _, c := range append(e.Rooms, e.Waiting...) {
			b.cards[c.id] = c.text
		}
	} else if before(e.Cursor, b.cursor) {
		b.t.Errorf("cursors go back: %s after %s", e.Cursor, b.cursor)
	}
	b.cursor = e.Cursor
	for _, c := range []*card{e.Room, e.Visit} {
		switch {
		case c == nil:
		case e.Left:
			delete(b.cards, c.id)
		case b.cards[c.id] == c.text:
			b.t.Errorf("told twice: %s", c.text)
		default:
			b.cards[c.id], b.heard = c.text, time.Now()
		}
	}
}

func before(a, b string) bool {
	var ax, as, bx, bs int64
	_, _ = fmt.Sscanf(a, "%d.%d", &ax, &as)
	_, _ = fmt.Sscanf(b, "%d.%d", &bx, &bs)
	return ax < bx || ax == bx && as < bs
}

// follow connects and applies events until the connection or the subscription
// ends; it returns why.
func (b *board) follow(ctx context.Context, url string) error {
	c, err := enter(ctx, url, b.s.tokens["BOARD"])
	if err != nil {
		return err
	}
	defer func() { _ = c.CloseNow() }()
	vars := officetest.Vars{"location": b.s.location}
	b.mu.Lock()
	if b.cursor != "" {
		vars["since"] = b.cursor
	}
	b.mu.Unlock()
	if err := say(ctx, c, "1", document.Named("room-board").Text, vars); err != nil {
		return err
	}
	for {
		m, err := hear(ctx, c)
		if err != nil {
			return err
		}
		var p struct{ Data struct{ RoomBoard happening } }
		if m.Type != "next" {
			return fmt.Errorf("%s: %s", m.Type, m.Payload)
		}
		if err := json.Unmarshal(m.Payload, &p); err != nil {
			return err
		}
		b.apply(p.Data.RoomBoard)
	}
}

// watch follows until the context ends, and comes back after every end: to the
// address that where returns.
func (b *board) watch(ctx context.Context, where func() string) {
	for ctx.Err() == nil {
		_ = b.follow(ctx, where())
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// begun waits for the first picture.
func (b *board) begun() {
	b.t.Helper()
	eventually(b.t, "the board does not begin", func() bool { b.mu.Lock(); defer b.mu.Unlock(); return b.cursor != "" })
}

// shows waits until the board is what a query of it shows.
func (b *board) shows(url string) {
	b.t.Helper()
	var want struct{ RoomBoard happening }
	ask(b.t, url, b.s.tokens["BOARD"], document.Named("room-board-once").Text, officetest.Vars{"location": b.s.location}, &want)
	all := map[string]string{}
	for _, c := range append(want.RoomBoard.Rooms, want.RoomBoard.Waiting...) {
		all[c.id] = c.text
	}
	eventually(b.t, "the board does not come to what it should show", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return maps.Equal(all, b.cards)
	})
}

// message is one of graphql-transport-ws.
type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// enter opens a socket and signs in.
func enter(ctx context.Context, url, token string) (*websocket.Conn, error) {
	c, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(url, "http")+graph.Path, //nolint:bodyclose // none
		&websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		return nil, err
	}
	c.SetReadLimit(1 << 20)
	payload, _ := json.Marshal(map[string]string{"Authorization": "Bearer " + token})
	if err := send(ctx, c, message{Type: "connection_init", Payload: payload}); err != nil {
		return nil, err
	}
	m, err := hear(ctx, c)
	if err == nil && m.Type != "connection_ack" {
		err = errors.New(m.Type)
	}
	return c, err
}

func say(ctx context.Context, c *websocket.Conn, id, query string, vars officetest.Vars) error {
	payload, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		return err
	}
	return send(ctx, c, message{ID: id, Type: "subscribe", Payload: payload})
}

func send(ctx context.Context, c *websocket.Conn, m message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return c.Write(ctx, websocket.MessageText, text)
}

func hear(ctx context.Context, c *websocket.Conn) (m message, err error) {
	_, text, err := c.Read(ctx)
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(text, &m)
}
