package billing_test

import (
	"strings"
	"testing"
	"time"

	"medoffice/modules/officetest"
)

// TestActsBecomeCharges: rules charge acts once, at the price of the day, and
// what is undone is taken back.
func TestActsBecomeCharges(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		later := s.id(s.manager, "addFeeSchedule", "AddFeeScheduleInput", "feeSchedule", vars{"name": "From April", "validFrom": "2026-04-01"})
		s.price(later, "J1", 300)
		for range 2 { // twice is once
			s.capture(s.ann, "adm_1", "ADMINISTRATION", "item_x", 6) // 2 begun fives of 2 units
		}
		s.capture(s.ann, "adm_2", "ADMINISTRATION", "item_y", 1) // no rule, no charge
		s.capture(s.ann, "adm_3", "ADMINISTRATION", "item_x", 1)
		s.uncapture("adm_3")
		s.Clock.Add(40 * 24 * time.Hour)
		s.capture(s.ann, "adm_4", "ADMINISTRATION", "item_x", 5)
		type row struct {
			ID, ActID, Status    string
			Quantity, UnitMinor  int
			Version              int
			Modifiers, Diagnoses []string
		}
		var got struct{ Charges struct{ Nodes []row } }
		const list = `{ charges(orderBy: {field: AT, direction: ASC}) { nodes { id actId status quantity unitMinor version modifiers diagnoses } } }`
		a := s.biller.Do(list, nil, &got)
		c := got.Charges.Nodes
		if len(c) != 3 {
			t.Fatalf("%+v", c)
		}
		by := map[string]row{}
		for _, r := range c {
			by[r.ActID] = r
		}
		if r := by["adm_1"]; r.Quantity != 4 || r.UnitMinor != 250 || r.Status != "BILLABLE" {
			t.Errorf("%+v", r)
		}
		if by["adm_3"].Status != "ENTERED_IN_ERROR" || by["adm_4"].UnitMinor != 300 || by["adm_4"].Quantity != 2 {
			t.Errorf("%+v", by)
		}
		if n := len(a.Statements); n > 6 {
			t.Errorf("%d statements", n)
		}
		one := by["adm_1"]
		done := s.run(s.doctor, "updateCharge", "UpdateChargeInput", "charge", "id", vars{"id": one.ID, "expectedVersion": one.Version, "modifiers": []string{"25", "JZ"}, "diagnoses": []string{"E11.9", "I10"}})
		if len(done.UserErrors) > 0 {
			t.Errorf("%+v", done)
		}
		s.biller.Do(list, nil, &got)
		for _, r := range got.Charges.Nodes {
			if r.ID == one.ID && (strings.Join(r.Modifiers, " ") != "25 JZ" || strings.Join(r.Diagnoses, " ") != "E11.9 I10") {
				t.Errorf("%+v", r)
			}
		}
		five := vars{"id": one.ID, "expectedVersion": one.Version + 1, "modifiers": []string{"1", "2", "3", "4", "5"}}
		if why := refused(s.run(s.biller, "updateCharge", "UpdateChargeInput", "charge", "id", five), "BAD_USER_INPUT"); why != "" {
			t.Error(why)
		}
		s.proof()
	})
}

// TestInvoiceIsNeverEdited: an invoice is paid, overpaid, given up and voided
// by lines of a ledger that the database keeps as they are.
func TestInvoiceIsNeverEdited(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		s.capture(s.ann, "vis_1", "VISIT", "", 1)
		s.capture(s.ann, "spc_1", "SPECIMEN", "", 1)
		inv := s.invoice(s.ann)
		if r := s.look(inv); r.Number != 1 || r.TotalMinor != 11_500 || r.DueMinor != 11_500 || len(r.Lines) != 2 || r.Status != "ISSUED" {
			t.Fatalf("%+v", r)
		}
		s.price(s.list, "VISIT", 99_999) // for charges to come
		if r := s.look(inv); r.TotalMinor != 11_500 || r.Lines[0].UnitMinor+r.Lines[1].UnitMinor != 11_500 {
			t.Errorf("%+v", r)
		}
		off := s.run(s.manager, "writeOff", "WriteOffInput", "invoice", "dueMinor", vars{"invoiceId": inv, "amountMinor": 500, "reason": "small"})
		if len(off.UserErrors) > 0 || off.Row["dueMinor"] != 11_000.0 {
			t.Errorf("%+v", off)
		}
		paid := s.pay(s.ann, 12_000, nil) // more than is due becomes credit
		if paid.Row["unappliedMinor"] != 1_000.0 {
			t.Errorf("%+v", paid)
		}
		if r := s.look(inv); r.Status != "BALANCED" || r.DueMinor != 0 {
			t.Errorf("%+v", r)
		}
		s.proof()
		// One act of a paid invoice is undone: its line is credited, the rest stays paid.
		s.uncapture("spc_1")
		s.uncapture("spc_1")
		if r := s.look(inv); r.Status != "BALANCED" || r.CreditedMinor != 1_500 || r.DueMinor != 0 {
			t.Errorf("%+v", r)
		}
		s.proof()
		back := s.run(s.biller, "refundPayment", "RefundPaymentInput", "payment", "unappliedMinor", vars{"paymentId": paid.Row["id"], "amountMinor": 2_000, "drawerId": s.drawer, "reason": "paid too much"})
		if len(back.UserErrors) > 0 || back.Row["unappliedMinor"] != 500.0 {
			t.Errorf("%+v", back)
		}
		void := s.run(s.biller, "voidInvoice", "VoidInvoiceInput", "invoice", "status", vars{"id": inv, "expectedVersion": s.look(inv).Version, "reason": "wrong patient"})
		if len(void.UserErrors) > 0 || void.Row["status"] != "CANCELLED" {
			t.Errorf("%+v", void)
		}
		s.proof()
		if r := s.look(inv); r.DueMinor != 0 || r.CreditedMinor != 11_500 || len(r.Lines) != 2 {
			t.Errorf("%+v", r)
		}
		if again := s.invoice(s.ann); s.look(again).Number != 2 || s.look(again).TotalMinor != 10_000 {
			t.Errorf("the visit is not billed again at its price: %+v", s.look(again))
		}
		for _, statement := range []string{
			"UPDATE ledger_entries SET due_minor = 1", "DELETE FROM ledger_entries", "UPDATE payments SET amount_minor = 1", "DELETE FROM payments",
			"UPDATE invoice_lines SET total_minor = 1", "DELETE FROM invoice_lines", "UPDATE invoices SET number = 77", "DELETE FROM invoices", "DELETE FROM charges",
		} {
			if _, err := o.Deps.DB.SQL().Exec(statement); err == nil || !strings.Contains(err.Error(), "once") && !strings.Contains(err.Error(), "deleted") && !strings.Contains(err.Error(), "edited") {
				t.Errorf("%s: %v", statement, err)
			}
		}
		s.proof()
	})
}

