package fhir_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"medoffice/ent"
	"medoffice/ent/patientterm"
	"medoffice/ent/problem"
	"medoffice/modules/fhir"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

const (
	clinic = `{"resourceType":"Organization","id":"org1","identifier":[{"system":"urn:org","value":"77"}],"name":"Harbor Clinic"}`
	doctor = `{"resourceType":"Practitioner","id":"doc1","identifier":[{"system":"http://hl7.org/fhir/sid/us-npi","value":"1234567893"}],"name":[{"family":"Runte","given":["Cedrick"],"prefix":["Dr."]}]}`
	drug   = `{"resourceType":"MedicationRequest","id":"m1","status":"active","subject":{"reference":"Patient/p1"}}`
)

// referring is a visit whose people and places are named by their identifiers.
var referring = strings.Replace(coming, `"period"`, `"participant":[{"individual":{"reference":"Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1234567893"}}],`+
	`"serviceProvider":{"identifier":{"system":"urn:org","value":"77"}},"period"`, 1)

func lines(all ...string) string { return strings.Join(all, "\r\n") + "\r\n" }

func only(t *testing.T, report *fhir.Report, want fhir.Count) {
	t.Helper()
	if got := report.Total(); got != want {
		t.Fatalf("%+v, want %+v; %+v %+v", got, want, report.Refusals, report.Notes)
	}
}

func TestChartOfOneBundle(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		only(t, importSources(t, o, text("a.json", "\xef\xbb\xbf"+bundle(drug, weight, trouble, referring, doctor, clinic, person))),
			fhir.Count{Imported: 6, KeptRaw: 1})
		ctx, c := o.System(), o.Deps.DB.Client(o.System())
		p := officetest.Must(c.Patient.Query().With(ent.WithPatientTelecoms()).With(ent.WithPatientIdentifiers()).Only(ctx))
		if p.Mrn != "4711" || p.FamilyName != "Ångström" || p.GivenName != "Ida Maria" || *p.BirthDate != "1980-02" || *p.Source != "Patient/p1" ||
			len(p.Edges.Telecoms) != 1 || len(p.Edges.Identifiers) != 1 || p.SortName != "angstrom ida maria" {
			t.Errorf("patient: %+v", p)
		}
		v := officetest.Must(c.Visit.Query().With(ent.WithVisitProvider()).With(ent.WithVisitLocation()).Only(ctx))
		if v.StageID != nil || v.OnBoard || v.Status != "FINISHED" || v.Edges.Provider.FamilyName != "Runte" || v.Edges.Location.Name != "Harbor Clinic" ||
			v.StartedAt.UTC().Format("15:04") != "14:00" {
			t.Errorf("visit: %+v", v)
		}
		if d := v.Edges.Provider; *d.Npi != "1234567893" || *d.NamePrefix != "Dr." {
			t.Errorf("provider: %+v", d)
		}
		if r := officetest.Must(c.VitalReading.Query().Only(ctx)); r.Value.String() != "72.5" || *r.Unit != "kg" || *r.VisitID != v.ID || r.Sign != "BODY_WEIGHT" {
			t.Errorf("reading: %+v", r)
		}
		if pr := officetest.Must(c.Problem.Query().Only(ctx)); *pr.Onset != "2019" || pr.PatientID != p.ID || *pr.VisitID != v.ID || pr.Status != problem.StatusACTIVE {
			t.Errorf("problem: %+v", pr)
		}
		for _, word := range []string{"angstrom", "ida", "maria", "5550102030"} {
			if !officetest.Must(c.PatientTerm.Query().Where(patientterm.Word.EQ(word)).Exist(ctx)) {
				t.Errorf("nobody is found by %s", word)
			}
		}
	})
}

// TestOrderOfFiles imports files of which each needs a later one.
func TestOrderOfFiles(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		report := importSources(t, o,
			text("obs.ndjson", lines(weight, "", "{broken", strings.NewReplacer("Patient/p1", "Patient/nobody", "o1", "o2").Replace(weight), trouble)),
			text("visit.json", bundle(referring)), text("lonely.json", bundle(strings.ReplaceAll(coming, "Patient/p1", "Patient/p9"))),
			text("Patient.ndjson", lines(person)), text("people.json", bundle(doctor, clinic)))
		only(t, report, fhir.Count{Imported: 6, Refused: 3})
		places := map[string]string{}
		for _, r := range report.Refusals {
			places[r.File+" "+r.Path] = r.Reason
		}
		for place, reason := range map[string]string{
			"obs.ndjson line 3 $":                               "this line is not a JSON object",
			"lonely.json $.entry[0].resource.subject.reference": "what it refers to is in no file so far",
		} {
			if places[place] != reason {
				t.Errorf("%s: %q in %v", place, places[place], places)
			}
		}
		v := officetest.Must(o.Deps.DB.Client(o.System()).Visit.Query().Only(o.System()))
		if v.ProviderID == nil || v.LocationID == nil {
			t.Errorf("the visit lost its people: %+v", v)
		}
	})
}

