package board

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/live"
)

// mostPending bounds the cards that wait for one slow subscriber.
const mostPending = 256

// subscriber is who gets the events of one hub. What it has not taken yet
// waits in a queue with the newest state of each card, in the order of facts.
type subscriber struct {
	mu     sync.Mutex
	order  []key
	frames map[key]*live.Frame
	lost   bool // too much waited: a new snapshot replaces it
	poked  chan struct{}
}

func newSubscriber() *subscriber {
	return &subscriber{frames: map[key]*live.Frame{}, poked: make(chan struct{}, 1)}
}

// push puts the frame last; an older one of the same card is not needed any more.
func (s *subscriber) push(k key, f *live.Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost {
		return
	}
	if s.frames[k] != nil {
		s.order = slices.DeleteFunc(s.order, func(o key) bool { return o == k })
	}
	s.order = append(s.order, k)
	s.frames[k] = f
	if len(s.order) > mostPending {
		s.clear(true)
	}
	s.poke()
}

func (s *subscriber) clear(lost bool) {
	s.order, s.frames, s.lost = nil, map[key]*live.Frame{}, lost
}

func (s *subscriber) overflow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear(true)
	s.poke()
}

func (s *subscriber) poke() {
	select {
	case s.poked <- struct{}{}:
	default:
	}
}

// take returns the first frame, nil where there is none, and whether too much waited.
func (s *subscriber) take() (f *live.Frame, lost bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost || len(s.order) == 0 {
		return nil, s.lost
	}
	k := s.order[0]
	s.order = s.order[1:]
	f = s.frames[k]
	delete(s.frames, k)
	return f, false
}

// next waits for the next frame of the subscriber.
func (h *hub) next(ctx context.Context, s *subscriber) (*live.Frame, error) {
	for {
		f, lost := s.take()
		switch {
		case f != nil:
			return f, nil
		case lost:
			return h.resync(s)
		}
		select {
		case <-s.poked:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-h.done:
			return nil, errClosing
		}
	}
}

func (h *hub) resync(s *subscriber) (*live.Frame, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.picture == nil {
		return nil, errNoSite
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear(false)
	return h.shot(true), nil
}

// shot is the snapshot of the picture as it is, one for all who ask for it
// before the next change. The caller holds mu.
func (h *hub) shot(resync bool) *live.Frame {
	i := 0
	if resync {
		i = 1
	}
	if h.snapshot[i] == nil {
		h.snapshot[i] = &live.Frame{Value: Event(h.picture.Snapshot(resync))}
	}
	return h.snapshot[i]
}

var errNoSite = kit.Missing("location", "location")

var errCursor = kit.Refuse(kit.InvalidCursor, "this is not a cursor of the board", "since")

// CheckCursor refuses what is no cursor at all.
func CheckCursor(since string) error {
	if _, err := bus.ParseCursor(since); err != nil {
		return errCursor
	}
	return nil
}

// join adds a subscriber. It gets a snapshot, or what it missed since its
// cursor: where that cannot be sent any more, a snapshot that says so.
func (h *hub) join(ctx context.Context, s *subscriber, since *string) error {
	if since == nil {
		return h.add(s, func() { s.push("snapshot", h.shot(false)) })
	}
	c, err := bus.ParseCursor(*since)
	if err != nil {
		return errCursor
	}
	at, known, err := h.recall(ctx, c)
	if err != nil {
		return err
	}
	if !known {
		return h.add(s, func() { s.push("snapshot", h.shot(true)) })
	}
	return h.resume(ctx, s, c, at)
}

func (h *hub) add(s *subscriber, begin func()) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.picture == nil {
		return errNoSite
	}
	begin()
	h.subs[s] = true
	return nil
}

func (h *hub) part(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.subs, s)
}

// resume sends the cards that changed after the cursor, as they are now, in the
// order of facts, so that whoever breaks off in the middle can go on from there.
func (h *hub) resume(ctx context.Context, s *subscriber, c bus.Cursor, at time.Time) error {
	gone, asked := &Picture{others: map[string]*Visit{}, came: map[string]*Arrival{}}, map[string]bool{}
	for {
		var missing []string
		err := h.add(s, func() {
			if missing = h.replay(s, c, gone, asked); len(missing) == 0 {
				h.overdue(s, at)
			}
		})
		if err != nil || len(missing) == 0 {
			return err
		}
		h.part(s)
		s.clear(false)
		p, err := h.boards.Load(system(ctx), h.location, missing...)
		if err != nil || p == nil {
			return errors.Join(err, errNoSite)
		}
		maps.Copy(gone.others, p.others)
		maps.Copy(gone.came, p.came)
		for _, id := range missing {
			asked[id] = true
		}
	}
}

