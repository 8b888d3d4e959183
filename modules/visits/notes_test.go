package visits_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	"medoffice/ent/patient"
	"medoffice/ent/room"
	"medoffice/ent/row"
	"medoffice/ent/visit"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

func TestNotes(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 1)
		v := s.walkIn(0)
		nurse, doctor := s.As("NURSE"), s.As("PHYSICIAN")
		in := func(n *noteRow, more officetest.Vars) officetest.Vars {
			all := officetest.Vars{"noteId": n.ID, "expectedVersion": n.Version}
			maps.Copy(all, more)
			return all
		}
		n := s.must(nurse, "writeNote", officetest.Vars{"visitId": v.ID, "kind": "NURSING", "text": "in pain"}).Note
		if a := doctor.Send(document("updateNote"), officetest.Vars{"in": in(n, officetest.Vars{"text": "x"})}); a.Code() != "FORBIDDEN" {
			t.Fatal(a.Text)
		}
		if got := do(nurse, "writeNote", officetest.Vars{"visitId": v.ID, "text": strings.Repeat("x", 50_001)}); got.code() != "BAD_USER_INPUT" {
			t.Fatalf("%+v", got)
		}
		n = s.must(nurse, "updateNote", in(n, officetest.Vars{"text": "in pain, 4 of 10"})).Note
		if got := do(nurse, "amendNote", in(n, officetest.Vars{"text": "x"})); got.code() != "FAILED_PRECONDITION" {
			t.Fatalf("a draft is not amended: %+v", got)
		}
		n = s.must(nurse, "signNote", in(n, nil)).Note
		if got := do(nurse, "updateNote", in(n, officetest.Vars{"text": "x"})); got.code() != "FAILED_PRECONDITION" {
			t.Fatalf("a signed note is not edited: %+v", got)
		}
		newer := s.must(doctor, "amendNote", in(n, officetest.Vars{"text": "in pain, 6 of 10"})).Note
		if newer.Status != "SIGNED" || newer.Amends == nil || newer.Amends.Status != "AMENDED" || newer.AuthorName == n.AuthorName {
			t.Fatalf("%+v", newer)
		}
		if a := nurse.Send(document("voidNote"), officetest.Vars{"in": in(newer, nil)}); a.Code() != "FORBIDDEN" {
			t.Fatal(a.Text)
		}
		s.must(doctor, "voidNote", in(newer, nil))
		var got struct {
			Visit struct{ Notes struct{ Nodes []noteRow } }
		}
		s.As("BILLER").Do(`query($v: ID!) { visit(id: $v) { notes { nodes { id status text } } } }`, officetest.Vars{"v": v.ID}, &got)
		if list := got.Visit.Notes.Nodes; len(list) != 2 || list[0].Status != "SIGNED" || list[0].Text != "in pain, 4 of 10" || list[1].Status != "ENTERED_IN_ERROR" {
			t.Fatalf("%+v", list)
		}
		if a := s.As("FRONT_DESK").Send(`query($v: ID!) { visit(id: $v) { notes { nodes { text } } } }`, officetest.Vars{"v": v.ID}); a.Code() != "FORBIDDEN" || strings.Contains(a.Text, "pain") {
			t.Fatal(a.Text)
		}
	})
}

func TestChecklistAndVitals(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 1)
		v := s.walkIn(0)
		gown := v.Checklist[1].ID
		if got := s.must(s.As("NURSE"), "tickCheck", officetest.Vars{"checkId": gown}).Visit; got.Checklist[1].DoneAt == nil || got.Version != v.Version {
			t.Fatalf("%+v", got)
		}
		if got := s.must(s.As("NURSE"), "untickCheck", officetest.Vars{"checkId": gown}).Visit; got.Checklist[1].DoneAt != nil {
			t.Fatalf("%+v", got)
		}
		if got := do(s.AsAt("NURSE", s.away), "tickCheck", officetest.Vars{"checkId": gown}); got.code() != "NOT_FOUND" {
			t.Fatalf("%+v", got)
		}
		err := s.Deps.DB.Tx(s.System(), func(ctx context.Context) error { return o.Visits.TickVitals(ctx, v.ID) })
		if err != nil {
			t.Fatal(err)
		}
		if got := s.visit(v.ID).Checklist; got[0].Item != "Vitals" || got[0].DoneAt == nil || got[1].DoneAt != nil {
			t.Fatalf("%+v", got)
		}
	})
}

