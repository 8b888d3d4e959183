package access

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"medoffice/ent/apitoken"
	"medoffice/ent/session"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/logtext"
)

// recheck is how often the streams of a process ask whether their sessions
// and tokens still hold. Where this process ends one, its streams end at once.
const recheck = 10 * time.Second

// sockets are the open streams, WebSocket and server-sent events, by the
// session or token that they came with.
type sockets struct {
	m       *Module
	mu      sync.Mutex
	next    int
	open    map[string]map[int]context.CancelCauseFunc
	stop    chan struct{}
	stopped chan struct{}
}

func newSockets(m *Module) *sockets {
	return &sockets{m: m, open: map[string]map[int]context.CancelCauseFunc{}}
}

var errEnded = logtext.Fixed("the session or token has ended")

// hold returns a context that ends with the session, and then has a cause.
func (s *sockets) hold(ctx context.Context, sessionID string) context.Context {
	if sessionID == "" {
		return ctx
	}
	ctx, cancel := context.WithCancelCause(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.next
	s.next++
	if s.open[sessionID] == nil {
		s.open[sessionID] = map[int]context.CancelCauseFunc{}
	}
	s.open[sessionID][n] = cancel
	context.AfterFunc(ctx, func() { s.drop(sessionID, n) })
	return ctx
}

func (s *sockets) drop(sessionID string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open[sessionID], n)
	if len(s.open[sessionID]) == 0 {
		delete(s.open, sessionID)
	}
}

// closeAfter ends the streams of a session once the transaction is committed.
func (s *sockets) closeAfter(ctx context.Context, sessionID string) {
	db.After(ctx, func() { s.end(sessionID) })
}

func (s *sockets) end(sessionID string) {
	s.mu.Lock()
	cancels := slices.Collect(maps.Values(s.open[sessionID]))
	s.mu.Unlock()
	for _, cancel := range cancels {
		cancel(errEnded)
	}
}

func (s *sockets) start(ctx context.Context) {
	s.stop, s.stopped = make(chan struct{}), make(chan struct{})
	ctx = kit.System(ctx, "sign-in")
	go func() {
		defer close(s.stopped)
		tick := time.NewTicker(recheck)
		defer tick.Stop()
		for {
			select {
			case <-s.stop:
				return
			case <-tick.C:
				s.check(ctx)
			}
		}
	}()
}

func (s *sockets) close() {
	if s.stop != nil {
		close(s.stop)
		<-s.stopped
		s.stop = nil
	}
}

// CheckStreams asks at once, and not only every ten seconds, whether the
// sessions and tokens of the open streams still hold.
func (m *Module) CheckStreams(ctx context.Context) { m.sockets.check(kit.System(ctx, "sign-in")) }

// check ends the streams whose session or token has ended, also by another
// process.
func (s *sockets) check(ctx context.Context) {
	s.mu.Lock()
	ids := slices.Collect(maps.Keys(s.open))
	s.mu.Unlock()
	for some := range slices.Chunk(ids, 500) {
		valid, err := s.valid(ctx, some)
		if err != nil {
			s.m.Log.Warn("sessions: cannot look", "error", logtext.Error(err))
			return
		}
		for _, id := range some {
			if !slices.Contains(valid, id) {
				s.end(id)
			}
		}
	}
}

func (s *sockets) valid(ctx context.Context, ids []string) ([]string, error) {
	client, now := s.m.DB.Client(ctx), s.m.Clock.Now()
	sessions, err := client.Session.Query().
		Where(session.ID.In(ids...), session.RevokedAt.IsNil(), session.ExpiresAt.GT(now)).IDs(ctx)
	if err != nil {
		return nil, err
	}
	tokens, err := client.APIToken.Query().
		Where(apitoken.ID.In(ids...), apitoken.RevokedAt.IsNil(), apitoken.ExpiresAt.GT(now)).IDs(ctx)
	return append(sessions, tokens...), err
}
