package scheduling_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"medoffice/modules/officetest"
)

// scene is an office with a calendar: doctors who work nine to five on weekdays
// (the office is in UTC), two exam rooms, an ECG, and kinds of appointments.
type scene struct {
	*officetest.Office
	t         testing.TB
	here      string
	providers []string
	patients  []string
	plain     string // 20 minutes, nothing else
	roomed    string // 30 minutes in an exam room, 10 minutes before and after
	ecg       string // 20 minutes with the ECG
	stacked   string // 20 minutes, two on top
}

// at is an instant of the Tuesday after the morning of the test.
func at(hour, minute int) time.Time { return time.Date(2026, 3, 3, hour, minute, 0, 0, time.UTC) }

func set(t testing.TB, o *officetest.Office, providers, patients int) *scene {
	t.Helper()
	o.Secret("Kowalski")
	s := &scene{Office: o, t: t}
	if err := s.Visits.EnsureDefaults(s.System()); err != nil {
		t.Fatal(err)
	}
	err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
		c := o.Deps.DB.Client(ctx)
		s.here = officetest.Must(c.Location.Create().SetName("Downtown").Save(ctx)).ID
		for i := range 2 {
			officetest.Must(c.Room.Create().SetLocationID(s.here).SetName(fmt.Sprintf("Exam %d", i+1)).SetPosition(i).SetStatusSince(o.Clock.Now()).Save(ctx))
		}
		for i := range providers {
			s.providers = append(s.providers, officetest.Must(c.Provider.Create().SetFamilyName(fmt.Sprintf("Adeyemi%d", i)).Save(ctx)).ID)
		}
		for i := range patients {
			s.patients = append(s.patients, officetest.Must(c.Patient.Create().SetMrn(fmt.Sprintf("M%04d", i)).SetFamilyName(fmt.Sprintf("Kowalski%d", i)).Save(ctx)).ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	kind := func(fields string) string {
		var got struct {
			A struct {
				AppointmentType struct{ ID string }
				UserErrors      []problem
			}
		}
		s.As("MANAGER").Do(`mutation { a: addAppointmentType(input: {`+fields+`}) { appointmentType { id } userErrors { code message path } } }`, nil, &got)
		if len(got.A.UserErrors) > 0 {
			t.Fatal(got.A.UserErrors)
		}
		return got.A.AppointmentType.ID
	}
	s.plain = kind(`name: "Visit", minutes: 20`)
	s.roomed = kind(`name: "Check-up", minutes: 30, bufferBefore: 10, bufferAfter: 10, roomKind: EXAM`)
	s.ecg = kind(`name: "ECG", minutes: 20, deviceKind: "ECG"`)
	s.stacked = kind(`name: "Short", minutes: 20, overbook: 2`)
	s.As("MANAGER").Do(`mutation($l: ID!) { addDevice(input: {locationId: $l, name: "ECG 1", kind: "ECG"}) { userErrors { code } } }`, officetest.Vars{"l": s.here}, nil)
	for _, p := range s.providers {
		s.hours(p, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", 9*60, 17*60)
	}
	return s
}

func (s *scene) hours(provider, rule string, from, to int) {
	s.t.Helper()
	a := s.As("MANAGER").Do(`mutation($p: ID!, $l: ID!, $r: String!, $f: Int!, $t: Int!) { addAvailability(input: {providerId: $p, locationId: $l, rule: $r,
		beginsOn: "2026-01-01", fromMinute: $f, toMinute: $t}) { availability { id } userErrors { code message path } } }`,
		officetest.Vars{"p": provider, "l": s.here, "r": rule, "f": from, "t": to}, nil)
	if a.Text == "" {
		s.t.Fatal("no answer")
	}
}

type problem struct {
	Code, Message, Reason string
	Path                  []string
	Alternatives          []struct {
		StartsAt time.Time
		Provider struct{ ID string }
	}
}

type row struct {
	ID, Status              string
	Version                 int
	StartsAt, EndsAt        time.Time
	HeldUntil               *time.Time
	CancelClass             *string
	CancelReason            *string
	OverbookReason          *string
	Room, Device            *struct{ Name string }
	MovedFrom, MovedTo      *struct{ ID, Status string }
	Visit                   *struct{ ID string }
	Provider, Type, Patient struct{ ID string }
}

type outcome struct {
	Appointment *row
	UserErrors  []problem
}

func (o outcome) reason() string {
	if len(o.UserErrors) == 0 {
		return ""
	}
	if r := o.UserErrors[0].Reason; r != "" {
		return r
	}
	return o.UserErrors[0].Code
}

const payload = ` { appointment { id status version startsAt endsAt heldUntil cancelClass cancelReason overbookReason room { name } device { name }
	movedFrom { id status } movedTo { id status } visit { id } provider { id } type { id } patient { id } }
	userErrors { code message path ... on SlotError { reason alternatives { startsAt provider { id } } } } }`

// do runs a mutation with an input.
func do(c *officetest.Caller, name string, input officetest.Vars) outcome {
	var got struct{ Out outcome }
	title := string(name[0]-32) + name[1:]
	c.Do(`mutation($in: `+title+`Input!) { out: `+name+`(input: $in)`+payload+` }`, officetest.Vars{"in": input}, &got)
	return got.Out
}

// wants is the input of a booking.
func (s *scene) wants(kind string, provider, patient int, when time.Time, more ...any) officetest.Vars {
	v := officetest.Vars{"typeId": kind, "patientId": s.patients[patient], "providerId": s.providers[provider], "locationId": s.here, "startsAt": when.Format(time.RFC3339)}
	for i := 0; i < len(more); i += 2 {
		v[more[i].(string)] = more[i+1]
	}
	return v
}

func (s *scene) book(input officetest.Vars) outcome {
	return do(s.As("FRONT_DESK"), "bookAppointment", input)
}

func (s *scene) must(o outcome) *row {
	s.t.Helper()
	if len(o.UserErrors) > 0 || o.Appointment == nil {
		s.t.Fatalf("refused: %+v", o)
	}
	return o.Appointment
}

func (r *row) vars(more ...any) officetest.Vars {
	v := officetest.Vars{"appointmentId": r.ID, "expectedVersion": r.Version}
	for i := 0; i < len(more); i += 2 {
		v[more[i].(string)] = more[i+1]
	}
	return v
}
