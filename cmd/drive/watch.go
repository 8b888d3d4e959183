package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// moves is how often a room changes while the subscribers watch.
const moves = 30

// event is a frame of the board.
type event struct {
	Typename string `json:"__typename"`
	Cursor   string
	Room     *struct {
		Room   struct{ ID string }
		Status string
	}
}

// watch opens many subscribers of one board, changes a room and measures how
// long each change takes to each of them; a change lost or repeated is an error.
func (o *office) watch(location string, watchers int) error {
	ctx, cancel := context.WithTimeout(context.Background(), maxTime)
	defer cancel()
	room, err := o.freeRoom(location)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	sent := map[string]time.Time{} // status and round to the time of its commit
	var took []time.Duration
	var ready, done sync.WaitGroup
	errs := make(chan error, watchers)
	ready.Add(watchers)
	for range watchers {
		done.Go(func() {
			seen := map[string]bool{}
			first := true
			err := o.follow(ctx, location, func(e event) bool {
				if first {
					first = false
					ready.Done()
					return true
				}
				if e.Room == nil || e.Room.Room.ID != room {
					return true
				}
				if seen[e.Cursor] {
					errs <- fmt.Errorf("the change at %s came twice", e.Cursor)
				}
				seen[e.Cursor] = true
				mu.Lock()
				took = append(took, time.Since(sent["last"]))
				mu.Unlock()
				return len(seen) < moves
			})
			if err != nil {
				errs <- err
			}
			if len(seen) != moves {
				errs <- fmt.Errorf("a subscriber saw %d of %d changes", len(seen), moves)
			}
		})
	}
	ready.Wait()
	for n := range moves {
		mu.Lock()
		sent["last"] = time.Now() // before the request: commit-to-frame is shorter still
		mu.Unlock()
		if err := o.toggle(room, n); err != nil {
			return err
		}
		time.Sleep(200 * time.Millisecond)
	}
	done.Wait()
	select {
	case err := <-errs:
		return err
	default:
	}
	fmt.Printf("\n%d subscribers, %d changes, none lost or repeated: request-to-frame p50 %.0f ms, p99 %.0f ms\n",
		watchers, moves, at100(took, 50), at100(took, 99))
	return nil
}

// freeRoom finds a room that nobody needs.
func (o *office) freeRoom(location string) (string, error) {
	var got struct {
		Data struct {
			Rooms []struct{ ID, Status string }
		}
	}
	text, err := o.post("MANAGER", `query($l: ID!) { rooms(location: $l) { id status } }`, map[string]any{"l": location})
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(text, &got); err != nil {
		return "", err
	}
	for _, r := range got.Data.Rooms {
		if r.Status == "AVAILABLE" {
			return r.ID, nil
		}
	}
	return "", errors.New("no room is free: start the demo without --live")
}

// toggle takes the room out of service and returns it, in turn.
func (o *office) toggle(room string, n int) error {
	var got struct {
		Data struct {
			Node struct{ Version int }
		}
	}
	text, err := o.post("MANAGER", `query($id: ID!) { node(id: $id) { ... on Room { version } } }`, map[string]any{"id": room})
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &got); err != nil {
		return err
	}
	in := map[string]any{"roomId": room, "expectedVersion": got.Data.Node.Version}
	act := "returnToService(input: $in)"
	kind := "ReturnToServiceInput!"
	if n%2 == 0 {
		act, kind = "takeOutOfService(input: $in)", "TakeOutOfServiceInput!"
		in["reason"] = "measured"
	}
	text, err = o.post("MANAGER", "mutation($in: "+kind+") { "+act+" { userErrors { code message } } }", map[string]any{"in": in})
	if err == nil && !strings.Contains(string(text), `"userErrors":[]`) {
		err = fmt.Errorf("the room did not change: %.300s", text)
	}
	return err
}

// follow subscribes and calls f with each event until it returns false.
func (o *office) follow(ctx context.Context, location string, f func(event) bool) error {
	c, _, err := websocket.Dial( //nolint:bodyclose // there is none after the upgrade
		ctx, "ws"+strings.TrimPrefix(o.URL, "http")+"/graphql",
		&websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		return err
	}
	defer func() { _ = c.CloseNow() }()
	c.SetReadLimit(1 << 20)
	type message struct {
		ID      string          `json:"id,omitempty"`
		Type    string          `json:"type"`
		Payload json.RawMessage `json:"payload,omitempty"`
	}
	initial, _ := json.Marshal(map[string]string{"Authorization": "Bearer " + o.Tokens["BOARD"]})
	if err := wsjson.Write(ctx, c, message{Type: "connection_init", Payload: initial}); err != nil {
		return err
	}
	ask, _ := json.Marshal(map[string]any{"query": subscription, "variables": map[string]any{"location": location}})
	var m message
	for {
		if err := wsjson.Read(ctx, c, &m); err != nil {
			return err
		}
		switch m.Type {
		case "connection_ack":
			if err := wsjson.Write(ctx, c, message{ID: "1", Type: "subscribe", Payload: ask}); err != nil {
				return err
			}
		case "ping":
			if err := wsjson.Write(ctx, c, message{Type: "pong"}); err != nil {
				return err
			}
		case "next":
			var p struct{ Data struct{ RoomBoard event } }
			if err := json.Unmarshal(m.Payload, &p); err != nil {
				return err
			}
			if !f(p.Data.RoomBoard) {
				return nil
			}
		case "error", "complete":
			return fmt.Errorf("the subscription ended: %.200s", m.Payload)
		}
	}
}