func TestBadInput(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 2)
		later := o.Clock.Now().Add(48 * 3600e9).Format("2006-01-02T15:04:05Z")
		base := func(more officetest.Vars) officetest.Vars {
			all := officetest.Vars{"patientId": s.patients[0], "locationId": s.here}
			maps.Copy(all, more)
			return all
		}
		for name, row := range map[string]struct {
			do   string
			who  string
			in   officetest.Vars
			code string
		}{
			"no patient":       {"startVisit", "NURSE", base(officetest.Vars{"patientId": "pat_x"}), "NOT_FOUND"},
			"no site":          {"startVisit", "NURSE", base(officetest.Vars{"locationId": s.patients[0]}), "NOT_FOUND"},
			"no provider":      {"startVisit", "NURSE", base(officetest.Vars{"providerId": "prov_x"}), "NOT_FOUND"},
			"no type":          {"startVisit", "NURSE", base(officetest.Vars{"typeId": "vtp_x"}), "NOT_FOUND"},
			"too far ahead":    {"startVisit", "NURSE", base(officetest.Vars{"expectedAt": later}), "BAD_USER_INPUT"},
			"a novel":          {"startVisit", "NURSE", base(officetest.Vars{"reason": strings.Repeat("x", 1001)}), "BAD_USER_INPUT"},
			"a colour":         {"addVisitStage", "MANAGER", officetest.Vars{"name": "X", "category": "ROOMING", "color": "red"}, "BAD_USER_INPUT"},
			"no name":          {"addVisitStage", "MANAGER", officetest.Vars{"name": " ", "category": "ROOMING"}, "BAD_USER_INPUT"},
			"an alert at once": {"addVisitStage", "MANAGER", officetest.Vars{"name": "X", "category": "ROOMING", "alertMinutes": 0}, "BAD_USER_INPUT"},
			"a stale stage":    {"retireVisitStage", "MANAGER", officetest.Vars{"stageId": s.stages["ORDERS_IN_PROGRESS"], "expectedVersion": 9}, "STALE_VERSION"},
			"an endless visit": {"addVisitType", "MANAGER", officetest.Vars{"name": "X", "minutes": 601}, "BAD_USER_INPUT"},
			"an empty item":    {"addVisitType", "MANAGER", officetest.Vars{"name": "X", "checklist": []string{""}}, "BAD_USER_INPUT"},
		} {
			if got := do(s.As(row.who), row.do, row.in); got.code() != row.code || got.Visit != nil {
				t.Errorf("%s: %+v", name, got)
			}
		}
		soon := o.Clock.Now().Add(900e9).Format("2006-01-02T15:04:05Z")
		in := base(officetest.Vars{"expectedAt": soon, "clientMutationId": "once"})
		first := s.must(s.As("FRONT_DESK"), "startVisit", in).Visit
		if again := s.must(s.As("FRONT_DESK"), "startVisit", in).Visit; again.ID != first.ID || first.Status != "PLANNED" {
			t.Fatalf("%+v %+v", first, again)
		}
		kind := s.must(s.As("MANAGER"), "addVisitType", officetest.Vars{"name": "Lab", "checklist": []string{"Fasting"}}).Type
		kind = s.must(s.As("MANAGER"), "updateVisitType", officetest.Vars{"typeId": kind.ID, "expectedVersion": kind.Version, "active": false}).Type
		if len(kind.Checklist) != 1 {
			t.Fatalf("%+v", kind)
		}
		if got := do(s.As("NURSE"), "startVisit", base(officetest.Vars{"typeId": kind.ID})); got.code() != "NOT_FOUND" {
			t.Fatalf("%+v", got)
		}
	})
}

// The seeds make the same day from the same number, with every stage in it.
func TestSeed(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 0, 30)
		demo := &kit.Demo{Seed: 7, Patients: 30, Now: o.Clock.Now()}
		if err := o.Visits.Seed(s.System(), demo); err != nil {
			t.Fatal(err)
		}
		var board struct {
			RoomBoard struct {
				Rooms []struct {
					Status string
					Visit  *struct{ Late bool }
				}
				Waiting []struct{ Version int }
			}
		}
		s.As("NURSE").Do(`query($l: ID!) { roomBoard(location: $l) { rooms { status visit { late } } waiting { version } } }`, officetest.Vars{"l": s.here}, &board)
		rooms, waiting := board.RoomBoard.Rooms, board.RoomBoard.Waiting
		states, late := map[string]bool{}, 0
		for _, r := range rooms {
			states[r.Status] = true
			if r.Visit != nil && r.Visit.Late {
				late++
			}
		}
		if len(rooms) != 5 || !states["OCCUPIED"] || !states["CLEANING"] || !states["AVAILABLE"] || late != 1 || len(waiting) < 5 {
			t.Fatalf("%d rooms %v, %d late, %d wait", len(rooms), states, late, len(waiting))
		}
		ctx := s.System()
		c := s.Deps.DB.Client(ctx)
		stages, err := c.Visit.Query().Unique(true).Where(visit.StageID.NotNil()).Select(visit.FieldStageID).Strings(ctx)
		if err != nil || len(stages) != 11 {
			t.Fatalf("%d stages are used: %v", len(stages), err)
		}
		if n := officetest.Must(c.Room.Query().Where(room.StatusColumn.EQ(room.StatusOUT_OF_SERVICE)).Count(ctx)); n != 1 {
			t.Fatalf("%d rooms are out of service", n)
		}
		if n := officetest.Must(c.Patient.Query().Where(row.Not(patient.HasVisits())).Count(ctx)); n != 0 {
			t.Fatalf("%d patients never came", n)
		}
		s.steps(chance(1), 100)
	})
}
