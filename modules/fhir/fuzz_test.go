package fhir_test

import (
	"strings"
	"testing"

	"medoffice/ent/fhirresource"
	"medoffice/modules/fhir"
	"medoffice/modules/officetest"
)

// FuzzBundle imports anything: it never panics, every resource that it counts
// as taken is in the database, and a bundle is taken wholly or not at all.
func FuzzBundle(f *testing.F) {
	for _, seed := range []string{
		"", "{", "[]", "null", person, bundle(person, coming, trouble, weight), bundle(drug, referring, doctor, clinic, person),
		lines(person, coming, weight), `{"resourceType":"Bundle","type":"batch","entry":[{"resource":` + person + `},{"resource":` + trouble + `}]}`,
		"\xef\xbb\xbf" + bundle(person), strings.Repeat(`{"a":[`, 40), `{"resourceType":"Bundle","entry":[],"type":"transaction"}`,
		strings.Replace(bundle(person), "1980-02", "1980-02-30", 1), lines(bundle(person), coming), "\x1f\x8b\x08",
		`{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient"}}]}`,
	} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	o := officetest.New(f) // one for all: each input meets what those before it left
	f.Fuzz(func(t *testing.T, content string, byLine bool) {
		name := "a.json"
		if byLine {
			name = "a.ndjson"
		}
		before := rows(t, o)
		report, err := o.Fhir.Import(t.Context(), []fhir.Source{text(name, content)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		c := report.Total()
		if taken := c.Imported + c.Updated + c.KeptRaw; taken == 0 && rows(t, o) != before {
			t.Fatalf("nothing was taken, but rows were written: %+v", c)
		}
		if !byLine && report.Broken > 0 && report.Bundles == 0 && rows(t, o) != before {
			t.Fatal("a broken bundle left something behind")
		}
		half := officetest.Must(o.Deps.DB.Client(o.System()).FHIRResource.Query().
			Where(fhirresource.Raw.IsNil(), fhirresource.EntityID.IsNil()).Count(o.System()))
		if half != 0 {
			t.Fatal("a resource is neither a row nor kept")
		}
	})
}
