package scheduling

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/appointment"
	"medoffice/ent/row"
	"medoffice/ent/waitlistentry"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/sweep"
)

// How long an offer holds, how long before its time it ends at the latest, and
// how many wishes are tried for one time.
const (
	offerHolds = 2 * time.Hour
	offerEnds  = 15 * time.Minute
	mostTried  = 20
)

func (m *Module) addToWaitlist(ctx context.Context, in model.AddToWaitlistInput) (string, error) {
	kind, err := m.kind(ctx, in.TypeID)
	if err != nil {
		return "", err
	}
	now := m.Clock.Now()
	earliest := date.Date(m.Day(now))
	if d := in.Earliest.Value(); d != nil {
		earliest = max(earliest, *d)
	}
	note, err := words(in.Note.Value(), "note")
	switch {
	case err != nil:
		return "", err
	case len(in.Latest) != len(time.DateOnly) || len(earliest) != len(time.DateOnly) || in.Latest < earliest || string(in.Latest) > m.Day(now.AddDate(1, 0, 0)):
		return "", kit.Invalid("tell a day from the first one on, within a year", "latest")
	case in.FromMinute < 0 || in.ToMinute > 24*60 || in.ToMinute <= in.FromMinute:
		return "", kit.Invalid("tell minutes of a day, the first before the last", "toMinute")
	case in.Priority < 0 || in.Priority > 9:
		return "", kit.Invalid("a priority is 0 to 9", "priority")
	}
	b := booking{kind: kind, patient: in.PatientID, location: in.LocationID, provider: opt.Text(in.ProviderID.Value())}
	if err := m.known(ctx, b); err != nil {
		return "", err
	}
	row, err := m.DB.Client(ctx).WaitlistEntry.Create().SetPatientID(in.PatientID).SetTypeID(kind.ID).SetLocationID(in.LocationID).
		SetNillableProviderID(in.ProviderID.Value()).SetEarliest(earliest).SetLatest(in.Latest).SetFromMinute(in.FromMinute).
		SetToMinute(in.ToMinute).SetPriority(in.Priority).SetNillableNote(note).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, m.wishTold(ctx, row)
}

// wish locks a wish to change, as the caller saw it.
func (m *Module) wish(ctx context.Context, id string, expected int) (*ent.WaitlistEntry, error) {
	q := m.DB.Client(ctx).WaitlistEntry.Query().Where(waitlistentry.ID.EQ(id))
	q.Modify(db.ForUpdate)
	row, err := act.Found(q.Only(ctx))("wish", "id")
	if err != nil {
		return nil, err
	}
	return row, kit.Fresh(row.ID, row.Version, expected)
}

// offered finds a wish with its offer, locked: the offer first, as all who change
// one do.
func (m *Module) offered(ctx context.Context, id string, expected int) (*ent.WaitlistEntry, *ent.Appointment, error) {
	found, err := m.findWaitlistEntry(ctx, []string{id})
	if err != nil {
		return nil, nil, err
	}
	if found[id] == nil || found[id].OfferID == nil || found[id].Status != waitlistentry.StatusOFFERED {
		return nil, nil, kit.Refuse(kit.FailedPrecondition, "no time is held for this patient", "id")
	}
	q := m.DB.Client(ctx).Appointment.Query().Where(appointment.ID.EQ(*found[id].OfferID))
	q.Modify(db.ForUpdate)
	a, err := q.Only(ctx)
	if err != nil {
		return nil, nil, err
	}
	row, err := m.wish(ctx, id, expected)
	if err == nil && row.Status != waitlistentry.StatusOFFERED {
		err = kit.Refuse(kit.FailedPrecondition, "no time is held for this patient", "id")
	}
	return row, a, err
}

