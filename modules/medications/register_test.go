package medications_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"medoffice/modules/officetest"
)

type line struct {
	Number, Quantity, Balance int
	Kind                      string
	WitnessName               *string
	Difference                *int
}

// lines is the register of the opioid, the first line first.
func (w *ward) lines() []line {
	w.t.Helper()
	var got struct{ ControlledRegister struct{ Nodes []line } }
	w.nurse.Do(`query($i: ID!) { controlledRegister(filter: {itemId: {eq: $i}}, first: 100, orderBy: {field: AT, direction: ASC}) {
		nodes { number kind quantity balance witnessName difference } } }`, vars{"i": w.opioid.item}, &got)
	return got.ControlledRegister.Nodes
}

// sound checks that the register has no gap, that each balance is the one before
// with what moved, and that the last is what the stock has.
func (w *ward) sound() []line {
	w.t.Helper()
	rows, err := w.Deps.DB.SQL().Query("SELECT number, quantity, balance FROM register_entries WHERE item_id = '" + w.opioid.item + "' ORDER BY number")
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	n, balance := 0, 0
	for rows.Next() {
		var number, quantity, after int
		if err := rows.Scan(&number, &quantity, &after); err != nil {
			w.t.Fatal(err)
		}
		if n++; number != n || after != balance+quantity {
			w.t.Fatalf("line %d: number %d, %d and %d are not %d", n, number, balance, quantity, after)
		}
		balance = after
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	if s := w.state(w.opioid, w.order(w.patient(fmt.Sprintf("X%d", n)), w.opioid, "10", "mg", "IV", nil)); s.stock != balance {
		w.t.Fatalf("the register has %d, the stock %d", balance, s.stock)
	}
	return w.lines()
}

// TestControlledRegister: doses, waste before a witness, counts and differences.
func TestControlledRegister(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := open(t, o)
		second := w.as("PHYSICIAN")
		order := w.order(w.ann, w.opioid, "10", "mg", "IV", nil)
		part := vars{"dose": "4", "reason": "enough"}
		if _, wrong := w.give(order, w.opioid, part); fmt.Sprint(codes(wrong)) != "[WITNESS_MISSING]" {
			t.Fatalf("%+v", wrong)
		}
		part["witnessCode"] = w.witness(w.nurse)
		if _, wrong := w.give(order, w.opioid, part); len(wrong) != 1 || fmt.Sprint(wrong[0].Path) != "[witnessCode]" {
			t.Fatalf("nobody witnesses himself: %+v", wrong)
		}
		part["witnessCode"] = w.witness(second)
		row, wrong := w.give(order, w.opioid, part)
		if len(wrong) > 0 || row["wasted"] != "0.6" || row["witnessName"] != "test PHYSICIAN" {
			t.Fatalf("%+v %+v", row, wrong)
		}
		bob := w.order(w.patient("Bob"), w.opioid, "10", "mg", "IV", nil)
		again := vars{"orderId": bob, "lotId": w.opioid.lot, "units": 1, "reason": "broken", "witnessCode": part["witnessCode"]}
		if _, wrong = w.run(w.nurse, "wasteDose", "WasteDoseInput", "administration", "id", again); len(wrong) != 1 {
			t.Fatalf("a code is good once: %+v", wrong)
		}
		late := w.witness(second)
		w.Clock.Add(6 * time.Minute)
		again["witnessCode"] = late
		if _, wrong = w.run(w.nurse, "wasteDose", "WasteDoseInput", "administration", "id", again); len(wrong) != 1 {
			t.Fatalf("a code is good for minutes: %+v", wrong)
		}
		again["witnessCode"] = w.witness(second)
		if _, wrong = w.run(w.nurse, "wasteDose", "WasteDoseInput", "administration", "id", again); len(wrong) > 0 {
			t.Fatalf("%+v", wrong)
		}
		var stock struct {
			WasteStock struct{ UserErrors []problem }
		}
		w.nurse.Do(`mutation($in: WasteStockInput!) { wasteStock(input: $in) { `+problems+` } }`, vars{"in": vars{"lotId": w.opioid.lot, "placeId": w.safe, "quantity": 1, "reason": "gone"}}, &stock)
		if len(stock.WasteStock.UserErrors) != 1 {
			t.Fatal("it was thrown away without a witness")
		}
		got := w.sound()
		if len(got) != 3 || fmt.Sprintln(got[0].Kind, got[1].Kind, got[2].Kind, got[2].Balance) != "RECEIVED USED WASTED 18\n" || got[2].WitnessName == nil {
			t.Fatalf("%+v", got)
		}
		w.counts(second)
	})
}

// counts counts rightly, then wrongly, and clears the difference up.
func (w *ward) counts(second *officetest.Caller) {
	w.t.Helper()
	t, in := w.t, vars{"itemId": w.opioid.item, "locationId": w.here, "counted": 18}
	count := func(n int) (map[string]any, []problem) {
		in["counted"], in["witnessCode"] = n, w.witness(second)
		return w.run(w.nurse, "countControlled", "CountControlledInput", "entry", "id version difference", in)
	}
	if _, wrong := count(-1); len(wrong) != 1 || wrong[0].Code != "BAD_USER_INPUT" {
		t.Fatalf("less than nothing: %+v", wrong)
	}
	if row, wrong := count(18); len(wrong) > 0 || fmt.Sprint(row["difference"]) != "0" {
		t.Fatalf("%+v %+v", row, wrong)
	}
	row, wrong := count(17)
	if len(wrong) > 0 || fmt.Sprint(row["difference"]) != "-1" {
		t.Fatalf("%+v %+v", row, wrong)
	}
	open := func() int {
		var got struct{ ControlledRegister struct{ TotalCount int } }
		w.boss.Do(`{ controlledRegister(filter: {open: true}) { totalCount } }`, nil, &got)
		return got.ControlledRegister.TotalCount
	}
	if open() != 1 {
		t.Fatal("the difference is not open")
	}
	fix := vars{"id": row["id"], "expectedVersion": row["version"], "resolution": "a vial broke in the drawer", "lotId": w.opioid.lot, "placeId": w.safe, "witnessCode": w.witness(second)}
	if _, wrong = w.run(w.boss, "resolveDifference", "ResolveDifferenceInput", "entry", "id", fix); len(wrong) > 0 || open() != 0 {
		t.Fatalf("%+v", wrong)
	}
	got := w.sound()
	if last := got[len(got)-1]; last.Kind != "ADJUSTED" || last.Balance != 17 {
		t.Fatalf("%+v", got)
	}
	if _, err := w.Deps.DB.SQL().Exec("UPDATE register_entries SET balance = 99 WHERE number = 1"); err == nil {
		t.Fatal("a line of the register was changed")
	}
}

// TestRegisterAtOnce gives controlled doses at once: the register has no gap.
func TestRegisterAtOnce(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := open(t, o)
		orders := make([]string, 12)
		for i := range orders {
			orders[i] = w.order(w.patient(fmt.Sprintf("P%d", i)), w.opioid, "10", "mg", "IV", nil)
		}
		var all sync.WaitGroup
		for i, order := range orders {
			all.Go(func() {
				if _, wrong := w.give(order, w.opioid, vars{"patient": is(fmt.Sprintf("P%d", i))}); len(wrong) > 0 {
					t.Errorf("%+v", wrong)
				}
			})
		}
		all.Wait()
		if got := w.sound(); len(got) != 13 {
			t.Fatalf("%d lines", len(got))
		}
	})
}
