package limit

import (
	"context"
	"sync"
	"time"

	"medoffice/modules/kit"
)

// patience is how long an operation waits for others to end before it is
// turned away.
const patience = time.Second

// Gate bounds the operations that run at once, of all callers and of each.
type Gate struct {
	all     chan struct{}
	mu      sync.Mutex
	callers map[string]*lane // of those who have any
}

type lane struct {
	places  chan struct{}
	holders int // running and waiting
}

// NewGate lets so many operations run at once; None is no bound.
func NewGate(running int) *Gate {
	g := &Gate{callers: map[string]*lane{}}
	if running != None {
		g.all = make(chan struct{}, max(running, 1))
	}
	return g
}

// Enter waits for a place, and returns what gives it back. It refuses a caller
// whose waiting operations are already as many as its running ones.
func (g *Gate) Enter(ctx context.Context, caller string, l *Limits) (leave func(), err error) {
	own, err := g.lane(caller, l)
	if err != nil {
		return nil, err
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	if !enter(ctx, own.places, timer) {
		g.left(caller, own)
		return nil, errCaller
	}
	if !enter(ctx, g.all, timer) {
		<-own.places
		g.left(caller, own)
		return nil, errServer
	}
	return sync.OnceFunc(func() {
		if g.all != nil {
			<-g.all
		}
		<-own.places
		g.left(caller, own)
	}), nil
}

var (
	errCaller = &kit.Error{Code: kit.RateLimited, Safe: "too many of your operations are running: wait for some to end", Retry: patience}
	errServer = &kit.Error{Code: kit.Overloaded, Safe: "the office is busy: try again soon", Retry: patience}
)

func enter(ctx context.Context, places chan struct{}, timer *time.Timer) bool {
	if places == nil {
		return true
	}
	select {
	case places <- struct{}{}:
		return true
	default:
	}
	select {
	case places <- struct{}{}:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

func (g *Gate) lane(caller string, l *Limits) (*lane, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	own := g.callers[caller]
	if own == nil {
		places := 1 << 16
		if l.Running != None {
			places = max(l.Running, 1)
		}
		own = &lane{places: make(chan struct{}, places)}
		g.callers[caller] = own
	}
	if own.holders >= 4*cap(own.places) {
		return nil, errCaller
	}
	own.holders++
	return own, nil
}

func (g *Gate) left(caller string, own *lane) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if own.holders--; own.holders == 0 {
		delete(g.callers, caller)
	}
}
