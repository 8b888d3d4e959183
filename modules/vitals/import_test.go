package vitals_test

import (
	"context"
	"testing"
	"time"

	"medoffice/ent"
	"medoffice/ent/patient"
	"medoffice/ent/vitalreading"
	"medoffice/modules/kit"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/officetest"
)

func ptr[T any](v T) *T { return &v }

func num(f float64) *decimal.Decimal { return ptr(decimal.Of(f)) }

// put takes one reading in and returns what happened in one word.
func (s *scene) put(r ent.VitalReading) (id, outcome string) {
	s.T.Helper()
	err := s.Deps.DB.Tx(kit.System(context.Background(), "import"), func(ctx context.Context) error {
		got, created, updated, err := s.Vitals.Put(ctx, &r)
		id, outcome = got, "unchanged"
		switch {
		case created:
			outcome = "created"
		case updated:
			outcome = "updated"
		}
		return err
	})
	if e, ok := kit.AsError(err); ok {
		return id, string(e.Code)
	}
	if err != nil {
		s.T.Fatal(err)
	}
	return id, outcome
}

func (s *scene) row(id string) *ent.VitalReading {
	s.T.Helper()
	r, err := s.Deps.DB.Client(s.System()).VitalReading.Get(s.System(), id)
	if err != nil {
		s.T.Fatal(err)
	}
	return r
}

func TestPut(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := setUp(t, o)
		at := time.Date(2020, 3, 1, 10, 0, 0, 0, time.UTC)
		pressure := ent.VitalReading{
			Source: ptr("Observation/1"), PatientID: s.adult, Code: ptr("55284-4"), CodeSystem: ptr("http://loinc.org"), CodeText: "Blood Pressure",
			Systolic: num(188), Diastolic: num(95), Unit: ptr("mm[Hg]"), TakenAt: at,
		}
		id, outcome := s.put(pressure)
		r := s.row(id)
		if outcome != "created" || r.Sign != "BLOOD_PRESSURE" || *r.Interpretation != "HH" || *r.Code != "55284-4" || r.Derived {
			t.Fatalf("%s: %+v", outcome, r)
		}
		if again, outcome := s.put(pressure); outcome != "unchanged" || again != id {
			t.Errorf("the same again: %s", outcome)
		}
		pressure.Systolic = num(128)
		changed, outcome := s.put(pressure)
		if outcome != "updated" || changed == id || *s.row(changed).Interpretation != "H" || *s.row(changed).Source != "Observation/1" {
			t.Errorf("changed: %s", outcome)
		}
		if r := s.row(id); r.Status != vitalreading.StatusENTERED_IN_ERROR || *r.Source != "Observation/1/_history/1" || *r.Systolic != decimal.Of(188) {
			t.Errorf("the old row: %+v", r)
		}
		pressure.Status = vitalreading.StatusENTERED_IN_ERROR
		if again, outcome := s.put(pressure); outcome != "updated" || again != changed || s.row(changed).VoidedAt == nil {
			t.Errorf("void: %s", outcome)
		}
		if _, outcome := s.put(pressure); outcome != "unchanged" {
			t.Errorf("void again: %s", outcome)
		}
		pressure.Diastolic = num(70)
		if _, outcome := s.put(pressure); outcome != "CONFLICT" {
			t.Errorf("a change of what is marked: %s", outcome)
		}
		if told := s.facts(); len(told) != 0 {
			t.Errorf("an import told %v", told)
		}
		s.others(t, at)
	})
}