// TestUnknownPeople keeps a visit whose doctor no file brings.
func TestUnknownPeople(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		visit := strings.Replace(coming, `"period"`, `"participant":[{"individual":{"reference":"Practitioner/gone","display":"Dr. Gone"}}],"period"`, 1)
		only(t, importSources(t, o, text("a.json", bundle(person, visit))), fhir.Count{Imported: 2})
		ctx, c := o.System(), o.Deps.DB.Client(o.System())
		if v := officetest.Must(c.Visit.Query().Only(ctx)); v.ProviderID != nil {
			t.Errorf("visit: %+v", v)
		}
		for _, r := range officetest.Must(c.FHIRResource.Query().All(ctx)) {
			if r.ResourceType == "Encounter" && (r.Raw == nil || !strings.Contains(*r.Raw, "Dr. Gone")) {
				t.Error("who it was is lost")
			}
		}
	})
}

func TestChangesOfTheSource(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		importSources(t, o, text("a.json", bundle(person, coming, trouble, drug)))
		married := strings.Replace(person, "Ångström", "Berg", 1)
		married = strings.Replace(married, `"telecom":[`, `"telecom":[{"system":"email","value":"ida@example.org"},`, 1)
		over := strings.Replace(trouble, `"active"`, `"resolved"`, 1)
		only(t, importSources(t, o, text("a.json", bundle(married, coming, over, strings.Replace(drug, "active", "stopped", 1)))),
			fhir.Count{Updated: 2, Unchanged: 1, KeptRaw: 1})
		ctx, c := o.System(), o.Deps.DB.Client(o.System())
		p, pr := officetest.Must(c.Patient.Query().With(ent.WithPatientTelecoms()).Only(ctx)), officetest.Must(c.Problem.Query().Only(ctx))
		if p.FamilyName != "Berg" || p.Version != 2 || len(p.Edges.Telecoms) != 2 || p.Mrn != "4711" {
			t.Errorf("patient: %+v", p)
		}
		if pr.Status != problem.StatusRESOLVED || pr.Version != 2 {
			t.Errorf("problem: %+v", pr)
		}
		if officetest.Must(c.PatientTerm.Query().Where(patientterm.Word.EQ("angstrom")).Exist(ctx)) || !officetest.Must(c.PatientTerm.Query().Where(patientterm.Word.EQ("berg")).Exist(ctx)) {
			t.Error("she is found by her old name, or not by her new one")
		}
		later := lines(strings.Replace(over, "Migraine", "Headache", 1), strings.Replace(over, "Migraine", "Cluster headache", 1))
		only(t, importSources(t, o, text("b.ndjson", later)), fhir.Count{Updated: 2})
		if pr := officetest.Must(c.Problem.Query().Only(ctx)); pr.CodeText != "Cluster headache" {
			t.Errorf("the later line is the newer one: %+v", pr)
		}
	})
}

// TestOursStays keeps what the office changed after the import.
func TestOursStays(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		importSources(t, o, text("a.json", bundle(person, coming, trouble)))
		nurse := kit.WithViewer(t.Context(), &kit.Viewer{ID: "acc_nurse", Name: "Ines", Roles: []string{kit.Nurse}})
		if err := o.Deps.DB.Tx(nurse, func(ctx context.Context) error {
			return officetest.Must(o.Deps.DB.Client(ctx).Problem.Query().Only(ctx)).Update().SetNote("seen today").Exec(ctx)
		}); err != nil {
			t.Fatal(err)
		}
		over := strings.Replace(trouble, `"active"`, `"resolved"`, 1)
		report := importSources(t, o, text("a.json", bundle(person, coming, over)))
		only(t, report, fhir.Count{Unchanged: 2, Refused: 1})
		if r := report.Refusals[0]; r.Path != "$.entry[2].resource" || r.Reason != "changed here since the import" || r.Type != "Condition" {
			t.Errorf("%+v", r)
		}
		if p := officetest.Must(o.Deps.DB.Client(o.System()).Problem.Query().Only(o.System())); p.Status != problem.StatusACTIVE || *p.Note != "seen today" {
			t.Errorf("overwritten: %+v", p)
		}
	})
}

