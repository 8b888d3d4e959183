package terminology_test

import (
	"context"
	"testing"

	"medoffice/modules/officetest"
	"medoffice/modules/terminology"
)

func TestConcepts(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		const query = `query($system: String!, $search: String, $after: String) { concepts(system: $system, search: $search, first: 2, after: $after) {
			totalCount nodes { code display system active } pageInfo { hasNextPage endCursor } } }`
		for _, c := range []struct {
			system, search string
			total          int
			first          string
		}{
			{terminology.LOINC, "body weight", 1, "29463-7"},
			{terminology.LOINC, "WEIGHT BODY", 1, "29463-7"},
			{terminology.LOINC, "2946", 1, "29463-7"},
			{terminology.ICD10CM, "diabet type 2", 2, "E11.65"},
			{terminology.ICD10CM, "e11", 2, "E11.65"},
			{terminology.CVX, "zoster", 2, "121"},
			{terminology.CVX, "100%", 0, ""},
			{terminology.CVX, "_", 0, ""},
			{"urn:unknown", "", 0, ""},
		} {
			var got struct {
				Concepts struct {
					TotalCount int
					Nodes      []struct{ Code string }
				}
			}
			o.As("NURSE").Do(query, officetest.Vars{"system": c.system, "search": c.search}, &got)
			if got.Concepts.TotalCount != c.total || c.total > 0 && got.Concepts.Nodes[0].Code != c.first {
				t.Errorf("%s %q: %+v", c.system, c.search, got)
			}
		}
		if a := o.As("AUDITOR").Send(query, officetest.Vars{"system": terminology.LOINC}); a.Code() != "FORBIDDEN" {
			t.Error(a.Text)
		}
	})
}

func TestPutAndLookup(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		for _, display := range []string{"Old name", "New name", "New name"} {
			err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
				return o.Terminology.Put(ctx, terminology.Code{System: "urn:x", Code: "1", Display: display})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		got, err := o.Terminology.Lookup(o.System(), "urn:x", "1", "2")
		if err != nil || len(got) != 1 || got["1"] != "New name" {
			t.Errorf("%v %v", got, err)
		}
	})
}

// A second process of the same office adds nothing twice.
func TestStarterSetOnce(t *testing.T) {
	database := officetest.Database(t, "postgres")
	count := func(o *officetest.Office) int {
		n, err := o.Deps.DB.Client(o.System()).Concept.Query().Count(o.System())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	a, b := officetest.Open(t, database), officetest.Open(t, database)
	if x, y := count(a), count(b); x != y || x < 100 {
		t.Errorf("%d, then %d", x, y)
	}
}
