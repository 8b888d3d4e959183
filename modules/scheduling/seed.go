package scheduling

import (
	"context"
	"math/rand/v2"
	"time"

	"medoffice/ent"
	"medoffice/ent/appointment"
	"medoffice/ent/availabilityexception"
	"medoffice/ent/bookingclaim"
	"medoffice/ent/location"
	"medoffice/ent/patient"
	"medoffice/ent/provider"
	"medoffice/ent/visittype"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
)

// kinds are the appointments of the invented office.
var kinds = []struct {
	name                                string
	minutes, after, alignment, overbook int
	visit, device                       string
}{
	{"Office visit", 20, 0, 20, 0, "Office visit", ""},
	{"Check-up", 40, 0, 20, 0, "Annual check-up", ""},
	{"Vaccination", 10, 0, 10, 0, "Nurse visit", ""},
	{"Urgent", 20, 0, 10, 2, "Office visit", ""},
	{"ECG", 20, 10, 10, 0, "Nurse visit", "ECG"},
}

// seededDays is for how many days ahead the calendar of the demo is filled.
const seededDays = 4

// invented is what the seed of the calendar draws from.
type invented struct {
	*Module
	demo   *kit.Demo
	rand   *rand.Rand
	sites  []*ent.Location
	staff  []*ent.Provider
	people []*ent.Patient
	kinds  []*ent.AppointmentType
}

// Seed implements kit.Seeder: kinds of appointments, hours, and a calendar that
// is half full today and on the days to come.
func (m *Module) Seed(ctx context.Context, demo *kit.Demo) (err error) {
	s := &invented{Module: m, demo: demo, rand: demo.Rand("scheduling")}
	c := m.DB.Client(ctx)
	if s.sites, err = c.Location.Query().Where(location.Active.EQ(true)).Order(location.ID.Asc()).All(ctx); err != nil || len(s.sites) == 0 {
		return err
	}
	if s.staff, err = c.Provider.Query().Where(provider.Active.EQ(true)).Order(provider.ID.Asc()).All(ctx); err != nil {
		return err
	}
	s.people, err = c.Patient.Query().Where(patient.StatusColumn.EQ(patient.StatusACTIVE), patient.Deceased.EQ(false)).Order(patient.ID.Asc()).All(ctx)
	if err != nil {
		return err
	}
	return m.DB.Tx(ctx, s.fill)
}

func (s *invented) fill(ctx context.Context) error {
	if err := s.setUp(ctx); err != nil {
		return err
	}
	y, mo, d := s.demo.Now.In(s.Zone).Date()
	for n := range seededDays {
		day := time.Date(y, mo, d+n, 0, 0, 0, 0, time.UTC)
		if n > 0 && (day.Weekday() == time.Saturday || day.Weekday() == time.Sunday) {
			continue
		}
		s.rand.Shuffle(len(s.people), func(i, j int) { s.people[i], s.people[j] = s.people[j], s.people[i] })
		if err := s.day(ctx, day); err != nil {
			return err
		}
	}
	return s.wait(ctx, date.Of(s.demo.Now.In(s.Zone)))
}

