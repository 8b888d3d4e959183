package medications_test

import (
	"math/rand/v2"
	"testing"

	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// TestSeedFillsTheCabinet: the demo office has a catalogue with what it keeps,
// lists of what patients take, doses that the stock knows, and a register that
// adds up; and its day goes on by orders, doses, charges and payments.
func TestSeedFillsTheCabinet(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		if err := o.Seed(t.Context(), &kit.Demo{Seed: 3, Patients: 40, Now: officetest.Morning}); err != nil {
			t.Fatal(err)
		}
		w := &ward{Office: o, t: t}
		for table, least := range map[string]int{"medications": 40, "medication_links": 60, "medication_statements": 20, "administrations": 3, "register_entries": 2} {
			if n := w.count(table, "1 = 1"); n < least {
				t.Errorf("%s: %d", table, n)
			}
		}
		if n := w.count("medications", "cvx IS NOT NULL AND item_id IS NULL OR code LIKE 'RX-%' AND item_id IS NULL"); n > 0 {
			t.Errorf("%d medications have no item", n)
		}
		before := w.count("administrations", "1 = 1")
		ctx, r := w.System(), rand.New(rand.NewPCG(1, 2))
		for range 300 {
			for _, step := range []func(c *rand.Rand) error{
				func(r *rand.Rand) error { return o.Visits.Step(ctx, r) }, func(r *rand.Rand) error { return o.Vitals.Step(ctx, r) },
				func(r *rand.Rand) error { return o.Medications.Step(ctx, r) }, func(r *rand.Rand) error { return o.Billing.Step(ctx, r) },
			} {
				if err := step(r); err != nil {
					t.Fatal(err)
				}
			}
		}
		if n := w.count("administrations", "1 = 1"); n <= before {
			t.Errorf("nothing was given: %d", n)
		}
		if w.count("payments", "1 = 1") == 0 || w.count("stock_balances", "quantity < 0") > 0 {
			t.Error("nobody paid, or there is less than nothing")
		}
	})
}
