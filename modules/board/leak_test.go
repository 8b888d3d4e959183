package board_test

import (
	"testing"

	"go.uber.org/goleak"

	"medoffice/modules/officetest"
)

// A thousand subscriptions, opened and killed, leave nothing behind.
func TestNoLeak(t *testing.T) {
	officetest.InTurn(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 4, 20)
		nurse := s.As("NURSE")
		s.steps(chance(1), 20)
		first, _ := s.subscribe(nurse, nil) // what stays for the whole office
		first.Close()
		first.Ended()
		eventually(t, "the hub ends", func() bool { return o.Board.Boards().Watching() == 0 })
		before := goleak.IgnoreCurrent()
		for range 10 {
			streams := make([]*officetest.Stream, 100)
			for i := range streams {
				if i%4 == 0 {
					streams[i] = nurse.WatchSSE(boardDocument, officetest.Vars{"location": s.here})
				} else {
					streams[i] = nurse.Watch(boardDocument, officetest.Vars{"location": s.here})
				}
			}
			s.steps(chance(2), 3)
			for i, stream := range streams {
				if i%2 == 0 {
					stream.Next()
				}
				stream.Close()
			}
			for _, stream := range streams {
				stream.Ended()
			}
		}
		eventually(t, "the hub ends", func() bool { return o.Board.Boards().Watching() == 0 })
		nobody := func() bool {
			return goleak.Find(before, goleak.IgnoreTopFunction("internal/poll.runtime_pollWait")) == nil
		}
		eventually(t, "goroutines are left", nobody)
	})
}