// wait puts a few on the list of those who would come earlier.
func (s *invented) wait(ctx context.Context, today date.Date) error {
	for i, who := range s.people[:min(len(s.people), 6)] {
		err := s.DB.Client(ctx).WaitlistEntry.Create().SetID(s.demo.ID(s.rand, "wtl")).SetPatientID(who.ID).SetTypeID(s.kinds[i%4].ID).SetLocationID(s.site(0).ID).
			SetEarliest(today).SetLatest(date.Of(s.demo.Now.In(s.Zone).AddDate(0, 0, 7+7*i))).SetPriority(i % 3).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// site is where a provider works: the first ones at the first site.
func (s *invented) site(provider int) *ent.Location {
	return s.sites[min(provider/4, len(s.sites)-1)]
}

// setUp makes the kinds, the devices and the hours.
func (s *invented) setUp(ctx context.Context) error {
	c := s.DB.Client(ctx)
	for _, k := range kinds {
		made := c.AppointmentType.Create().SetID(s.demo.ID(s.rand, "apt")).SetName(k.name).SetMinutes(k.minutes).SetBufferAfter(k.after).
			SetAlignment(k.alignment).SetOverbook(k.overbook)
		if k.device != "" {
			made.SetDeviceKind(k.device)
		}
		if k.visit != "" {
			visit, err := c.VisitType.Query().Where(visittype.Name.EQ(k.visit)).First(ctx)
			if err != nil && !ent.IsNotFound(err) {
				return err
			}
			if visit != nil {
				made.SetVisitTypeID(visit.ID)
			}
		}
		row, err := made.Save(ctx)
		if err != nil {
			return err
		}
		s.kinds = append(s.kinds, row)
	}
	for _, site := range s.sites {
		if err := c.Device.Create().SetID(s.demo.ID(s.rand, "dev")).SetLocationID(site.ID).SetName("ECG").SetKind("ECG").Exec(ctx); err != nil {
			return err
		}
	}
	begin := date.Of(s.demo.Now.In(s.Zone).AddDate(-1, 0, 0))
	for i, p := range s.staff {
		for _, hours := range [][2]int{{8 * 60, 12 * 60}, {13 * 60, 17 * 60}} {
			err := c.Availability.Create().SetID(s.demo.ID(s.rand, "avl")).SetProviderID(p.ID).SetLocationID(s.site(i).ID).SetRule("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR").
				SetBeginsOn(begin).SetFromMinute(hours[0]).SetToMinute(hours[1]).Exec(ctx)
			if err != nil {
				return err
			}
		}
		// Whenever the demo is opened, the office is open.
		from := s.demo.Now.Truncate(time.Hour)
		err := c.AvailabilityException.Create().SetID(s.demo.ID(s.rand, "avx")).SetProviderID(p.ID).SetLocationID(s.site(i).ID).
			SetKind(availabilityexception.KindEXTRA).SetStartsAt(from).SetEndsAt(from.Add(6 * time.Hour)).SetReason("open house").Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// day books about half of the times of a day.
func (s *invented) day(ctx context.Context, day time.Time) error {
	next := 0
	for i, p := range s.staff {
		at, end := edge(day, 8*60, s.Zone), edge(day, 17*60, s.Zone)
		if day.Format(time.DateOnly) == s.demo.Now.In(s.Zone).Format(time.DateOnly) {
			at = s.demo.Now.Truncate(time.Hour).Add(time.Hour)
			end = at.Add(4 * time.Hour)
		}
		for at.Before(end) && next < len(s.people) {
			kind := s.kinds[s.rand.IntN(4)] // none with a device
			length := time.Duration(kind.Minutes) * time.Minute
			if noon := edge(day, 12*60, s.Zone); s.rand.IntN(2) == 0 || at.Before(noon.Add(time.Hour)) && at.Add(length).After(noon) || at.Add(length).After(end) {
				at = at.Add(20 * time.Minute)
				continue
			}
			if err := s.put(ctx, kind, p, s.site(i), s.people[next], span{at.UTC(), at.Add(length).UTC()}); err != nil {
				return err
			}
			next++
			at = at.Add(max(length, 20*time.Minute))
		}
	}
	return nil
}

// put writes one appointment of the demo.
func (s *invented) put(ctx context.Context, kind *ent.AppointmentType, p *ent.Provider, at *ent.Location, who *ent.Patient, when span) error {
	c := s.DB.Client(ctx)
	a, err := c.Appointment.Create().SetID(s.demo.ID(s.rand, "apm")).SetPatientID(who.ID).SetTypeID(kind.ID).SetProviderID(p.ID).SetLocationID(at.ID).
		SetStartsAt(when.from).SetEndsAt(when.to).SetStatus(appointment.StatusBOOKED).Save(ctx)
	if err != nil {
		return err
	}
	for _, k := range []claim{{bookingclaim.KindPROVIDER, p.ID, 0, when}, {bookingclaim.KindPATIENT, who.ID, 0, when}} {
		err := c.BookingClaim.Create().SetID(s.demo.ID(s.rand, "bkc")).SetAppointmentID(a.ID).SetKind(k.kind).SetResourceID(k.resource).
			SetStartsAt(k.span.from).SetEndsAt(k.span.to).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return s.remind(ctx, a)
}
