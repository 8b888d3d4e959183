package fhir_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"

	"medoffice/modules/fhir"
	"medoffice/modules/officetest"
)

// A small bundle, in parts that the tests put together.
const (
	person = `{"resourceType":"Patient","id":"p1","identifier":[{"type":{"coding":[{"code":"MR"}]},"system":"urn:office","value":"4711"}],` +
		`"name":[{"family":"Ångström","given":["Ida","Maria"]}],"gender":"female","birthDate":"1980-02","telecom":[{"system":"phone","value":"(555) 010-2030"}]}`
	coming  = `{"resourceType":"Encounter","id":"v1","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p1"},"period":{"start":"2026-01-05T09:00:00-05:00","end":"2026-01-05T09:30:00-05:00"}}`
	trouble = `{"resourceType":"Condition","id":"c1","clinicalStatus":{"coding":[{"code":"active"}]},"code":{"text":"Migraine"},"subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/v1"},"onsetDateTime":"2019"}`
	weight  = `{"resourceType":"Observation","id":"o1","status":"final","category":[{"coding":[{"code":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}],"text":"Body weight"},` +
		`"subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/v1"},"effectiveDateTime":"2026-01-05T09:10:00-05:00","valueQuantity":{"value":72.5,"unit":"kg","code":"kg","system":"http://unitsofmeasure.org"}}`
)

// bundle makes a transaction of resources.
func bundle(resources ...string) string {
	entries := make([]string, len(resources))
	for i, r := range resources {
		entries[i] = `{"resource":` + r + `,"request":{"method":"POST","url":"x"}}`
	}
	return `{"resourceType":"Bundle","type":"transaction","entry":[` + strings.Join(entries, ",") + `]}`
}

func text(name, content string) fhir.Source { return fhir.Reader(name, strings.NewReader(content)) }

// rows counts everything that an import may write.
func rows(t testing.TB, o *officetest.Office) int {
	t.Helper()
	ctx, c := o.System(), o.Deps.DB.Client(o.System())
	return officetest.Must(c.Patient.Query().Count(ctx)) + officetest.Must(c.Visit.Query().Count(ctx)) + officetest.Must(c.Problem.Query().Count(ctx)) +
		officetest.Must(c.VitalReading.Query().Count(ctx)) + officetest.Must(c.FHIRResource.Query().Count(ctx)) + officetest.Must(c.FHIRIdentifier.Query().Count(ctx)) +
		officetest.Must(c.PatientTerm.Query().Count(ctx)) + officetest.Must(c.PatientIdentifier.Query().Count(ctx))
}

