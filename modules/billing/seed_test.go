package billing_test

import (
	"testing"

	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// TestSeedFillsTheBooks: the demo office has money that adds up: paid, due,
// credit, an invoice that was voided, charges that wait.
func TestSeedFillsTheBooks(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		if err := o.Seed(t.Context(), &kit.Demo{Seed: 3, Patients: 20, Now: officetest.Morning}); err != nil {
			t.Fatal(err)
		}
		s := &till{Office: o, t: t}
		type count struct{ TotalCount int }
		var got struct {
			Wait, Due, Paid, Voided, Payments count
			Ageing                            struct{ DueMinor, CreditMinor int }
		}
		o.As("BILLER").Do(`{ wait: charges(filter: {status: {eq: BILLABLE}}) { totalCount } due: invoices(filter: {status: {eq: ISSUED}}) { totalCount }
			paid: invoices(filter: {status: {eq: BALANCED}}) { totalCount } voided: invoices(filter: {status: {eq: CANCELLED}}) { totalCount }
			payments { totalCount } ageing(asOf: "2026-03-02") { dueMinor creditMinor } }`, nil, &got)
		if got.Wait.TotalCount == 0 || got.Due.TotalCount == 0 || got.Paid.TotalCount == 0 || got.Voided.TotalCount != 1 || got.Payments.TotalCount == 0 {
			t.Errorf("%+v", got)
		}
		if got.Ageing.DueMinor == 0 || got.Ageing.CreditMinor == 0 {
			t.Errorf("%+v", got.Ageing)
		}
		var days, off int
		if err := o.Deps.DB.SQL().QueryRow("SELECT COUNT(DISTINCT day) FROM ledger_entries").Scan(&days); err != nil || days < 5 {
			t.Errorf("all in %d days: %v", days, err)
		}
		if err := o.Deps.DB.SQL().QueryRow("SELECT COUNT(*) FROM drawer_closings WHERE difference_minor <> 0").Scan(&off); err != nil || off != 1 {
			t.Errorf("%d drawers that do not match: %v", off, err)
		}
		s.proof()
	})
}
