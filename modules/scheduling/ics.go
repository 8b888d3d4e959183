package scheduling

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	ics "github.com/arran4/golang-ical" // writes RFC 5545: escaping and folding; needs nothing else

	"medoffice/ent"
	"medoffice/ent/appointment"
	"medoffice/ent/calendarfeed"
	"medoffice/ent/provider"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/observe"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/paper"
)

const (
	feedPath = observe.SecretPath
	feedEnd  = ".ics"
	// A calendar program gets what is near: so many days back and ahead, and no
	// more than so many appointments.
	daysBack, daysAhead, mostEntries = 90, 180, 5000
)

// Routes implements kit.Router: the calendar of a provider under a secret
// address, and one appointment for the calendar of the patient.
func (m *Module) Routes(mux *http.ServeMux) {
	serve := func(name string, read func(context.Context, string) (*ics.Calendar, error)) http.HandlerFunc {
		return paper.Serve(m.Log, paper.Kinds{"ics": "text/calendar; charset=utf-8"}, func(r *http.Request, id, _ string) ([]byte, string, error) {
			var body bytes.Buffer
			cal, err := read(r.Context(), id)
			if err == nil {
				err = cal.SerializeTo(&body, ics.WithNewLineWindows)
			}
			return body.Bytes(), name, err
		})
	}
	mux.HandleFunc("GET "+feedPath+"{file}", serve("calendar", m.feed))
	mux.HandleFunc("GET /appointments/{file}", serve("appointment", m.single))
}

// feed is the calendar whose secret the caller knows. It is the office that
// reads it: who asks needs no account.
func (m *Module) feed(asked context.Context, secret string) (*ics.Calendar, error) {
	ctx := kit.WithViewer(asked, feedViewer(asked))
	c := m.DB.Client(ctx)
	f, err := act.Found(c.CalendarFeed.Query().Where(calendarfeed.SecretHash.EQ(feedHash(secret)), calendarfeed.Active.EQ(true),
		calendarfeed.HasProviderWith(provider.Active.EQ(true))).Only(ctx))("calendar", "file")
	if err != nil {
		return nil, err
	}
	now := m.Clock.Now()
	rows, err := c.Appointment.Query().Where(appointment.ProviderID.EQ(f.ProviderID),
		appointment.StartsAt.GTE(now.AddDate(0, 0, -daysBack)), appointment.StartsAt.LT(now.AddDate(0, 0, daysAhead)),
	).With(ent.WithAppointmentType()).With(ent.WithAppointmentLocation()).With(ent.WithAppointmentRoom()).Order(appointment.StartsAt.Asc(), appointment.ID.Asc()).Limit(mostEntries).All(ctx)
	if err != nil {
		return nil, err
	}
	if err := m.trail.Exported(ctx, "CalendarFeed", f.ID, "", len(rows)); err != nil {
		return nil, err
	}
	cal := calendar()
	for _, a := range rows {
		where := a.Edges.Location.Name
		if room := a.Edges.Room; room != nil {
			where += ", " + room.Name
		}
		m.entry(cal, a, "Booked: "+a.Edges.Type.Name, where)
	}
	return cal, nil
}

// feedViewer is the office, answering a request from outside.
func feedViewer(ctx context.Context) *kit.Viewer {
	asked, v := kit.ViewerOf(ctx), *kit.ViewerOf(kit.System(ctx, "calendar feed"))
	v.Operation = "GET " + feedPath
	if asked != nil {
		v.RequestID, v.RemoteIP, v.UserAgent = asked.RequestID, asked.RemoteIP, asked.UserAgent
	}
	return &v
}

// single is one appointment, as the patient may have it: when and where, never
// what for.
func (m *Module) single(ctx context.Context, id string) (*ics.Calendar, error) {
	if err := kit.Can(ctx, Read); err != nil {
		return nil, err
	}
	c := m.DB.Client(ctx)
	a, err := act.Found(c.Appointment.Query().Where(appointment.ID.EQ(id)).With(ent.WithAppointmentLocation()).Only(ctx))("appointment", "file")
	if err != nil {
		return nil, err
	}
	if err := m.trail.Exported(ctx, "Appointment", a.ID, a.PatientID, 1); err != nil {
		return nil, err
	}
	site := a.Edges.Location
	name := site.Name
	if p, err := c.Practice.Query().First(ctx); err == nil {
		name = p.Name
	} else if !ent.IsNotFound(err) {
		return nil, err
	}
	var where []string
	for _, s := range []string{site.Name, opt.Text(site.Line), opt.Text(site.City), strings.TrimSpace(opt.Text(site.State) + " " + opt.Text(site.PostalCode))} {
		if s != "" {
			where = append(where, s)
		}
	}
	cal := calendar()
	m.entry(cal, a, "Appointment at "+name, strings.Join(where, ", "))
	return cal, nil
}

func calendar() *ics.Calendar {
	cal := ics.NewCalendar()
	cal.SetProductId("-//medoffice//calendar//EN")
	cal.SetMethod(ics.MethodPublish)
	return cal
}

// entry writes an appointment. Its instants are UTC: a calendar program shows
// them in the zone of its user, on both sides of a change of the clocks.
func (m *Module) entry(cal *ics.Calendar, a *ent.Appointment, title, where string) {
	e := cal.AddEvent(a.ID + "@medoffice")
	e.SetDtStampTime(a.UpdatedAt.UTC())
	e.SetSequence(a.Version)
	e.SetStartAt(a.StartsAt.UTC())
	e.SetEndAt(a.EndsAt.UTC())
	e.SetSummary(oneLine(title))
	e.SetLocation(oneLine(where))
	e.SetStatus(m.stands(a))
}

// oneLine keeps a name that somebody typed from ending its line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func (m *Module) stands(a *ent.Appointment) ics.ObjectStatus {
	switch a.Status {
	case appointment.StatusBOOKED, appointment.StatusCHECKED_IN, appointment.StatusFULFILLED:
		return ics.ObjectStatusConfirmed
	case appointment.StatusHELD:
		if a.HeldUntil != nil && a.HeldUntil.After(m.Clock.Now()) {
			return ics.ObjectStatusTentative
		}
	}
	return ics.ObjectStatusCancelled
}
