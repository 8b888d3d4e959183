package scheduling

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lib/pq"

	"medoffice/ent"
	"medoffice/ent/appointment"
	"medoffice/ent/bookingclaim"
	"medoffice/ent/patient"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

// The bounds of what is written, in letters, and of a hold, in minutes.
const (
	mostReason = 500
	mostHold   = 60
)

// booking is an appointment before it is made.
type booking struct {
	kind                        *ent.AppointmentType
	patient, provider, location string
	room, device                *string // wanted ones
	at                          time.Time
	reason, why                 *string // for coming, and for overbooking
	until                       *time.Time
	old                         *ent.Appointment // that it takes the place of
	series                      string           // that it belongs to, "" for none
}

func (b booking) span() span {
	return span{b.at, b.at.Add(time.Duration(b.kind.Minutes) * time.Minute)}
}

// work is the time that the provider is kept, with the buffers.
func (b booking) work() span {
	s := b.span()
	return span{s.from.Add(-time.Duration(b.kind.BufferBefore) * time.Minute), s.to.Add(time.Duration(b.kind.BufferAfter) * time.Minute)}
}

// bookAppointment keeps a time for a patient.
func (m *Module) bookAppointment(ctx context.Context, in model.BookAppointmentInput) (string, error) {
	kind, err := m.kind(ctx, in.TypeID)
	if err != nil {
		return "", err
	}
	b := booking{
		kind: kind, patient: in.PatientID, provider: in.ProviderID, location: in.LocationID, at: in.StartsAt.UTC(),
		room: in.RoomID.Value(), device: in.DeviceID.Value(),
	}
	if b.reason, err = words(in.Reason.Value(), "reason"); err != nil {
		return "", err
	}
	if b.why, err = words(in.OverbookReason.Value(), "overbookReason"); err != nil {
		return "", err
	}
	if hold := in.HoldMinutes.Value(); hold != nil {
		if *hold < 1 || *hold > mostHold {
			return "", kit.Invalid("a time is held for 1 to 60 minutes", "holdMinutes")
		}
		until := m.Clock.Now().Add(time.Duration(*hold) * time.Minute)
		b.until = &until
	}
	return m.make(ctx, b)
}

// words is a text without blanks around it; nil where nothing is left.
func words(s *string, path string) (*string, error) {
	trimmed := strings.TrimSpace(opt.Text(s))
	switch {
	case utf8.RuneCountInString(trimmed) > mostReason:
		return nil, kit.Invalid("this text is too long", path)
	case trimmed == "":
		return nil, nil //nolint:nilnil // an optional text
	}
	return &trimmed, nil
}

// make makes an appointment, with everything that it claims, in the running
// transaction.
func (m *Module) make(ctx context.Context, b booking) (string, error) {
	if b.why != nil && !kit.ViewerOf(ctx).May(Overbook) {
		return "", kit.Denied(Overbook)
	}
	if err := m.known(ctx, b); err != nil {
		return "", err
	}
	if err := m.lock(ctx, b); err != nil {
		return "", err
	}
	pages, err := m.open(ctx, m.around(b))
	if err != nil {
		return "", err
	}
	if err := m.inTime(b, pages); err != nil {
		return "", err
	}
	claims, err := m.claims(ctx, b, pages)
	if err != nil {
		return "", err
	}
	return m.write(ctx, b, claims)
}

// around is the search for what is there at the time of a booking.
func (m *Module) around(b booking) wish {
	w := wish{kind: b.kind, location: b.location, providers: []string{b.provider}, in: b.span()}
	if b.old != nil {
		w.aside = b.old.ID
	}
	return w
}

// known refuses a booking for somebody, or at a site, that is not there.
func (m *Module) known(ctx context.Context, b booking) error {
	if bound := kit.ViewerOf(ctx).LocationID; bound != "" && bound != b.location {
		return kit.Missing("location", "locationId")
	}
	there, err := m.DB.Client(ctx).Patient.Query().Where(patient.ID.EQ(b.patient), patient.StatusColumn.EQ(patient.StatusACTIVE)).Exist(ctx)
	if err == nil && !there {
		return kit.Missing("patient", "patientId")
	}
	if err != nil {
		return err
	}
	sites, err := m.findLocation(ctx, []string{b.location})
	if err == nil && (sites[b.location] == nil || !sites[b.location].Active) {
		return kit.Missing("location", "locationId")
	}
	if err != nil {
		return err
	}
	if b.provider == "" { // whoever it is
		return nil
	}
	providers, err := m.findProvider(ctx, []string{b.provider})
	if err == nil && (providers[b.provider] == nil || !providers[b.provider].Active) {
		return kit.Missing("provider", "providerId")
	}
	return err
}

