package scheduling_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"medoffice/modules/officetest"
)

type series struct {
	SeriesID     string
	Appointments []row
	LeftOut      []time.Time
	UserErrors   []struct {
		Code  string
		Path  []string
		Taken []time.Time
	}
}

func (s *scene) series(startsAt time.Time, rule string, skip bool) series {
	s.t.Helper()
	var got struct{ BookAppointmentSeries series }
	s.As("FRONT_DESK").Do(`mutation($in: BookAppointmentSeriesInput!) { bookAppointmentSeries(input: $in) { seriesId appointments { id status version startsAt } leftOut
		userErrors { code path ... on SeriesError { taken } } } }`, officetest.Vars{"in": officetest.Vars{
		"typeId": s.plain, "patientId": s.patients[0], "providerId": s.providers[0], "locationId": s.here,
		"startsAt": startsAt.Format(time.RFC3339), "rule": rule, "skipTaken": skip,
	}}, &got)
	return got.BookAppointmentSeries
}

// TestAcceptance5SeriesStandForThemselves: one occurrence of a series changes
// status, others do not; what is left of it is called off together.
func TestAcceptance5SeriesStandForThemselves(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 2)
		got := s.series(at(10, 0), "FREQ=WEEKLY;BYDAY=TU;COUNT=6", false)
		if len(got.UserErrors) > 0 || len(got.Appointments) != 6 || len(got.LeftOut) != 0 {
			t.Fatalf("%+v", got)
		}
		for i, a := range got.Appointments {
			if want := at(10, 0).AddDate(0, 0, 7*i); !a.StartsAt.Equal(want) || a.Status != "BOOKED" {
				t.Fatalf("%v, wanted %v", a, want)
			}
		}
		third := got.Appointments[2]
		s.As("FRONT_DESK").Do(`mutation($i: ID!) { cancelAppointment(input: {appointmentId: $i, expectedVersion: 1, class: PATIENT, reason: "ill"}) { userErrors { code } } }`, officetest.Vars{"i": third.ID}, nil)
		count := func() string {
			var n struct{ B, C struct{ TotalCount int } }
			s.As("FRONT_DESK").Do(`{ b: appointments(filter: {status: {in: [BOOKED]}}) { totalCount } c: appointments(filter: {status: {in: [CANCELLED]}}) { totalCount } }`, nil, &n)
			return fmt.Sprint(n.B.TotalCount, n.C.TotalCount)
		}
		if got := count(); got != "5 1" {
			t.Fatal(got)
		}
		// All or nothing, and what is free where the caller wants so.
		again := s.series(at(10, 0).AddDate(0, 0, 14), "FREQ=WEEKLY;BYDAY=TU;COUNT=3", false)
		if len(again.UserErrors) != 1 || again.UserErrors[0].Code != "SLOT_TAKEN" || len(again.UserErrors[0].Taken) != 2 || count() != "5 1" {
			t.Fatalf("%+v", again)
		}
		again = s.series(at(10, 0).AddDate(0, 0, 14), "FREQ=DAILY;COUNT=7;INTERVAL=7", true)
		if len(again.UserErrors) > 0 || len(again.Appointments) != 4 || len(again.LeftOut) != 3 {
			t.Fatalf("%+v", again)
		}
		var off struct{ CancelAppointmentSeries series }
		s.As("FRONT_DESK").Do(`mutation($i: ID!, $f: DateTime!) { cancelAppointmentSeries(input: {seriesId: $i, from: $f, class: OFFICE, reason: "moved away"}) { appointments { id status startsAt } userErrors { code } } }`,
			officetest.Vars{"i": got.SeriesID, "f": at(0, 0).AddDate(0, 0, 21).Format(time.RFC3339)}, &off)
		states := ""
		for _, a := range off.CancelAppointmentSeries.Appointments {
			states += a.Status[:1]
		}
		if states != "BBCCCC" {
			t.Fatal(states)
		}
		for _, bad := range []string{"FREQ=WEEKLY", "FREQ=DAILY;COUNT=61", "FREQ=HOURLY;COUNT=3", "FREQ=DAILY;COUNT=1", "tomorrow"} {
			if got := s.series(at(10, 0), bad, false); len(got.UserErrors) != 1 || got.UserErrors[0].Code != "BAD_USER_INPUT" {
				t.Errorf("%s: %+v", bad, got)
			}
		}
	})
}

// TestAcceptance5WeekAmongThousands: the week view reads its week alone, by the
// same few statements, however many occurrences the calendar has.
func TestAcceptance5WeekAmongThousands(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 20, 40)
		week := func() (n, statements int) {
			t.Helper()
			var got struct{ Schedule []struct{ ID string } }
			a := s.As("MANAGER").Do(`query($l: ID!, $a: DateTime!, $b: DateTime!) { schedule(location: $l, from: $a, to: $b) { id type { name } patient { mrn } provider { name { text } } room { name } } }`,
				officetest.Vars{"l": s.here, "a": at(0, 0).Format(time.RFC3339), "b": at(0, 0).AddDate(0, 0, 7).Format(time.RFC3339)}, &got)
			return len(got.Schedule), len(a.Statements)
		}
		series := func(weeks, first int) {
			t.Helper()
			err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
				c := o.Deps.DB.Client(ctx)
				for n := first; n < first+weeks*100; n++ {
					from := at(9, 0).AddDate(0, 0, 7*((n-first)/100)+first*7).Add(time.Duration(n%20) * 20 * time.Minute)
					err := c.Appointment.Create().SetPatientID(s.patients[n%40]).SetTypeID(s.plain).SetProviderID(s.providers[n/5%20]).SetLocationID(s.here).
						SetStartsAt(from).SetEndsAt(from.Add(20 * time.Minute)).SetStatus("BOOKED").SetSeriesID(fmt.Sprintf("ser_%d", n%100)).Exec(ctx)
					if err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		series(1, 0)
		few, before := week()
		series(50, 1)
		many, after := week()
		if few != 100 || many != few || after > before || after > 4 {
			t.Errorf("%d appointments by %d statements, then %d by %d", few, before, many, after)
		}
	})
}
