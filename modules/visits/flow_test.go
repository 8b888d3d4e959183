package visits_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"medoffice/ent/visitstage"
	"medoffice/modules/officetest"
)

func TestThroughTheOffice(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 2, 3)
		v := s.walkIn(0)
		if v.Stage.Category != "ARRIVED" || v.Status != "ARRIVED" || len(v.Checklist) != 3 {
			t.Fatalf("%+v", v)
		}
		v = s.must(s.As("FRONT_DESK"), "checkIn", officetest.Vars{"visitId": v.ID, "expectedVersion": v.Version}).Visit
		v = s.take(v, 0)
		if v.Stage.Category != "ROOMING" || v.Room.Status != "OCCUPIED" || v.Status != "IN_PROGRESS" {
			t.Fatalf("%+v %+v", v, v.Room)
		}
		if got := do(s.As("NURSE"), "checkIn", officetest.Vars{"visitId": v.ID, "expectedVersion": v.Version - 1}); got.code() != "STALE_VERSION" || got.UserErrors[0].Current.Version != v.Version {
			t.Fatalf("%+v", got)
		}
		v = s.take(v, 1) // to the other room
		if first := s.room(0); first.Status != "NEEDS_CLEANING" || first.Visit != nil {
			t.Fatalf("%+v", first)
		}
		for _, c := range []visitstage.Category{"READY_FOR_PROVIDER", "WITH_PROVIDER"} {
			got := s.stage(v, c)
			if len(got.UserErrors) > 0 {
				t.Fatal(got.UserErrors)
			}
			v = got.Visit
		}
		illegal := s.stage(v, "LEFT_WITHOUT_BEING_SEEN")
		var legal []string
		if illegal.code() == "ILLEGAL_MOVE" {
			for _, l := range illegal.UserErrors[0].Legal {
				legal = append(legal, l.Category)
			}
		}
		if !slices.Equal(legal, []string{"READY_FOR_PROVIDER", "ORDERS_IN_PROGRESS", "READY_FOR_CHECKOUT", "CHECKED_OUT"}) {
			t.Fatalf("%+v", illegal)
		}
		v = s.must(s.As("FRONT_DESK"), "checkOut", officetest.Vars{"visitId": v.ID, "expectedVersion": v.Version}).Visit
		if v.Status != "FINISHED" || v.EndedAt == nil || v.Room != nil || s.room(1).Status != "NEEDS_CLEANING" {
			t.Fatalf("%+v", v)
		}
		full := s.visit(v.ID)
		if len(full.Changes) != 7 || len(full.Stays) != 2 || full.Stays[1].EndedAt == nil || full.Changes[0].FromName != nil {
			t.Fatalf("%d moves, stays %+v", len(full.Changes), full.Stays)
		}
	})
}

func TestUndo(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 2, 3)
		v := s.must(s.As("NURSE"), "checkIn", officetest.Vars{"visitId": s.walkIn(0).ID, "expectedVersion": 1}).Visit
		v = s.take(v, 0)
		since := s.room(0)
		o.Clock.Add(60e9)
		v = s.take(v, 1)
		undo := officetest.Vars{"visitId": v.ID, "expectedVersion": v.Version}
		if a := s.As("FRONT_DESK").Send(document("undoLastMove"), officetest.Vars{"in": undo}); a.Code() != "FORBIDDEN" {
			t.Fatal("somebody else's move: " + a.Text)
		}
		v = s.must(s.As("NURSE"), "undoLastMove", undo).Visit
		if v.Room == nil || v.Room.ID != s.rooms[0] || s.room(0).Status != "OCCUPIED" || s.room(1).Status != "AVAILABLE" {
			t.Fatalf("%+v %+v %+v", v, s.room(0), since)
		}
		done := do(s.As("NURSE"), "moveStage", officetest.Vars{"visitId": v.ID, "expectedVersion": v.Version, "stageId": s.stages["WITH_PROVIDER"]}).Visit
		done = s.must(s.As("NURSE"), "checkOut", officetest.Vars{"visitId": v.ID, "expectedVersion": done.Version}).Visit
		other := s.must(s.As("NURSE"), "checkIn", officetest.Vars{"visitId": s.walkIn(1).ID, "expectedVersion": 1}).Visit
		r := s.room(0)
		r = *s.must(s.As("NURSE"), "cleanRoom", officetest.Vars{"roomId": r.ID, "expectedVersion": r.Version}).Room
		other = s.take(other, 0)
		if got := do(s.As("PHYSICIAN"), "undoLastMove", officetest.Vars{"visitId": v.ID, "expectedVersion": done.Version}); got.code() != "ROOM_OCCUPIED" {
			t.Fatalf("%+v", got)
		}
		s.must(s.As("NURSE"), "leaveWithoutBeingSeen", officetest.Vars{"visitId": other.ID, "expectedVersion": other.Version})
		back := s.must(s.As("PHYSICIAN"), "undoLastMove", officetest.Vars{"visitId": v.ID, "expectedVersion": done.Version}).Visit
		if back.Status != "IN_PROGRESS" || back.EndedAt != nil || back.Room == nil || back.Stage.Category != "WITH_PROVIDER" {
			t.Fatalf("%+v", back)
		}
		if full := s.visit(v.ID); len(full.Stays) != 2 || full.Stays[0].EndedAt != nil || full.Changes[3].UndoneAt == nil {
			t.Fatalf("%+v", full)
		}
		fresh := s.walkIn(2)
		if got := do(s.As("NURSE"), "undoLastMove", officetest.Vars{"visitId": fresh.ID, "expectedVersion": 1}); got.code() != "FAILED_PRECONDITION" {
			t.Fatalf("%+v", got)
		}
	})
}

