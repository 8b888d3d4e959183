package visits_test

import (
	"testing"

	"medoffice/modules/officetest"
)

func TestRoomsAreAddedAndChanged(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 2)
		manager := s.As("MANAGER")
		made := s.must(manager, "addRoom", officetest.Vars{"locationId": s.here, "name": " Quiet room ", "kind": "TRIAGE"}).Room
		if got := do(manager, "addRoom", officetest.Vars{"locationId": s.here, "name": "Quiet room"}); got.code() != "ALREADY_EXISTS" {
			t.Errorf("two rooms of one name: %+v", got)
		}
		if got := do(manager, "addRoom", officetest.Vars{"locationId": "loc_nowhere", "name": "X"}); got.code() != "NOT_FOUND" {
			t.Errorf("%+v", got)
		}
		if got := do(manager, "addRoom", officetest.Vars{"locationId": s.here, "name": "  "}); got.code() != "BAD_USER_INPUT" {
			t.Errorf("%+v", got)
		}
		if got := do(manager, "updateRoom", officetest.Vars{"roomId": made.ID, "expectedVersion": made.Version + 1}); got.code() != "STALE_VERSION" {
			t.Errorf("%+v", got)
		}
		v := s.must(s.As("NURSE"), "checkIn", officetest.Vars{"visitId": s.walkIn(0).ID, "expectedVersion": 1}).Visit
		s.must(s.As("NURSE"), "moveToRoom", officetest.Vars{"visitId": v.ID, "expectedVersion": v.Version, "roomId": made.ID, "expectedRoomVersion": made.Version})
		if got := do(manager, "updateRoom", officetest.Vars{"roomId": made.ID, "expectedVersion": made.Version + 1, "active": false}); got.code() != "ROOM_OCCUPIED" {
			t.Errorf("a room was closed with a patient in it: %+v", got)
		}
	})
}
