package billing_test

import (
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"medoffice/modules/officetest"
)

// TestNumbersHaveNoGaps: whoever issues at the same time gets the next number
// each, and who is refused takes none.
func TestNumbersHaveNoGaps(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		const many = 16
		drafts := make([]string, many)
		for i := range many {
			p := s.patient(fmt.Sprint("P", i))
			s.capture(p, fmt.Sprint("vis_", i), "VISIT", "", 1)
			drafts[i] = s.id(s.desk, "draftInvoice", "DraftInvoiceInput", "invoice", vars{"patientId": p, "locationId": s.here})
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		numbers, refusals := map[int]bool{}, 0
		for _, id := range drafts {
			for range 2 { // each is issued by two at once: one of them is refused
				wg.Go(func() {
					got := s.run(s.desk, "issueInvoice", "IssueInvoiceInput", "invoice", "number", vars{"id": id, "expectedVersion": 1})
					mu.Lock()
					defer mu.Unlock()
					if len(got.UserErrors) > 0 {
						refusals++
						return
					}
					numbers[int(got.Row["number"].(float64))] = true
				})
			}
		}
		wg.Wait()
		for n := 1; n <= many; n++ {
			if !numbers[n] {
				t.Errorf("number %d is missing in %v", n, numbers)
			}
		}
		if refusals != many || len(numbers) != many {
			t.Errorf("%d refusals, %d numbers", refusals, len(numbers))
		}
		s.proof()
	})
}

// TestAnySequenceOfActsAndVoids: after any sequence of acts, invoices,
// payments and voids, an invoice is its charges less payments less adjustments.
func TestAnySequenceOfActsAndVoids(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		round := 0
		rapid.Check(t, func(rt *rapid.T) {
			round++
			w := &walk{till: s, rt: rt, patient: s.patient(fmt.Sprint("R", round)), round: round}
			for range rapid.IntRange(4, 10).Draw(rt, "steps") {
				w.step(rapid.IntRange(0, 7).Draw(rt, "what"))
			}
			s.proof()
		})
	})
}

// walk is one sequence.
type walk struct {
	*till
	rt       *rapid.T
	patient  string
	round    int
	acts     []string
	invoices []string
	payments []string
}

func (w *walk) of(list []string, what string) string { return rapid.SampledFrom(list).Draw(w.rt, what) }

func (w *walk) step(what int) {
	amount := rapid.IntRange(1, 12_000).Draw(w.rt, "amount")
	switch {
	case what <= 1:
		id := fmt.Sprintf("act_%d_%d", w.round, len(w.acts))
		w.acts = append(w.acts, id)
		w.capture(w.patient, id, w.of([]string{"VISIT", "SPECIMEN"}, "kind"), "", 1)
	case what == 2 && len(w.acts) > 0:
		w.uncapture(w.of(w.acts, "act"))
	case what == 3:
		got := w.run(w.desk, "draftInvoice", "DraftInvoiceInput", "invoice", "id", vars{"patientId": w.patient, "locationId": w.here})
		if id, ok := got.Row["id"].(string); ok {
			w.invoices = append(w.invoices, id)
			w.id(w.desk, "issueInvoice", "IssueInvoiceInput", "invoice", vars{"id": id, "expectedVersion": 1})
		}
	case what == 4:
		if id, ok := w.pay(w.patient, amount, nil).Row["id"].(string); ok {
			w.payments = append(w.payments, id)
		}
	case what == 5 && len(w.invoices) > 0:
		w.run(w.manager, "writeOff", "WriteOffInput", "invoice", "id", vars{"invoiceId": w.of(w.invoices, "invoice"), "amountMinor": amount, "reason": "small"})
	case what == 6 && len(w.payments) > 0:
		in := vars{"paymentId": w.of(w.payments, "payment"), "amountMinor": amount}
		if len(w.invoices) > 0 && amount%2 == 0 {
			in["invoiceId"] = w.of(w.invoices, "invoice")
			w.run(w.desk, "allocateCredit", "AllocateCreditInput", "payment", "id", in)
			return
		}
		in["drawerId"], in["reason"] = w.drawer, "back"
		w.run(w.biller, "refundPayment", "RefundPaymentInput", "payment", "id", in)
	case what == 7 && len(w.invoices) > 0:
		id := w.of(w.invoices, "invoice")
		w.run(w.biller, "voidInvoice", "VoidInvoiceInput", "invoice", "id", vars{"id": id, "expectedVersion": w.look(id).Version, "reason": "wrong"})
	}
}

