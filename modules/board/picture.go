package board

import (
	"slices"

	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/live"
)

// heartbeat is the place of heartbeats in the queue of a subscriber.
const heartbeat key = "heartbeat"

// shown names the cards on which the given ones are seen: a visit in a room on
// the card of the room. Each comes once, at the place of the last fact about it.
func (p *Picture) shown(entries []entry) (list []entry) {
	seen := map[key]bool{}
	for _, e := range slices.Backward(entries) {
		if card := p.roomOf(string(e.card)); card != nil {
			e.card = key(card.Room.ID)
		}
		if !seen[e.card] {
			seen[e.card] = true
			list = append(list, e)
		}
	}
	slices.Reverse(list)
	return list
}

// take brings one card up to the newer picture, and returns what is to be sent
// for it: nothing where it shows what it showed. A card that the facts do not
// name stays as it is, for its own fact will come.
func (p *Picture) take(now *Picture, e entry) *live.Frame {
	who := string(e.card)
	switch id.Prefix(who) {
	case "room":
		return p.takeRoom(now, e)
	case ofArrival:
		return framed(p.takeArrival(now, e))
	}
	v := now.waiting[who]
	if v == nil {
		delete(p.waiting, who)
		return framed(now.gone(e.card, e.cursor))
	}
	if v.same(p.waiting[who]) {
		return nil
	}
	p.waiting[who] = v
	return p.frame(e.card, e.cursor)
}

func (p *Picture) takeRoom(now *Picture, e entry) *live.Frame {
	card := now.rooms[string(e.card)]
	if card == nil || card.same(p.rooms[string(e.card)]) {
		return nil
	}
	p.rooms[string(e.card)] = card
	if card.Visit != nil {
		delete(p.waiting, card.Visit.row.ID)
	}
	return p.frame(e.card, e.cursor)
}

// early reports whether a card shows already what a fact will say only later. On
// PostgreSQL a transaction may be done while an older one is not, and facts are
// delivered in the order in which the transactions began.
func (p *Picture) early(k key) bool {
	if len(p.open) == 0 {
		return false
	}
	who := string(k)
	card := p.rooms[who]
	if card == nil {
		card = p.roomOf(who)
	}
	v := p.waiting[who]
	if card != nil {
		v = card.Visit
	}
	a := p.expected[who]
	return p.open[who] || a != nil && (p.open[a.patientID] || p.open[a.providerID]) || card != nil && p.open[card.Room.ID] ||
		v != nil && (p.open[v.row.ID] || p.open[v.patientID] || p.open[v.providerID] || v.Stage != nil && p.open[v.Stage.ID])
}

func (p *Picture) roomOf(visit string) *Room {
	for _, card := range p.rooms {
		if card.Visit != nil && card.Visit.row.ID == visit {
			return card
		}
	}
	return nil
}

// replace puts a newer card of a visit in the place of the old one, and
// returns the card to send.
func (p *Picture) replace(old, made *Visit) key {
	for name, card := range p.rooms {
		if card.Visit == old {
			changed := *card
			changed.Visit = made
			p.rooms[name] = &changed
			return key(name)
		}
	}
	p.waiting[made.row.ID] = made
	return key(made.row.ID)
}

// frame is the change that shows a card as it is: a room, a visit that waits, or
// somebody who is expected. It is nil where there is no such card.
func (p *Picture) frame(k key, c bus.Cursor) *live.Frame {
	change := &Change{Cursor: c.String(), Room: p.rooms[string(k)], Visit: p.waiting[string(k)], Arrival: p.expected[string(k)]}
	if change.Room == nil && change.Visit == nil && change.Arrival == nil {
		return nil
	}
	return framed(change)
}

func framed(c *Change) *live.Frame {
	if c == nil {
		return nil
	}
	return &live.Frame{Value: Event(c)}
}
