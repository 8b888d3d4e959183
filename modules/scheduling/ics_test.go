package scheduling_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"medoffice/ent/auditevent"
	"medoffice/modules/kit/clock"
	"medoffice/modules/officetest"
)

// get asks for a file of the office, as nobody where there is no token.
func (s *scene) get(path, token string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	return w
}

// calendar asks for a calendar and reads it back, by the id of the entries.
func (s *scene) calendar(path, token string) (map[string]*ics.VEvent, string) {
	s.t.Helper()
	a := s.get(path, token)
	text := a.Body.String()
	if a.Code != http.StatusOK || !strings.HasPrefix(a.Header().Get("Content-Type"), "text/calendar") || a.Header().Get("Cache-Control") != "no-store" {
		s.t.Fatal(a.Code, a.Header(), text)
	}
	cal, err := ics.ParseCalendar(strings.NewReader(text))
	if err != nil {
		s.t.Fatal(err)
	}
	entries := map[string]*ics.VEvent{}
	for _, e := range cal.Events() {
		entries[strings.TrimSuffix(e.Id(), "@medoffice")] = e
	}
	for _, line := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			s.t.Errorf("a line of %d octets: %q", len(line), line)
		}
	}
	return entries, text
}

func value(e *ics.VEvent, p ics.ComponentProperty) string {
	if e == nil || e.GetProperty(p) == nil {
		return ""
	}
	return e.GetProperty(p).Value
}

type feed struct {
	CalendarFeed *struct {
		ID      string
		Active  bool
		Version int
	}
	Address    *string
	UserErrors []problem
}

func (s *scene) renew(c *officetest.Caller, provider, mark string) feed {
	s.t.Helper()
	var got struct{ Out feed }
	c.Do(`mutation($p: ID!, $m: String!) { out: renewCalendarFeed(input: {providerId: $p, clientMutationId: $m}) { calendarFeed { id active version } address userErrors { code } } }`,
		officetest.Vars{"p": provider, "m": mark}, &got)
	if got.Out.Address != nil {
		s.Secret(strings.TrimSuffix(strings.TrimPrefix(*got.Out.Address, "/calendar/"), ".ics"))
	}
	return got.Out
}