func TestBrokenFiles(t *testing.T) {
	deep := strings.Repeat(`{"extension":[`, 50) + `{"url":"x"}` + strings.Repeat(`]}`, 50)
	for name, c := range map[string]struct{ file, content, path, reason string }{
		"empty":              {"a.json", "", "$", "the file is empty"},
		"only white space":   {"a.json", " \r\n", "$", "the file is empty"},
		"truncated":          {"a.json", bundle(person, coming, trouble)[:800], "$.entry[2]", "the file ends in the middle"},
		"truncated at comma": {"a.json", `{"resourceType":"Bundle","type":"batch",`, "$", "the file ends in the middle"},
		"not JSON":           {"a.json", "ISA*00*", "$", "this is not JSON (near byte 1)"},
		"not an object":      {"a.json", `[1]`, "$", "a Bundle or a resource is an object"},
		"two documents":      {"a.json", bundle(person) + " {}", "$", "something follows after its end"},
		"entry no list":      {"a.json", `{"resourceType":"Bundle","type":"batch","entry":{}}`, "$.entry", "a list was expected"},
		"entry in a patient": {"a.json", `{"resourceType":"Patient","entry":[]}`, "$.resourceType", "only a Bundle has entries"},
		"history":            {"a.json", `{"resourceType":"Bundle","type":"history","entry":[]}`, "$.type", "a bundle to import is"},
		"deleting":           {"a.json", `{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE"}}]}`, "$.entry[0].request.method", "an import only brings resources"},
		"no resource":        {"a.json", `{"resourceType":"Bundle","type":"transaction","entry":[{}]}`, "$.entry[0]", "there is no resource in it"},
		"wrong type":         {"a.json", bundle(person, strings.Replace(trouble, `{"text":"Migraine"}`, `{"text":["Migraine"]}`, 1)), "$.entry[1].resource.code.text", "a text was expected, not a list"},
		"wrong type deeper":  {"a.json", bundle(strings.Replace(person, `["Ida","Maria"]`, `["Ida",7]`, 1)), "$.entry[0].resource.name[0].given[1]", "a text was expected, not a number"},
		"date as number":     {"a.json", bundle(strings.Replace(person, `"1980-02"`, `1980`, 1)), "$.entry[0].resource.birthDate", "a text was expected, not a number"},
		"no such date":       {"a.json", bundle(strings.Replace(person, `1980-02`, `1980-02-30`, 1)), "$.entry[0].resource.birthDate", "the calendar has no such date"},
		"born in the future": {"a.json", bundle(strings.Replace(person, `1980-02`, `2180-02`, 1)), "$.entry[0].resource.birthDate", "this is in the future"},
		"no such sex":        {"a.json", bundle(strings.Replace(person, `female`, `F`, 1)), "$.entry[0].resource.gender", "R4 has no such code here"},
		"taken in future":    {"a.json", bundle(person, coming, strings.Replace(weight, `2026-01-05T09:10`, `2027-01-05T09:10`, 1)), "$.entry[2].resource.effectiveDateTime", "this is in the future"},
		"number as text":     {"a.json", bundle(person, coming, strings.Replace(weight, `72.5`, `"72.5"`, 1)), "$.entry[2].resource.valueQuantity.value", "a number was expected"},
		"missing patient":    {"a.json", bundle(coming, trouble), "$.entry[0].resource.subject.reference", "what it refers to is in no file so far"},
		"missing visit":      {"a.json", bundle(person, trouble), "$.entry[1].resource.encounter.reference", "what it refers to is in no file so far"},
		"missing urn":        {"a.json", bundle(person, strings.Replace(trouble, `Encounter/v1`, `urn:uuid:4c1f`, 1)), "$.entry[1].resource.encounter.reference", "what it refers to is in no file so far"},
		"missing identifier": {"a.json", bundle(person, strings.Replace(coming, `"period"`, `"serviceProvider":{"reference":"Organization?identifier=x|y"},"period"`, 1)), "$.entry[1].resource.serviceProvider.reference", "in no file so far"},
		"no subject":         {"a.json", bundle(person, strings.Replace(coming, `"subject":{"reference":"Patient/p1"},`, ``, 1)), "$.entry[1].resource.subject", "it does not tell whose it is"},
		"ends before begin":  {"a.json", bundle(person, strings.Replace(coming, `09:30`, `08:30`, 1)), "$.entry[1].resource.period.end", "it ends before it begins"},
		"same id twice":      {"a.json", bundle(person, strings.Replace(person, "Ida", "Eva", 1)), "$.entry[1].resource.id", "this resource stands twice"},
		"no id":              {"a.json", bundle(strings.Replace(person, `"id":"p1",`, ``, 1)), "$.entry[0].resource.id", "without an id or a fullUrl"},
		"no type":            {"a.json", bundle(`{"id":"p1"}`), "$.entry[0].resource.resourceType", "there is no such type of resource"},
		"invalid UTF-8":      {"a.json", bundle(strings.Replace(person, "Ida", "I\xffda", 1)), "$.entry[0].resource", "this is not UTF-8 text"},
		"NUL":                {"a.json", bundle(strings.Replace(person, "Ida", `I\u0000da`, 1)), "$.entry[0].resource.name[0].given[0]", "a text has no NUL characters"},
		"100 levels":         {"a.json", bundle(person, `{"resourceType":"Basic","id":"b","extension":[`+deep+`]}`), "$.entry[1].resource.extension[0].extension[0].", "nested more than 64 levels deep"},
		"100000 levels":      {"a.json", bundle(person, strings.Repeat(`[`, 100_000)), "$.entry[1]", "nested more than 64 levels deep"},
		"huge text":          {"a.json", bundle(person, `{"resourceType":"Basic","id":"`+strings.Repeat("x", 17<<20)), "$.entry[1]", "this is bigger than 16 MiB"},
		"not gzip":           {"a.json.gz", "\x1f\x8bnot", "$", "the file is not what its first bytes say (gzip)"},
		"gzip cut off":       {"a.json.gz", packed(t, bundle(person))[:200], "$", "the file ends in the middle"},
	} {
		t.Run(name, func(t *testing.T) {
			officetest.Each(t, func(t *testing.T, o *officetest.Office) {
				good := bundle(strings.ReplaceAll(strings.ReplaceAll(person, "p1", "other"), "4711", "4712"))
				report := importSources(t, o, text(c.file, c.content), text("good.json", good))
				if len(report.Refusals) != 1 && name != "missing patient" {
					t.Fatalf("refused: %+v", report.Refusals)
				}
				r := report.Refusals[0]
				if r.File != c.file || !strings.HasPrefix(r.Path, c.path) || !strings.Contains(r.Reason, c.reason) {
					t.Errorf("refused: %+v", r)
				}
				if strings.Contains(fmt.Sprint(report.Refusals), "Ida") || strings.Contains(fmt.Sprint(report.Refusals), "Migraine") {
					t.Error("a reason tells of the patient")
				}
				if report.Types["Patient"].Imported != 1 || report.Broken != 1 {
					t.Errorf("the good file: %+v", report.Total())
				}
				alone := officetest.New(t)
				importSources(t, alone, text("good.json", good))
				if got, want := rows(t, o), rows(t, alone); got != want {
					t.Errorf("%d rows, want the %d of the good file", got, want)
				}
			})
		})
	}
}

