package vitals

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/ent"
	"medoffice/ent/account"
	"medoffice/ent/patient"
	"medoffice/ent/rolegrant"
	"medoffice/ent/visit"
	"medoffice/ent/vitalreading"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/decimal"
)

// The seeds write this many readings with one transaction.
const seedBatch = 400

// invented is what the seeds of vitals draw from.
type invented struct {
	*Module
	demo   *kit.Demo
	rand   *rand.Rand
	staff  []string // who takes the signs
	urgent int      // how many of today's visits got a critical value
}

// Seed implements kit.Seeder: signs for every visit that came as far as a
// room, with a trend over the years, and two critical ones today.
func (m *Module) Seed(ctx context.Context, demo *kit.Demo) error {
	s := &invented{Module: m, demo: demo, rand: demo.Rand("vitals")}
	if err := s.hire(ctx); err != nil {
		return err
	}
	people, err := m.DB.Client(ctx).Patient.Query().Where(patient.BirthDate.NotNil()).Order(patient.ID.Asc()).All(ctx)
	if err != nil {
		return err
	}
	visits, err := m.DB.Client(ctx).Visit.Query().
		Where(visit.StatusColumn.In(visit.StatusTRIAGED, visit.StatusIN_PROGRESS, visit.StatusFINISHED), visit.StartedAt.LT(demo.Now)).
		Order(visit.StartedAt.Asc(), visit.ID.Asc()).All(ctx)
	if err != nil {
		return err
	}
	of := map[string][]*ent.Visit{}
	for _, v := range visits {
		of[v.PatientID] = append(of[v.PatientID], v)
	}
	var rows []*ent.VitalReading
	for _, p := range people {
		made, err := s.life(ctx, p, of[p.ID])
		if err != nil {
			return err
		}
		if rows = append(rows, made...); len(rows) >= seedBatch {
			if err := s.store(ctx, rows); err != nil {
				return err
			}
			rows = nil
		}
	}
	return s.store(ctx, rows)
}

// hire finds who takes vital signs in this office.
func (s *invented) hire(ctx context.Context) error {
	staff, err := s.DB.Client(ctx).Account.Query().
		Where(account.HasGrantsWith(rolegrant.RoleColumn.In(rolegrant.RoleMEDICAL_ASSISTANT, rolegrant.RoleNURSE))).
		Order(account.Username.Asc()).All(ctx)
	for _, a := range staff {
		s.staff = append(s.staff, a.DisplayName)
	}
	if len(s.staff) == 0 {
		s.staff = []string{"Office"}
	}
	return err
}

// store writes rows in parts that a statement can hold, and ticks the lists of
// the visits that are on the board.
func (s *invented) store(ctx context.Context, rows []*ent.VitalReading) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		for len(rows) > 0 {
			n := min(len(rows), seedBatch)
			if err := s.save(ctx, rows[:n]); err != nil {
				return err
			}
			rows = rows[n:]
		}
		return nil
	})
}

// body is how somebody is built, compared with others of the same age.
type body struct {
	tall, heavy float64 // factors
	gain        float64 // kg a year, of adults
	pressure    float64 // mm[Hg] above the middle of the band
	pulse       float64 // 1/min above it
}

// life makes the signs of all visits of one patient.
func (s *invented) life(ctx context.Context, p *ent.Patient, visits []*ent.Visit) (rows []*ent.VitalReading, err error) {
	r := s.rand
	b := body{
		tall: 1 + 0.035*r.NormFloat64(), heavy: 0.85 + 0.5*r.Float64(), gain: 1.2*r.Float64() - 0.3,
		pressure: 5 + 11*r.NormFloat64(), pulse: 6 * r.NormFloat64(),
	}
	if p.Sex == patient.SexFEMALE {
		b.tall -= 0.025
	}
	for _, v := range visits {
		set, err := s.set(ctx, p, v, b)
		if err != nil {
			return nil, err
		}
		rows = append(rows, set...)
		if v.OnBoard {
			if err := s.DB.Tx(ctx, func(ctx context.Context) error { return s.visits.TickVitals(ctx, v.ID) }); err != nil {
				return nil, err
			}
		}
	}
	return rows, nil
}