func TestCalendarFeed(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 2, 2)
		odd := `Mole, wart; or both\n: a very long name with ümlauts that does not fit into one line of seventy-five octets`
		var kind struct {
			AddAppointmentType struct{ AppointmentType struct{ ID string } }
		}
		s.As("MANAGER").Do(`mutation($n: String!) { addAppointmentType(input: {name: $n, minutes: 20}) { appointmentType { id } } }`, officetest.Vars{"n": odd[:100]}, &kind)
		zone, err := time.LoadLocation("America/New_York")
		if err != nil {
			t.Fatal(err)
		}
		// Clocks go forward there on the Sunday between.
		friday, monday := time.Date(2026, 3, 6, 9, 0, 0, 0, zone), time.Date(2026, 3, 9, 9, 0, 0, 0, zone)
		before := s.must(s.book(s.wants(s.plain, 0, 0, friday)))
		after := s.must(s.book(s.wants(s.plain, 0, 0, monday)))
		strange := s.must(s.book(s.wants(kind.AddAppointmentType.AppointmentType.ID, 0, 0, at(10, 0))))
		held := s.must(s.book(s.wants(s.roomed, 0, 0, at(11, 0), "holdMinutes", 10)))
		gone := s.must(s.book(s.wants(s.plain, 0, 0, at(13, 0))))
		s.must(do(s.As("FRONT_DESK"), "cancelAppointment", gone.vars("class", "OFFICE", "reason", "the boiler")))
		other := s.must(s.book(s.wants(s.plain, 1, 1, at(9, 0))))

		made := s.renew(s.As("MANAGER"), s.providers[0], "first")
		if made.Address == nil || made.CalendarFeed == nil || !made.CalendarFeed.Active {
			t.Fatalf("%+v", made)
		}
		entries, text := s.calendar(*made.Address, "")
		for _, part := range []string{"Kowalski", "boiler", "M000"} {
			if strings.Contains(text, part) {
				t.Errorf("%q stands in the calendar", part)
			}
		}
		if len(entries) != 5 || entries[other.ID] != nil {
			t.Errorf("%d entries", len(entries))
		}
		for _, want := range []struct {
			row               *row
			status, summary   string
			location, version string
		}{
			{before, "CONFIRMED", "Booked: Visit", "Downtown", "1"},
			{after, "CONFIRMED", "Booked: Visit", "Downtown", "1"},
			{strange, "CONFIRMED", "Booked: " + odd[:100], "Downtown", "1"},
			{held, "TENTATIVE", "Booked: Check-up", "Downtown, Exam 1", "1"},
			{gone, "CANCELLED", "Booked: Visit", "Downtown", "2"},
		} {
			e := entries[want.row.ID]
			if e == nil {
				t.Fatal("no entry for", want.summary)
			}
			from, err1 := e.GetStartAt()
			to, err2 := e.GetEndAt()
			if err1 != nil || err2 != nil || !from.Equal(want.row.StartsAt) || !to.Equal(want.row.EndsAt) || !strings.HasSuffix(value(e, ics.ComponentPropertyDtStart), "Z") {
				t.Error(want.summary, from, to, err1, err2)
			}
			got := []string{value(e, ics.ComponentPropertyStatus), value(e, ics.ComponentPropertySummary), value(e, ics.ComponentPropertyLocation), value(e, ics.ComponentPropertySequence)}
			if wanted := []string{want.status, want.summary, want.location, want.version}; strings.Join(got, "|") != strings.Join(wanted, "|") {
				t.Errorf("%q, not %q", got, wanted)
			}
		}
		trail := officetest.Must(o.Deps.DB.Client(o.System()).AuditEvent.Query().Where(auditevent.ActionColumn.EQ(auditevent.ActionEXPORT), auditevent.EntityID.EQ(made.CalendarFeed.ID)).Only(o.System()))
		if trail.Detail != "CalendarFeed:5" || trail.EntityType != "CalendarFeed" {
			t.Errorf("%+v", trail)
		}
		o.Clock.Add(20 * time.Minute)
		if entries, _ := s.calendar(*made.Address, ""); value(entries[held.ID], ics.ComponentPropertyStatus) != "CANCELLED" {
			t.Error("held for ever")
		}
	})
}

func TestSecretsOfCalendars(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 1)
		manager := s.As("MANAGER")
		first := s.renew(manager, s.providers[0], "one")
		if again := s.renew(manager, s.providers[0], "one"); again.Address != nil || again.CalendarFeed.ID != first.CalendarFeed.ID {
			t.Errorf("the same request again: %+v", again)
		}
		s.calendar(*first.Address, "")
		second := s.renew(manager, s.providers[0], "two")
		s.calendar(*second.Address, "")
		if *first.Address == *second.Address || len(*first.Address) < len("/calendar/.ics")+26 {
			t.Error("too few secrets")
		}
		hash := officetest.Must(o.Deps.DB.Client(o.System()).CalendarFeed.Get(o.System(), second.CalendarFeed.ID)).SecretHash
		none := func(path string) {
			t.Helper()
			if a := s.get(path, ""); a.Code != http.StatusNotFound || a.Header().Get("Cache-Control") != "no-store" {
				t.Error(a.Code, a.Header())
			}
		}
		for _, path := range []string{*first.Address, "/calendar/.ics", "/calendar/" + hash + ".ics", strings.TrimSuffix(*second.Address, ".ics"), "/calendar/%00.ics", "/calendar/" + strings.Repeat("A", 26) + ".ics"} {
			none(path)
		}
		var list struct{ CalendarFeeds []struct{ ID string } }
		a := manager.Do(`query($p: ID) { calendarFeeds(provider: $p) { id provider { id } active createdAt version } }`, officetest.Vars{"p": s.providers[0]}, &list)
		if len(list.CalendarFeeds) != 1 || list.CalendarFeeds[0].ID != second.CalendarFeed.ID || strings.Contains(a.Text, hash) {
			t.Error(a.Text)
		}
		revoke := func(version int) feed {
			var got struct{ Out feed }
			manager.Do(`mutation($id: ID!, $v: Int!) { out: revokeCalendarFeed(input: {calendarFeedId: $id, expectedVersion: $v}) { calendarFeed { id active version } userErrors { code } } }`,
				officetest.Vars{"id": second.CalendarFeed.ID, "v": version}, &got)
			return got.Out
		}
		if out := revoke(7); len(out.UserErrors) != 1 || out.UserErrors[0].Code != "STALE_VERSION" {
			t.Errorf("%+v", out)
		}
		if out := revoke(1); len(out.UserErrors) != 0 || out.CalendarFeed.Active {
			t.Errorf("%+v", out)
		}
		none(*second.Address)
		if out := revoke(2); len(out.UserErrors) != 1 || out.UserErrors[0].Code != "FAILED_PRECONDITION" {
			t.Errorf("%+v", out)
		}
		if out := s.renew(s.As("PHYSICIAN"), s.providers[0], "not mine"); len(out.UserErrors) != 1 || out.UserErrors[0].Code != "FAILED_PRECONDITION" || out.Address != nil {
			t.Errorf("%+v", out)
		}
		if out := s.renew(manager, "prov_none", "nobody"); len(out.UserErrors) != 1 || out.UserErrors[0].Code != "NOT_FOUND" || out.Address != nil {
			t.Errorf("%+v", out)
		}
		if a := s.As("FRONT_DESK").Send(`{ calendarFeeds { id } }`, nil); a.Code() != "FORBIDDEN" {
			t.Error(a.Text)
		}
	})
}

