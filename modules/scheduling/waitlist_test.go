package scheduling_test

import (
	"sync"
	"testing"
	"time"

	"medoffice/modules/officetest"
)

type wish struct {
	ID, Status   string
	Version      int
	OfferedUntil *time.Time
	Offer        *row
}

type wished struct {
	Entry      *wish
	UserErrors []problem
}

const entry = ` { entry { id status version offeredUntil offer { id status version startsAt patient { id } } } userErrors { code path message } } }`

func (s *scene) wish(name string, input officetest.Vars) wished {
	s.t.Helper()
	var got struct{ Out wished }
	title := string(name[0]-32) + name[1:]
	s.As("FRONT_DESK").Do(`mutation($in: `+title+`Input!) { out: `+name+`(input: $in)`+entry, officetest.Vars{"in": input}, &got)
	return got.Out
}

// waits puts a patient on the list for the day of the test and the next one.
func (s *scene) waits(patient int, more ...any) *wish {
	s.t.Helper()
	in := officetest.Vars{"typeId": s.plain, "patientId": s.patients[patient], "locationId": s.here, "latest": at(0, 0).AddDate(0, 0, 1).Format(time.DateOnly)}
	for i := 0; i < len(more); i += 2 {
		in[more[i].(string)] = more[i+1]
	}
	got := s.wish("addToWaitlist", in)
	if len(got.UserErrors) > 0 || got.Entry == nil || got.Entry.Status != "WAITING" {
		s.t.Fatalf("%+v", got)
	}
	return got.Entry
}

func (s *scene) waitlist() map[string]wish {
	s.t.Helper()
	var got struct{ Waitlist struct{ Nodes []wish } }
	s.As("FRONT_DESK").Do(`{ waitlist { nodes { id status version offeredUntil offer { id status version startsAt patient { id } } } } }`, nil, &got)
	all := map[string]wish{}
	for _, w := range got.Waitlist.Nodes {
		all[w.ID] = w
	}
	return all
}

func (s *scene) callOff(r *row) {
	s.t.Helper()
	if got := do(s.As("FRONT_DESK"), "cancelAppointment", r.vars("class", "PATIENT", "reason", "ill")); len(got.UserErrors) > 0 {
		s.t.Errorf("%+v", got)
	}
}

// A time that gets free is held for whoever fits best; who declines makes room for
// the next, who does not answer too.
func TestWaitlistOffersWhatGetsFree(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 6)
		taken := s.must(s.book(s.wants(s.plain, 0, 0, at(10, 0))))
		low, high := s.waits(1), s.waits(2, "priority", 5)
		s.waits(3, "priority", 9, "fromMinute", 12*60)                                         // comes in the afternoon only
		s.waits(4, "priority", 9, "earliest", at(0, 0).AddDate(0, 0, 1).Format(time.DateOnly)) // not that day
		s.callOff(taken)
		now := s.waitlist()
		offer := now[high.ID]
		if offer.Status != "OFFERED" || offer.Offer.Status != "HELD" || !offer.Offer.StartsAt.Equal(at(10, 0)) || offer.Offer.Patient.ID != s.patients[2] || now[low.ID].Status != "WAITING" {
			t.Fatalf("%+v", now)
		}
		if got := s.book(s.wants(s.plain, 0, 5, at(10, 0))); got.reason() != "PROVIDER_TAKEN" {
			t.Fatalf("an offered time was booked: %+v", got)
		}
		stale := s.wish("declineWaitlistOffer", officetest.Vars{"id": high.ID, "expectedVersion": high.Version})
		if len(stale.UserErrors) != 1 || stale.UserErrors[0].Code != "STALE_VERSION" {
			t.Fatalf("%+v", stale)
		}
		if got := s.wish("declineWaitlistOffer", officetest.Vars{"id": high.ID, "expectedVersion": offer.Version}); len(got.UserErrors) > 0 || got.Entry.Status != "WAITING" || got.Entry.Offer != nil {
			t.Fatalf("%+v", got)
		}
		next := s.waitlist()[low.ID]
		if next.Status != "OFFERED" || next.Offer.Patient.ID != s.patients[1] {
			t.Fatalf("%+v", next)
		}
		// Nobody answers: the time goes on to who declined it before, who takes it now.
		o.Clock.Add(2*time.Hour + time.Minute)
		for _, want := range []int{1, 0} {
			if n, err := o.Scheduling.Sweep(t.Context()); n != want || err != nil {
				t.Fatal(n, err)
			}
		}
		now = s.waitlist()
		if now[low.ID].Status != "EXPIRED" || now[high.ID].Status != "OFFERED" {
			t.Fatalf("%+v", now)
		}
		got := s.wish("acceptWaitlistOffer", officetest.Vars{"id": high.ID, "expectedVersion": now[high.ID].Version})
		if len(got.UserErrors) > 0 || got.Entry.Status != "ACCEPTED" || got.Entry.Offer.Status != "BOOKED" {
			t.Fatalf("%+v", got)
		}
		if got := s.wish("leaveWaitlist", officetest.Vars{"id": high.ID, "expectedVersion": got.Entry.Version}); len(got.UserErrors) != 1 || got.UserErrors[0].Code != "FAILED_PRECONDITION" {
			t.Fatalf("%+v", got)
		}
	})
}

