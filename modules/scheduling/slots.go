package scheduling

import (
	"context"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/appointmenttype"
	"medoffice/ent/availability"
	"medoffice/ent/availabilityexception"
	"medoffice/ent/bookingclaim"
	"medoffice/ent/device"
	"medoffice/ent/provider"
	"medoffice/ent/room"
	"medoffice/ent/row"
	"medoffice/graph/model"
	"medoffice/modules/kit"
)

// The bounds of a search for free times.
const (
	mostSlots     = 100
	mostProviders = 50
	mostDays      = 31
	usualDays     = 7
	alternatives  = 5
)

// wish is a search for free times.
type wish struct {
	kind      *ent.AppointmentType
	location  string
	providers []string // nil for all
	in        span
	most      int
	aside     string // an appointment that gives its time up
}

func (q Query) AppointmentSlots(ctx context.Context, typeID, location string, providers []string, from, to *time.Time, first *int) ([]*model.AppointmentSlot, error) {
	kind, err := q.kind(ctx, typeID)
	if err != nil {
		return nil, err
	}
	w := wish{kind: kind, location: location, providers: providers, most: 25}
	if first != nil {
		w.most = *first
	}
	w.in.from = q.Clock.Now()
	if from != nil && from.After(w.in.from) {
		w.in.from = *from
	}
	w.in.to = w.in.from.AddDate(0, 0, usualDays)
	if to != nil {
		w.in.to = *to
	}
	switch {
	case w.most < 1 || w.most > mostSlots:
		return nil, kit.Invalid("ask for 1 to 100 times", "first")
	case len(providers) > mostProviders:
		return nil, kit.Invalid("ask for at most 50 providers", "providers")
	case w.in.to.After(w.in.from.AddDate(0, 0, mostDays).Add(time.Hour)): // a day of 25 hours may be among them
		return nil, kit.Invalid("ask for at most 31 days", "to")
	}
	return q.free(ctx, w)
}

// kind finds a kind of appointment that can be booked.
func (m *Module) kind(ctx context.Context, id string) (*ent.AppointmentType, error) {
	kind, err := m.DB.Client(ctx).AppointmentType.Query().Where(appointmenttype.ID.EQ(id), appointmenttype.Active.EQ(true)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, kit.Missing("type", "typeId")
	}
	return kind, err
}

// free finds the first free times, with six statements for any number of
// providers and days.
func (m *Module) free(ctx context.Context, w wish) ([]*model.AppointmentSlot, error) {
	w.in = m.bookable(w)
	if !w.in.from.Before(w.in.to) {
		return []*model.AppointmentSlot{}, nil
	}
	book, err := m.open(ctx, w)
	if err != nil {
		return nil, err
	}
	var found []*model.AppointmentSlot
	for _, p := range book.providers {
		found = append(found, book.of(p)...)
	}
	slices.SortStableFunc(found, func(a, b *model.AppointmentSlot) int { return a.StartsAt.Compare(b.StartsAt) })
	return append([]*model.AppointmentSlot{}, found[:min(len(found), w.most)]...), nil
}

// bookable is the part of a time in which the kind may begin.
func (m *Module) bookable(w wish) span {
	now := m.Clock.Now()
	in := w.in
	if soonest := now.Add(time.Duration(w.kind.LeastNotice) * time.Minute); in.from.Before(soonest) {
		in.from = soonest
	}
	if last := now.AddDate(0, 0, w.kind.MostNotice); in.to.After(last) {
		in.to = last
	}
	return in
}

// book is what there is to know to find free times.
type book struct {
	wish
	zone      *time.Location
	providers []*ent.Provider
	hours     map[string][]span // of a provider
	busy      map[string][]span // of a provider, a room or a device, in order and joined
	rooms     []*ent.Room
	devices   []*ent.Device
}

// open reads the pages of the calendar that a search needs.
func (m *Module) open(ctx context.Context, w wish) (*book, error) {
	b := &book{wish: w, zone: m.Zone, hours: map[string][]span{}}
	c := m.DB.Client(ctx)
	rules := c.Availability.Query().Where(availability.LocationID.EQ(w.location), availability.Active.EQ(true))
	if w.providers != nil {
		rules.Where(availability.ProviderID.In(w.providers...))
	}
	all, err := rules.Order(availability.ID.Asc()).Limit(mostHours).All(ctx)
	if err != nil {
		return nil, err
	}
	exceptions := c.AvailabilityException.Query().Where(availabilityexception.Active.EQ(true),
		row.Or(availabilityexception.LocationID.IsNil(), availabilityexception.LocationID.EQ(w.location)),
		availabilityexception.EndsAt.GT(w.in.from), availabilityexception.StartsAt.LT(w.in.to))
	if w.providers != nil {
		exceptions.Where(availabilityexception.ProviderID.In(w.providers...))
	}
	except, err := exceptions.Limit(10 * mostHours).All(ctx)
	if err != nil {
		return nil, err
	}
	if err := b.work(ctx, m, all, except); err != nil {
		return nil, err
	}
	if err := b.things(ctx, m); err != nil {
		return nil, err
	}
	return b, b.taken(ctx, m)
}

// work finds the providers who see patients at the site, and when.
func (b *book) work(ctx context.Context, m *Module, rules []*ent.Availability, except []*ent.AvailabilityException) (err error) {
	of, also := map[string][]*ent.Availability{}, map[string][]*ent.AvailabilityException{}
	var ids []string
	for _, r := range rules {
		of[r.ProviderID] = append(of[r.ProviderID], r)
		ids = append(ids, r.ProviderID)
	}
	for _, x := range except {
		also[x.ProviderID] = append(also[x.ProviderID], x)
		if x.LocationID != nil { // there at this site besides any rule
			ids = append(ids, x.ProviderID)
		}
	}
	b.providers, err = m.DB.Client(ctx).Provider.Query().Where(provider.ID.In(ids...), provider.Active.EQ(true)).Order(provider.ID.Asc()).All(ctx)
	for _, p := range b.providers {
		b.hours[p.ID] = hours(of[p.ID], also[p.ID], b.in, b.zone)
	}
	return err
}