func (m *Module) acceptWaitlistOffer(ctx context.Context, in model.AcceptWaitlistOfferInput) (string, error) {
	row, a, err := m.offered(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	_, err = m.confirmAppointment(ctx, model.ConfirmAppointmentInput{AppointmentID: a.ID, ExpectedVersion: a.Version})
	return row.ID, err
}

func (m *Module) declineWaitlistOffer(ctx context.Context, in model.DeclineWaitlistOfferInput) (string, error) {
	row, a, err := m.offered(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if err := m.end(ctx, a, a.Update().SetStatus(appointment.StatusCANCELLED).SetCancelClass(appointment.CancelClassPATIENT)); err != nil {
		return "", err
	}
	if in.Stay {
		row, err = m.DB.Client(ctx).WaitlistEntry.UpdateOneID(row.ID).SetStatus(waitlistentry.StatusWAITING).ClearOfferID().ClearOfferedUntil().Save(ctx)
		if err != nil {
			return "", err
		}
		if err := m.wishTold(ctx, row); err != nil {
			return "", err
		}
	}
	return row.ID, m.offer(ctx, a, row.ID)
}

func (m *Module) leaveWaitlist(ctx context.Context, in model.LeaveWaitlistInput) (string, error) {
	found, err := m.findWaitlistEntry(ctx, []string{in.ID})
	if err != nil {
		return "", err
	}
	if w := found[in.ID]; w != nil && w.Status == waitlistentry.StatusOFFERED {
		return m.declineWaitlistOffer(ctx, model.DeclineWaitlistOfferInput{ID: in.ID, ExpectedVersion: in.ExpectedVersion})
	}
	row, err := m.wish(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if row.Status != waitlistentry.StatusWAITING {
		return "", kit.Refuse(kit.FailedPrecondition, "this patient does not wait any more", "id")
	}
	row, err = row.Update().SetStatus(waitlistentry.StatusCANCELLED).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, m.wishTold(ctx, row)
}

// offer holds a time that got free for whoever fits best, but not for the one
// who has just declined it, in the running transaction. Wishes that another
// transaction is about to fulfil are left to it.
func (m *Module) offer(ctx context.Context, freed *ent.Appointment, not string) error {
	ctx, now := kit.System(ctx, "waitlist"), m.Clock.Now()
	until := freed.StartsAt.Add(-offerEnds)
	if later := now.Add(offerHolds); later.Before(until) {
		until = later
	}
	if !until.After(now) {
		return nil
	}
	local := freed.StartsAt.In(m.Zone)
	day, minute := date.Date(m.Day(freed.StartsAt)), local.Hour()*60+local.Minute()
	q := m.DB.Client(ctx).WaitlistEntry.Query().Where(waitlistentry.StatusColumn.EQ(waitlistentry.StatusWAITING), waitlistentry.LocationID.EQ(freed.LocationID),
		waitlistentry.Earliest.LTE(day), waitlistentry.Latest.GTE(day), waitlistentry.FromMinute.LTE(minute), waitlistentry.ToMinute.GT(minute), waitlistentry.ID.NEQ(not),
		row.Or(waitlistentry.ProviderID.IsNil(), waitlistentry.ProviderID.EQ(freed.ProviderID))).
		Order(waitlistentry.Priority.Desc(), waitlistentry.CreatedAt.Asc(), waitlistentry.ID.Asc()).Limit(mostTried)
	wishes, err := q.IDs(ctx)
	for _, id := range wishes {
		if err != nil {
			return err
		}
		var done bool
		if done, err = m.offerTo(ctx, id, freed, until); done {
			return err
		}
	}
	return err
}

// offerTo holds a time for one wish, if it can have it.
func (m *Module) offerTo(ctx context.Context, id string, freed *ent.Appointment, until time.Time) (bool, error) {
	q := m.DB.Client(ctx).WaitlistEntry.Query().Where(waitlistentry.ID.EQ(id), waitlistentry.StatusColumn.EQ(waitlistentry.StatusWAITING))
	q.Modify(db.SkipLocked)
	w, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	held, err := m.holdFor(ctx, w, freed, until)
	if _, refused := kit.AsError(err); refused {
		return false, nil // it does not fit: the next one may
	}
	if err != nil {
		return false, err
	}
	w, err = w.Update().SetStatus(waitlistentry.StatusOFFERED).SetOfferID(held).SetOfferedUntil(until).Save(ctx)
	if err != nil {
		return false, err
	}
	return true, m.wishTold(ctx, w)
}

func (m *Module) holdFor(ctx context.Context, w *ent.WaitlistEntry, freed *ent.Appointment, until time.Time) (string, error) {
	kind, err := m.kind(ctx, w.TypeID)
	if err != nil {
		return "", err
	}
	return m.make(ctx, booking{kind: kind, patient: w.PatientID, provider: freed.ProviderID, location: freed.LocationID, at: freed.StartsAt, until: &until})
}

// taken notes that an offer was taken, in the running transaction.
func (m *Module) taken(ctx context.Context, appointmentID string) error {
	return m.settle(ctx, appointmentID, waitlistentry.StatusACCEPTED)
}

// unoffer notes that an offer does not stand any more, in the running transaction.
func (m *Module) unoffer(ctx context.Context, a *ent.Appointment) error {
	if a.Status == appointment.StatusEXPIRED {
		return m.settle(ctx, a.ID, waitlistentry.StatusEXPIRED)
	}
	return m.settle(ctx, a.ID, waitlistentry.StatusDECLINED)
}

func (m *Module) settle(ctx context.Context, appointmentID string, status waitlistentry.Status) error {
	row, err := m.DB.Client(ctx).WaitlistEntry.Query().Where(waitlistentry.OfferID.EQ(appointmentID), waitlistentry.StatusColumn.EQ(waitlistentry.StatusOFFERED)).
		First(kit.Unbound(ctx))
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	row, err = row.Update().SetStatus(status).ClearOfferedUntil().Save(ctx)
	if err != nil {
		return err
	}
	return m.wishTold(ctx, row)
}

func (m *Module) wishTold(ctx context.Context, w *ent.WaitlistEntry) error {
	return m.Bus.Publish(ctx, kit.ViewerOf(ctx).ID, events.WaitlistChanged{
		EntryID: w.ID, PatientID: w.PatientID, LocationID: w.LocationID, Status: string(w.Status), AppointmentID: opt.Text(w.OfferID),
	})
}

// How often holds are looked for that are over, and how many at once.
const (
	sweepEvery = 20 * time.Second
	perSweep   = 100
)

// Sweep ends holds that nobody has confirmed in time, offers their times to those
// who wait, and returns how many it were. What another process ends is left to it.
func (m *Module) Sweep(ctx context.Context) (n int, err error) {
	ctx = kit.System(ctx, "scheduling")
	over, err := m.DB.Client(ctx).Appointment.Query().Where(appointment.StatusColumn.EQ(appointment.StatusHELD), appointment.HeldUntil.LTE(m.Clock.Now())).
		Order(appointment.HeldUntil.Asc(), appointment.ID.Asc()).Limit(perSweep).IDs(ctx)
	for _, id := range over {
		if err != nil {
			return n, err
		}
		var ended bool
		err = m.DB.Tx(ctx, func(ctx context.Context) (err error) {
			ended, err = m.lapse(ctx, id)
			return err
		})
		if ended && err == nil {
			n++
		}
	}
	return n, err
}

func (m *Module) lapse(ctx context.Context, id string) (bool, error) {
	q := m.DB.Client(ctx).Appointment.Query().Where(appointment.ID.EQ(id), appointment.StatusColumn.EQ(appointment.StatusHELD))
	q.Modify(db.SkipLocked)
	a, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := m.end(ctx, a, a.Update().SetStatus(appointment.StatusEXPIRED)); err != nil {
		return false, err
	}
	return true, m.offer(ctx, a, "")
}

// Start implements kit.Starter: it ends holds that are over.
func (m *Module) Start(ctx context.Context) error {
	m.sweep = sweep.Sweep{Every: sweepEvery, Do: m.Sweep, Fault: "holds that are over were not ended"}
	m.sweep.Start(ctx, m.Log)
	return nil
}

// Stop implements kit.Stopper.
func (m *Module) Stop(context.Context) error {
	m.sweep.Stop()
	return nil
}
