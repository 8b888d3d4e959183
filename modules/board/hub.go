package board

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/live"
	"medoffice/modules/kit/logtext"
)

// The bounds of a hub.
const (
	remembered = 4096   // changes that subscribers resume from without asking the database
	waitingIn  = 20_000 // facts that wait for a hub; with more it looks at the whole board again
	retry      = 200 * time.Millisecond
	settle     = 25 // looks at a board on which transactions are under way
	settling   = 10 * time.Millisecond
)

// key names a card: room or visit by id.
type key string

// entry is a change that was sent: a card and its place in the order of facts.
// Its frame is nil where it was delivered before this hub began.
type entry struct {
	cursor bus.Cursor
	card   key
	frame  *live.Frame
}

// hub follows the board of one site for all its subscribers in this process.
// Each fact makes it read the cards once; a card that shows something else
// than before goes to all.
type hub struct {
	boards   *Boards
	location string
	users    int // guarded by boards.mu
	cancel   context.CancelFunc
	done     <-chan struct{}
	first    chan struct{} // closed when the picture is there

	inMu  sync.Mutex
	inbox []bus.Fact
	lost  bool // the inbox overflowed
	poked chan struct{}

	mu       sync.Mutex
	picture  *Picture   // nil: there is no such site
	from     bus.Cursor // the log holds every change after it
	log      []entry
	moved    chan struct{} // closed and made again when the cursor moves
	subs     map[*subscriber]bool
	snapshot [2]*live.Frame // plain and resync, of the picture as it is
	beaten   time.Time      // when the last heartbeat was sent

	recalling sync.Mutex
}

func newHub(b *Boards, location string) *hub {
	return &hub{
		boards: b, location: location, beaten: time.Now(), first: make(chan struct{}), poked: make(chan struct{}, 1),
		moved: make(chan struct{}), subs: map[*subscriber]bool{},
	}
}

// hear takes facts from the bus. It does not wait.
func (h *hub) hear(facts []bus.Fact) {
	h.inMu.Lock()
	if len(h.inbox)+len(facts) > waitingIn {
		h.inbox, h.lost = nil, true
	}
	h.inbox = append(h.inbox, facts...)
	h.inMu.Unlock()
	select {
	case h.poked <- struct{}{}:
	default:
	}
}

// run follows the board until the context ends.
func (h *hub) run(ctx context.Context, log *slog.Logger) {
	stop := h.boards.Bus.Watch(h.hear)
	defer stop()
	began := false
	beat := time.NewTimer(h.boards.beat())
	defer beat.Stop()
	for {
		err := h.follow(ctx, &began)
		var again <-chan time.Time
		if err != nil && ctx.Err() == nil {
			log.Warn("board: cannot read", "location", h.location, "error", logtext.Error(err))
			again = time.After(retry)
		}
		select {
		case <-ctx.Done():
			return
		case <-h.poked:
		case <-again:
		case <-beat.C:
			beat.Reset(h.tick())
		}
	}
}

// follow brings the picture up to the facts that came in.
func (h *hub) follow(ctx context.Context, began *bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	h.inMu.Lock()
	facts, lost := h.inbox, h.lost
	h.inMu.Unlock()
	var err error
	if !*began || lost {
		if err = h.begin(ctx); err == nil && !*began {
			*began = true
			close(h.first)
		}
	} else if len(facts) > 0 {
		err = h.apply(ctx, facts)
	}
	if err != nil {
		return err
	}
	h.inMu.Lock()
	defer h.inMu.Unlock()
	if lost {
		h.lost = false
	} else if len(h.inbox) >= len(facts) && !h.lost {
		h.inbox = h.inbox[len(facts):]
	}
	return nil
}

// begin looks at the whole board. Subscribers that are there already get it as
// a resync.
func (h *hub) begin(ctx context.Context) error {
	p, err := h.boards.Load(ctx, h.location)
	for i := 0; i < settle && err == nil && p != nil && len(p.open) > 0; i++ {
		time.Sleep(settling) // facts that are delivered later show already: wait for them
		p, err = h.boards.Load(ctx, h.location)
	}
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.picture = p
	h.log = nil
	if p != nil {
		h.from = p.Cursor
	}
	h.changed()
	for s := range h.subs {
		s.overflow()
	}
	return nil
}

// changed forgets what was made of an older picture, and wakes who waits for
// the cursor. The caller holds mu.
func (h *hub) changed() {
	h.snapshot = [2]*live.Frame{}
	close(h.moved)
	h.moved = make(chan struct{})
}

