package scheduling

import (
	"context"
	"time"

	"github.com/teambition/rrule-go"

	"medoffice/ent"
	"medoffice/ent/appointment"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/id"
)

// mostSeries bounds the appointments of a series.
const mostSeries = 60

func (m Mutation) BookAppointmentSeries(ctx context.Context, in model.BookAppointmentSeriesInput) (*model.BookAppointmentSeriesPayload, error) {
	rows, problems, err := act.Do(ctx, m.Deps, in, m.bookSeries, m.series)
	made := &model.BookAppointmentSeriesPayload{Appointments: rows, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}
	if err != nil || len(rows) == 0 {
		return made, err
	}
	made.SeriesID = rows[0].SeriesID
	made.LeftOut, err = m.leftOut(in, rows)
	return made, err
}

// leftOut are the times of a series that it has no appointment for.
func (m *Module) leftOut(in model.BookAppointmentSeriesInput, rows []*ent.Appointment) ([]*time.Time, error) {
	times, err := m.occurrences(in)
	if err != nil {
		return nil, err
	}
	has := map[int64]bool{}
	for _, a := range rows {
		has[a.StartsAt.UnixMilli()] = true
	}
	left := []*time.Time{}
	for _, t := range times {
		if !has[t.UnixMilli()] {
			left = append(left, &t)
		}
	}
	return left, nil
}

// series finds the appointments of a series.
func (m *Module) series(ctx context.Context, id string) ([]*ent.Appointment, error) {
	return m.DB.Client(ctx).Appointment.Query().Where(appointment.SeriesID.EQ(id)).Order(appointment.StartsAt.Asc(), appointment.ID.Asc()).Limit(mostSeries).All(ctx)
}

// occurrences are the instants of a series: its rule gives the days, and the
// first time gives the hour, which stays where it is on the wall when the clock
// is changed. A time that the clock never shows is left out.
func (m *Module) occurrences(in model.BookAppointmentSeriesInput) ([]time.Time, error) {
	o, err := parseRule(in.Rule)
	if err != nil {
		return nil, err
	}
	if o.Count == 0 && o.Until.IsZero() {
		return nil, kit.Invalid("a series ends: tell COUNT or UNTIL in its rule", "rule")
	}
	local := in.StartsAt.In(m.Zone)
	y, mo, d := local.Date()
	o.Dtstart = time.Date(y, mo, d, 0, 0, 0, 0, time.UTC)
	rule, err := rrule.NewRRule(*o)
	if err != nil {
		return nil, kit.Invalid("a rule of days is written as in FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10", "rule")
	}
	var times []time.Time
	next := rule.Iterator()
	for day, more := next(); more; day, more = next() {
		if len(times) == mostSeries {
			return nil, kit.Invalid("a series has at most 60 appointments", "rule")
		}
		if at, shown := wall(day, local.Hour()*60+local.Minute(), m.Zone); shown {
			times = append(times, at.UTC())
		}
	}
	if len(times) < 2 {
		return nil, kit.Invalid("a series has at least 2 appointments", "rule")
	}
	return times, nil
}

// bookSeries books each occurrence as an appointment of its own: all of them, or,
// where the caller wants so, those whose time is free.
func (m *Module) bookSeries(ctx context.Context, in model.BookAppointmentSeriesInput) (string, error) {
	kind, err := m.kind(ctx, in.TypeID)
	if err != nil {
		return "", err
	}
	times, err := m.occurrences(in)
	if err != nil {
		return "", err
	}
	reason, err := words(in.Reason.Value(), "reason")
	if err != nil {
		return "", err
	}
	series := id.New("ser")
	var taken []*time.Time
	var why *kit.Error
	for _, at := range times {
		b := booking{kind: kind, patient: in.PatientID, provider: in.ProviderID, location: in.LocationID, at: at, reason: reason, series: series}
		_, err := m.make(ctx, b)
		refused, ok := kit.AsError(err)
		switch {
		case err == nil:
		case ok && (refused.Code == kit.SlotTaken || refused.Code == kit.FailedPrecondition):
			taken, why = append(taken, &at), refused
		default:
			return "", err
		}
	}
	if len(taken) == len(times) || len(taken) > 0 && !in.SkipTaken {
		return "", clash(why, taken)
	}
	return series, nil
}

// clash says at which times of a series nobody can come.
func clash(why *kit.Error, taken []*time.Time) error {
	e := kit.Refuse(why.Code, "some times of the series are not free", "rule")
	e.Make = func(context.Context) any {
		return model.SeriesError{Message: e.Safe, Code: e.Code, Path: e.Path, Taken: taken}
	}
	return e
}

func (m Mutation) CancelAppointmentSeries(ctx context.Context, in model.CancelAppointmentSeriesInput) (*model.CancelAppointmentSeriesPayload, error) {
	rows, problems, err := act.Do(ctx, m.Deps, in, m.cancelSeries, m.series)
	return &model.CancelAppointmentSeriesPayload{Appointments: rows, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

// cancelSeries calls off what of a series is still to come. What was, or was
// called off already, stays as it is.
func (m *Module) cancelSeries(ctx context.Context, in model.CancelAppointmentSeriesInput) (string, error) {
	why, err := words(&in.Reason, "reason")
	if err != nil {
		return "", err
	}
	if why == nil {
		return "", kit.Invalid("tell why", "reason")
	}
	from := m.Clock.Now()
	if at := in.From.Value(); at != nil {
		from = *at
	}
	q := m.DB.Client(ctx).Appointment.Query().Where(appointment.SeriesID.EQ(in.SeriesID), appointment.StartsAt.GTE(from),
		appointment.StatusColumn.In(appointment.StatusBOOKED, appointment.StatusHELD)).Order(appointment.ID.Asc()).Limit(mostSeries)
	q.Modify(db.ForUpdate)
	rows, err := q.All(ctx)
	if err != nil {
		return "", err
	}
	if len(rows) == 0 {
		return "", kit.Missing("appointment of this series that is still to come", "seriesId")
	}
	for _, a := range rows {
		err := m.end(ctx, a, a.Update().SetStatus(appointment.StatusCANCELLED).SetCancelClass(in.Class).SetNillableCancelReason(why))
		if err == nil {
			err = m.offer(ctx, a, "")
		}
		if err != nil {
			return "", err
		}
	}
	return in.SeriesID, nil
}
