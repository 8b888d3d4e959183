package fhir_test

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"medoffice/ent"
	"medoffice/ent/fhirresource"
	"medoffice/ent/immunization"
	"medoffice/ent/problem"
	"medoffice/ent/vitalreading"
	"medoffice/modules/fhir"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/officetest"
)

// sharedEnv names the folder with the data for trying and testing.
const sharedEnv = "MEDOFFICE_SHARED_DATA"

// synthea unpacks the 60 invented patients, or skips the test.
func synthea(t testing.TB) string {
	t.Helper()
	shared := os.Getenv(sharedEnv)
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared", "data")
	}
	packed := filepath.Join(shared, "synthea-r4-60.tar.xz")
	if _, err := os.Stat(packed); err != nil {
		t.Skipf("synthea-r4-60.tar.xz is not in %s (%s names the folder)", shared, sharedEnv)
	}
	unxz := exec.Command("xz", "-dc", packed)
	out, err := unxz.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := unxz.Start(); err != nil {
		t.Skipf("cannot unpack the data: %v", err)
	}
	folder := t.TempDir()
	for files := tar.NewReader(out); ; {
		head, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(head.Name) != ".json" {
			continue
		}
		text, err := io.ReadAll(files)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, filepath.Base(head.Name)), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := unxz.Wait(); err != nil {
		t.Fatal(err)
	}
	return folder
}

// importAll imports the paths and expects no error.
func importAll(t testing.TB, o *officetest.Office, paths ...string) *fhir.Report {
	t.Helper()
	sources, err := fhir.Files(paths...)
	if err != nil {
		t.Fatal(err)
	}
	return importSources(t, o, sources...)
}