// TestA12SameKeyIsOnePayment: the same idempotency key twice is one payment and
// the same answer; another body with it is an error.
func TestA12SameKeyIsOnePayment(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		s.capture(s.ann, "vis_1", "VISIT", "", 1)
		inv := s.invoice(s.ann)
		answers := make(chan outcome, 8)
		for range 8 { // a button pressed eight times at once
			go func() { answers <- s.pay(s.ann, 4_000, vars{"clientMutationId": "desk-1"}) }()
		}
		first := <-answers
		for range 7 {
			if next := <-answers; next.Row["id"] != first.Row["id"] || len(next.UserErrors) > 0 {
				t.Errorf("%+v, then %+v", first, next)
			}
		}
		if why := refused(s.pay(s.ann, 4_001, vars{"clientMutationId": "desk-1"}), "CONFLICT"); why != "" {
			t.Error(why)
		}
		if r := s.look(inv); r.DueMinor != 6_000 {
			t.Errorf("%+v", r)
		}
		var n int
		if err := o.Deps.DB.SQL().QueryRow("SELECT COUNT(*) FROM payments").Scan(&n); err != nil || n != 1 {
			t.Errorf("%d payments: %v", n, err)
		}
		s.proof()
	})
}

// TestA16AgeingAsOfAPastDay: the ageing as of a past day is the report that was
// printed that day, whatever came later.
func TestA16AgeingAsOfAPastDay(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		day := func() string { return s.Clock.Now().Format(time.DateOnly) }
		printed := func(day string) string {
			return string(s.biller.Do(`query($d: Date!) { ageing(asOf: $d) { asOf currency dueMinor creditMinor buckets { fromDays toDays dueMinor invoices } } }`, vars{"d": day}, nil).Data)
		}
		reports := map[string]string{}
		s.capture(s.ann, "vis_1", "VISIT", "", 1)
		old := s.invoice(s.ann)
		print1 := day()
		reports[print1] = printed(print1)
		s.Clock.Add(45 * 24 * time.Hour)
		s.capture(s.ann, "spc_1", "SPECIMEN", "", 1)
		s.invoice(s.ann)
		s.pay(s.ann, 3_000, nil)
		reports[day()] = printed(day())
		if r := reports[day()]; !strings.Contains(r, `"dueMinor":8500`) || !strings.Contains(r, `{"fromDays":31,"toDays":60,"dueMinor":7000,"invoices":1}`) ||
			!strings.Contains(r, `{"fromDays":0,"toDays":30,"dueMinor":1500,"invoices":1}`) {
			t.Errorf("%s", r)
		}
		s.Clock.Add(90 * 24 * time.Hour)
		paid := s.pay(s.ann, 20_000, nil)
		reports[day()] = printed(day())
		s.Clock.Add(24 * time.Hour)
		s.run(s.biller, "refundPayment", "RefundPaymentInput", "payment", "id", vars{"paymentId": paid.Row["id"], "amountMinor": 11_500, "drawerId": s.drawer, "reason": "too much"})
		reports[day()] = printed(day())
		s.Clock.Add(24 * time.Hour)
		s.run(s.biller, "voidInvoice", "VoidInvoiceInput", "invoice", "id", vars{"id": old, "expectedVersion": s.look(old).Version, "reason": "wrong"})
		s.Clock.Add(24 * time.Hour)
		seen := map[string]bool{}
		for day, was := range reports {
			if is := printed(day); is != was {
				t.Errorf("%s: it was %s and is %s", day, was, is)
			}
			seen[was[strings.Index(was, "currency"):]] = true
		}
		if len(seen) != 4 {
			t.Errorf("the reports do not differ: %v", reports)
		}
		s.proof()
	})
}
