package board

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/live"
)

// HeartbeatEvery is how often a subscriber hears that the stream is alive.
const HeartbeatEvery = 15 * time.Second

// Boards are the boards that somebody watches in this process.
type Boards struct {
	*Loader
	Bus *bus.Bus
	Log *slog.Logger

	every atomic.Int64
	mu    sync.Mutex
	ctx   context.Context // of the hubs; nil before Start and after Stop
	hubs  map[string]*hub
	ends  sync.WaitGroup
	stop  context.CancelFunc
}

// SetHeartbeat changes the interval of the heartbeats of boards that nobody
// watches yet.
func (b *Boards) SetHeartbeat(d time.Duration) { b.every.Store(int64(d)) }

func (b *Boards) beat() time.Duration {
	if d := b.every.Load(); d > 0 {
		return time.Duration(d)
	}
	return HeartbeatEvery
}

// Start lets boards be watched until Stop.
func (b *Boards) Start(ctx context.Context) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ctx, b.stop = context.WithCancel(kit.System(ctx, "board"))
	b.hubs = map[string]*hub{}
}

// Stop ends all streams and waits for the hubs.
func (b *Boards) Stop() {
	b.mu.Lock()
	if b.stop != nil {
		b.stop()
	}
	b.ctx = nil
	b.mu.Unlock()
	b.ends.Wait()
}

// Watching returns how many boards are being followed.
func (b *Boards) Watching() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.hubs)
}

var errClosing = &kit.Error{Code: kit.Overloaded, Safe: "the office is closing: subscribe again", Retry: time.Second}

func (b *Boards) enter(location string) (*hub, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ctx == nil {
		return nil, errClosing
	}
	h := b.hubs[location]
	if h == nil {
		h = newHub(b, location)
		ctx, cancel := context.WithCancel(b.ctx)
		h.cancel, h.done = cancel, ctx.Done()
		b.hubs[location] = h
		b.ends.Add(1)
		go func() {
			defer b.ends.Done()
			h.run(ctx, b.Log)
		}()
	}
	h.users++
	return h, nil
}

func (b *Boards) leave(h *hub) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if h.users--; h.users == 0 {
		h.cancel()
		if b.hubs[h.location] == h {
			delete(b.hubs, h.location)
		}
	}
}

// Watch is the stream of the board of a site. Where since is given it goes on
// after that cursor.
func (b *Boards) Watch(location string, since *string) live.Source {
	return func(ctx context.Context, send func(*live.Frame) error) error {
		h, err := b.enter(location)
		if err != nil {
			return err
		}
		defer b.leave(h)
		if err := h.wait(ctx, h.first, patience); err != nil {
			return err
		}
		s := newSubscriber()
		joining, cancel := context.WithTimeout(ctx, 2*patience)
		err = h.join(joining, s, since)
		cancel()
		if err != nil {
			return err
		}
		defer h.part(s)
		for {
			frame, err := h.next(ctx, s)
			if err != nil {
				return err
			}
			if err := send(frame); err != nil {
				return err
			}
		}
	}
}

// patience bounds how long a subscriber waits for the hub, and the hub for the
// database.
const patience = 5 * time.Second

var errPatience = &kit.Error{Code: kit.Overloaded, Safe: "the board cannot be read just now: try again soon", Retry: time.Second}

// wait waits for the channel, but not longer than the hub or the subscriber lives.
func (h *hub) wait(ctx context.Context, c <-chan struct{}, most time.Duration) error {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-h.done:
		return errClosing
	case <-timer.C:
		return errPatience
	}
}