// replay queues the changes after the cursor, and names the visits and
// appointments that have left the board and are not known. The caller holds mu.
func (h *hub) replay(s *subscriber, c bus.Cursor, gone *Picture, asked map[string]bool) (missing []string) {
	for i := range h.log {
		e := &h.log[i]
		if !e.cursor.After(c) {
			continue
		}
		card := h.picture.roomOf(string(e.card))
		if card != nil && e.frame != nil {
			continue // it waited, and is in a room by now: the room shows it
		}
		if e.frame == nil { // a fact from before this hub: the card as it is now
			if card != nil {
				e.card = key(card.Room.ID)
			}
			e.frame = h.picture.frame(e.card, e.cursor)
		}
		if e.frame == nil {
			e.frame = framed(gone.gone(e.card, e.cursor))
		}
		if e.frame == nil && !asked[string(e.card)] {
			missing = append(missing, string(e.card))
		}
		if e.frame != nil {
			s.push(e.card, e.frame)
		}
	}
	return missing
}

// overdue queues the cards that have become late since the subscriber left,
// and a heartbeat if it missed nothing. The caller holds mu.
func (h *hub) overdue(s *subscriber, at time.Time) {
	h.picture.each(func(v *Visit) {
		if !v.Late || !v.onBoard || !v.AlertAt.After(at) {
			return
		}
		k := key(v.row.ID)
		if card := h.picture.roomOf(v.row.ID); card != nil {
			k = key(card.Room.ID)
		}
		s.push(k, h.picture.frame(k, h.picture.Cursor))
	})
	s.push(heartbeat, &live.Frame{Value: Event(&Heartbeat{h.picture.Cursor.String(), h.boards.Clock.Now()})})
}

// mostMissed bounds the facts that are read for one who was away.
const mostMissed = 5_000

// recall makes the log reach back to the cursor, and returns when the fact at the
// cursor happened; not known where it is no longer kept, or too far back.
func (h *hub) recall(ctx context.Context, c bus.Cursor) (at time.Time, known bool, err error) {
	h.recalling.Lock()
	defer h.recalling.Unlock()
	h.mu.Lock()
	picture, from := h.picture, h.from
	if picture != nil && picture.Cursor == c {
		at, known = picture.at, true
	}
	h.mu.Unlock()
	if picture == nil {
		return at, false, errNoSite
	}
	if known {
		return at, true, nil
	}
	ctx = system(ctx)
	f, kept, err := h.boards.Bus.Kept(ctx, c)
	if err != nil || !kept {
		return at, false, err
	}
	if err := h.reach(ctx, c); err != nil {
		return at, false, err
	}
	if c.After(from) || c == from {
		return f.At, !c.After(h.cursor()), nil
	}
	missed, err := h.between(ctx, c, from)
	if err != nil || missed == nil {
		return at, false, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.from != from { // the log was cut, or begun anew, in the meantime
		return at, false, nil
	}
	h.log, h.from = append(h.picture.keys(h.location, missed), h.log...), c
	return f.At, true, nil
}

func (h *hub) cursor() bus.Cursor {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.picture.Cursor
}

// reach waits until this process has come as far as the one that the cursor is from.
func (h *hub) reach(ctx context.Context, c bus.Cursor) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		h.mu.Lock()
		there, moved := !c.After(h.picture.Cursor), h.moved
		h.mu.Unlock()
		if there {
			return nil
		}
		h.boards.Bus.Wake()
		if err := h.wait(ctx, moved, time.Until(deadline)); err != nil && !errors.Is(err, errPatience) {
			return err
		}
	}
	return nil
}

// between reads the facts after one cursor up to another; nil where they are
// too many.
func (h *hub) between(ctx context.Context, after, upTo bus.Cursor) ([]bus.Fact, error) {
	all := []bus.Fact{}
	for {
		facts, err := h.boards.Bus.Since(ctx, after, 1000)
		if err != nil {
			return nil, err
		}
		for _, f := range facts {
			if f.Cursor.After(upTo) {
				return all, nil
			}
			all = append(all, f)
		}
		if len(facts) == 0 {
			return all, nil
		}
		if len(all) > mostMissed {
			return nil, nil
		}
		after = facts[len(facts)-1].Cursor
	}
}

// keys are the log entries of facts that were delivered before this hub began.
func (p *Picture) keys(location string, facts []bus.Fact) []entry {
	var list []entry
	for _, f := range facts {
		for _, k := range p.about(location, f) {
			list = append(list, entry{cursor: f.Cursor, card: k})
		}
	}
	return list
}
