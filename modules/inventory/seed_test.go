package inventory_test

import (
	"testing"

	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// TestSeedFillsTheShelves: the demo office has stock that adds up, with
// something low, something that expires, something expired and a lot to recall.
func TestSeedFillsTheShelves(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		if err := o.Seed(t.Context(), &kit.Demo{Seed: 3, Patients: 20, Now: officetest.Morning}); err != nil {
			t.Fatal(err)
		}
		s := &shelf{Office: o, t: t}
		var got struct {
			Items struct{ TotalCount int }
			Kits  []struct {
				Lines []struct{ Item struct{ Code string } }
			}
			Locations []struct{ ID string }
			Stocked   struct{ Nodes []struct{ ID string } }
		}
		o.As("NURSE").Do(`{ items { totalCount } kits { lines { item { code } } } locations { id }
			stocked: lots(filter: {status: {eq: QUARANTINED}}) { nodes { id } } }`, nil, &got)
		if got.Items.TotalCount < 30 || len(got.Kits) != 3 || len(got.Stocked.Nodes) != 1 || len(got.Locations) != 2 {
			t.Fatalf("%+v", got)
		}
		kinds := map[string]int{}
		var alerts struct{ StockAlerts []struct{ Kinds []string } }
		for _, l := range got.Locations {
			o.As("NURSE").Do(`query($l: ID!) { stockAlerts(location: $l) { kinds } }`, vars{"l": l.ID}, &alerts)
			for _, a := range alerts.StockAlerts {
				for _, k := range a.Kinds {
					kinds[k]++
				}
			}
		}
		for _, kind := range []string{"LOW", "EXPIRING", "EXPIRED"} {
			if kinds[kind] == 0 {
				t.Errorf("nothing is %s: %v", kind, kinds)
			}
		}
		var given int
		if err := o.Deps.DB.SQL().QueryRow("SELECT COUNT(*) FROM stock_movements WHERE patient_id IS NOT NULL").Scan(&given); err != nil || given == 0 {
			t.Errorf("%d given: %v", given, err)
		}
		s.proof()
	})
}

// TestLevelsAreFewStatements: however many items a page has, what there is of
// them takes the same number of statements.
func TestLevelsAreFewStatements(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		if err := o.Seed(t.Context(), &kit.Demo{Seed: 3, Patients: 5, Now: officetest.Morning}); err != nil {
			t.Fatal(err)
		}
		var at struct{ Locations []struct{ ID string } }
		nurse := o.As("NURSE")
		nurse.Do(`{ locations { id } }`, nil, &at)
		count := func(n int) int {
			var got struct {
				Items struct {
					Nodes []struct{ Stock struct{ State string } }
				}
			}
			a := nurse.Do(`query($n: Int, $l: ID!) { items(first: $n) { nodes { name stock(location: $l) { usable state } lots(first: 3) { nodes { number balances { quantity place { name } } } } } } }`,
				vars{"n": n, "l": at.Locations[0].ID}, &got)
			if len(got.Items.Nodes) != n {
				t.Errorf("%d items", len(got.Items.Nodes))
			}
			return len(a.Statements)
		}
		count(2) // who asks is known from now on
		few, many := count(2), count(30)
		if few != many || many > 14 {
			t.Errorf("2 items take %d statements, 30 take %d", few, many)
		}
	})
}