// apply reads the cards that the facts are about, and sends those that show
// something new.
func (h *hub) apply(ctx context.Context, facts []bus.Fact) error {
	h.mu.Lock()
	p := h.picture
	h.mu.Unlock()
	if p == nil { // a site without a board may get one
		return h.begin(ctx)
	}
	touched := h.touched(p, facts)
	last := facts[len(facts)-1]
	if len(touched) == 0 {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.advance(last)
		return nil
	}
	now, err := h.boards.Load(ctx, h.location, guests(touched)...)
	if err != nil || now == nil {
		return err
	}
	if now.Cursor.After(last.Cursor) { // it shows more than these facts
		more, err := h.between(ctx, last.Cursor, now.Cursor)
		if err != nil {
			return err
		}
		if more == nil {
			return h.begin(ctx)
		}
		last = more[len(more)-1]
		touched = h.touched(p, slices.Concat(facts, more)) // not append: facts is the inbox, which grows meanwhile
		if err := h.whereabouts(ctx, now, guests(touched)); err != nil {
			return err
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range now.shown(touched) {
		if now.early(e.card) {
			continue // its later fact is still to come, and shows it
		}
		if frame := h.picture.take(now, e); frame != nil {
			h.send(entry{e.cursor, e.card, frame})
		}
	}
	h.advance(last)
	return nil
}

// whereabouts finds visits, and who was expected, that are not in the picture
// because they have left the board.
func (h *hub) whereabouts(ctx context.Context, p *Picture, cards []string) error {
	var gone []string
	for _, v := range cards {
		if p.waiting[v] == nil && p.others[v] == nil && p.roomOf(v) == nil && p.expected[v] == nil && p.came[v] == nil {
			gone = append(gone, v)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	later, err := h.boards.Load(ctx, h.location, gone...)
	if err != nil || later == nil {
		return err
	}
	for _, v := range gone {
		if a := later.came[v]; a != nil {
			p.came[v] = a
		} else if o := later.others[v]; o != nil {
			p.others[v] = o
		}
	}
	return nil
}

func (h *hub) advance(last bus.Fact) {
	if last.Cursor.After(h.picture.Cursor) {
		h.picture.Cursor, h.picture.at = last.Cursor, last.At
	}
	h.changed()
}

// send sends a change to all and remembers it. The caller holds mu.
func (h *hub) send(e entry) {
	h.log = append(h.log, e)
	if len(h.log) > remembered {
		drop := len(h.log) - remembered/2
		h.from = h.log[drop-1].cursor
		h.log = append([]entry(nil), h.log[drop:]...)
	}
	for s := range h.subs {
		s.push(e.card, e.frame)
	}
}

// touched names the cards that the facts are about, in their order.
func (h *hub) touched(p *Picture, facts []bus.Fact) (list []entry) {
	for _, f := range facts {
		if !f.Cursor.After(p.Cursor) {
			continue
		}
		for _, k := range p.about(h.location, f) {
			list = append(list, entry{cursor: f.Cursor, card: k})
		}
	}
	return list
}

// about names the cards that a fact may have changed: its own, or those that
// show the patient, provider or stage that it is about.
func (p *Picture) about(location string, f bus.Fact) []key {
	switch id.Prefix(f.Entity) {
	case "vis", "room", ofArrival:
		if f.Location == location {
			return []key{key(f.Entity)}
		}
		return nil
	}
	var list []key
	all := slices.Contains(p.minds, f.Topic) && (f.Location == "" || f.Location == location)
	p.each(func(v *Visit) {
		if all || f.Entity == v.patientID || f.Entity == v.providerID || v.Stage != nil && f.Entity == v.Stage.ID {
			list = append(list, key(v.row.ID))
		}
	})
	for _, a := range p.expected {
		if f.Entity == a.patientID || f.Entity == a.providerID {
			list = append(list, key(a.AppointmentID))
		}
	}
	return list
}

// guests are the visits and appointments among the cards.
func guests(entries []entry) (ids []string) {
	for _, e := range entries {
		if id.Prefix(string(e.card)) != "room" {
			ids = append(ids, string(e.card))
		}
	}
	return ids
}

// tick sends what time alone changes: cards that have become late, and the
// heartbeat. It returns when to look again.
func (h *hub) tick() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	beat := h.boards.beat()
	if h.picture == nil {
		return beat
	}
	now := h.boards.Clock.Now()
	next := h.age(now)
	if end := h.picture.until; !end.IsZero() && !now.Before(end) {
		h.inMu.Lock()
		h.lost = true // others are expected on the next day
		h.inMu.Unlock()
		select {
		case h.poked <- struct{}{}:
		default:
		}
	} else if !end.IsZero() {
		next = min(next, end.Sub(now))
	}
	if time.Since(h.beaten) >= beat {
		h.beaten = time.Now()
		frame := &live.Frame{Value: Event(&Heartbeat{h.picture.Cursor.String(), now})}
		for s := range h.subs {
			s.push(heartbeat, frame)
		}
	}
	return max(min(time.Until(h.beaten.Add(beat)), next), time.Millisecond)
}

// age sends the cards that have become late, and returns how long it is until
// the next one will.
func (h *hub) age(now time.Time) time.Duration {
	next := 24 * time.Hour
	h.picture.each(func(v *Visit) {
		switch {
		case v.AlertAt == nil || v.Late || !v.onBoard:
		case now.Before(*v.AlertAt):
			next = min(next, v.AlertAt.Sub(now))
		default:
			late := *v
			late.Late = true
			k := h.picture.replace(v, &late)
			frame := h.picture.frame(k, h.picture.Cursor)
			for s := range h.subs {
				s.push(k, frame)
			}
			h.snapshot = [2]*live.Frame{}
		}
	})
	return next
}

// system is the context in which hubs read.
func system(ctx context.Context) context.Context { return kit.System(ctx, "board") }