// things finds the rooms and devices of the kinds that are needed.
func (b *book) things(ctx context.Context, m *Module) (err error) {
	c := m.DB.Client(ctx)
	if kind := b.kind.RoomKind; kind != nil {
		b.rooms, err = c.Room.Query().Where(room.LocationID.EQ(b.location), room.Active.EQ(true), room.KindColumn.EQ(room.Kind(*kind))).
			Order(room.Position.Asc(), room.ID.Asc()).All(ctx)
	}
	if kind := b.kind.DeviceKind; kind != nil && err == nil {
		b.devices, err = c.Device.Query().Where(device.LocationID.EQ(b.location), device.Active.EQ(true), device.Kind.EQ(*kind)).
			Order(device.Name.Asc(), device.ID.Asc()).All(ctx)
	}
	return err
}

// taken finds when the providers, rooms and devices are taken.
func (b *book) taken(ctx context.Context, m *Module) error {
	var ids []string
	for _, p := range b.providers {
		ids = append(ids, p.ID)
	}
	for _, r := range b.rooms {
		ids = append(ids, r.ID)
	}
	for _, d := range b.devices {
		ids = append(ids, d.ID)
	}
	around := time.Duration(b.kind.Minutes+b.kind.BufferAfter) * time.Minute
	q := m.DB.Client(ctx).BookingClaim.Query().Where(bookingclaim.ResourceID.In(ids...), m.blocking(),
		bookingclaim.StartsAt.LT(b.in.to.Add(around)), bookingclaim.EndsAt.GT(b.in.from.Add(-time.Duration(b.kind.BufferBefore)*time.Minute)))
	q.Select(bookingclaim.FieldAppointmentID, bookingclaim.FieldResourceID, bookingclaim.FieldStartsAt, bookingclaim.FieldEndsAt)
	rows, err := q.All(kit.Unbound(ctx))
	if err != nil {
		return err
	}
	b.busy = map[string][]span{}
	for _, r := range rows {
		if r.AppointmentID != b.aside {
			b.busy[r.ResourceID] = append(b.busy[r.ResourceID], span{r.StartsAt, r.EndsAt})
		}
	}
	for id, list := range b.busy {
		b.busy[id] = join(list)
	}
	return nil
}

// blocking finds the claims that keep others away now.
func (m *Module) blocking() func(*sql.Selector) {
	now := m.Clock.Now()
	return func(s *sql.Selector) {
		until := s.C(bookingclaim.FieldHeldUntil)
		s.Where(sql.And(sql.EQ(s.C(bookingclaim.FieldActive), true), sql.Or(sql.IsNull(until), sql.GT(until, now))))
	}
}

// of finds the first free times of one provider.
func (b *book) of(p *ent.Provider) (found []*model.AppointmentSlot) {
	length := time.Duration(b.kind.Minutes) * time.Minute
	before, after := time.Duration(b.kind.BufferBefore)*time.Minute, time.Duration(b.kind.BufferAfter)*time.Minute
	for _, open := range b.hours[p.ID] {
		for at := range b.starts(open) {
			s := span{at, at.Add(length)}
			if s.to.After(open.to) || len(found) == b.most {
				break
			}
			if at.Before(b.in.from) || !at.Before(b.in.to) || b.isBusy(p.ID, span{s.from.Add(-before), s.to.Add(after)}) {
				continue
			}
			slot := &model.AppointmentSlot{StartsAt: s.from, EndsAt: s.to, Provider: p}
			if b.equip(slot, s) {
				found = append(found, slot)
			}
		}
	}
	return found
}

// starts are the instants in a time at which the clock on the wall shows a
// multiple of the alignment of the kind.
func (b *book) starts(open span) func(yield func(time.Time) bool) {
	return func(yield func(time.Time) bool) {
		y, m, d := open.from.In(b.zone).Date()
		for day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC); ; day = day.AddDate(0, 0, 1) {
			for minute := 0; minute < 24*60; minute += b.kind.Alignment {
				at, shown := wall(day, minute, b.zone)
				if !shown || at.Before(open.from) {
					continue
				}
				if !at.Before(open.to) || !yield(at.UTC()) {
					return
				}
			}
		}
	}
}

// equip finds a room and a device for a time, where the kind needs them.
func (b *book) equip(slot *model.AppointmentSlot, s span) bool {
	if b.kind.RoomKind != nil {
		i := slices.IndexFunc(b.rooms, func(r *ent.Room) bool { return !b.isBusy(r.ID, s) })
		if i < 0 {
			return false
		}
		slot.Room = b.rooms[i]
	}
	if b.kind.DeviceKind != nil {
		i := slices.IndexFunc(b.devices, func(d *ent.Device) bool { return !b.isBusy(d.ID, s) })
		if i < 0 {
			return false
		}
		slot.Device = b.devices[i]
	}
	return true
}

// isBusy reports whether somebody or something is taken in a time.
func (b *book) isBusy(id string, s span) bool {
	list := b.busy[id]
	i, _ := slices.BinarySearchFunc(list, s.from, func(o span, at time.Time) int { // the first that ends after it begins
		if o.to.After(at) {
			return 1
		}
		return -1
	})
	return i < len(list) && list[i].overlaps(s)
}