// TestAnotherPerson refuses a second system that counts its patients from 1 too.
func TestAnotherPerson(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		importSources(t, o, text("a.json", bundle(person, coming, trouble)))
		before := rows(t, o)
		stranger := `{"resourceType":"Patient","id":"p1","name":[{"family":"Okafor","given":["Ben"]}],"birthDate":"1955-07-01"}`
		report := importSources(t, o, text("b.json", bundle(stranger, strings.Replace(trouble, "c1", "c2", 1))),
			text("c.ndjson", lines(stranger, strings.Replace(trouble, "c1", "c3", 1))))
		only(t, report, fhir.Count{Refused: 4})
		if rows(t, o) != before {
			t.Error("something of the stranger was written")
		}
		same := strings.Replace(person, `"p1"`, `"p2"`, 1)
		report = importSources(t, o, text("d.json", bundle(same)))
		only(t, report, fhir.Count{Refused: 1})
		if report.Refusals[0].Reason != "another patient has this medical record number" || rows(t, o) != before {
			t.Errorf("%+v", report.Refusals)
		}
		moved := strings.Replace(trouble, "Patient/p1", "Patient/p3", 1)
		third := `{"resourceType":"Patient","id":"p3","name":[{"family":"Ito"}]}`
		report = importSources(t, o, text("e.ndjson", lines(third, strings.Replace(moved, `"encounter":{"reference":"Encounter/v1"},`, "", 1))))
		only(t, report, fhir.Count{Imported: 1, Refused: 1})
		if report.Refusals[0].Reason != "under this id something of another patient was imported before" {
			t.Errorf("%+v", report.Refusals)
		}
	})
}

func TestMergedPatient(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		twin := strings.NewReplacer(`"p1"`, `"p2"`, "4711", "4712").Replace(person)
		importSources(t, o, text("a.json", bundle(person, twin, coming, drug)))
		ctx := o.System()
		var from, into *ent.Patient
		for _, p := range officetest.Must(o.Deps.DB.Client(ctx).Patient.Query().All(ctx)) {
			if p.Mrn == "4711" {
				from = p
			} else {
				into = p
			}
		}
		if err := o.Deps.DB.Tx(ctx, func(ctx context.Context) error {
			if err := o.Deps.DB.Client(ctx).Patient.UpdateOne(from).SetStatus("MERGED").SetMergedIntoID(into.ID).Exec(ctx); err != nil {
				return err
			}
			return o.Fhir.MovePatient(ctx, from.ID, into.ID)
		}); err != nil {
			t.Fatal(err)
		}
		var got struct {
			FhirResources struct {
				Nodes []struct {
					ResourceType string
					Patient      struct{ ID string }
				}
			}
		}
		o.As("NURSE").Do(`query($p: ID!) { fhirResources(patient: $p) { nodes { resourceType patient { id } } } }`, officetest.Vars{"p": into.ID}, &got)
		if len(got.FhirResources.Nodes) != 4 {
			t.Errorf("moved: %+v", got)
		}
		report := importSources(t, o, text("b.json", bundle(strings.Replace(person, "Ida", "Eva", 1), trouble, coming)))
		only(t, report, fhir.Count{Refused: 1, Imported: 1, Unchanged: 1})
		if p := officetest.Must(o.Deps.DB.Client(ctx).Problem.Query().Only(ctx)); p.PatientID != into.ID {
			t.Error("what comes for a merged patient belongs to the one that stands")
		}
	})
}

// TestConditionalCreate takes a hospital under another id for the one it knows.
func TestConditionalCreate(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		importSources(t, o, text("a.json", bundle(clinic)))
		again := `{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:aa-1","resource":` + strings.Replace(clinic, `"id":"org1",`, "", 1) +
			`,"request":{"method":"POST","url":"Organization","ifNoneExist":"identifier=urn:org|77"}},{"resource":` + person + `},{"resource":` +
			strings.Replace(coming, `"period"`, `"serviceProvider":{"reference":"urn:uuid:aa-1"},"period"`, 1) + `}]}`
		only(t, importSources(t, o, text("b.json", again)), fhir.Count{Imported: 2, Unchanged: 1})
		if n := officetest.Must(o.Deps.DB.Client(o.System()).Location.Query().Count(o.System())); n != 1 {
			t.Errorf("%d hospitals", n)
		}
		if v := officetest.Must(o.Deps.DB.Client(o.System()).Visit.Query().Only(o.System())); v.LocationID == nil {
			t.Error("the visit has no place")
		}
	})
}

// TestTwoAtOnce imports the same files in two imports at the same time.
func TestTwoAtOnce(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		var all sync.WaitGroup
		reports := make([]*fhir.Report, 4)
		for n := range reports {
			all.Go(func() {
				reports[n], _ = o.Fhir.Import(t.Context(), []fhir.Source{
					text("a.json", bundle(person, referring, doctor, clinic, trouble, weight, drug)),
				}, nil)
			})
		}
		all.Wait()
		var sum fhir.Count
		for _, r := range reports {
			c := r.Total()
			sum.Imported, sum.KeptRaw, sum.Unchanged, sum.Refused = sum.Imported+c.Imported, sum.KeptRaw+c.KeptRaw, sum.Unchanged+c.Unchanged, sum.Refused+c.Refused
		}
		if sum != (fhir.Count{Imported: 6, KeptRaw: 1, Unchanged: 21}) {
			t.Errorf("%+v", sum)
		}
	})
}

