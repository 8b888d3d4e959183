package scheduling_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"medoffice/ent/appointment"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// The demo has appointments today, whatever day it is, and free times.
func TestSeed(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		now := time.Date(2026, 3, 7, 20, 30, 0, 0, time.UTC) // a Saturday evening
		o.Clock.Add(now.Sub(o.Clock.Now()))
		if err := o.Seed(o.System(), &kit.Demo{Seed: 1, Patients: 60, Now: now}); err != nil {
			t.Fatal(err)
		}
		site := officetest.Must(o.Deps.DB.Client(o.System()).Appointment.Query().First(o.System())).LocationID
		var got struct {
			Schedule []struct {
				Status  string
				Patient struct{ ID string }
			}
			AppointmentTypes []struct{ ID, Name string }
		}
		o.As("FRONT_DESK").Do(`query($l: ID!, $a: DateTime!, $b: DateTime!) { schedule(location: $l, from: $a, to: $b) { status patient { id } } appointmentTypes { id name } }`,
			officetest.Vars{"l": site, "a": now.Format(time.RFC3339), "b": now.Add(6 * time.Hour).Format(time.RFC3339)}, &got)
		if len(got.Schedule) < 5 || len(got.AppointmentTypes) != 5 {
			t.Fatalf("%d appointments, %v", len(got.Schedule), got.AppointmentTypes)
		}
		chance, before := rand.New(rand.NewPCG(1, 1)), len(got.Schedule)
		for range 12 {
			if err := o.Scheduling.Step(o.System(), chance); err != nil {
				t.Fatal(err)
			}
			o.Clock.Add(10 * time.Minute)
		}
		c := o.Deps.DB.Client(o.System())
		if came := officetest.Must(c.Appointment.Query().Where(appointment.VisitID.NotNil()).Count(o.System())); came == 0 || before == 0 {
			t.Error("nobody came")
		}
		s := &scene{Office: o, t: t, here: site}
		for _, kind := range got.AppointmentTypes {
			if free := s.slots(officetest.Vars{"t": kind.ID}); len(free) != 25 {
				t.Errorf("%s: %d free times", kind.Name, len(free))
			}
		}
	})
}