// TestMoneyThatIsRefused: bad input is a typed refusal, and nothing is stored.
func TestMoneyThatIsRefused(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		s.capture(s.ann, "vis_1", "VISIT", "", 1)
		inv := s.invoice(s.ann)
		for name, more := range map[string]vars{
			"another currency": {"currency": "EUR"}, "nothing": {"amountMinor": 0}, "less than nothing": {"amountMinor": -5},
			"cash without a drawer": {"drawerId": nil}, "a card without a reference": {"method": "CARD", "drawerId": nil},
			"a card in a drawer": {"method": "CARD", "reference": "T1"},
		} {
			if why := refused(s.pay(s.ann, 100, more), "BAD_USER_INPUT"); why != "" {
				t.Errorf("%s: %s", name, why)
			}
		}
		for name, more := range map[string]vars{"a drawer elsewhere": {"locationId": s.there}, "no such invoice": {"invoiceId": "inv_x"}, "nobody": {"patientId": "pat_x"}} {
			if why := refused(s.pay(s.ann, 100, more), "NOT_FOUND"); why != "" {
				t.Errorf("%s: %s", name, why)
			}
		}
		off := vars{"invoiceId": inv, "amountMinor": 10_001, "reason": "more than is due"}
		if why := refused(s.run(s.manager, "writeOff", "WriteOffInput", "invoice", "id", off), "FAILED_PRECONDITION"); why != "" {
			t.Error(why)
		}
		again := vars{"id": inv, "expectedVersion": s.look(inv).Version}
		if why := refused(s.run(s.desk, "issueInvoice", "IssueInvoiceInput", "invoice", "id", again), "FAILED_PRECONDITION"); why != "" {
			t.Error(why)
		}
		stale := vars{"id": inv, "expectedVersion": 1, "reason": "wrong"}
		if why := refused(s.run(s.biller, "voidInvoice", "VoidInvoiceInput", "invoice", "id", stale), "STALE_VERSION"); why != "" {
			t.Error(why)
		}
		var n int
		if err := o.Deps.DB.SQL().QueryRow("SELECT COUNT(*) FROM payments").Scan(&n); err != nil || n != 0 {
			t.Errorf("%d payments: %v", n, err)
		}
		// Who may do what.
		for _, c := range []struct{ role, field string }{
			{"FRONT_DESK", `writeOff(input: {invoiceId: "x", amountMinor: 1, reason: "x"}) { userErrors { code } }`},
			{"FRONT_DESK", `refundPayment(input: {paymentId: "x", amountMinor: 1, reason: "x"}) { userErrors { code } }`},
			{"BILLER", `addFeeSchedule(input: {name: "x"}) { userErrors { code } }`},
			{"NURSE", `recordPayment(input: {patientId: "x", locationId: "x", method: CASH, amountMinor: 1, currency: "USD"}) { userErrors { code } }`},
		} {
			if a := o.As(c.role).Send(`mutation { `+c.field+` }`, nil); a.Code() != "FORBIDDEN" {
				t.Errorf("%s: %s", c.role, a.Text)
			}
		}
		// Who is bound to another site sees nothing of it.
		var got struct {
			Invoices struct{ Nodes []struct{ ID string } }
		}
		o.AsAt("BILLER", s.there).Do(`{ invoices { nodes { id } } }`, nil, &got)
		if len(got.Invoices.Nodes) != 0 {
			t.Errorf("%+v", got)
		}
		s.proof()
	})
}

// TestDrawerThatDoesNotMatch: a drawer is closed with what was counted; the
// difference is recorded, and the day sheet shows it.
func TestDrawerThatDoesNotMatch(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		s.capture(s.ann, "vis_1", "VISIT", "", 1)
		s.invoice(s.ann)
		s.pay(s.ann, 4_000, nil)
		s.pay(s.ann, 1_000, vars{"method": "CARD", "drawerId": nil, "reference": "T 77"})
		const want = "expectedMinor countedMinor differenceMinor"
		closing := func(counted int, reason any) outcome {
			in := vars{"drawerId": s.drawer, "countedMinor": counted}
			if reason != nil {
				in["reason"] = reason
			}
			return s.run(s.desk, "closeDrawer", "CloseDrawerInput", "closing", want, in)
		}
		if why := refused(closing(3_900, nil), "BAD_USER_INPUT"); why != "" {
			t.Error(why)
		}
		if got := closing(3_900, "miscounted change"); got.Row["expectedMinor"] != 4_000.0 || got.Row["differenceMinor"] != -100.0 {
			t.Errorf("%+v", got)
		}
		s.pay(s.ann, 500, nil)
		if got := closing(500, nil); got.Row["expectedMinor"] != 500.0 || got.Row["differenceMinor"] != 0.0 {
			t.Errorf("%+v", got)
		}
		var got struct {
			DaySheet struct {
				IssuedMinor int
				Received    []struct {
					Method             string
					AmountMinor, Count int
				}
				Closings []struct{ DifferenceMinor int }
			}
		}
		s.desk.Do(`query($l: ID!) { daySheet(location: $l, day: "2026-03-02") { issuedMinor received { method amountMinor count } closings { differenceMinor } } }`, vars{"l": s.here}, &got)
		d := got.DaySheet
		if d.IssuedMinor != 10_000 || len(d.Closings) != 2 || len(d.Received) != 2 ||
			d.Received[0].AmountMinor != 1_000 || d.Received[1].AmountMinor != 4_500 || d.Received[1].Count != 2 {
			t.Errorf("%+v", d)
		}
		if _, err := o.Deps.DB.SQL().Exec("UPDATE drawer_closings SET counted_minor = 4000"); err == nil {
			t.Error("a closing was edited")
		}
		s.proof()
	})
}
