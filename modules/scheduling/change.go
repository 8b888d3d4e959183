package scheduling

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/appointment"
	"medoffice/ent/bookingclaim"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

// find locks an appointment for a change, if nobody changed it since.
func (m *Module) find(ctx context.Context, id string, version int) (*ent.Appointment, error) {
	q := m.DB.Client(ctx).Appointment.Query().Where(appointment.ID.EQ(id))
	q.Modify(db.ForUpdate)
	a, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return nil, kit.Missing("appointment", "appointmentId")
	}
	if err != nil {
		return nil, err
	}
	return a, kit.Fresh(a.ID, a.Version, version)
}

// standing refuses an appointment that is over, or was called off.
func (m *Module) standing(a *ent.Appointment) error {
	switch {
	case a.Status == appointment.StatusBOOKED:
		return nil
	case a.Status == appointment.StatusHELD && a.HeldUntil.After(m.Clock.Now()):
		return nil
	case a.Status == appointment.StatusHELD:
		return kit.Refuse(kit.FailedPrecondition, "the time was held until it was confirmed, and that is over", "appointmentId")
	}
	return kit.Refuse(kit.FailedPrecondition, "this appointment does not stand any more", "appointmentId")
}

// confirmAppointment makes an appointment of a hold.
func (m *Module) confirmAppointment(ctx context.Context, in model.ConfirmAppointmentInput) (string, error) {
	a, err := m.find(ctx, in.AppointmentID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if a.Status != appointment.StatusHELD {
		return "", kit.Refuse(kit.FailedPrecondition, "this appointment is not held", "appointmentId")
	}
	if err := m.standing(a); err != nil {
		return "", err
	}
	after, err := a.Update().SetStatus(appointment.StatusBOOKED).ClearHeldUntil().Save(ctx)
	if err != nil {
		return "", err
	}
	claims, err := m.claimsOf(ctx, a.ID)
	if err != nil {
		return "", err
	}
	for _, c := range claims {
		if err := c.Update().ClearHeldUntil().Exec(ctx); err != nil {
			return "", err
		}
	}
	if err := m.taken(ctx, a.ID); err != nil {
		return "", err
	}
	if err := m.remind(ctx, after); err != nil {
		return "", err
	}
	return a.ID, m.publish(ctx, after)
}

func (m *Module) claimsOf(ctx context.Context, id string) ([]*ent.BookingClaim, error) {
	return m.DB.Client(ctx).BookingClaim.Query().Where(bookingclaim.AppointmentID.EQ(id), bookingclaim.Active.EQ(true)).
		Order(bookingclaim.ResourceID.Asc()).All(kit.Unbound(ctx))
}

// end writes that an appointment does not stand any more, and frees its time.
func (m *Module) end(ctx context.Context, a *ent.Appointment, change *ent.AppointmentUpdateOne) error {
	after, err := change.ClearHeldUntil().Save(ctx)
	if err != nil {
		return err
	}
	claims, err := m.claimsOf(ctx, a.ID)
	if err != nil {
		return err
	}
	for _, c := range claims {
		if err := c.Update().SetActive(false).Exec(ctx); err != nil {
			return err
		}
	}
	if a.Status == appointment.StatusHELD {
		if err := m.unoffer(ctx, after); err != nil {
			return err
		}
	}
	if err := m.letters.Drop(ctx, a.ID); err != nil {
		return err
	}
	return m.publish(ctx, after)
}

// cancelAppointment calls an appointment off.
func (m *Module) cancelAppointment(ctx context.Context, in model.CancelAppointmentInput) (string, error) {
	why, err := words(&in.Reason, "reason")
	if err != nil {
		return "", err
	}
	if why == nil {
		return "", kit.Invalid("tell why", "reason")
	}
	a, err := m.find(ctx, in.AppointmentID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if err := m.standing(a); err != nil {
		return "", err
	}
	status := appointment.StatusCANCELLED
	if in.Class == appointment.CancelClassPATIENT {
		kind, err := m.DB.Client(ctx).AppointmentType.Get(ctx, a.TypeID)
		if err != nil {
			return "", err
		}
		if m.Clock.Now().After(a.StartsAt.Add(-time.Duration(kind.LateCancel) * time.Minute)) {
			status = appointment.StatusLATE_CANCELLED
		}
	}
	if err := m.end(ctx, a, a.Update().SetStatus(status).SetCancelClass(in.Class).SetNillableCancelReason(why)); err != nil {
		return "", err
	}
	return a.ID, m.offer(ctx, a, "")
}

// rescheduleAppointment gives an appointment another time, provider or site.
func (m *Module) rescheduleAppointment(ctx context.Context, in model.RescheduleAppointmentInput) (string, error) {
	a, err := m.find(ctx, in.AppointmentID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if err := m.standing(a); err != nil {
		return "", err
	}
	kind, err := m.kind(ctx, a.TypeID)
	if err != nil {
		return "", err
	}
	b := booking{kind: kind, patient: a.PatientID, provider: a.ProviderID, location: a.LocationID, at: in.StartsAt.UTC(), reason: a.Reason, until: a.HeldUntil, old: a, series: opt.Text(a.SeriesID)}
	if p := in.ProviderID.Value(); p != nil {
		b.provider = *p
	}
	if at := in.LocationID.Value(); at != nil {
		b.location = *at
	}
	if b.why, err = words(in.OverbookReason.Value(), "overbookReason"); err != nil {
		return "", err
	}
	if err := m.end(ctx, a, a.Update().SetStatus(appointment.StatusRESCHEDULED)); err != nil {
		return "", err
	}
	id, err := m.make(ctx, b)
	if err != nil {
		return "", err
	}
	if err := m.DB.Client(ctx).Appointment.UpdateOneID(a.ID).SetMovedToID(id).Exec(ctx); err != nil {
		return "", err
	}
	return id, m.offer(ctx, a, "")
}

// markNoShow notes that the patient did not come.
func (m *Module) markNoShow(ctx context.Context, in model.MarkNoShowInput) (string, error) {
	a, err := m.find(ctx, in.AppointmentID, in.ExpectedVersion)
	switch {
	case err != nil:
		return "", err
	case a.Status != appointment.StatusBOOKED:
		return "", kit.Refuse(kit.FailedPrecondition, "this appointment does not stand any more", "appointmentId")
	case m.Clock.Now().Before(a.StartsAt):
		return "", kit.Refuse(kit.FailedPrecondition, "the appointment has not begun: the patient may still come", "appointmentId")
	}
	return a.ID, m.end(ctx, a, a.Update().SetStatus(appointment.StatusNO_SHOW))
}

// early is how long before its time a patient can be checked in.
const early = 12 * time.Hour

// checkInAppointment makes a visit of an appointment.
func (m *Module) checkInAppointment(ctx context.Context, in model.CheckInAppointmentInput) (string, error) {
	a, err := m.find(ctx, in.AppointmentID, in.ExpectedVersion)
	switch now := m.Clock.Now(); {
	case err != nil:
		return "", err
	case a.Status != appointment.StatusBOOKED:
		return "", kit.Refuse(kit.FailedPrecondition, "only what is booked can be checked in", "appointmentId")
	case now.Before(a.StartsAt.Add(-early)), now.After(a.EndsAt.Add(early)):
		return "", kit.Refuse(kit.FailedPrecondition, "this appointment is not for today", "appointmentId")
	}
	kind, err := m.DB.Client(ctx).AppointmentType.Get(ctx, a.TypeID)
	if err != nil {
		return "", err
	}
	visit, err := m.visits.Arrive(ctx, a.PatientID, a.LocationID, &a.ProviderID, kind.VisitTypeID, a.Reason)
	if err != nil {
		return "", err
	}
	after, err := a.Update().SetStatus(appointment.StatusCHECKED_IN).SetVisitID(visit).Save(ctx)
	if err != nil {
		return "", err
	}
	return a.ID, m.publish(ctx, after)
}

// VisitOver notes that the visit of an appointment is over, in the running
// transaction; a visit of somebody who left without being seen was none.
func (m *Module) VisitOver(ctx context.Context, visitID string, seen bool) error {
	a, err := m.DB.Client(ctx).Appointment.Query().Where(appointment.VisitID.EQ(visitID)).Only(kit.Unbound(ctx))
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	status := appointment.StatusCHECKED_IN
	if seen {
		status = appointment.StatusFULFILLED
	}
	if a.Status == status {
		return nil
	}
	after, err := a.Update().SetStatus(status).Save(ctx)
	if err != nil {
		return err
	}
	return m.publish(ctx, after)
}