// One appointment is a file for whoever may see appointments.
func TestAppointmentFile(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 1)
		r := s.must(s.book(s.wants(s.roomed, 0, 0, at(10, 0), "reason", "itches")))
		path := "/appointments/" + r.ID + ".ics"
		desk := s.As("FRONT_DESK").Token
		entries, text := s.calendar(path, desk)
		if len(entries) != 1 || value(entries[r.ID], ics.ComponentPropertySummary) != "Appointment at Downtown" || value(entries[r.ID], ics.ComponentPropertyStatus) != "CONFIRMED" {
			t.Error(text)
		}
		for _, part := range []string{"Check-up", "itches", "Kowalski"} {
			if strings.Contains(text, part) {
				t.Errorf("%q stands in the file", part)
			}
		}
		n := officetest.Must(o.Deps.DB.Client(o.System()).AuditEvent.Query().Where(auditevent.ActionColumn.EQ(auditevent.ActionEXPORT), auditevent.PatientID.EQ(s.patients[0])).Count(o.System()))
		if n != 1 {
			t.Error(n, "exports in the trail")
		}
		for token, status := range map[string]int{"": http.StatusUnauthorized, s.As("STOCK_KEEPER").Token: http.StatusForbidden} {
			if a := s.get(path, token); a.Code != status {
				t.Error(a.Code, status)
			}
		}
		elsewhere := ""
		if err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
			elsewhere = officetest.Must(o.Deps.DB.Client(ctx).Location.Create().SetName("Uptown").Save(ctx)).ID
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for _, p := range []string{path, "/appointments/apm_none.ics"} {
			if a := s.get(p, o.AsAt("FRONT_DESK", elsewhere).Token); a.Code != http.StatusNotFound {
				t.Error(p, a.Code)
			}
		}
	})
}

// The entries of a calendar are bounded in time.
func TestCalendarIsBounded(t *testing.T) {
	o := officetest.New(t)
	s := set(t, o, 1, 1)
	made := s.renew(s.As("MANAGER"), s.providers[0], "one")
	near := map[int]bool{-91: false, -89: true, 0: true, 179: true, 181: false}
	ids := map[int]string{}
	err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
		for day := range near {
			from := clock.Cut(o.Clock.Now().AddDate(0, 0, day))
			ids[day] = officetest.Must(o.Deps.DB.Client(ctx).Appointment.Create().SetPatientID(s.patients[0]).SetTypeID(s.plain).SetProviderID(s.providers[0]).SetLocationID(s.here).
				SetStartsAt(from).SetEndsAt(from.Add(20 * time.Minute)).SetStatus("BOOKED").Save(ctx)).ID
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	entries, _ := s.calendar(*made.Address, "")
	for day, want := range near {
		if got := entries[ids[day]] != nil; got != want {
			t.Error(day, got)
		}
	}
}
