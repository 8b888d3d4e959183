package medications_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"medoffice/modules/officetest"
)

// TestDoseIsOneAct gives a dose and takes it back: stock, waste, charge, task and
// the order go along, wholly.
func TestDoseIsOneAct(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := open(t, o)
		order := w.order(w.ann, w.ketorolac, "15", "mg", "IM", nil)
		before := w.state(w.ketorolac, order)
		if before != (state{stock: 100, open: 1}) {
			t.Fatalf("%+v", before)
		}
		row, wrong := w.give(order, w.ketorolac, vars{"clientMutationId": "once", "units": 2})
		if len(wrong) > 0 || row["wasted"] != "1.5" || fmt.Sprint(row["units"], row["wastedUnits"]) != "2 1" {
			t.Fatalf("%+v %+v", row, wrong)
		}
		after := state{stock: 98, charges: 1, done: 1, doses: 1, given: 1}
		if got := w.state(w.ketorolac, order); got != after {
			t.Fatalf("%+v", got)
		}
		again, wrong := w.give(order, w.ketorolac, vars{"clientMutationId": "once", "units": 2})
		if len(wrong) > 0 || again["id"] != row["id"] || w.state(w.ketorolac, order) != after {
			t.Fatalf("twice: %+v %+v", again, wrong)
		}
		if _, wrong = w.give(order, w.ketorolac, vars{"clientMutationId": "once", "units": 1}); len(wrong) != 1 || wrong[0].Code != "CONFLICT" {
			t.Fatalf("another body: %+v", wrong)
		}
		if _, wrong = w.give(order, w.ketorolac, nil); !slices.Contains(codes(wrong), "ALREADY_GIVEN") {
			t.Fatalf("given twice: %+v", wrong)
		}
		void := vars{"id": row["id"], "expectedVersion": row["version"], "reason": "written for the wrong patient"}
		undone, wrong := w.run(w.nurse, "voidAdministration", "VoidAdministrationInput", "administration", doseRow, void)
		if len(wrong) > 0 || undone["status"] != "ENTERED_IN_ERROR" {
			t.Fatalf("%+v %+v", undone, wrong)
		}
		if got := w.state(w.ketorolac, order); got != before {
			t.Fatalf("after the void: %+v", got)
		}
		if _, wrong = w.give(order, w.ketorolac, nil); len(wrong) > 0 {
			t.Fatalf("after the void: %+v", wrong)
		}
	})
}

// TestAcceptance9DosesOfAVial: 32 at once, of one vial of ten doses.
func TestAcceptance9DosesOfAVial(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := open(t, o)
		orders := make([]string, 32)
		for i := range orders {
			orders[i] = w.order(w.patient(fmt.Sprintf("P%d", i)), w.flu, "1", "dose", "IM", nil)
		}
		given, refused := make([]map[string]any, 32), make([][]problem, 32)
		var all sync.WaitGroup
		for i := range orders {
			all.Go(func() {
				given[i], refused[i] = w.give(orders[i], w.flu, vars{"patient": is(fmt.Sprintf("P%d", i)), "visEdition": "2021-08-06"})
			})
		}
		all.Wait()
		var got []int
		for i, row := range given {
			if row != nil && len(refused[i]) == 0 {
				got = append(got, i)
			} else if len(refused[i]) != 1 || refused[i][0].Reason != "NOT_ENOUGH" {
				t.Errorf("%d: %+v", i, refused[i])
			}
		}
		if len(got) != 10 {
			t.Fatalf("%d doses of ten", len(got))
		}
		if s := w.state(w.flu, orders[got[0]]); s.stock != 0 || s.vaccines != 10 || w.count("administrations", "1 = 1") != 10 {
			t.Fatalf("%+v", s)
		}
		row := given[got[0]]
		void := vars{"id": row["id"], "expectedVersion": row["version"], "reason": "the syringe fell"}
		if _, wrong := w.run(w.nurse, "voidAdministration", "VoidAdministrationInput", "administration", "id", void); len(wrong) > 0 {
			t.Fatalf("%+v", wrong)
		}
		if s := w.state(w.flu, orders[got[0]]); s.stock != 1 || s.vaccines != 9 || s.open != 1 {
			t.Fatalf("the void restores the dose: %+v", s)
		}
	})
}