// lock lets nobody else book what this booking may claim until it is done. The
// database would refuse the second of two anyway; so it does not come to that,
// and two never wait for each other.
func (m *Module) lock(ctx context.Context, b booking) error {
	names := []string{"booking " + b.provider, "booking " + b.patient}
	if b.kind.RoomKind != nil || b.kind.DeviceKind != nil {
		names = append(names, "booking "+b.location)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := m.DB.Alone(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// inTime refuses a time at which nobody can come.
func (m *Module) inTime(b booking, pages *book) error {
	now := m.Clock.Now()
	switch {
	case b.at.Before(now):
		return m.refuse(b, model.SlotRefusalPast, "this time is over")
	case b.at.Before(now.Add(time.Duration(b.kind.LeastNotice) * time.Minute)):
		return m.refuse(b, model.SlotRefusalTooSoon, "this is too soon for such an appointment")
	case b.at.After(now.AddDate(0, 0, b.kind.MostNotice)):
		return m.refuse(b, model.SlotRefusalTooFar, "this is too far ahead for such an appointment")
	case !slices.ContainsFunc(pages.hours[b.provider], b.span().within):
		return m.refuse(b, model.SlotRefusalOutsideHours, "the provider does not see patients then")
	}
	return nil
}

// claim is what an appointment keeps.
type claim struct {
	kind     bookingclaim.Kind
	resource string
	lane     int
	span     span
}

// claims finds what the booking can have, or refuses.
func (m *Module) claims(ctx context.Context, b booking, pages *book) ([]claim, error) {
	lane, err := m.lane(ctx, b)
	if err != nil {
		return nil, err
	}
	taken, err := m.overlapping(ctx, b, b.patient, b.span())
	if err != nil {
		return nil, err
	}
	if len(taken) > 0 {
		return nil, m.refuse(b, model.SlotRefusalPatientTaken, "the patient has another appointment then")
	}
	list := []claim{{bookingclaim.KindPROVIDER, b.provider, lane, b.work()}, {bookingclaim.KindPATIENT, b.patient, 0, b.span()}}
	if b.kind.RoomKind != nil {
		id := pages.pick(b.room, len(pages.rooms), func(i int) string { return pages.rooms[i].ID }, b.span())
		if id == "" {
			return nil, m.refuse(b, model.SlotRefusalRoomTaken, "no room is free then")
		}
		list = append(list, claim{bookingclaim.KindROOM, id, 0, b.span()})
	}
	if b.kind.DeviceKind != nil {
		id := pages.pick(b.device, len(pages.devices), func(i int) string { return pages.devices[i].ID }, b.span())
		if id == "" {
			return nil, m.refuse(b, model.SlotRefusalDeviceTaken, "no device is free then")
		}
		list = append(list, claim{bookingclaim.KindDEVICE, id, 0, b.span()})
	}
	slices.SortFunc(list, func(a, b claim) int { return strings.Compare(a.resource, b.resource) })
	return list, nil
}

// pick finds the wanted one of so many, or the first that is free; "" for none.
func (b *book) pick(wanted *string, many int, id func(int) string, s span) string {
	for i := range many {
		if (wanted == nil || *wanted == id(i)) && !b.isBusy(id(i), s) {
			return id(i)
		}
	}
	return ""
}

// lane finds the lane of the provider that the booking can have: the own one,
// or, with a reason, the first on top that is free.
func (m *Module) lane(ctx context.Context, b booking) (int, error) {
	taken, err := m.overlapping(ctx, b, b.provider, b.work())
	if err != nil || len(taken) == 0 {
		return 0, err
	}
	if b.why == nil {
		return 0, m.refuse(b, model.SlotRefusalProviderTaken, "somebody else has this time")
	}
	for lane := 1; lane <= b.kind.Overbook; lane++ {
		if !slices.ContainsFunc(taken, func(c *ent.BookingClaim) bool { return c.Lane == lane }) {
			return lane, nil
		}
	}
	return 0, m.refuse(b, model.SlotRefusalOverbooked, "as many are booked on top as may be")
}

// overlapping finds the claims on a resource that a time would overlap, and lets
// go of those that were held for too long.
func (m *Module) overlapping(ctx context.Context, b booking, resource string, s span) ([]*ent.BookingClaim, error) {
	rows, err := m.DB.Client(ctx).BookingClaim.Query().Where(
		bookingclaim.ResourceID.EQ(resource), bookingclaim.Active.EQ(true), bookingclaim.StartsAt.LT(s.to), bookingclaim.EndsAt.GT(s.from),
	).Order(bookingclaim.ID.Asc()).All(kit.Unbound(ctx))
	if err != nil {
		return nil, err
	}
	var left []*ent.BookingClaim
	for _, c := range rows {
		switch {
		case b.old != nil && c.AppointmentID == b.old.ID:
		case c.HeldUntil != nil && !c.HeldUntil.After(m.Clock.Now()):
			ended, err := m.expire(ctx, c.AppointmentID)
			if err != nil {
				return nil, err
			}
			if !ended {
				left = append(left, c)
			}
		default:
			left = append(left, c)
		}
	}
	return left, nil
}

// expire ends a hold that nobody has confirmed in time. What another transaction
// is about to change keeps its time: it may be waiting for this one.
func (m *Module) expire(ctx context.Context, id string) (bool, error) {
	q := m.DB.Client(ctx).Appointment.Query().Where(appointment.ID.EQ(id), appointment.StatusColumn.EQ(appointment.StatusHELD))
	q.Modify(db.SkipLocked)
	a, err := q.Only(kit.Unbound(ctx))
	if ent.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, m.end(ctx, a, a.Update().SetStatus(appointment.StatusEXPIRED))
}

// write writes an appointment and its claims.
func (m *Module) write(ctx context.Context, b booking, claims []claim) (string, error) {
	status := appointment.StatusBOOKED
	if b.until != nil {
		status = appointment.StatusHELD
	}
	c := m.DB.Client(ctx)
	made := c.Appointment.Create().SetPatientID(b.patient).SetTypeID(b.kind.ID).SetProviderID(b.provider).SetLocationID(b.location).
		SetStartsAt(b.span().from).SetEndsAt(b.span().to).SetStatus(status).SetNillableHeldUntil(b.until).SetNillableReason(b.reason).SetNillableSeriesID(opt.Of(b.series))
	for _, claim := range claims {
		switch {
		case claim.kind == bookingclaim.KindROOM:
			made.SetRoomID(claim.resource)
		case claim.kind == bookingclaim.KindDEVICE:
			made.SetDeviceID(claim.resource)
		case claim.lane > 0:
			made.SetNillableOverbookReason(b.why)
		}
	}
	if b.old != nil {
		made.SetMovedFromID(b.old.ID)
	}
	a, err := made.Save(ctx)
	if err != nil {
		return "", err
	}
	for _, claim := range claims {
		err := c.BookingClaim.Create().SetAppointmentID(a.ID).SetKind(claim.kind).SetResourceID(claim.resource).SetLane(claim.lane).
			SetStartsAt(claim.span.from).SetEndsAt(claim.span.to).SetNillableHeldUntil(b.until).Exec(ctx)
		if overlap(err) {
			return "", m.refuse(b, model.SlotRefusalProviderTaken, "somebody else has this time")
		}
		if err != nil {
			return "", err
		}
	}
	if err := m.remind(ctx, a); err != nil {
		return "", err
	}
	return a.ID, m.publish(ctx, a)
}

// overlap reports whether the database refused a claim.
func overlap(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && e.Code == "23P01" || err != nil && strings.Contains(err.Error(), "booking claims overlap")
}

func (m *Module) publish(ctx context.Context, a *ent.Appointment) error {
	return m.Bus.Publish(ctx, kit.ViewerOf(ctx).ID, events.AppointmentChanged{
		AppointmentID: a.ID, PatientID: a.PatientID, ProviderID: a.ProviderID, LocationID: a.LocationID, Status: string(a.Status),
	})
}
