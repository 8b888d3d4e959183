package board

import (
	"fmt"
	"testing"

	"medoffice/modules/kit/live"
)

// A subscriber who is a little slow gets the newest state of each card, in the
// order of the facts.
func TestQueueKeepsTheNewestOfEachCard(t *testing.T) {
	s := newSubscriber()
	frames := map[string]*live.Frame{}
	for _, what := range []string{"a1", "b1", "a2", "c1", "b2"} {
		frames[what] = &live.Frame{Value: what}
		s.push(key(what[:1]), frames[what])
	}
	for _, want := range []string{"a2", "c1", "b2"} {
		if f, lost := s.take(); f != frames[want] || lost {
			t.Fatalf("want %s, got %v, lost %v", want, f, lost)
		}
	}
	if f, lost := s.take(); f != nil || lost {
		t.Fatalf("there is more: %v %v", f, lost)
	}
}

// One who is too slow loses the queue and is notified with a snapshot that
// replaces everything; nothing is dropped in silence.
func TestOverflowAsksForAnotherSnapshot(t *testing.T) {
	s := newSubscriber()
	for n := range mostPending + 1 {
		s.push(key(fmt.Sprint(n)), &live.Frame{Value: n})
	}
	if f, lost := s.take(); f != nil || !lost {
		t.Fatalf("after the overflow: %v, lost %v", f, lost)
	}
	s.push("late", &live.Frame{Value: "late"}) // the snapshot will show it
	h := &hub{picture: &Picture{}}
	f, err := h.resync(s)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := f.Value.(Event).(*Snapshot); !ok || !got.Resync {
		t.Fatalf("no resync: %+v", f.Value)
	}
	if f, lost := s.take(); f != nil || lost {
		t.Fatalf("after the snapshot: %v, lost %v", f, lost)
	}
}
