package visits

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"medoffice/ent"
	"medoffice/ent/location"
	"medoffice/ent/patient"
	"medoffice/ent/provider"
	"medoffice/ent/room"
	"medoffice/ent/visit"
	"medoffice/ent/visitnote"
	"medoffice/ent/visitstage"
	"medoffice/modules/kit"
	"medoffice/modules/kit/opt"
)

// seedBatch is how many charts get their past visits in one transaction.
const seedBatch = 50

// invented is what the seeds of visits draw from.
type invented struct {
	*Module
	demo   *kit.Demo
	rand   *rand.Rand
	sites  []*ent.Location
	staff  []*ent.Provider
	kinds  []*ent.VisitType
	stages map[visitstage.Category]*ent.VisitStage
	rooms  map[string][]*ent.Room // by site
}

// Seed implements kit.Seeder: rooms, kinds of visits, years of past visits and
// a day in full swing.
func (m *Module) Seed(ctx context.Context, demo *kit.Demo) error {
	if err := m.EnsureDefaults(ctx); err != nil {
		return err
	}
	s := &invented{Module: m, demo: demo, rand: demo.Rand("visits"), rooms: map[string][]*ent.Room{}}
	if err := m.DB.Tx(ctx, s.furnish); err != nil {
		return err
	}
	if len(s.sites) == 0 {
		return nil // an office without a site has no visits
	}
	people, err := m.DB.Client(ctx).Patient.Query().Where(patient.StatusColumn.EQ(patient.StatusACTIVE)).Order(patient.ID.Asc()).All(ctx)
	if err != nil {
		return err
	}
	for from := 0; from < len(people); from += seedBatch {
		some := people[from:min(from+seedBatch, len(people))]
		if err := m.DB.Tx(ctx, func(ctx context.Context) error { return s.past(ctx, some) }); err != nil {
			return err
		}
	}
	var living []*ent.Patient
	for _, p := range people {
		if !p.Deceased {
			living = append(living, p)
		}
	}
	return m.DB.Tx(ctx, func(ctx context.Context) error { return s.today(ctx, living) })
}

// furnish makes the kinds of visits and the rooms, and finds the rest.
func (s *invented) furnish(ctx context.Context) (err error) {
	c := s.DB.Client(ctx)
	if s.sites, err = c.Location.Query().Where(location.Active.EQ(true)).Order(location.ID.Asc()).All(ctx); err != nil {
		return err
	}
	if s.staff, err = c.Provider.Query().Where(provider.Active.EQ(true)).Order(provider.ID.Asc()).All(ctx); err != nil {
		return err
	}
	stages, err := c.VisitStage.Query().All(ctx)
	if err != nil {
		return err
	}
	s.stages = map[visitstage.Category]*ent.VisitStage{}
	for _, stage := range stages {
		s.stages[stage.Category] = stage
	}
	for _, k := range kinds {
		kind, err := c.VisitType.Create().SetID(s.demo.ID(s.rand, "vtp")).SetName(k.name).SetMinutes(k.minutes).SetChecklist(k.checklist).Save(ctx)
		if err != nil {
			return err
		}
		s.kinds = append(s.kinds, kind)
	}
	for i, site := range s.sites {
		if err := s.build(ctx, site, 5-2*min(i, 2)); err != nil {
			return err
		}
	}
	return nil
}

// build makes the rooms of a site; the last is for procedures.
func (s *invented) build(ctx context.Context, site *ent.Location, n int) error {
	for i := range n {
		name, kind := fmt.Sprintf("Exam %d", i+1), room.KindEXAM
		if i == n-1 {
			name, kind = "Procedure", room.KindPROCEDURE
		}
		r, err := s.DB.Client(ctx).Room.Create().SetID(s.demo.ID(s.rand, "room")).SetLocationID(site.ID).SetName(name).
			SetKind(kind).SetPosition(i + 1).SetStatusSince(s.demo.Now.Add(-2 * time.Hour)).Save(ctx)
		if err != nil {
			return err
		}
		s.rooms[site.ID] = append(s.rooms[site.ID], r)
	}
	return nil
}

// past gives each patient some visits of the last years, each with a signed note.
func (s *invented) past(ctx context.Context, people []*ent.Patient) error {
	c := s.DB.Client(ctx)
	var visits []*ent.VisitCreate
	var notes []*ent.VisitNoteCreate
	for _, p := range people {
		for range 3 + s.rand.IntN(7) {
			v, n := s.pastVisit(c, p)
			visits = append(visits, v)
			notes = append(notes, n)
		}
	}
	if err := c.Visit.CreateBulk(visits...).Exec(ctx); err != nil {
		return err
	}
	return c.VisitNote.CreateBulk(notes...).Exec(ctx)
}

func (s *invented) pastVisit(c *ent.Client, p *ent.Patient) (*ent.VisitCreate, *ent.VisitNoteCreate) {
	oldest := 8 * 365
	if p.BirthDate != nil {
		oldest = min(oldest, int(s.demo.Now.Sub(p.BirthDate.First()).Hours()/24)-1)
	}
	days := 2 + s.rand.IntN(max(oldest-2, 1))
	if p.DeceasedAt != nil {
		days += int(s.demo.Now.Sub(*p.DeceasedAt).Hours() / 24)
	}
	at := s.morning().AddDate(0, 0, -days).Add(time.Duration(s.rand.IntN(8*12)*5) * time.Minute).UTC()
	reason := reasons[s.rand.IntN(len(reasons))]
	end := at.Add(time.Duration(20+s.rand.IntN(50)) * time.Minute)
	id := s.demo.ID(s.rand, "vis")
	v := s.begin(c, p, id, s.sites[s.rand.IntN(len(s.sites))], reason.text).SetStageID(s.stages[out].ID).SetStageSince(end).
		SetStatus(visit.StatusFINISHED).SetStartedAt(at).SetEndedAt(end)
	author, authorID := "Front desk", "system"
	if who, ok := v.Mutation().Field(visit.FieldProviderID); ok {
		authorID = who.(string)
		author = s.nameOf(authorID)
	}
	n := c.VisitNote.Create().SetID(s.demo.ID(s.rand, "note")).SetVisitID(id).SetPatientID(p.ID).SetText(reason.note).
		SetStatus(visitnote.StatusSIGNED).SetAuthorID(authorID).SetAuthorName(author).SetSignedBy(authorID).SetSignedAt(end.Add(10 * time.Minute))
	return v, n
}

// morning is nine o'clock of the day on which the demo opens, where the office is.
func (s *invented) morning() time.Time {
	zone := s.Zone
	if zone == nil {
		zone = time.UTC
	}
	now := s.demo.Now.In(zone)
	return time.Date(now.Year(), now.Month(), now.Day(), 9, 0, 0, 0, zone)
}

// begin draws what every visit has.
func (s *invented) begin(c *ent.Client, p *ent.Patient, id string, site *ent.Location, reason string) *ent.VisitCreate {
	v := c.Visit.Create().SetID(id).SetPatientID(p.ID).SetLocationID(site.ID).SetReason(reason).
		SetTypeID(s.kinds[s.rand.IntN(len(s.kinds))].ID)
	if len(s.staff) > 0 {
		v.SetProviderID(s.staff[s.rand.IntN(len(s.staff))].ID)
	}
	return v
}

func (s *invented) nameOf(provider string) string {
	for _, p := range s.staff {
		if p.ID == provider {
			return strings.Join(strings.Fields(opt.Text(p.NamePrefix)+" "+p.GivenName+" "+p.FamilyName), " ")
		}
	}
	return provider
}
