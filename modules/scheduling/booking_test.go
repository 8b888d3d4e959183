package scheduling_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"medoffice/ent/visitstage"
	"medoffice/modules/officetest"
)

// 64 book one time at once: as many as there is room for get it, the others hear
// which times are free.
func TestAcceptance1ParallelBookings(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 2, 64)
		for name, row := range map[string]struct {
			kind, why string
			when      time.Time
			capacity  int
		}{
			"one":              {kind: s.plain, when: at(10, 0), capacity: 1},
			"with two on top":  {kind: s.stacked, when: at(11, 0), capacity: 3, why: "he is in pain"},
			"in an exam room":  {kind: s.roomed, when: at(13, 0), capacity: 1},
			"with one machine": {kind: s.ecg, when: at(15, 0), capacity: 1},
		} {
			t.Run(name, func(t *testing.T) {
				outs := make([]outcome, 64)
				physician := s.As("PHYSICIAN")
				var all sync.WaitGroup
				for i := range outs {
					input := s.wants(row.kind, 0, i, row.when)
					if row.why != "" {
						input["overbookReason"] = row.why
					}
					all.Go(func() { outs[i] = do(physician, "bookAppointment", input) })
				}
				all.Wait()
				booked := 0
				for _, out := range outs {
					if out.Appointment != nil {
						booked++
						continue
					}
					if e := out.UserErrors[0]; e.Code != "SLOT_TAKEN" || len(e.Alternatives) != 5 {
						t.Errorf("%+v", e)
					}
				}
				if booked != row.capacity {
					t.Errorf("%d were booked, there was room for %d", booked, row.capacity)
				}
			})
		}
	})
}

func TestAcceptance2Overlaps(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 3, 8)
		s.must(s.book(s.wants(s.plain, 0, 0, at(10, 0))))
		s.must(s.book(s.wants(s.plain, 0, 1, at(10, 20)))) // back to back
		s.must(s.book(s.wants(s.plain, 0, 2, at(9, 40))))
		roomed := s.must(s.book(s.wants(s.roomed, 1, 3, at(11, 0))))
		if roomed.Room == nil || roomed.Room.Name != "Exam 1" || !roomed.EndsAt.Equal(at(11, 30)) {
			t.Errorf("%+v", roomed)
		}
		s.must(s.book(s.wants(s.plain, 1, 4, at(11, 40)))) // after the buffer
		if out := s.must(s.book(s.wants(s.ecg, 0, 5, at(14, 0)))); out.Device == nil || out.Device.Name != "ECG 1" {
			t.Errorf("%+v", out)
		}
		for name, row := range map[string]struct {
			in   officetest.Vars
			want string
		}{
			"provider":               {s.wants(s.plain, 0, 5, at(10, 10)), "PROVIDER_TAKEN"},
			"provider, by a minute":  {s.wants(s.plain, 0, 5, at(10, 39)), "PROVIDER_TAKEN"},
			"patient elsewhere":      {s.wants(s.plain, 2, 0, at(10, 10)), "PATIENT_TAKEN"},
			"buffer before":          {s.wants(s.plain, 1, 5, at(10, 40)), "PROVIDER_TAKEN"},
			"buffer after":           {s.wants(s.plain, 1, 5, at(11, 30)), "PROVIDER_TAKEN"},
			"own buffer":             {s.wants(s.roomed, 0, 5, at(10, 45)), "PROVIDER_TAKEN"},
			"device":                 {s.wants(s.ecg, 2, 6, at(14, 10)), "DEVICE_TAKEN"},
			"a room that is not one": {s.wants(s.roomed, 2, 6, at(15, 0), "roomId", "room_x"), "ROOM_TAKEN"},
		} {
			if got := s.book(row.in); got.reason() != row.want {
				t.Errorf("%s: %+v", name, got)
			}
		}
		s.must(s.book(s.wants(s.roomed, 2, 6, at(11, 0)))) // the other room
		if got := s.book(s.wants(s.roomed, 0, 7, at(11, 10))); got.reason() != "ROOM_TAKEN" {
			t.Errorf("a third in two rooms: %+v", got)
		}
	})
}

