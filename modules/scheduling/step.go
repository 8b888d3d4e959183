package scheduling

import (
	"context"
	"math/rand/v2"
	"time"

	"medoffice/ent"
	"medoffice/ent/appointment"
	"medoffice/ent/appointmenttype"
	"medoffice/ent/location"
	"medoffice/ent/patient"
	"medoffice/ent/predicate"
	"medoffice/ent/waitlistentry"
	"medoffice/graph/model"
	"medoffice/modules/kit"
)

// mostDue bounds the appointments that a step chooses from.
const mostDue = 50

// Step makes one plausible move of an invented day: somebody with an appointment
// comes, or calls off, or takes the time that got free, or somebody calls and gets
// a free time. When somebody else was faster it does nothing.
func (m *Module) Step(ctx context.Context, r *rand.Rand) error {
	deed := m.arrive
	switch r.IntN(12) {
	case 0:
		deed = m.regret
	case 1, 2:
		deed = m.take
	}
	err := m.DB.Tx(ctx, func(ctx context.Context) error {
		done, err := deed(ctx, r)
		if err == nil && !done {
			err = m.call(ctx, r)
		}
		return err
	})
	if _, refused := kit.AsError(err); refused {
		return nil
	}
	return err
}

// arrive checks somebody in whose time it is.
func (m *Module) arrive(ctx context.Context, r *rand.Rand) (bool, error) {
	now := m.Clock.Now()
	a, err := m.some(ctx, r, appointment.StartsAt.GT(now.Add(-30*time.Minute)), appointment.StartsAt.LT(now.Add(15*time.Minute)))
	if a == nil {
		return false, err
	}
	_, err = m.checkInAppointment(ctx, model.CheckInAppointmentInput{AppointmentID: a.ID, ExpectedVersion: a.Version})
	return true, err
}

// regret calls an appointment of the next days off.
func (m *Module) regret(ctx context.Context, r *rand.Rand) (bool, error) {
	a, err := m.some(ctx, r, appointment.StartsAt.GT(m.Clock.Now().Add(time.Hour)))
	if a == nil {
		return false, err
	}
	_, err = m.cancelAppointment(ctx, model.CancelAppointmentInput{AppointmentID: a.ID, ExpectedVersion: a.Version, Class: appointment.CancelClassPATIENT, Reason: "cannot come"})
	return true, err
}

// some is one of the booked appointments that fit, nil for none.
func (m *Module) some(ctx context.Context, r *rand.Rand, fit ...predicate.Appointment) (*ent.Appointment, error) {
	rows, err := m.DB.Client(ctx).Appointment.Query().Where(append(fit, appointment.StatusColumn.EQ(appointment.StatusBOOKED))...).
		Order(appointment.StartsAt.Asc(), appointment.ID.Asc()).Limit(mostDue).All(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[r.IntN(len(rows))], nil
}

// take lets somebody who waits have the time that is held.
func (m *Module) take(ctx context.Context, _ *rand.Rand) (bool, error) {
	w, err := m.DB.Client(ctx).WaitlistEntry.Query().Where(waitlistentry.StatusColumn.EQ(waitlistentry.StatusOFFERED)).
		Order(waitlistentry.CreatedAt.Asc(), waitlistentry.ID.Asc()).First(ctx)
	if ent.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = m.acceptWaitlistOffer(ctx, model.AcceptWaitlistOfferInput{ID: w.ID, ExpectedVersion: w.Version})
	return true, err
}

// call gives somebody one of the next free times.
func (m *Module) call(ctx context.Context, r *rand.Rand) error {
	c := m.DB.Client(ctx)
	kinds, err := c.AppointmentType.Query().Where(appointmenttype.Active.EQ(true)).Order(appointmenttype.ID.Asc()).Limit(mostTypes).All(ctx)
	if err != nil || len(kinds) == 0 {
		return err
	}
	sites, err := c.Location.Query().Where(location.Active.EQ(true)).Order(location.ID.Asc()).Limit(mostDevices).IDs(ctx)
	if err != nil || len(sites) == 0 {
		return err
	}
	who := c.Patient.Query().Where(patient.StatusColumn.EQ(patient.StatusACTIVE), patient.Deceased.EQ(false))
	n, err := who.Clone().Count(ctx)
	if err != nil || n == 0 {
		return err
	}
	p, err := who.Order(patient.ID.Asc()).Offset(r.IntN(n)).First(ctx)
	if err != nil {
		return err
	}
	w := wish{kind: kinds[r.IntN(len(kinds))], location: sites[r.IntN(len(sites))], most: 25}
	w.in = span{m.Clock.Now(), m.Clock.Now().AddDate(0, 0, usualDays)}
	free, err := m.free(ctx, w)
	if err != nil || len(free) == 0 {
		return err
	}
	slot := free[r.IntN(len(free))]
	_, err = m.make(ctx, booking{kind: w.kind, patient: p.ID, provider: slot.Provider.ID, location: w.location, at: slot.StartsAt})
	return err
}