// set makes the signs of one visit, as a device would have sent them.
func (s *invented) set(ctx context.Context, p *ent.Patient, v *ent.Visit, b body) ([]*ent.VitalReading, error) {
	at := v.StartedAt.Add(time.Duration(6+s.rand.IntN(6)) * time.Minute)
	if at.After(s.demo.Now) {
		at = s.demo.Now
	}
	if v.EndedAt != nil && at.After(*v.EndedAt) {
		at = *v.EndedAt
	}
	sc := scene{patient: p, visit: v, at: at, age: ageAt(p.BirthDate, at, s.zone()), by: s.staff[s.rand.IntN(len(s.staff))]}
	rows, err := sc.readings(s.draw(sc, b))
	if err != nil {
		return nil, err
	}
	derived, err := s.derive(ctx, sc, rows)
	if err != nil {
		return nil, err
	}
	rows = append(rows, derived...)
	for _, row := range rows { // what was computed points at the ids of the others and follows them
		row.ID = s.demo.ID(s.rand, vitalReadingEntity.Prefix)
	}
	return rows, nil
}

// draw throws the dice for one set.
func (s *invented) draw(sc scene, b body) []*model.VitalInput {
	r, a := s.rand, sc.age
	tall, heavy := grown(a, b)
	if old := float64(a.months-216) / 12; old > 0 {
		heavy += b.gain * min(old, 30)
	}
	upper := middle(systolic, a) + b.pressure + 5*r.NormFloat64()
	lower := min(middle(diastolic, a)+0.6*b.pressure+4*r.NormFloat64(), upper-20)
	saturation := 96.5 + 2.5*r.Float64()
	if sc.visit.OnBoard && s.urgent < 2 && years(18).reached(a) {
		s.urgent++
		if s.urgent == 1 {
			upper, lower = 192, 118
		} else {
			saturation = 88
		}
	}
	list := []*model.VitalInput{
		reads(vitalreading.SignHEART_RATE, middle(heartRate, a)+b.pulse+5*r.NormFloat64(), 0, "/min"),
		reads(vitalreading.SignBODY_TEMPERATURE, 98.2+0.5*r.NormFloat64(), 1, "[degF]"),
		reads(vitalreading.SignOXYGEN_SATURATION, saturation, 0, "%"),
		reads(vitalreading.SignBODY_WEIGHT, heavy*(1+0.012*r.NormFloat64())/0.45359237, 1, "[lb_av]"),
		reads(vitalreading.SignBODY_HEIGHT, tall/2.54, 1, "[in_i]"),
	}
	if years(3).reached(a) {
		u, l := decimal.Of(upper).Round(0), decimal.Of(lower).Round(0)
		list = append(list, &model.VitalInput{
			Sign: vitalreading.SignBLOOD_PRESSURE, Systolic: graphql.OmittableOf(&u), Diastolic: graphql.OmittableOf(&l),
			BodyPosition: given("sitting"), BodySite: given("left arm"),
		})
	}
	if r.IntN(2) == 0 {
		list = append(list, reads(vitalreading.SignRESPIRATORY_RATE, middle(respiratoryRate, a)+1.5*r.NormFloat64(), 0, "/min"))
	}
	return list
}

func given(s string) graphql.Omittable[*string] { return graphql.OmittableOf(&s) }

func reads(sign vitalreading.Sign, value float64, digits int, unit string) *model.VitalInput {
	d := decimal.Of(value).Round(digits)
	return &model.VitalInput{Sign: sign, Value: graphql.OmittableOf(&d), Unit: given(unit)}
}

// middle is the middle of what is normal at the age.
func middle(p part, a age) float64 {
	b := p.bands[0]
	for _, next := range p.bands {
		if next.from.reached(a) {
			b = next
		}
	}
	return (b.l.Float() + b.h.Float()) / 2
}

// growth is about what people measure and weigh at an age in months, after the
// medians of the WHO (to 2 years) and the CDC.
var growth = []struct{ months, cm, kg float64 }{
	{0, 50, 3.4},
	{3, 61, 6.2},
	{6, 67, 7.8},
	{12, 75, 9.8},
	{24, 87, 12.3},
	{36, 95, 14.3},
	{60, 109, 18.3},
	{96, 128, 25.6},
	{120, 138, 32},
	{144, 149, 41},
	{168, 161, 50},
	{192, 168, 58},
	{216, 171, 66},
}

// grown is the height in cm and the weight in kg at the age.
func grown(a age, b body) (cm, kg float64) {
	m := float64(a.months)
	cm, kg = growth[len(growth)-1].cm, growth[len(growth)-1].kg
	for i, g := range growth[1:] {
		if m < g.months {
			from := growth[i]
			part := (m - from.months) / (g.months - from.months)
			cm, kg = from.cm+part*(g.cm-from.cm), from.kg+part*(g.kg-from.kg)
			break
		}
	}
	// The small vary less than the grown.
	share := min(0.4+m/360, 1)
	return cm * b.tall, kg * (1 + (b.heavy-1)*share) * b.tall * b.tall
}