func TestAcceptance3Overbook(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 5)
		why := []any{"overbookReason", "he is in pain"}
		s.must(s.book(s.wants(s.stacked, 0, 0, at(10, 0))))
		a := s.As("FRONT_DESK").Send(`mutation($in: BookAppointmentInput!) { bookAppointment(input: $in) { appointment { id } } }`, officetest.Vars{"in": s.wants(s.stacked, 0, 1, at(10, 0), why...)})
		if a.Code() != "FORBIDDEN" {
			t.Error(a.Text)
		}
		physician := s.As("PHYSICIAN")
		top := s.must(do(physician, "bookAppointment", s.wants(s.stacked, 0, 1, at(10, 0), why...)))
		if top.OverbookReason == nil || *top.OverbookReason != "he is in pain" {
			t.Errorf("%+v", top)
		}
		if free := s.must(do(physician, "bookAppointment", s.wants(s.stacked, 0, 2, at(12, 0), why...))); free.OverbookReason != nil {
			t.Errorf("a free time was overbooked: %+v", free)
		}
		if got := do(physician, "bookAppointment", s.wants(s.plain, 0, 3, at(10, 0), why...)); got.reason() != "OVERBOOKED" {
			t.Errorf("a kind that allows none: %+v", got)
		}
		if got := do(physician, "bookAppointment", s.wants(s.stacked, 0, 1, at(10, 10), why...)); got.reason() != "PATIENT_TAKEN" {
			t.Errorf("one patient twice: %+v", got)
		}
		o.Clock.Add(at(8, 0).Sub(o.Clock.Now()))
		if on := s.expected(); len(on) != 3 || !on[top.ID].Overbooked {
			t.Errorf("on the board: %+v", on)
		}
	})
}

func TestAcceptance4CancelAndRebook(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 3)
		a := s.must(s.book(s.wants(s.plain, 0, 0, at(10, 0))))
		if got := do(s.As("FRONT_DESK"), "cancelAppointment", a.vars("class", "OFFICE", "reason", " ")); got.reason() != "BAD_USER_INPUT" {
			t.Errorf("without a reason: %+v", got)
		}
		gone := s.must(do(s.As("FRONT_DESK"), "cancelAppointment", a.vars("class", "OFFICE", "reason", "the doctor is ill")))
		if gone.Status != "CANCELLED" || *gone.CancelReason != "the doctor is ill" || *gone.CancelClass != "OFFICE" {
			t.Errorf("%+v", gone)
		}
		s.must(s.book(s.wants(s.plain, 0, 1, at(10, 0))))
		if got := do(s.As("FRONT_DESK"), "cancelAppointment", gone.vars("class", "PATIENT", "reason", "again")); got.reason() != "FAILED_PRECONDITION" {
			t.Errorf("cancelled twice: %+v", got)
		}
		if got := do(s.As("FRONT_DESK"), "cancelAppointment", a.vars("class", "PATIENT", "reason", "again")); got.reason() != "STALE_VERSION" {
			t.Errorf("an old version: %+v", got)
		}
		late := s.must(s.book(s.wants(s.plain, 0, 2, at(11, 0))))
		late = s.must(do(s.As("FRONT_DESK"), "cancelAppointment", late.vars("class", "PATIENT", "reason", "no time")))
		if late.Status != "LATE_CANCELLED" { // it is 20 hours ahead
			t.Errorf("%+v", late)
		}
		var got struct{ Appointment row }
		s.As("FRONT_DESK").Do(`query($id: ID!) { appointment(id: $id) { status cancelReason } }`, officetest.Vars{"id": a.ID}, &got)
		if got.Appointment.Status != "CANCELLED" || *got.Appointment.CancelReason != "the doctor is ill" {
			t.Errorf("%+v", got)
		}
	})
}

func TestHold(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 3)
		held := s.must(s.book(s.wants(s.plain, 0, 0, at(10, 0), "holdMinutes", 10)))
		if held.Status != "HELD" || !held.HeldUntil.Equal(o.Clock.Now().Add(10*time.Minute)) {
			t.Fatalf("%+v", held)
		}
		if got := s.book(s.wants(s.plain, 0, 1, at(10, 0))); got.reason() != "PROVIDER_TAKEN" {
			t.Errorf("%+v", got)
		}
		sure := s.must(do(s.As("FRONT_DESK"), "confirmAppointment", held.vars()))
		if sure.Status != "BOOKED" || sure.HeldUntil != nil {
			t.Errorf("%+v", sure)
		}
		second := s.must(s.book(s.wants(s.plain, 0, 1, at(11, 0), "holdMinutes", 10)))
		o.Clock.Add(11 * time.Minute)
		if got := s.book(s.wants(s.plain, 0, 2, at(10, 0))); got.reason() != "PROVIDER_TAKEN" {
			t.Errorf("what was confirmed goes on: %+v", got)
		}
		if got := do(s.As("FRONT_DESK"), "confirmAppointment", second.vars()); got.reason() != "FAILED_PRECONDITION" {
			t.Errorf("confirmed too late: %+v", got)
		}
		s.must(s.book(s.wants(s.plain, 0, 2, at(11, 0))))
		var got struct{ Appointment row }
		s.As("FRONT_DESK").Do(`query($id: ID!) { appointment(id: $id) { status } }`, officetest.Vars{"id": second.ID}, &got)
		if got.Appointment.Status != "EXPIRED" {
			t.Errorf("%+v", got)
		}
		if got := s.book(s.wants(s.plain, 0, 0, at(12, 0), "holdMinutes", 61)); got.reason() != "BAD_USER_INPUT" {
			t.Errorf("%+v", got)
		}
	})
}

