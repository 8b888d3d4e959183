package board_test

import (
	"testing"
	"time"

	"medoffice/ent/visitstage"
	"medoffice/modules/officetest"
)

// The clock is set back while somebody watches: the board goes on, also for who
// comes back to it.
func TestTheClockStepsBack(t *testing.T) {
	for _, step := range []time.Duration{time.Second, 5 * time.Hour, 72 * time.Hour} {
		t.Run(step.String(), func(t *testing.T) {
			officetest.Each(t, func(t *testing.T, o *officetest.Office) { stepBack(t, o, step) })
		})
	}
}

func stepBack(t *testing.T, o *officetest.Office, step time.Duration) {
	s := set(t, o, 2, 40)
	nurse := s.As("NURSE")
	stream, p := s.subscribe(nurse, nil)
	v := s.must(nurse, "checkIn", officetest.Vars{"visitId": s.walkIn(30).ID, "expectedVersion": 1}).Visit
	o.Clock.Add(10 * time.Minute)
	v = s.take(v, 0)
	o.Clock.Add(-step)
	v = s.must(nurse, "moveStage", officetest.Vars{
		"visitId": v.ID, "expectedVersion": v.Version, "stageId": s.stages[visitstage.CategoryWITH_PROVIDER],
	}).Visit
	s.must(nurse, "undoLastMove", officetest.Vars{"visitId": v.ID, "expectedVersion": v.Version})
	p.follow(s, stream, nurse, s.here)
	stream.Close()
	s.steps(chance(6), 20)
	stream, _ = s.subscribe(nurse, &p.cursor)
	p.follow(s, stream, nurse, s.here)
}
