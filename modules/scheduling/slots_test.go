package scheduling_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"medoffice/modules/officetest"
)

type slotRow struct {
	StartsAt, EndsAt time.Time
	Provider         struct{ ID string }
	Room, Device     *struct{ Name string }
}

func (s *scene) slots(vars officetest.Vars) []slotRow {
	s.t.Helper()
	vars["l"] = s.here
	var got struct{ AppointmentSlots []slotRow }
	s.As("FRONT_DESK").Do(slotQuery, vars, &got)
	return got.AppointmentSlots
}

const slotQuery = `query($t: ID!, $l: ID!, $p: [ID!], $from: DateTime, $to: DateTime, $n: Int) {
	appointmentSlots(type: $t, location: $l, providers: $p, from: $from, to: $to, first: $n) { startsAt endsAt provider { id } room { name } device { name } } }`

// brief writes free times as provider@time.
func (s *scene) brief(list []slotRow) string {
	var parts []string
	for _, r := range list {
		for i, p := range s.providers {
			if p == r.Provider.ID {
				parts = append(parts, fmt.Sprintf("%d@%s", i, r.StartsAt.Format("Mon 15:04")))
			}
		}
	}
	return strings.Join(parts, " ")
}

func TestSlots(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 2, 4)
		day := func(more ...any) officetest.Vars {
			v := officetest.Vars{"t": s.plain, "from": at(0, 0).Format(time.RFC3339), "to": at(23, 0).Format(time.RFC3339), "n": 4}
			for i := 0; i < len(more); i += 2 {
				v[more[i].(string)] = more[i+1]
			}
			return v
		}
		expect := func(name, want string, v officetest.Vars) {
			t.Helper()
			if got := s.brief(s.slots(v)); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		// What a day has is in the order of time; who is first is decided by the id.
		all := s.slots(day("n", 100))
		if len(all) != 2*47 || all[0].StartsAt != at(9, 0) || all[93].StartsAt != at(16, 40) {
			t.Fatalf("%d free times, %s", len(all), s.brief(all))
		}
		expect("one provider", "1@Tue 09:00 1@Tue 09:10 1@Tue 09:20 1@Tue 09:30", day("p", []string{s.providers[1]}))
		s.must(s.book(s.wants(s.plain, 1, 0, at(9, 10))))
		expect("around what is booked", "1@Tue 09:30 1@Tue 09:40 1@Tue 09:50 1@Tue 10:00", day("p", []string{s.providers[1]}))
		s.must(s.book(s.wants(s.roomed, 0, 1, at(10, 0)))) // room 1 until 10:30
		s.must(s.book(s.wants(s.plain, 0, 2, at(11, 0))))
		rooms := s.slots(day("t", s.roomed, "p", []string{s.providers[1]}, "from", at(10, 0).Format(time.RFC3339), "n", 2))
		if len(rooms) != 2 || rooms[0].Room.Name != "Exam 2" || rooms[0].StartsAt != at(10, 0) {
			t.Errorf("%+v", rooms)
		}
		manager := s.As("MANAGER")
		manager.Do(`mutation($p: ID!, $a: DateTime!, $b: DateTime!) { addAvailabilityException(input: {providerId: $p, kind: AWAY, startsAt: $a, endsAt: $b}) { userErrors { code } } }`,
			officetest.Vars{"p": s.providers[1], "a": at(9, 0).Format(time.RFC3339), "b": at(16, 20).Format(time.RFC3339)}, nil)
		expect("away", "1@Tue 16:20 1@Tue 16:30 1@Tue 16:40", day("p", []string{s.providers[1]}))
		manager.Do(`mutation($p: ID!, $l: ID!, $a: DateTime!, $b: DateTime!) { addAvailabilityException(input: {providerId: $p, locationId: $l, kind: EXTRA, startsAt: $a, endsAt: $b}) { userErrors { code } } }`,
			officetest.Vars{"p": s.providers[1], "l": s.here, "a": at(17, 0).Format(time.RFC3339), "b": at(17, 30).Format(time.RFC3339)}, nil)
		expect("longer than the rule", "1@Tue 16:20 1@Tue 16:30 1@Tue 16:40 1@Tue 16:50", day("p", []string{s.providers[1]}))
		if got := s.slots(officetest.Vars{"t": s.plain, "n": 1}); len(got) != 1 || got[0].StartsAt.Before(o.Clock.Now()) {
			t.Errorf("from now on: %+v", got)
		}
		if got := s.slots(officetest.Vars{"t": s.plain, "p": []string{"prov_x"}}); len(got) != 0 {
			t.Errorf("nobody: %+v", got)
		}
		for name, v := range map[string]officetest.Vars{
			"too many":   day("n", 101),
			"too long":   day("to", at(0, 0).AddDate(0, 2, 0).Format(time.RFC3339)),
			"no kind":    day("t", "apt_x"),
			"51 doctors": day("p", strings.Split(strings.Repeat("prov_x ", 50)+"prov_y", " ")),
		} {
			v["l"] = s.here
			if a := s.As("FRONT_DESK").Send(slotQuery, v); a.Code() != "BAD_USER_INPUT" && a.Code() != "NOT_FOUND" {
				t.Errorf("%s: %s", name, a.Text)
			}
		}
	})
}