func TestReschedule(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 2, 3)
		a := s.must(s.book(s.wants(s.plain, 0, 0, at(10, 0))))
		s.must(s.book(s.wants(s.plain, 0, 1, at(11, 0))))
		desk := s.As("FRONT_DESK")
		if got := do(desk, "rescheduleAppointment", a.vars("startsAt", at(11, 10).Format(time.RFC3339))); got.reason() != "PROVIDER_TAKEN" {
			t.Errorf("to a time that is taken: %+v", got)
		}
		if got := s.book(s.wants(s.plain, 0, 2, at(10, 0))); got.reason() != "PROVIDER_TAKEN" {
			t.Errorf("a move that was refused gave the old time away: %+v", got)
		}
		b := s.must(do(desk, "rescheduleAppointment", a.vars("startsAt", at(10, 10).Format(time.RFC3339)))) // overlaps its own old time
		if b.MovedFrom == nil || b.MovedFrom.ID != a.ID || b.MovedFrom.Status != "RESCHEDULED" || b.Status != "BOOKED" {
			t.Errorf("%+v", b)
		}
		c := s.must(do(desk, "rescheduleAppointment", b.vars("startsAt", at(10, 10).Format(time.RFC3339), "providerId", s.providers[1])))
		if c.Provider.ID != s.providers[1] {
			t.Errorf("%+v", c)
		}
		var got struct{ Appointment row }
		desk.Do(`query($id: ID!) { appointment(id: $id) { status movedTo { id } } }`, officetest.Vars{"id": b.ID}, &got)
		if got.Appointment.Status != "RESCHEDULED" || got.Appointment.MovedTo == nil || got.Appointment.MovedTo.ID != c.ID {
			t.Errorf("%+v", got)
		}
		if got := do(desk, "rescheduleAppointment", b.vars("startsAt", at(15, 0).Format(time.RFC3339))); got.reason() != "STALE_VERSION" {
			t.Errorf("%+v", got)
		}
	})
}

func TestCheckInAndNoShow(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 3)
		desk := s.As("FRONT_DESK")
		a, missed := s.must(s.book(s.wants(s.plain, 0, 0, at(10, 0), "reason", "cough"))), s.must(s.book(s.wants(s.plain, 0, 1, at(10, 20))))
		if got := do(desk, "checkInAppointment", a.vars()); got.reason() != "FAILED_PRECONDITION" {
			t.Errorf("a day before: %+v", got)
		}
		if got := do(desk, "markNoShow", missed.vars()); got.reason() != "FAILED_PRECONDITION" {
			t.Errorf("before it began: %+v", got)
		}
		o.Clock.Add(at(10, 21).Sub(o.Clock.Now()))
		in := s.must(do(desk, "checkInAppointment", a.vars()))
		if in.Status != "CHECKED_IN" || in.Visit == nil {
			t.Fatalf("%+v", in)
		}
		if got := do(desk, "checkInAppointment", in.vars()); got.reason() != "FAILED_PRECONDITION" {
			t.Errorf("checked in twice: %+v", got)
		}
		if gone := s.must(do(desk, "markNoShow", missed.vars())); gone.Status != "NO_SHOW" {
			t.Errorf("%+v", gone)
		}
		var visit struct {
			Visit struct {
				Reason  string
				Version int
				Stage   struct{ Category string }
			}
		}
		s.As("NURSE").Do(`query($id: ID!) { visit(id: $id) { reason version stage { category } } }`, officetest.Vars{"id": in.Visit.ID}, &visit)
		if visit.Visit.Reason != "cough" || visit.Visit.Stage.Category != "ARRIVED" {
			t.Errorf("%+v", visit)
		}
		status := func() string {
			var got struct{ Appointment row }
			desk.Do(`query($id: ID!) { appointment(id: $id) { status } }`, officetest.Vars{"id": a.ID}, &got)
			return got.Appointment.Status
		}
		version := 0
		move := func(name string, more ...any) {
			t.Helper()
			version++
			input := officetest.Vars{"visitId": in.Visit.ID, "expectedVersion": version}
			for i := 0; i < len(more); i += 2 {
				input[more[i].(string)] = more[i+1]
			}
			title := strings.ToUpper(name[:1]) + name[1:]
			a := s.As("PHYSICIAN").Do(`mutation($in: `+title+`Input!) { `+name+`(input: $in) { visit { id } userErrors { code message } } }`, officetest.Vars{"in": input}, nil)
			if strings.Contains(a.Text, `"code"`) {
				t.Fatal(a.Text)
			}
		}
		move("checkIn")
		for _, c := range []visitstage.Category{"ROOMING", "READY_FOR_PROVIDER", "WITH_PROVIDER", "READY_FOR_CHECKOUT"} {
			stage := officetest.Must(o.Deps.DB.Client(o.System()).VisitStage.Query().Where(visitstage.CategoryColumn.EQ(c)).FirstID(o.System()))
			move("moveStage", "stageId", stage)
		}
		move("checkOut")
		if got := status(); got != "FULFILLED" {
			t.Error(got)
		}
		move("undoLastMove")
		if got := status(); got != "CHECKED_IN" {
			t.Error(got)
		}
	})
}

