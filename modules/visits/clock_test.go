package visits_test

import (
	"testing"
	"time"

	"medoffice/ent/visitstage"
	"medoffice/modules/officetest"
)

// timesOf are the moves and stays of a visit, oldest first.
type timesOf struct {
	Visit struct {
		StartedAt, StageSince time.Time
		EndedAt               *time.Time
		Changes               []struct {
			At     time.Time
			ToName string
		}
		Stays []struct {
			StartedAt time.Time
			EndedAt   *time.Time
		}
	}
}

// The clock is set back in the middle of a visit: what comes later is noted
// later, and the last move is the one that is taken back.
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
	v := s.must(nurse, "checkIn", officetest.Vars{"visitId": s.walkIn(30).ID, "expectedVersion": 1}).Visit
	o.Clock.Add(10 * time.Minute)
	v = s.take(v, 0)
	o.Clock.Add(-step)
	got := s.stage(v, visitstage.CategoryWITH_PROVIDER)
	if got.code() != "" {
		t.Fatal(got.UserErrors)
	}
	s.must(nurse, "undoLastMove", officetest.Vars{"visitId": v.ID, "expectedVersion": got.Visit.Version})
	if v = s.visit(v.ID); v.Room == nil || v.Stage.Category != "ROOMING" {
		t.Fatalf("another move was taken back: %+v", v)
	}
	s.steps(chance(6), 20)
	v = s.visit(v.ID)
	if v.Status != "FINISHED" {
		s.must(nurse, "checkOut", officetest.Vars{"visitId": v.ID, "expectedVersion": v.Version})
	}
	var all timesOf
	nurse.Do(`query($id: ID!) { visit(id: $id) { startedAt stageSince endedAt changes { at toName } stays { startedAt endedAt } } }`,
		officetest.Vars{"id": v.ID}, &all)
	all.ordered(t)
	found, err := o.Trail.Verify(o.System())
	if err != nil || len(found) > 0 {
		t.Errorf("%v %v", found, err)
	}
}

func (a timesOf) ordered(t *testing.T) {
	t.Helper()
	v := a.Visit
	if v.EndedAt == nil || v.EndedAt.Before(v.StartedAt) || v.StageSince.Before(v.StartedAt) {
		t.Errorf("the visit: %+v", v)
	}
	for i := 1; i < len(v.Changes); i++ {
		if v.Changes[i].At.Before(v.Changes[i-1].At) {
			t.Errorf("%s before %s: %+v", v.Changes[i].ToName, v.Changes[i-1].ToName, v.Changes)
		}
	}
	for _, stay := range v.Stays {
		if stay.EndedAt == nil || stay.EndedAt.Before(stay.StartedAt) {
			t.Errorf("a stay: %+v", stay)
		}
	}
}