func TestRooms(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 2, 3)
		a := s.must(s.As("NURSE"), "checkIn", officetest.Vars{"visitId": s.walkIn(0).ID, "expectedVersion": 1}).Visit
		b := s.must(s.As("NURSE"), "checkIn", officetest.Vars{"visitId": s.walkIn(1).ID, "expectedVersion": 1}).Visit
		turn := func(name string, in officetest.Vars) outcome {
			r := s.room(0)
			all := officetest.Vars{"roomId": r.ID, "expectedVersion": r.Version}
			for k, v := range in {
				all[k] = v
			}
			return do(s.As("NURSE"), name, all)
		}
		to := func(v *visitRow) outcome {
			r := s.room(0)
			return do(s.As("NURSE"), "moveToRoom", officetest.Vars{"visitId": v.ID, "expectedVersion": v.Version, "roomId": r.ID, "expectedRoomVersion": r.Version})
		}
		for _, step := range []struct {
			name string
			do   func() outcome
			code string
		}{
			{"reserve", func() outcome { return turn("reserveRoom", officetest.Vars{"visitId": a.ID}) }, ""},
			{"reserve a second", func() outcome { return turn("reserveRoom", officetest.Vars{"visitId": a.ID}) }, "CONFLICT"},
			{"somebody else", func() outcome { return to(b) }, "ROOM_OCCUPIED"},
			{"release", func() outcome { return turn("releaseRoom", nil) }, ""},
			{"close without a reason", func() outcome { return turn("takeOutOfService", officetest.Vars{"reason": " "}) }, "BAD_USER_INPUT"},
			{"close", func() outcome { return turn("takeOutOfService", officetest.Vars{"reason": "lamp"}) }, ""},
			{"closed", func() outcome { return to(b) }, "FAILED_PRECONDITION"},
			{"open", func() outcome { return turn("returnToService", nil) }, ""},
			{"keep", func() outcome { return turn("reserveRoom", officetest.Vars{"visitId": a.ID}) }, ""},
			{"in", func() outcome { return to(a) }, ""},
			{"occupied", func() outcome { return to(b) }, "ROOM_OCCUPIED"},
			{"close occupied", func() outcome { return turn("takeOutOfService", officetest.Vars{"reason": "lamp"}) }, "ROOM_OCCUPIED"},
			{"clean occupied", func() outcome { return turn("cleanRoom", nil) }, "ROOM_OCCUPIED"},
			{"another site", func() outcome {
				return do(s.As("NURSE"), "moveToRoom", officetest.Vars{"visitId": b.ID, "expectedVersion": b.Version, "roomId": s.awayRoom, "expectedRoomVersion": 1})
			}, "NOT_FOUND"},
			{"no room", func() outcome {
				return do(s.As("NURSE"), "moveToRoom", officetest.Vars{"visitId": b.ID, "expectedVersion": b.Version, "roomId": b.ID, "expectedRoomVersion": 1})
			}, "NOT_FOUND"},
		} {
			if got := step.do(); got.code() != step.code {
				t.Fatalf("%s: %+v", step.name, got.UserErrors)
			}
		}
		left := s.visit(a.ID)
		s.must(s.As("NURSE"), "leaveWithoutBeingSeen", officetest.Vars{"visitId": a.ID, "expectedVersion": left.Version})
		if got := turn("startCleaning", nil); got.code() != "" || got.Room.Status != "CLEANING" {
			t.Fatalf("%+v", got)
		}
		if got := turn("cleanRoom", nil); got.code() != "" || got.Room.Status != "AVAILABLE" {
			t.Fatalf("%+v", got)
		}
	})
}