// What refuses is the database, whoever writes.
func TestDatabaseRefusesOverlaps(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 1)
		a := s.must(s.book(s.wants(s.plain, 0, 0, at(10, 0))))
		insert := func(id, resource string, lane int, from, to time.Time, active bool) error {
			text := "INSERT INTO booking_claims (id, appointment_id, kind, resource_id, lane, starts_at, ends_at, active) VALUES "
			marks := "(?, ?, 'PROVIDER', ?, ?, ?, ?, ?)"
			if o.Deps.DB.Postgres() {
				marks = "($1, $2, 'PROVIDER', $3, $4, $5, $6, $7)"
			}
			_, err := o.Deps.DB.SQL().Exec(text+marks, id, a.ID, resource, lane, from, to, active)
			return err
		}
		p := s.providers[0]
		for id, row := range map[string]struct {
			resource string
			lane     int
			from, to time.Time
			active   bool
			refused  bool
		}{
			"bkc_same":    {p, 0, at(10, 0), at(10, 20), true, true},
			"bkc_inside":  {p, 0, at(10, 5), at(10, 6), true, true},
			"bkc_around":  {p, 0, at(9, 0), at(12, 0), true, true},
			"bkc_before":  {p, 0, at(9, 0), at(10, 0), true, false},
			"bkc_after":   {p, 0, at(10, 20), at(10, 40), true, false},
			"bkc_other":   {"prov_x", 0, at(10, 0), at(10, 20), true, false},
			"bkc_lane":    {p, 1, at(10, 0), at(10, 20), true, false},
			"bkc_passive": {p, 0, at(10, 0), at(10, 20), false, false},
		} {
			if err := insert(id, row.resource, row.lane, row.from, row.to, row.active); (err != nil) != row.refused {
				t.Errorf("%s: %v", id, err)
			}
		}
		for _, change := range []string{"UPDATE booking_claims SET active = true WHERE id = 'bkc_passive'", "DELETE FROM booking_claims WHERE id = 'bkc_after'", "DELETE FROM appointments"} {
			if _, err := o.Deps.DB.SQL().Exec(change); err == nil {
				t.Errorf("the database let this happen: %s", change)
			}
		}
	})
}

// Charts of one patient that are joined have one calendar.
func TestMerge(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 3, 3)
		s.must(s.book(s.wants(s.plain, 0, 0, at(10, 0))))
		s.must(s.book(s.wants(s.plain, 0, 0, at(11, 0))))
		s.must(s.book(s.wants(s.plain, 1, 1, at(10, 0)))) // at the same time as the first
		a := s.As("MANAGER").Do(`mutation($in: MergePatientsInput!) { mergePatients(input: $in) { patient { id } userErrors { code message path } } }`,
			officetest.Vars{"in": officetest.Vars{"fromId": s.patients[0], "intoId": s.patients[1], "fromVersion": 1, "intoVersion": 1, "reason": "one person"}}, nil)
		if strings.Contains(a.Text, `"code"`) {
			t.Fatal(a.Text)
		}
		var got struct {
			Patient struct {
				Appointments struct{ TotalCount int }
			}
		}
		s.As("FRONT_DESK").Do(`query($id: ID!) { patient(by: {id: $id}) { appointments { totalCount } } }`, officetest.Vars{"id": s.patients[1]}, &got)
		if got.Patient.Appointments.TotalCount != 3 {
			t.Errorf("%+v", got)
		}
		if out := s.book(s.wants(s.plain, 2, 1, at(11, 10))); out.reason() != "PATIENT_TAKEN" {
			t.Errorf("%+v", out)
		}
	})
}
