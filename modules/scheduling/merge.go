package scheduling

import (
	"context"

	"medoffice/ent/appointment"
	"medoffice/ent/bookingclaim"
	"medoffice/ent/waitlistentry"
)

// MovePatient gives the appointments of one chart to another, in the running
// transaction. Where both charts have one at the same time, the claim of the
// patient stays with the old chart: nobody can be in two places, and somebody
// has to call one of them off.
func (m *Module) MovePatient(ctx context.Context, from, into string) error {
	c := m.DB.Client(ctx)
	rows, err := c.Appointment.Query().Where(appointment.PatientID.EQ(from)).Order(appointment.ID.Asc()).All(ctx)
	if err != nil {
		return err
	}
	for _, a := range rows {
		if err := a.Update().SetPatientID(into).Exec(ctx); err != nil {
			return err
		}
	}
	wishes, err := c.WaitlistEntry.Query().Where(waitlistentry.PatientID.EQ(from)).Order(waitlistentry.ID.Asc()).All(ctx)
	if err != nil {
		return err
	}
	for _, w := range wishes {
		if err := w.Update().SetPatientID(into).Exec(ctx); err != nil {
			return err
		}
	}
	claims, err := c.BookingClaim.Query().Where(bookingclaim.ResourceID.EQ(from), bookingclaim.Active.EQ(true)).Order(bookingclaim.ID.Asc()).All(ctx)
	if err != nil {
		return err
	}
	for _, k := range claims {
		taken, err := c.BookingClaim.Query().Where(bookingclaim.ResourceID.EQ(into), bookingclaim.Active.EQ(true),
			bookingclaim.StartsAt.LT(k.EndsAt), bookingclaim.EndsAt.GT(k.StartsAt)).Exist(ctx)
		if err != nil {
			return err
		}
		if taken {
			continue
		}
		if err := k.Update().SetResourceID(into).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