// One room, sixty-four patients at once: one gets it.
func TestOneRoomForMany(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		const many = 64
		s := set(t, o, 1, many)
		visits := make([]*visitRow, many)
		for i := range visits {
			visits[i] = s.must(s.As("NURSE"), "checkIn", officetest.Vars{"visitId": s.walkIn(i).ID, "expectedVersion": 1}).Visit
		}
		r, nurse := s.room(0), s.As("NURSE")
		var won, occupied atomic.Int32
		race(many, func(i int) {
			got := do(nurse, "moveToRoom", officetest.Vars{"visitId": visits[i].ID, "expectedVersion": visits[i].Version, "roomId": r.ID, "expectedRoomVersion": r.Version})
			switch got.code() {
			case "":
				won.Add(1)
			case "ROOM_OCCUPIED":
				occupied.Add(1)
			default:
				t.Errorf("%+v", got.UserErrors)
			}
		})
		if won.Load() != 1 || occupied.Load() != many-1 {
			t.Fatalf("%d won, %d refused", won.Load(), occupied.Load())
		}
	})
}

// Acceptance test 6: two viewers move the same card, one wins, the other gets
// STALE_VERSION and the fresh card.
func TestAcceptance06TwoMoveOneCard(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 2, 1)
		v := s.must(s.As("NURSE"), "checkIn", officetest.Vars{"visitId": s.walkIn(0).ID, "expectedVersion": 1}).Visit
		for range 20 {
			var won, stale atomic.Int32
			to := visitstage.Category("ROOMING")
			if v.Stage.Category == "ROOMING" {
				to = "CHECKED_IN"
			}
			race(2, func(i int) {
				got := do(s.As([]string{"NURSE", "PHYSICIAN"}[i]), "moveStage", officetest.Vars{"visitId": v.ID, "expectedVersion": v.Version, "stageId": s.stages[to]})
				switch got.code() {
				case "":
					won.Add(1)
				case "STALE_VERSION":
					if c := got.UserErrors[0].Current; c != nil && c.ID == v.ID && c.Version == v.Version+1 {
						stale.Add(1)
					}
				}
			})
			if won.Load() != 1 || stale.Load() != 1 {
				t.Fatalf("%d won, %d stale", won.Load(), stale.Load())
			}
			v = s.visit(v.ID)
		}
	})
}

// race runs f for 0 to n-1 at once.
func race(n int, f func(i int)) {
	var ready, done sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		ready.Add(1)
		done.Add(1)
		go func() {
			defer done.Done()
			ready.Done()
			<-gate
			f(i)
		}()
	}
	ready.Wait()
	close(gate)
	done.Wait()
}

// Acceptance test 8: retiring a stage leaves yesterday's board intact.
func TestAcceptance08RetiredStage(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 2)
		lab := s.must(s.As("MANAGER"), "addVisitStage", officetest.Vars{"name": "Lab corner", "category": "ORDERS_IN_PROGRESS", "color": "#aa00bb", "alertMinutes": 5}).Stage
		v := s.must(s.As("NURSE"), "checkIn", officetest.Vars{"visitId": s.walkIn(0).ID, "expectedVersion": 1}).Visit
		v = s.must(s.As("NURSE"), "moveStage", officetest.Vars{"visitId": v.ID, "expectedVersion": v.Version, "stageId": lab.ID}).Visit
		renamed := s.must(s.As("MANAGER"), "updateVisitStage", officetest.Vars{"stageId": lab.ID, "expectedVersion": lab.Version, "name": "Blood draw", "alertMinutes": nil}).Stage
		s.must(s.As("MANAGER"), "retireVisitStage", officetest.Vars{"stageId": lab.ID, "expectedVersion": renamed.Version})
		full := s.visit(v.ID)
		if full.Stage == nil || full.Stage.Name != "Blood draw" || full.Changes[2].ToName != "Lab corner" {
			t.Fatalf("%+v", full)
		}
		other := s.must(s.As("NURSE"), "checkIn", officetest.Vars{"visitId": s.walkIn(1).ID, "expectedVersion": 1}).Visit
		if got := do(s.As("NURSE"), "moveStage", officetest.Vars{"visitId": other.ID, "expectedVersion": other.Version, "stageId": lab.ID}); got.code() != "ILLEGAL_MOVE" {
			t.Fatalf("%+v", got)
		}
		v = s.must(s.As("NURSE"), "moveStage", officetest.Vars{"visitId": v.ID, "expectedVersion": full.Version, "stageId": s.stages["WITH_PROVIDER"]}).Visit
		s.must(s.As("NURSE"), "undoLastMove", officetest.Vars{"visitId": v.ID, "expectedVersion": v.Version}) // back into the retired stage
		if got := do(s.As("MANAGER"), "retireVisitStage", officetest.Vars{"stageId": s.stages["CHECKED_OUT"], "expectedVersion": 1}); got.code() != "FAILED_PRECONDITION" {
			t.Fatalf("%+v", got)
		}
	})
}