func packed(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// endless is a stream that repeats a text up to a size, and is nowhere in memory.
type endless struct {
	head, body, tail string
	left             int64
	at               string
}

func (e *endless) Read(p []byte) (int, error) {
	if e.at == "" {
		switch {
		case e.head != "":
			e.at, e.head = e.head, ""
		case e.left > 0:
			e.at = e.body
			e.left -= int64(len(e.body))
		case e.tail != "":
			e.at, e.tail = e.tail, ""
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, e.at)
	e.at = e.at[n:]
	return n, nil
}

// TestHugeFiles imports what does not fit into memory.
func TestHugeFiles(t *testing.T) {
	const size = 1 << 30
	o := officetest.New(t)
	entry := `{"resource":{"resourceType":"Basic","id":"b","code":{"text":"` + strings.Repeat("x", 1000) + `"}}},` + "\n"
	report := importSources(t, o,
		fhir.Reader("bundle.json", &endless{head: `{"resourceType":"Bundle","type":"transaction","entry":[`, body: entry, tail: `{}]}`, left: size}),
		fhir.Reader("text.json", &endless{head: `{"resourceType":"Bundle","x":"`, body: strings.Repeat("x", 1<<16), tail: `"}`, left: size}),
		fhir.Reader("key.json", &endless{head: `{"`, body: strings.Repeat("x", 1<<16), tail: `":1}`, left: size}),
		fhir.Reader("line.ndjson", &endless{head: `{"resourceType":"Basic","x":"`, body: strings.Repeat("x", 1<<16), tail: `"}` + "\n" + person, left: size}),
	)
	want := []string{
		"a bundle has at most 64 MiB and 20000 entries: export it as NDJSON",
		"this is bigger than 16 MiB", "this is bigger than 16 MiB", "this is bigger than 16 MiB",
	}
	if len(report.Refusals) != len(want) {
		t.Fatalf("refused: %+v", report.Refusals)
	}
	for i, r := range report.Refusals {
		if r.Reason != want[i] {
			t.Errorf("%s: %s %s", r.File, r.Path, r.Reason)
		}
	}
	if got := report.Types["Patient"]; got == nil || got.Imported != 1 {
		t.Errorf("the line after the long one: %+v", got)
	}
}