// Two call off at once, and two wait: each is offered one time.
func TestWaitlistAndTwoAtOnce(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 2, 4)
		one, two := s.must(s.book(s.wants(s.plain, 0, 0, at(10, 0)))), s.must(s.book(s.wants(s.plain, 1, 1, at(10, 0))))
		a, b := s.waits(2), s.waits(3)
		var both sync.WaitGroup
		both.Go(func() { s.callOff(one) })
		both.Go(func() { s.callOff(two) })
		both.Wait()
		now := s.waitlist()
		if now[a.ID].Status != "OFFERED" || now[b.ID].Status != "OFFERED" || now[a.ID].Offer.ID == now[b.ID].Offer.ID {
			t.Fatalf("%+v", now)
		}
		// Who leaves lets the time go.
		if got := s.wish("leaveWaitlist", officetest.Vars{"id": a.ID, "expectedVersion": now[a.ID].Version}); len(got.UserErrors) > 0 || got.Entry.Status != "DECLINED" || got.Entry.Offer.Status != "CANCELLED" {
			t.Fatalf("%+v", got)
		}
	})
}

func TestWaitlistBadInput(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 1)
		in := func(more ...any) officetest.Vars {
			v := officetest.Vars{"typeId": s.plain, "patientId": s.patients[0], "locationId": s.here, "latest": "2026-03-04"}
			for i := 0; i < len(more); i += 2 {
				v[more[i].(string)] = more[i+1]
			}
			return v
		}
		for name, bad := range map[string]officetest.Vars{
			"BAD_USER_INPUT latest":   in("latest", "2026-03-01"),
			"BAD_USER_INPUT toMinute": in("fromMinute", 900, "toMinute", 900),
			"BAD_USER_INPUT priority": in("priority", 10),
			"NOT_FOUND patientId":     in("patientId", "pat_01890000000000000000000000"),
			"NOT_FOUND providerId":    in("providerId", "prv_01890000000000000000000000"),
			"NOT_FOUND typeId":        in("typeId", "apt_01890000000000000000000000"),
		} {
			got := s.wish("addToWaitlist", bad)
			if len(got.UserErrors) != 1 || got.UserErrors[0].Code+" "+got.UserErrors[0].Path[0] != name {
				t.Errorf("%s: %+v", name, got)
			}
		}
		if n := len(s.waitlist()); n != 0 {
			t.Fatal(n, "stored")
		}
	})
}

// A client that comes back gets what happened in between, once each.
func TestScheduleIsWatched(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		type news struct {
			Schedule struct {
				Cursor       string
				Resync       bool
				Appointments []row
				Appointment  *row
			}
		}
		const watch = `subscription($l: ID!, $d: Date!, $since: String) { schedule(location: $l, date: $d, since: $since) { cursor resync
			appointments { id status } appointment { id status startsAt patient { id } } } }`
		s := set(t, o, 2, 3)
		first := s.must(s.book(s.wants(s.plain, 0, 0, at(10, 0))))
		day := officetest.Vars{"l": s.here, "d": at(0, 0).Format(time.DateOnly)}
		var e news
		stream := s.As("FRONT_DESK").Watch(watch, day)
		if stream.Read(&e); !e.Schedule.Resync || len(e.Schedule.Appointments) != 1 || e.Schedule.Appointments[0].ID != first.ID {
			t.Fatalf("%+v", e)
		}
		s.must(s.book(s.wants(s.plain, 0, 1, at(10, 0).AddDate(0, 0, 1)))) // another day
		second := s.must(s.book(s.wants(s.plain, 1, 1, at(11, 0))))
		e = news{}
		if stream.Read(&e); e.Schedule.Resync || e.Schedule.Appointment.ID != second.ID || e.Schedule.Appointment.Patient.ID != s.patients[1] {
			t.Fatalf("%+v", e)
		}
		stream.Close()
		s.callOff(first)
		third := s.must(s.book(s.wants(s.plain, 0, 2, at(12, 0))))
		again := s.As("FRONT_DESK").Watch(watch, officetest.Vars{"l": s.here, "d": day["d"], "since": e.Schedule.Cursor})
		for _, want := range []string{first.ID + " LATE_CANCELLED", third.ID + " BOOKED"} {
			if again.Read(&e); e.Schedule.Appointment.ID+" "+e.Schedule.Appointment.Status != want {
				t.Fatalf("%+v, wanted %s", *e.Schedule.Appointment, want)
			}
		}
	})
}