// others takes in what needs more than a copy.
func (s *scene) others(t *testing.T, at time.Time) {
	t.Helper()
	for _, c := range []struct {
		name    string
		row     ent.VitalReading
		outcome string
		want    func(r *ent.VitalReading) bool
	}{
		{
			"pounds",
			ent.VitalReading{Code: ptr("29463-7"), Value: num(150), Unit: ptr("[lb_av]")},
			"created",
			func(r *ent.VitalReading) bool {
				return *r.Value == decimal.Of(68.039) && *r.Unit == "kg" && *r.EnteredValue == "150" && *r.EnteredUnit == "[lb_av]" && r.CodeText == "Body weight"
			},
		},
		{
			"a height lying down",
			ent.VitalReading{Code: ptr("8306-3"), CodeText: "Length", Value: num(170.25), Unit: ptr("cm")},
			"created",
			func(r *ent.VitalReading) bool { return r.Sign == "BODY_HEIGHT" && r.Interpretation == nil },
		},
		{
			"a meaning of its own",
			ent.VitalReading{Code: ptr("8867-4"), Value: num(72), Interpretation: ptr(vitalreading.InterpretationA)},
			"created",
			func(r *ent.VitalReading) bool { return *r.Interpretation == "A" && *r.Unit == "/min" },
		},
		{
			"another code",
			ent.VitalReading{Code: ptr("8280-0"), CodeText: "Waist", Value: num(90), Unit: ptr("cm")},
			"created",
			func(r *ent.VitalReading) bool {
				return r.Sign == "OTHER" && *r.Value == decimal.Of(90) && *r.Unit == "cm"
			},
		},
		{
			"another unit",
			ent.VitalReading{Code: ptr("29463-7"), Value: num(11), Unit: ptr("[stone_av]")},
			"created",
			func(r *ent.VitalReading) bool {
				return r.Sign == "OTHER" && *r.Unit == "[stone_av]" && r.CodeText == "29463-7"
			},
		},
		{
			"nothing",
			ent.VitalReading{Code: ptr("8867-4"), NotDoneReason: ptr("not-performed"), Unit: ptr("/min")},
			"created",
			func(r *ent.VitalReading) bool {
				return r.Value == nil && r.Unit == nil && r.EnteredValue == nil && r.Interpretation == nil
			},
		},
		{"a weight of 0", ent.VitalReading{Code: ptr("29463-7"), Value: num(0), Unit: ptr("kg")}, "IMPLAUSIBLE", nil},
		{"no name", ent.VitalReading{Value: num(1)}, "BAD_USER_INPUT", nil},
	} {
		c.row.Source, c.row.PatientID, c.row.TakenAt = ptr("Observation/"+c.name), s.adult, at
		id, outcome := s.put(c.row)
		if outcome != c.outcome || c.want != nil && !c.want(s.row(id)) {
			t.Errorf("%s: %s %+v", c.name, outcome, s.row(id))
		}
		if outcome == "created" {
			if _, outcome := s.put(c.row); outcome != "unchanged" {
				t.Errorf("%s again: %s", c.name, outcome)
			}
		}
	}
	if _, outcome := s.put(ent.VitalReading{PatientID: s.adult}); outcome != "BAD_USER_INPUT" {
		t.Errorf("without a source: %s", outcome)
	}
	if _, outcome := s.put(ent.VitalReading{Source: ptr("x"), PatientID: "pat_none"}); outcome != "NOT_FOUND" {
		t.Errorf("without a patient: %s", outcome)
	}
}

func TestMovePatient(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := setUp(t, o)
		into := s.patient("1980-05-17")
		row := s.must(s.adult, `"readings": [{"sign": "BLOOD_PRESSURE", "systolic": 120, "diastolic": 70}]`)[0]
		s.put(ent.VitalReading{Source: ptr("Observation/9"), PatientID: s.adult, Code: ptr("8867-4"), Value: num(70), TakenAt: o.Clock.Now()})
		s.change(func(ctx context.Context, c *ent.Client) error {
			if err := c.Patient.UpdateOneID(s.adult).SetStatus(patient.StatusMERGED).SetMergedIntoID(into).Exec(ctx); err != nil {
				return err
			}
			return s.Vitals.MovePatient(ctx, s.adult, into)
		})
		if r := s.row(row.ID); r.PatientID != into || r.Version != 2 {
			t.Errorf("%+v", r)
		}
		n, err := o.Deps.DB.Client(o.System()).VitalReading.Query().Where(vitalreading.PatientID.EQ(into)).Count(o.System())
		if err != nil || n != 3 {
			t.Errorf("%d moved, %v", n, err)
		}
		// The import still knows the old chart.
		if _, outcome := s.put(ent.VitalReading{Source: ptr("Observation/9"), PatientID: s.adult, Code: ptr("8867-4"), Value: num(70), TakenAt: o.Clock.Now()}); outcome != "unchanged" {
			t.Errorf("imported again: %s", outcome)
		}
	})
}
