package scheduling

import (
	"context"
	"encoding/json"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/fact"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/live"
)

// Schedule sends the appointments of a day at a site, then each
// that changes, in the order of commits. A place that is not kept any more begins
// anew, with the whole day.
func (s Subscription) Schedule(ctx context.Context, location string, on date.Date, since *string) (<-chan *model.ScheduleNews, error) {
	if live.Single(ctx) != nil {
		return live.Stream[*model.ScheduleNews](ctx, nil), nil
	}
	if len(on) != len(time.DateOnly) {
		return nil, kit.Invalid("tell a day, as in 2026-01-31", "date")
	}
	sites, err := s.findLocation(ctx, []string{location})
	if at := kit.ViewerOf(ctx).LocationID; err == nil && (sites[location] == nil || at != "" && at != location) {
		err = kit.Missing("location", "location")
	}
	if err != nil {
		return nil, err
	}
	at, err := live.Since(ctx, since)
	if err != nil {
		return nil, kit.Refuse(kit.InvalidCursor, "this is not a cursor of this stream", "since")
	}
	day := dayOf(on, s.Zone)
	feed := live.Feed{Bus: s.Bus, Again: sweepEvery, Resume: at, Facts: func(q *sql.Selector) {
		q.Where(sql.And(sql.EQ(q.C(fact.FieldTopic), events.AppointmentChanged{}.Topic()), sql.EQ(q.C(fact.FieldLocationID), location)))
	}, Begin: func(ctx context.Context, head bus.Cursor) (*live.Frame, error) {
		rows, err := Query(s).Schedule(ctx, location, day.from, day.to)
		return &live.Frame{Value: &model.ScheduleNews{Cursor: head.String(), Resync: true, Appointments: rows}}, err
	}, Pass: func(ctx context.Context, f bus.Fact, send func(*live.Frame) error) error {
		return s.passOn(ctx, day, f, send)
	}}
	return live.Stream[*model.ScheduleNews](ctx, feed.Follow), nil
}

// dayOf is a day of the office, from midnight to midnight on its wall.
func dayOf(d date.Date, zone *time.Location) span {
	y, m, n := d.First().Date()
	return span{time.Date(y, m, n, 0, 0, 0, 0, zone).UTC(), time.Date(y, m, n+1, 0, 0, 0, 0, zone).UTC()}
}

// passOn sends an appointment of the day as the viewer may see it.
func (m *Module) passOn(ctx context.Context, day span, f bus.Fact, send func(*live.Frame) error) error {
	var e events.AppointmentChanged
	if err := json.Unmarshal(f.Payload, &e); err != nil {
		return err
	}
	found, err := m.findAppointment(ctx, []string{e.AppointmentID})
	a := found[e.AppointmentID]
	if err != nil || a == nil || a.StartsAt.Before(day.from) || !a.StartsAt.Before(day.to) {
		return err
	}
	return send(&live.Frame{Value: &model.ScheduleNews{Cursor: f.Cursor.String(), Appointment: a}})
}
