package main

import (
	"context"
	"sync/atomic"
	"testing"

	"medoffice/modules/officetest"
)

// A server that is killed in the middle of sixteen writers has done what it
// acknowledged, wholly, and of the rest all or nothing: what is sent again is
// done once. The board goes on where it was.
func TestKill9(t *testing.T) {
	engines(t, func(t *testing.T, database string) {
		s := set(t, database, 16)
		writers := s.writers()
		var where atomic.Pointer[string]
		url := func() string { return *where.Load() }
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		screen := s.board(t)
		rounds := 5
		if officetest.Slow > 1 {
			rounds = 3
		}
		for round := range rounds {
			running := start(t, database)
			where.Store(&running.URL)
			if round == 0 {
				go screen.watch(ctx, url)
				screen.begun()
			}
			from := len(writers[0].acts)
			for _, w := range writers {
				from = min(from, len(w.acts))
			}
			crowd := work(t, writers, url, func(_ *act, got *officetest.Answer, err error) bool {
				if err == nil {
					t.Errorf("refused: %s", got.Text)
				}
				return false
			}, nil)
			crowd.wait(t, 30+23*round)
			running.kill()
			crowd.all.Wait()
			again := start(t, database)
			where.Store(&again.URL)
			acked, there := acknowledged(writers), s.counter(t)("SELECT count(*) FROM requests")
			doubtful := settle(t, writers, again.URL, max(from-1, 0))
			screen.shows(again.URL)
			s.whole(t, writers)
			s.verified(t)
			t.Logf("round %d: %d acts acknowledged, %d in doubt of which %d were done, open again in %v",
				round, 30+23*round+len(crowd.acked), doubtful, there-acked, again.took)
			again.kill() // idle, but without a farewell either
		}
		if screen.counts["RoomBoardChange"] < 20 {
			t.Errorf("the board saw %v", screen.counts)
		}
	})
}
