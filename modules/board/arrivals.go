package board

import (
	"context"
	"strings"
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
)

// ofArrival is the prefix of the ids of appointments.
const ofArrival = "apm"

// Arrivals knows who is expected at a site. It selects the appointments that stand
// between two instants, and those of the ids at the site whatever became of them:
// id, version, starts_at, stands, patient_id, family_name, given_name, provider_id,
// p_family, p_given, p_prefix, what it is, and whether it is on top of another one.
type Arrivals interface {
	Arrivals(d *entsql.DialectBuilder, location string, from, to time.Time, ids []any) *entsql.Selector
}

// Arrival is the card of somebody who is expected today.
type Arrival struct {
	AppointmentID string
	ExpectedAt    time.Time
	What          string
	ProviderName  *string
	Overbooked    bool
	Version       int

	row        *ent.Appointment // its id alone; found when more is asked for
	db         *db.DB
	patientID  string
	providerID string
	label      string
	initials   string
	stands     bool
}

func (a *Arrival) same(o *Arrival) bool {
	return o != nil && a.AppointmentID == o.AppointmentID && a.Version == o.Version && a.label == o.label && a.What == o.What &&
		opt.Text(a.ProviderName) == opt.Text(o.ProviderName)
}

// Appointment is the appointment itself.
func (a *Arrival) Appointment(ctx context.Context) (*ent.Appointment, error) {
	return load.Of(ctx, a.row, "board arrival", func(r *ent.Appointment) string { return r.ID },
		func(ctx context.Context, ids []string) (map[string]*ent.Appointment, error) {
			return a.db.Client(ctx).Appointment.ByID(ctx, ids)
		})
}

// PatientLabel is the name of the patient as it is on the card of a visit.
func (a *Arrival) PatientLabel(ctx context.Context) string {
	return label(ctx, a.patientID, a.label, a.initials)
}

// expect reads who is expected on the day of the picture.
func (l *Loader) expect(ctx context.Context, p *Picture, location string, ids []string) error {
	now := l.Clock.Now().In(l.Zone)
	y, m, d := now.Date()
	from := time.Date(y, m, d, 0, 0, 0, 0, l.Zone).UTC()
	p.until = time.Date(y, m, d+1, 0, 0, 0, 0, l.Zone).UTC()
	also := make([]any, len(ids))
	for i, id := range ids {
		also[i] = id
	}
	text, args := l.Expected.Arrivals(entsql.Dialect(l.DB.Dialect), location, from, p.until, also).Query()
	rows, err := l.DB.Client(ctx).QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var together []*ent.Appointment
	for rows.Next() {
		a := &Arrival{db: l.DB}
		var at instant
		var family, given, doctorFamily, doctorGiven, doctorPrefix *string
		err := rows.Scan(&a.AppointmentID, &a.Version, &at, &a.stands, &a.patientID, &family, &given, &a.providerID, &doctorFamily, &doctorGiven, &doctorPrefix, &a.What, &a.Overbooked)
		if err != nil {
			return err
		}
		a.ExpectedAt, a.row = time.Time(at), &ent.Appointment{ID: a.AppointmentID}
		a.label, a.initials = strings.TrimSpace(opt.Text(given)+" "+opt.Text(family)), Initials(opt.Text(given), opt.Text(family))
		a.ProviderName = opt.Of(strings.Join(strings.Fields(opt.Text(doctorPrefix)+" "+opt.Text(doctorGiven)+" "+opt.Text(doctorFamily)), " "))
		together = append(together, a.row)
		switch today := !a.ExpectedAt.Before(from) && a.ExpectedAt.Before(p.until); {
		case a.stands && today:
			p.expected[a.AppointmentID] = a
		case today:
			p.came[a.AppointmentID] = a
		}
	}
	load.Join(together)
	return rows.Err()
}

// takeArrival brings the card of an arrival up to the newer picture, as take.
func (p *Picture) takeArrival(now *Picture, e entry) *Change {
	who := string(e.card)
	a, before := now.expected[who], p.expected[who]
	switch {
	case a == nil && before == nil:
		return nil
	case a == nil:
		delete(p.expected, who)
		return &Change{Cursor: e.cursor.String(), Arrival: before, Left: true}
	case a.same(before):
		return nil
	}
	p.expected[who] = a
	return &Change{Cursor: e.cursor.String(), Arrival: a}
}

// gone is the change that takes a card off the board; nil where the picture does
// not know it.
func (p *Picture) gone(k key, c bus.Cursor) *Change {
	if a := p.came[string(k)]; a != nil {
		return &Change{Cursor: c.String(), Arrival: a, Left: true}
	}
	if v := p.others[string(k)]; v != nil {
		return &Change{Cursor: c.String(), Visit: v, Left: true}
	}
	return nil
}

// split separates visits from appointments.
func split(ids []string) (visits, appointments []string) {
	for _, one := range ids {
		if id.Prefix(one) == ofArrival {
			appointments = append(appointments, one)
		} else {
			visits = append(visits, one)
		}
	}
	return visits, appointments
}
