package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"

	"medoffice/ent"
	"medoffice/ent/visit"
	"medoffice/ent/vitalreading"
	"medoffice/graph"
	"medoffice/graph/document"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/kit/observe"
	"medoffice/modules/officetest"
)

var chart = document.Named("chart").Text

// numbered counts the patients that were made, for their numbers.
var numbered atomic.Int64

// patientWith makes a patient with so many visits, each with two vital signs.
func patientWith(t testing.TB, o *officetest.Office, visits int) string {
	t.Helper()
	ctx := o.System()
	var id string
	err := o.Deps.DB.Tx(ctx, func(ctx context.Context) error {
		c := o.Deps.DB.Client(ctx)
		p, err := c.Patient.Create().SetMrn(fmt.Sprintf("X%d", numbered.Add(1))).SetFamilyName("Many").SetGivenName("Visits").
			SetBirthDate("1970-01-01").Save(ctx)
		if err != nil {
			return err
		}
		id = p.ID
		prov, err := c.Provider.Create().SetFamilyName("Doc").Save(ctx)
		if err != nil {
			return err
		}
		for n := range visits {
			if err := oneVisit(ctx, c, p.ID, prov.ID, officetest.Morning.AddDate(0, 0, -n-1)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func oneVisit(ctx context.Context, c *ent.Client, patient, provider string, at time.Time) error {
	v, err := c.Visit.Create().SetPatientID(patient).SetProviderID(provider).SetStatus(visit.StatusFINISHED).
		SetStartedAt(at).SetEndedAt(at.Add(time.Hour)).SetStageSince(at).SetReason("check").Save(ctx)
	if err != nil {
		return err
	}
	weight := c.VitalReading.Create().SetPatientID(patient).SetVisitID(v.ID).SetSign(vitalreading.SignBODY_WEIGHT).
		SetCodeText("Body weight").SetValue(decimal.Of(72.5)).SetUnit("kg").SetTakenAt(at)
	pressure := c.VitalReading.Create().SetPatientID(patient).SetVisitID(v.ID).SetSign(vitalreading.SignBLOOD_PRESSURE).
		SetCodeText("Blood pressure").SetSystolic(decimal.Of(120)).SetDiastolic(decimal.Of(80)).SetUnit("mm[Hg]").SetTakenAt(at)
	return c.VitalReading.CreateBulk(weight, pressure).Exec(ctx)
}

// The chart costs the same few statements whatever the number of visits.
func TestChartStatements(t *testing.T) {
	officetest.EachWay(t, func(t *testing.T, o *officetest.Office, simple bool) {
		physician := o.As("PHYSICIAN")
		for _, visits := range []int{0, 1, 10, 60} {
			id := patientWith(t, o, visits)
			var got struct {
				Patient struct {
					Visits struct {
						TotalCount int
						Edges      []struct {
							Node struct {
								Vitals struct{ Nodes []json.RawMessage }
							}
						}
					}
				}
			}
			a := physician.Do(chart, officetest.Vars{"id": id}, &got)
			if v := got.Patient.Visits; v.TotalCount != visits || len(v.Edges) != min(visits, 10) {
				t.Errorf("%d visits: %+v", visits, v)
			}
			for _, e := range got.Patient.Visits.Edges {
				if len(e.Node.Vitals.Nodes) != 2 {
					t.Errorf("a visit shows %d vital signs", len(e.Node.Vitals.Nodes))
				}
			}
			// Signing in and the audit trail take statements too.
			if most := map[bool]int{true: 12 + 4, false: 2 + 4}[simple]; len(a.Statements) > most {
				t.Errorf("%d visits cost %d statements:\n%v", visits, len(a.Statements), a.Statements)
			}
			if visits == 60 {
				t.Logf("%d statements", len(a.Statements))
			}
		}
	})
}

// BenchmarkChart opens the first page of a chart with 10 and of one with 1,000
// visits, by turns, and reports how the medians compare. Both show as much: 10
// visits, 20 weights and 20 blood pressures.
func BenchmarkChart(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			o := officetest.Open(b, officetest.Database(b, engine))
			physician, few, many := o.As("PHYSICIAN"), patientWith(b, o, 10), patientWith(b, o, 1000)
			atHome(b, o, few, 10)
			if _, err := o.Deps.DB.SQL().ExecContext(b.Context(), "ANALYZE"); err != nil {
				b.Fatal(err)
			}
			var took [2][]time.Duration
			for b.Loop() {
				for i, id := range []string{few, many} {
					start := time.Now()
					physician.Do(chart, officetest.Vars{"id": id}, nil)
					took[i] = append(took[i], time.Since(start))
				}
			}
			for i := range took {
				slices.Sort(took[i])
			}
			median := func(i int) float64 { return float64(took[i][len(took[i])/2]) }
			b.ReportMetric(median(0)/1e3, "us/short")
			b.ReportMetric(median(1)/median(0), "x-short")
		})
	}
}

// atHome adds so many weights and blood pressures that belong to no visit.
func atHome(b *testing.B, o *officetest.Office, patient string, many int) {
	b.Helper()
	err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
		c := o.Deps.DB.Client(ctx)
		for n := range many {
			at := officetest.Morning.AddDate(-1, 0, -n)
			weight := c.VitalReading.Create().SetPatientID(patient).SetSign(vitalreading.SignBODY_WEIGHT).
				SetCodeText("Body weight").SetValue(decimal.Of(72.5)).SetUnit("kg").SetTakenAt(at)
			pressure := c.VitalReading.Create().SetPatientID(patient).SetSign(vitalreading.SignBLOOD_PRESSURE).
				SetCodeText("Blood pressure").SetSystolic(decimal.Of(120)).SetDiastolic(decimal.Of(80)).SetUnit("mm[Hg]").SetTakenAt(at)
			if err := c.VitalReading.CreateBulk(weight, pressure).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkChartWatched opens the chart in three offices by turns: one that
// nobody watches, one with metrics and the request log, one with traces besides.
// It reports how the medians compare.
func BenchmarkChartWatched(b *testing.B) {
	watches := []func(*slog.Logger) *observe.Observer{
		func(*slog.Logger) *observe.Observer { return nil },
		func(log *slog.Logger) *observe.Observer { return observe.New(log, nil) },
		func(log *slog.Logger) *observe.Observer {
			return observe.New(log, sdk.NewTracerProvider(sdk.WithBatcher(discard{})))
		},
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			var took [3][]time.Duration
			var open [3]func()
			for i, watch := range watches {
				o := officetest.OpenWatched(b, officetest.Database(b, engine), graph.Options{}, watch)
				physician, id := o.As("PHYSICIAN"), patientWith(b, o, 10)
				open[i] = func() { physician.Do(chart, officetest.Vars{"id": id}, nil) }
			}
			for b.Loop() {
				for i := range open {
					start := time.Now()
					open[i]()
					took[i] = append(took[i], time.Since(start))
				}
			}
			for i := range took {
				slices.Sort(took[i])
			}
			median := func(i int) float64 { return float64(took[i][len(took[i])/2]) }
			b.ReportMetric(median(1)/median(0), "x-watched")
			b.ReportMetric(median(2)/median(0), "x-traced")
		})
	}
}

// discard is a collector of spans that are not wanted.
type discard struct{}

func (discard) ExportSpans(context.Context, []sdk.ReadOnlySpan) error { return nil }
func (discard) Shutdown(context.Context) error                        { return nil }
