package access

import (
	"container/list"
	"sync"
	"time"

	"medoffice/modules/kit"
	"medoffice/modules/kit/clock"
)

// The measures of the brake: so many wrong guesses within the window, of one
// name from one address and of all names from one address.
const (
	guessWindow   = 5 * time.Minute
	guessesOfName = 10
	guessesOfIP   = 200
	keptGuessers  = 10_000
)

var errTooOften = kit.Refuse(kit.RateLimited, "too many wrong guesses: wait some minutes")

// brake slows down who guesses. It is the first door, in memory and bounded;
// the lock-out of an account, which all server processes share, is the second.
type brake struct {
	clock clock.Clock
	mu    sync.Mutex
	known map[string]*list.Element // of *guesser
	order *list.List               // latest first
}

type guesser struct {
	key   string
	count int
	since time.Time
}

func newBrake(c clock.Clock) *brake {
	return &brake{clock: c, known: map[string]*list.Element{}, order: list.New()}
}

// begin counts a guess before it is looked at, so that guesses at the same
// time all count, and refuses one too many.
func (b *brake) begin(ip, name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	one, all := b.of(ip+" "+name), b.of(ip)
	if one.count >= guessesOfName || all.count >= guessesOfIP {
		return errTooOften
	}
	one.count++
	all.count++
	return nil
}

// right takes back the count of who guessed right.
func (b *brake) right(ip, name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.of(ip + " " + name).count = 0
	if all := b.of(ip); all.count > 0 {
		all.count--
	}
}

func (b *brake) of(key string) *guesser {
	now := b.clock.Now()
	if e, ok := b.known[key]; ok {
		b.order.MoveToFront(e)
		g := e.Value.(*guesser)
		switch passed := now.Sub(g.since); {
		case passed >= guessWindow:
			g.count, g.since = 0, now
		case passed < 0: // the clock was set back: the window begins again, with its count
			g.since = now
		}
		return g
	}
	g := &guesser{key: key, since: now}
	b.known[key] = b.order.PushFront(g)
	if b.order.Len() > keptGuessers {
		oldest := b.order.Back()
		b.order.Remove(oldest)
		delete(b.known, oldest.Value.(*guesser).key)
	}
	return g
}
