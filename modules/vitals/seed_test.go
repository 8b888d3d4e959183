package vitals_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"medoffice/ent"
	"medoffice/ent/visit"
	"medoffice/ent/vitalreading"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/id"
	"medoffice/modules/officetest"
)

// people fills an office with patients of all ages and their visits, each with
// the same ids in every office.
func (s *scene) people(patients, visits int) {
	s.T.Helper()
	now := s.Clock.Now()
	named := func(prefix string, i, j int) string {
		return id.From(prefix, [16]byte{byte(i >> 8), byte(i), byte(j), 1})
	}
	s.change(func(ctx context.Context, c *ent.Client) error {
		var people []*ent.PatientCreate
		var all []*ent.VisitCreate
		for i := range patients {
			born := now.AddDate(-(i*90)/patients, -i%12, -1)
			people = append(people, c.Patient.Create().SetID(named("pat", i, 0)).SetMrn(fmt.Sprint("S", i)).SetFamilyName("Seed").SetBirthDate(date.Of(born)))
			for j := range visits {
				at := now.Add(-time.Duration(j) * now.Sub(born) / time.Duration(visits+1)).Add(-40 * time.Minute)
				v := c.Visit.Create().SetID(named("vis", i, j)).SetPatientID(named("pat", i, 0)).SetLocationID(s.location).
					SetStartedAt(at).SetStageSince(at).SetStatus(visit.StatusIN_PROGRESS).SetOnBoard(j == 0 && i%10 == 0)
				if j > 0 {
					v.SetStatus(visit.StatusFINISHED).SetEndedAt(at.Add(time.Hour))
				}
				all = append(all, v)
			}
		}
		if err := c.Patient.CreateBulk(people...).Exec(ctx); err != nil {
			return err
		}
		for len(all) > 0 {
			n := min(len(all), 500)
			if err := c.Visit.CreateBulk(all[:n]...).Exec(ctx); err != nil {
				return err
			}
			all = all[n:]
		}
		return nil
	})
}

func (s *scene) seed() {
	s.T.Helper()
	demo := &kit.Demo{Seed: 7, Patients: 300, Today: s.Clock.Now().Truncate(24 * time.Hour), Now: s.Clock.Now()}
	if err := s.Vitals.Seed(kit.System(context.Background(), "seed"), demo); err != nil {
		s.T.Fatal(err)
	}
}

func TestSeed(t *testing.T) {
	var before string
	officetest.InTurn(t, func(t *testing.T, o *officetest.Office) {
		s := setUp(t, o)
		s.people(40, 4)
		s.seed()
		rows, err := o.Deps.DB.Client(o.System()).VitalReading.Query().
			Where(vitalreading.PatientID.NotIn(s.adult)).Order(vitalreading.ID.Asc()).All(o.System())
		if err != nil {
			t.Fatal(err)
		}
		all, critical, derived := "", 0, 0
		for _, r := range rows {
			all += fmt.Sprintln(r.ID, r.PatientID, *r.VisitID, r.Sign, r.Value, r.Interpretation, r.TakenAt)[:60]
			if r.Derived {
				derived++
				if r.DerivedFromID == nil {
					t.Errorf("%s comes from nothing", r.ID)
				}
			}
			if r.Interpretation != nil && (*r.Interpretation == "HH" || *r.Interpretation == "LL") && r.TakenAt.After(o.Clock.Now().Add(-time.Hour)) {
				critical++
			}
			if r.TakenAt.After(o.Clock.Now()) {
				t.Errorf("%s was taken tomorrow", r.ID)
			}
		}
		if len(rows) < 40*4*6 || derived < 40*4 || critical < 2 || critical > 6 {
			t.Errorf("%d readings, %d derived, %d critical", len(rows), derived, critical)
		}
		if before != "" && before != all {
			t.Error("another database, other seeds")
		}
		before = all
	})
}

func BenchmarkSeed(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := &scene{Office: officetest.New(b)}
		s.change(func(ctx context.Context, c *ent.Client) error {
			l, err := c.Location.Create().SetName("Main Street").Save(ctx)
			s.location = l.ID
			return err
		})
		s.people(300, 6)
		b.StartTimer()
		s.seed()
		b.ReportMetric(float64(s.count()), "rows")
	}
}
