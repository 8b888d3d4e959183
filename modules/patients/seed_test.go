package patients_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"medoffice/graph/limit"
	"medoffice/modules/officetest"
)

// everything is all of the first hundred charts.
const everything = `{ patients(first: 100, orderBy: {field: MRN}) { nodes { id mrn status name { text } preferredName birthDate sex maritalStatus languages
	identifiers { id value } addresses { id line city } telecoms { id value } contacts { id name relationship phone }
	allergies { nodes { id substance { text code } onset recordedAt } } problems(first: 100) { nodes { id code { code } onset abatement recordedAt } }
	histories { nodes { id value } } immunizations(first: 100) { nodes { id vaccine { code } occurredAt lot } } consents { nodes { id kind givenAt } } } } }`

func TestSeedIsTheSame(t *testing.T) {
	seen := map[string]bool{}
	officetest.InTurn(t, func(t *testing.T, o *officetest.Office) {
		o.Limits.Interactive.Cost, o.Limits.Interactive.Nodes = limit.None, limit.None
		seeded(t, o, 60)
		a := o.As("PHYSICIAN").Do(everything, nil, nil)
		sum := sha256.Sum256(a.Data)
		seen[hex.EncodeToString(sum[:])] = true
	})
	if len(seen) != 1 {
		t.Fatal("the demo differs from itself")
	}
}

func TestSeedIsFastAndFitsTogether(t *testing.T) {
	officetest.InTurn(t, func(t *testing.T, o *officetest.Office) {
		o.Limits.Interactive.Cost, o.Limits.Interactive.Nodes = limit.None, limit.None
		start := time.Now()
		seeded(t, o, 300)
		if took := time.Since(start); took > 30*time.Second*officetest.Slow {
			t.Errorf("300 patients took %v", took)
		}
		type dated struct {
			Onset, Abatement       *string
			RecordedAt, OccurredAt time.Time
		}
		type rows struct{ Nodes []dated }
		var cursor *string
		people, events := 0, 0
		for {
			var got struct {
				Patients struct {
					Nodes []struct {
						BirthDate                          string
						Age                                *int
						Deceased                           bool
						Allergies, Problems, Immunizations rows
					}
					PageInfo struct {
						HasNextPage bool
						EndCursor   *string
					}
				}
			}
			o.As("NURSE").Do(`query($c: String) { patients(first: 100, after: $c) { nodes { birthDate age deceased
			allergies { nodes { onset recordedAt } } problems(first: 100) { nodes { onset abatement recordedAt } }
			immunizations(first: 100) { nodes { occurredAt } } } pageInfo { hasNextPage endCursor } } }`, officetest.Vars{"c": cursor}, &got)
			for _, p := range got.Patients.Nodes {
				people++
				if p.Age == nil || *p.Age > 100 {
					t.Errorf("age %v", p.Age)
				}
				for _, row := range append(append(p.Allergies.Nodes, p.Problems.Nodes...), p.Immunizations.Nodes...) {
					events++
					if row.Onset != nil && *row.Onset < p.BirthDate || row.Abatement != nil && *row.Abatement < *row.Onset {
						t.Errorf("out of order: %+v, born %s", row, p.BirthDate)
					}
					if row.RecordedAt.After(officetest.Morning) || row.OccurredAt.After(officetest.Morning) {
						t.Errorf("in the future: %+v", row)
					}
				}
			}
			if cursor = got.Patients.PageInfo.EndCursor; !got.Patients.PageInfo.HasNextPage {
				break
			}
		}
		if people != 300 || events < 3000 {
			t.Errorf("%d people, %d events", people, events)
		}
	})
}