func TestTimesThatCannotBe(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 2)
		var kind struct {
			A struct{ AppointmentType struct{ ID string } }
		}
		s.As("MANAGER").Do(`mutation { a: addAppointmentType(input: {name: "Planned", minutes: 30, leastNotice: 2880, mostNotice: 10}) { appointmentType { id } userErrors { code } } }`, nil, &kind)
		planned := kind.A.AppointmentType.ID
		for name, row := range map[string]struct {
			in   officetest.Vars
			want string
		}{
			"over":               {s.wants(s.plain, 0, 0, at(10, 0).AddDate(0, 0, -7)), "PAST"},
			"before hours":       {s.wants(s.plain, 0, 0, at(8, 50)), "OUTSIDE_HOURS"},
			"beyond hours":       {s.wants(s.plain, 0, 0, at(16, 50)), "OUTSIDE_HOURS"},
			"at night":           {s.wants(s.plain, 0, 0, at(23, 0)), "OUTSIDE_HOURS"},
			"on a Sunday":        {s.wants(s.plain, 0, 0, at(10, 0).AddDate(0, 0, 5)), "OUTSIDE_HOURS"},
			"too soon":           {s.wants(planned, 0, 0, at(10, 0)), "TOO_SOON"},
			"too far":            {s.wants(planned, 0, 0, at(10, 0).AddDate(0, 0, 14)), "TOO_FAR"},
			"no such kind":       {s.wants("apt_x", 0, 0, at(10, 0)), "NOT_FOUND"},
			"no such patient":    {s.wants(s.plain, 0, 0, at(10, 0), "patientId", "pat_x"), "NOT_FOUND"},
			"no such provider":   {s.wants(s.plain, 0, 0, at(10, 0), "providerId", "prov_x"), "NOT_FOUND"},
			"no such site":       {s.wants(s.plain, 0, 0, at(10, 0), "locationId", "loc_x"), "NOT_FOUND"},
			"a book as a reason": {s.wants(s.plain, 0, 0, at(10, 0), "reason", strings.Repeat("cough ", 100)), "BAD_USER_INPUT"},
		} {
			if got := s.book(row.in); got.reason() != row.want {
				t.Errorf("%s: %+v", name, got)
			}
		}
		var n struct{ Appointments struct{ TotalCount int } }
		s.As("FRONT_DESK").Do(`{ appointments { totalCount } }`, nil, &n)
		if n.Appointments.TotalCount != 0 {
			t.Error("something was stored")
		}
	})
}

// A week of 20 providers costs the same few statements as a day of one.
func TestScheduleStatements(t *testing.T) {
	officetest.EachWay(t, func(t *testing.T, o *officetest.Office, simple bool) {
		s := set(t, o, 20, 40)
		fill(t, s, 5)
		const doc = `query($l: ID!, $a: DateTime!, $b: DateTime!) { schedule(location: $l, from: $a, to: $b) { id startsAt endsAt status type { name } provider { name { text } } room { name } } }`
		var got struct{ Schedule []struct{ ID string } }
		a := s.As("MANAGER").Do(doc, officetest.Vars{"l": s.here, "a": at(0, 0).Format(time.RFC3339), "b": at(0, 0).AddDate(0, 0, 7).Format(time.RFC3339)}, &got)
		if len(got.Schedule) < 1000 {
			t.Fatalf("%d appointments", len(got.Schedule))
		}
		most := 4 // with signing in and the audit trail
		if simple {
			most = 4 + 3
		}
		if len(a.Statements) > most {
			t.Errorf("%d statements:\n%s", len(a.Statements), strings.Join(a.Statements, "\n"))
		}
	})
}

// fill books so many weekdays full, past the verbs.
func fill(t testing.TB, s *scene, weekdays int) {
	t.Helper()
	n := 0
	for d := 0; weekdays > 0; d++ {
		day := at(9, 0).AddDate(0, 0, d)
		if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			continue
		}
		weekdays--
		err := s.Deps.DB.Tx(s.System(), func(ctx context.Context) error {
			c := s.Deps.DB.Client(ctx)
			for i, p := range s.providers {
				for k := range 16 {
					n++
					from := day.Add(time.Duration(k) * 30 * time.Minute)
					a := officetest.Must(c.Appointment.Create().SetPatientID(s.patients[(k+i)%len(s.patients)]).SetTypeID(s.plain).SetProviderID(p).SetLocationID(s.here).
						SetStartsAt(from).SetEndsAt(from.Add(20 * time.Minute)).SetStatus("BOOKED").Save(ctx))
					officetest.MustDo(c.BookingClaim.Create().SetAppointmentID(a.ID).SetKind("PROVIDER").SetResourceID(p).SetStartsAt(from).SetEndsAt(from.Add(20 * time.Minute)).Exec(ctx))
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// BenchmarkSlots searches 20 providers and 30 days in an office with about 7,000
// appointments in them for the first 25 free times.
func BenchmarkSlots(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			s := set(b, officetest.Open(b, officetest.Database(b, engine)), 20, 40)
			fill(b, s, 22)
			if _, err := s.Deps.DB.SQL().ExecContext(b.Context(), "ANALYZE"); err != nil {
				b.Fatal(err)
			}
			vars := officetest.Vars{"t": s.roomed, "l": s.here, "from": at(0, 0).Format(time.RFC3339), "to": at(0, 0).AddDate(0, 0, 30).Format(time.RFC3339), "n": 25}
			desk := s.As("FRONT_DESK")
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				desk.Do(slotQuery, vars, nil)
				took = append(took, time.Since(start))
			}
			b.ReportMetric(quantile(took, 0.95), "p95-ms")
		})
	}
}

func quantile(took []time.Duration, part float64) float64 {
	slices.Sort(took)
	return float64(took[int(part*float64(len(took)-1))].Microseconds()) / 1000
}