func importSources(t testing.TB, o *officetest.Office, sources ...fhir.Source) *fhir.Report {
	t.Helper()
	report, err := o.Fhir.Import(t.Context(), sources, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// plainBundle is a bundle as a stranger reads it.
type plainBundle struct {
	Entry []struct {
		Resource map[string]any `json:"resource"`
	}
}

func plainBundles(t testing.TB, folder string) []plainBundle {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	all := make([]plainBundle, len(files))
	for i, name := range files {
		text, err := os.ReadFile(name)
		if err == nil {
			err = json.Unmarshal(text, &all[i])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// becomesRaw reports of a resource what a stranger would say from the issue:
// whether a module has a row for it.
func becomesRaw(r map[string]any) bool {
	switch r["resourceType"] {
	case "Patient", "Practitioner", "Organization", "Encounter", "Condition", "AllergyIntolerance", "Immunization":
		return false
	case "Observation":
		category := at(r, "category", 0, "coding", 0, "code")
		return category != "vital-signs" && category != "social-history" && at(r, "code", "coding", 0, "code") != "72166-2"
	}
	return true
}

// at goes down into JSON.
func at(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			list, _ := v.([]any)
			if step >= len(list) {
				return nil
			}
			v = list[step]
		}
	}
	return v
}

func TestSixtyBundles(t *testing.T) {
	folder := synthea(t)
	bundles := plainBundles(t, folder)
	want := map[string]*fhir.Count{}
	resources := 0
	seen := map[string]bool{}
	for _, b := range bundles {
		for _, e := range b.Entry {
			kind, id := e.Resource["resourceType"].(string), e.Resource["id"].(string)
			if want[kind] == nil {
				want[kind] = &fhir.Count{}
			}
			resources++
			switch {
			case seen[kind+id]:
				want[kind].Unchanged++
			case becomesRaw(e.Resource):
				want[kind].KeptRaw++
			default:
				want[kind].Imported++
			}
			seen[kind+id] = true
		}
	}
	if resources != 8027 {
		t.Fatalf("the data has %d resources", resources)
	}
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		report := importAll(t, o, folder)
		equalCounts(t, report, want)
		equalRows(t, o, report)
		again(t, o, folder, len(seen), resources)
		charts(t, o, bundles)
	})
}

func equalCounts(t *testing.T, report *fhir.Report, want map[string]*fhir.Count) {
	t.Helper()
	if len(report.Types) != len(want) || len(report.Refusals) != 0 {
		t.Fatalf("%d types, want %d; refused %v", len(report.Types), len(want), report.Refusals)
	}
	for kind, c := range want {
		if got := report.Types[kind]; got == nil || *got != *c {
			t.Errorf("%s: %+v, want %+v", kind, got, c)
		}
	}
}

// equalRows compares the report with the tables.
func equalRows(t *testing.T, o *officetest.Office, report *fhir.Report) {
	t.Helper()
	ctx, c := o.System(), o.Deps.DB.Client(o.System())
	counts := map[string]int{
		"Patient": officetest.Must(c.Patient.Query().Count(ctx)), "Encounter": officetest.Must(c.Visit.Query().Count(ctx)),
		"Condition": officetest.Must(c.Problem.Query().Count(ctx)), "Immunization": officetest.Must(c.Immunization.Query().Count(ctx)),
		"AllergyIntolerance": officetest.Must(c.Allergy.Query().Count(ctx)), "Organization": officetest.Must(c.Location.Query().Count(ctx)),
		"Practitioner": officetest.Must(c.Provider.Query().Count(ctx)),
		"Observation":  officetest.Must(c.VitalReading.Query().Count(ctx)) + officetest.Must(c.HistoryEntry.Query().Count(ctx)),
	}
	for kind, n := range counts {
		if want := report.Types[kind].Imported; n != want {
			t.Errorf("%s: %d rows, reported %d", kind, n, want)
		}
	}
	if n := officetest.Must(c.FHIRResource.Query().Where(fhirresource.Raw.IsNil(), fhirresource.EntityID.IsNil()).Count(ctx)); n != 0 {
		t.Errorf("%d resources are neither a row nor kept", n)
	}
	if n := officetest.Must(c.PatientTerm.Query().Count(ctx)); n < 60*3 {
		t.Errorf("%d words to search patients by", n)
	}
}

// again imports the same files, which must write nothing.
func again(t *testing.T, o *officetest.Office, folder string, known, resources int) {
	t.Helper()
	sources, err := fhir.Files(folder)
	if err != nil {
		t.Fatal(err)
	}
	ctx, counter := db.WithCounter(t.Context())
	report, err := o.Fhir.Import(ctx, sources, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := report.Total(); got != (fhir.Count{Unchanged: resources}) {
		t.Errorf("the second time: %+v", got)
	}
	for _, s := range counter.Statements() {
		if verb, _, _ := strings.Cut(s, " "); verb != "SELECT" {
			t.Fatalf("the second time writes: %s", s)
		}
	}
	if n := officetest.Must(o.Deps.DB.Client(o.System()).FHIRResource.Query().Count(o.System())); n != known {
		t.Errorf("%d resources are known, want %d", n, known)
	}
}

// charts compares what the graph and the tables show of some patients with
// what their bundles say.
func charts(t *testing.T, o *officetest.Office, bundles []plainBundle) {
	t.Helper()
	for _, b := range bundles[:8] {
		chart(t, o, b)
	}
}

// told is what a bundle says of its patient.
type told struct {
	id, mrn   string
	raw       int             // resources that no module has a row for
	problems  map[string]bool // name, onset, status
	shots     map[string]string
	weights   map[string]float64
	pressures map[string][2]float64
}

func tell(t *testing.T, b plainBundle) told {
	t.Helper()
	d := told{problems: map[string]bool{}, shots: map[string]string{}, weights: map[string]float64{}, pressures: map[string][2]float64{}}
	for _, e := range b.Entry {
		r := e.Resource
		source := fmt.Sprint(r["resourceType"], "/", r["id"])
		if becomesRaw(r) {
			d.raw++
		}
		number := func(path ...any) float64 { f, _ := at(r, path...).(float64); return f }
		switch {
		case r["resourceType"] == "Patient":
			d.id, d.mrn = fmt.Sprint(r["id"]), fmt.Sprint(at(r, "identifier", 1, "value"))
		case r["resourceType"] == "Condition":
			status := strings.ToUpper(fmt.Sprint(at(r, "clinicalStatus", "coding", 0, "code")))
			d.problems[fmt.Sprint(at(r, "code", "text"), at(r, "onsetDateTime").(string)[:10], status)] = true
		case r["resourceType"] == "Immunization":
			d.shots[source] = fmt.Sprint(at(r, "vaccineCode", "coding", 0, "code"), instant(t, at(r, "occurrenceDateTime")))
		case at(r, "code", "coding", 0, "code") == "29463-7":
			d.weights[source] = number("valueQuantity", "value")
		case at(r, "code", "coding", 0, "code") == "55284-4":
			d.pressures[source] = [2]float64{number("component", 1, "valueQuantity", "value"), number("component", 0, "valueQuantity", "value")}
		}
	}
	return d
}

func chart(t *testing.T, o *officetest.Office, b plainBundle) {
	t.Helper()
	want := tell(t, b)
	var got struct {
		Patient struct {
			ID  string
			All struct{ TotalCount int }
			Raw struct {
				Nodes []struct{ ResourceID, Raw string }
			}
		}
	}
	o.As("PHYSICIAN").Do(`query($mrn: String!) { patient(by: {mrn: $mrn}) { id all: fhirResources { totalCount }
		raw: fhirResources(type: "Patient") { nodes { resourceId raw } } } }`, officetest.Vars{"mrn": want.mrn}, &got)
	p := got.Patient
	if len(p.Raw.Nodes) != 1 || p.Raw.Nodes[0].ResourceID != want.id || p.All.TotalCount < want.raw {
		t.Fatalf("patient %s: %+v", want.id, p)
	}
	ctx, c := o.System(), o.Deps.DB.Client(o.System())
	problems := officetest.Must(c.Problem.Query().Where(problem.PatientID.EQ(p.ID)).All(ctx))
	for _, row := range problems {
		if !want.problems[fmt.Sprint(row.CodeText, *row.Onset, row.Status)] {
			t.Errorf("problem %s %s %s is not in the file", row.CodeText, *row.Onset, row.Status)
		}
	}
	if len(problems) < len(want.problems) {
		t.Errorf("%d problems, want %d", len(problems), len(want.problems))
	}
	for _, row := range officetest.Must(c.Immunization.Query().Where(immunization.PatientID.EQ(p.ID)).All(ctx)) {
		if got := fmt.Sprint(*row.VaccineCode, row.OccurredAt.UTC()); want.shots[*row.Source] != got {
			t.Errorf("immunization: %s, the file says %s", got, want.shots[*row.Source])
		}
		delete(want.shots, *row.Source)
	}
	readings(t, officetest.Must(c.VitalReading.Query().Where(vitalreading.PatientID.EQ(p.ID)).All(ctx)), want)
	if len(want.weights)+len(want.pressures)+len(want.shots) > 0 {
		t.Errorf("missing: %v %v %v", want.weights, want.pressures, want.shots)
	}
}

// readings compares numbers as finely as the office keeps them.
func readings(t *testing.T, rows []*ent.VitalReading, want told) {
	t.Helper()
	near := func(got *decimal.Decimal, want float64) bool {
		return got != nil && math.Abs(got.Float()-want) < 0.0501
	}
	for _, row := range rows {
		source := *row.Source
		switch row.Sign {
		case vitalreading.SignBODY_WEIGHT:
			if !near(row.Value, want.weights[source]) || *row.Unit != "kg" {
				t.Errorf("weight: %v %v, the file says %v kg", row.Value, *row.Unit, want.weights[source])
			}
			delete(want.weights, source)
		case vitalreading.SignBLOOD_PRESSURE:
			if p := want.pressures[source]; !near(row.Systolic, p[0]) || !near(row.Diastolic, p[1]) || *row.Unit != "mm[Hg]" {
				t.Errorf("pressure: %v/%v, the file says %v", row.Systolic, row.Diastolic, p)
			}
			delete(want.pressures, source)
		}
		if row.VisitID == nil {
			t.Error("a reading without its visit")
		}
	}
}

func instant(t *testing.T, v any) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, fmt.Sprint(v))
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}
