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
	"medoffice/graph/model"
	"medoffice/modules/kit"
)

// Step makes one plausible move of an invented day: somebody with an appointment
// comes, or somebody calls and gets the next free time. When somebody else was
// faster it does nothing.
func (m *Module) Step(ctx context.Context, r *rand.Rand) error {
	now := m.Clock.Now()
	due, err := m.DB.Client(ctx).Appointment.Query().Where(appointment.StatusEQ(appointment.StatusBOOKED),
		appointment.StartsAtGT(now.Add(-30*time.Minute)), appointment.StartsAtLT(now.Add(15*time.Minute)),
	).Order(appointment.ByStartsAt(), appointment.ByID()).First(ctx)
	if err != nil && !ent.IsNotFound(err) {
		return err
	}
	err = m.DB.Tx(ctx, func(ctx context.Context) error {
		if due != nil {
			_, err := m.checkIn(ctx, model.CheckInAppointmentInput{AppointmentID: due.ID, ExpectedVersion: due.Version})
			return err
		}
		return m.call(ctx, r)
	})
	if _, refused := kit.AsError(err); refused {
		return nil
	}
	return err
}

// call gives somebody one of the next free times.
func (m *Module) call(ctx context.Context, r *rand.Rand) error {
	c := m.DB.Client(ctx)
	kinds, err := c.AppointmentType.Query().Where(appointmenttype.Active(true)).Order(appointmenttype.ByID()).Limit(mostTypes).All(ctx)
	if err != nil || len(kinds) == 0 {
		return err
	}
	sites, err := c.Location.Query().Where(location.Active(true)).Order(location.ByID()).Limit(mostDevices).IDs(ctx)
	if err != nil || len(sites) == 0 {
		return err
	}
	who := c.Patient.Query().Where(patient.StatusEQ(patient.StatusACTIVE), patient.Deceased(false))
	n, err := who.Clone().Count(ctx)
	if err != nil || n == 0 {
		return err
	}
	p, err := who.Order(patient.ByID()).Offset(r.IntN(n)).First(ctx)
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
