package transport

import (
	"context"
	"sync"
)

// Caps bound the streams of one caller, and what one WebSocket may carry. A
// bound below zero does not hold.
type Caps struct {
	Caller     string // whose streams are counted together
	Streams    int    // WebSockets and event streams of the caller
	Operations int    // running on one WebSocket
	Message    int    // bytes of a message
	Messages   int    // a second, on one WebSocket
}

// Streams are the open WebSockets and event streams of a process.
type Streams struct {
	most     int
	mu       sync.Mutex
	next     int
	open     map[int]func() // informs a stream that the server goes away
	callers  map[string]int
	draining bool
	empty    chan struct{} // closed when the last one is gone, while draining
}

// NewStreams holds at most so many streams; below zero is no bound.
func NewStreams(most int) *Streams {
	return &Streams{most: most, open: map[int]func(){}, callers: map[string]int{}, empty: make(chan struct{})}
}

// Open is how many there are.
func (s *Streams) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// ending reports whether the server takes no more streams because it stops.
func (s *Streams) ending() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.draining
}

// enter counts a stream, if there may be one more; leave must be called at its
// end. goAway is called when the server drains, perhaps at once.
func (s *Streams) enter(c Caps, goAway func()) (leave func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining || over(len(s.open)+1, s.most) || over(s.callers[c.Caller]+1, c.Streams) {
		return nil, false
	}
	n := s.next
	s.next++
	s.open[n] = goAway
	s.callers[c.Caller]++
	return sync.OnceFunc(func() { s.left(n, c.Caller) }), true
}

func (s *Streams) left(n int, caller string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, n)
	if s.callers[caller]--; s.callers[caller] == 0 {
		delete(s.callers, caller)
	}
	if s.draining && len(s.open) == 0 {
		close(s.empty)
	}
}

// Drain takes no more streams, asks those that are open to come back later,
// and waits for them to end or for the context.
func (s *Streams) Drain(ctx context.Context) {
	for _, goAway := range s.drain() {
		goAway()
	}
	select {
	case <-s.empty:
	case <-ctx.Done():
	}
}

// drain marks that no more streams come, once, and returns how to notify those
// that are open.
func (s *Streams) drain() (tell []func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return nil
	}
	s.draining = true
	for _, goAway := range s.open {
		tell = append(tell, goAway)
	}
	if len(s.open) == 0 {
		close(s.empty)
	}
	return tell
}

func over(n, most int) bool { return most >= 0 && n > most }