func TestFoldersAndPackedFiles(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		folder := t.TempDir()
		for name, content := range map[string]string{
			"a/obs.ndjson.gz": packed(t, lines(weight, trouble)), "b/Patient.0.ndjson": lines(person), "b/enc.json": coming,
			"b/notes.txt": "not ours", "c/mixed.json": lines(drug, clinic),
		} {
			path := filepath.Join(folder, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		sources, err := fhir.Files(folder)
		if err != nil {
			t.Fatal(err)
		}
		var last fhir.Progress
		report, err := o.Fhir.Import(t.Context(), sources, func(p fhir.Progress) { last = p })
		if err != nil {
			t.Fatal(err)
		}
		only(t, report, fhir.Count{Imported: 5, KeptRaw: 1})
		if last.Bytes != last.Total || last.Total == 0 || last.Resources != 6 {
			t.Errorf("progress: %+v", last)
		}
		if _, err := fhir.Files(filepath.Join(folder, "nowhere")); err == nil {
			t.Error("a folder that is not there")
		}
	})
}

func TestReport(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		report := importSources(t, o, text("a.json", bundle(person, drug)), text("b.json", bundle(coming[:50])))
		var table, code bytes.Buffer
		if err := report.Print(&table); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"imported  updated  unchanged  kept raw  refused", "1        0          0         0        0  Patient", "b.json  $.entry[0]  "} {
			if !strings.Contains(table.String(), want) {
				t.Errorf("%q is not in\n%s", want, table.String())
			}
		}
		var got fhir.Report
		if err := report.JSON(&code); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(code.Bytes(), &got); err != nil || got.Total() != report.Total() || len(got.Refusals) != 1 {
			t.Errorf("%v: %s", err, code.String())
		}
	})
}

func TestWhoMayRead(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		importSources(t, o, text("a.json", bundle(person, coming, drug)))
		const document = `{ fhirResources(type: "MedicationRequest", first: 1) { totalCount nodes { resourceType resourceId raw entityId createdAt patient { mrn fhirResources { totalCount } } } pageInfo { hasNextPage } } }`
		for role, code := range map[string]string{
			"PHYSICIAN": "", "NURSE": "", "MANAGER": "", "FRONT_DESK": "FORBIDDEN", "BILLER": "FORBIDDEN", "MEDICAL_ASSISTANT": "FORBIDDEN",
			"BOARD": "FORBIDDEN", "REPORT": "FORBIDDEN", "": "UNAUTHENTICATED",
		} {
			a := o.As(role).Send(document, nil)
			if a.Code() != code {
				t.Errorf("%s: %s", role, a.Text)
			}
			if shown := strings.Contains(a.Text, "4711") && strings.Contains(a.Text, `"id\":\"m1\"`); shown != (code == "") {
				t.Errorf("%s sees %s", role, a.Text)
			}
		}
		r := officetest.Must(o.Deps.DB.Client(o.System()).FHIRResource.Query().First(o.System()))
		const node = `query($id: ID!) { node(id: $id) { id ... on FHIRResource { raw } } }`
		if a := o.As("FRONT_DESK").Send(node, officetest.Vars{"id": r.ID}); !strings.Contains(a.Text, `"node":null`) {
			t.Errorf("the front desk sees %s", a.Text)
		}
		if a := o.As("NURSE").Send(node, officetest.Vars{"id": r.ID}); !strings.Contains(a.Text, r.ID) {
			t.Errorf("the nurse sees %s", a.Text)
		}
	})
}

// TestImpossibleReading keeps what nobody can weigh as it came, and says so.
func TestImpossibleReading(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		report := importSources(t, o, text("a.json", bundle(person, coming, strings.Replace(weight, "72.5", "7000", 1))))
		only(t, report, fhir.Count{Imported: 2, KeptRaw: 1})
		if len(report.Notes) != 1 || report.Notes[0].Path != "$.entry[2].resource" {
			t.Errorf("%+v", report.Notes)
		}
		ctx, c := o.System(), o.Deps.DB.Client(o.System())
		if officetest.Must(c.VitalReading.Query().Count(ctx)) != 0 {
			t.Error("the reading is in the chart")
		}
		only(t, importSources(t, o, text("a.json", bundle(person, coming, strings.Replace(weight, "72.5", "70", 1)))), fhir.Count{Imported: 1, Unchanged: 2})
		if r := officetest.Must(c.VitalReading.Query().Only(ctx)); r.Value.String() != "70" {
			t.Errorf("%+v", r)
		}
	})
}
