package inventory_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"medoffice/ent/auditevent"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

func (s *shelf) patient(n int) (id string) {
	s.t.Helper()
	err := s.do(func(ctx context.Context) error {
		p, err := s.Deps.DB.Client(ctx).Patient.Create().SetMrn(fmt.Sprint("T", n)).SetFamilyName("Secretname").SetSortName("secretname").
			SetGivenName(officetest.Planted).Save(ctx)
		if err == nil {
			id = p.ID
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

// TestRecall: a lot leads to those who got it, with one statement, without what
// was undone. Who may not see them does not, and who does is in the trail.
func TestRecall(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		flu := s.vial("FLU")
		lot := s.receive(flu, s.fridge, "F1", "2026-12-31", 10)
		other := s.receive(flu, s.fridge, "F2", "2026-11-30", 10)
		people := []string{s.patient(1), s.patient(2), s.patient(3)}
		give := func(lot, patient, act string) {
			t.Helper()
			a := s.act(act, flu, 1)
			a.PatientID = patient
			if err := s.do(func(ctx context.Context) error { return s.Inventory.TakeLot(ctx, lot, a) }); err != nil {
				t.Fatal(err)
			}
		}
		give(lot, people[0], "adm_1")
		give(lot, people[0], "adm_2")
		give(lot, people[1], "adm_3")
		give(other, people[2], "adm_4")
		give(lot, people[2], "adm_5")
		if err := s.do(func(ctx context.Context) error { return s.Inventory.Untake(ctx, "adm_5") }); err != nil {
			t.Fatal(err)
		}
		s.aside(lot, "RECALLED")
		var got struct {
			LotRecipients struct {
				Recipients []struct {
					Patient         struct{ ID string }
					Quantity, Times int
				}
				Next *string
			}
		}
		const recall = `query($l: ID!, $n: Int, $a: ID) { lotRecipients(lot: $l, most: $n, after: $a) { recipients { patient { id } quantity times lastAt } next } }`
		a := s.nurse.Do(recall, vars{"l": lot}, &got)
		r := got.LotRecipients.Recipients
		if len(r) != 2 || r[0].Patient.ID != people[0] || r[0].Quantity != 2 || r[0].Times != 2 || r[1].Patient.ID != people[1] {
			t.Errorf("%+v", got)
		}
		sums := 0
		for _, statement := range a.Statements {
			if strings.Contains(statement, "stock_movements") {
				sums++
			}
		}
		if sums != 1 {
			t.Errorf("%d statements over the ledger: %q", sums, a.Statements)
		}
		// One look at all of them: one event of the trail, which names them.
		seen, err := o.Deps.DB.Client(s.System()).AuditEvent.Query().Where(auditevent.ActionColumn.EQ("READ")).All(s.System())
		if err != nil || len(seen) != 1 || !strings.Contains(seen[0].Detail, people[0]) || !strings.Contains(seen[0].Detail, people[1]) {
			t.Errorf("events of looks: %v, %v", seen, err)
		}
		s.nurse.Do(recall, vars{"l": lot, "n": 1}, &got)
		if got.LotRecipients.Next == nil {
			t.Fatalf("%+v", got)
		}
		s.nurse.Do(recall, vars{"l": lot, "n": 1, "a": *got.LotRecipients.Next}, &got)
		if r := got.LotRecipients.Recipients; len(r) != 1 || r[0].Patient.ID != people[1] || got.LotRecipients.Next != nil {
			t.Errorf("%+v", got)
		}
		for _, role := range []string{"STOCK_KEEPER", "FRONT_DESK", "BILLER", "MEDICAL_ASSISTANT"} {
			if a := o.As(role).Send(recall, vars{"l": lot}); a.Code() != "FORBIDDEN" || strings.Contains(a.Text, people[0]) {
				t.Errorf("%s: %s", role, a.Text)
			}
		}
		ledger := s.keeper.Send(`{ stockMovements { nodes { kind patient { id } } } }`, nil)
		if ledger.Code() != "FORBIDDEN" || strings.Contains(ledger.Text, people[0]) {
			t.Errorf("a stock keeper sees who got what: %s", ledger.Text)
		}
		if got := why(t, s.do(func(ctx context.Context) error { return s.Inventory.TakeLot(ctx, lot, s.act("adm_9", flu, 1)) })); got != "RECALLED" {
			t.Errorf("taken of a lot that was called back: %s", got)
		}
		if err := s.do(func(ctx context.Context) error { return s.Inventory.MovePatient(ctx, people[1], people[0]) }); err != nil {
			t.Fatal(err)
		}
		if s.nurse.Do(recall, vars{"l": lot}, &got); len(got.LotRecipients.Recipients) != 1 || got.LotRecipients.Recipients[0].Quantity != 3 {
			t.Errorf("after a merge: %+v", got)
		}
		s.proof()
	})
}

// TestStockOfAnotherSite: who is bound to a site neither sees nor moves what
// stands at another one.
func TestStockOfAnotherSite(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		var site struct {
			AddLocation struct{ Location struct{ ID string } }
		}
		o.As("ADMIN").Do(`mutation { addLocation(input: {name: "Oak Street"}) { location { id } } }`, nil, &site)
		there := site.AddLocation.Location.ID
		far := s.place(there, "Fridge", "FRIDGE")
		it := s.item("B12", "DRUG", nil)
		lot := s.receive(it, s.cabinet, "L", "2027-01-01", 5)
		s.receive(it, far, "L", "2027-01-01", 7)
		nurse := o.AsAt("NURSE", there)
		var got struct {
			Lots struct {
				Nodes []struct{ Balances []struct{ Quantity int } }
			}
			StockMovements struct{ Nodes []struct{ Quantity int } }
		}
		nurse.Do(`{ lots { nodes { balances { quantity } } } stockMovements { nodes { quantity } } }`, nil, &got)
		if b := got.Lots.Nodes[0].Balances; len(b) != 1 || b[0].Quantity != 7 || len(got.StockMovements.Nodes) != 1 {
			t.Errorf("%+v", got)
		}
		out := s.stock(nurse, "wasteStock", "WasteStockInput", vars{"lotId": lot, "placeId": s.cabinet, "quantity": 1, "reason": "x"})
		refused(t, "a place of another site", out.UserErrors, "NOT_FOUND", "")
		out = s.stock(nurse, "issueStock", "IssueStockInput", vars{"itemId": it, "locationId": s.here, "quantity": 1})
		refused(t, "another site", out.UserErrors, "NOT_FOUND", "")
		for _, c := range []struct {
			verb, input string
			in          vars
		}{
			{"adjustStock", "AdjustStockInput", vars{"lotId": lot, "placeId": s.cabinet, "quantity": -6, "reason": "x"}},
			{"returnStock", "ReturnStockInput", vars{"lotId": lot, "placeId": s.cabinet, "quantity": 6, "reason": "x"}},
			{"transferStock", "TransferStockInput", vars{"lotId": lot, "fromPlaceId": s.cabinet, "toPlaceId": far, "quantity": 6}},
		} {
			refused(t, c.verb, s.stock(s.keeper, c.verb, c.input, c.in).UserErrors, "FAILED_PRECONDITION", "NOT_ENOUGH")
		}
		moved := s.stock(s.keeper, "transferStock", "TransferStockInput", vars{"lotId": lot, "fromPlaceId": s.cabinet, "toPlaceId": far, "quantity": 2})
		if len(moved.Movements) != 2 || moved.Movements[1].Balance != 9 {
			t.Fatalf("%+v", moved)
		}
		undo := vars{"movementId": moved.Movements[0].ID, "reason": "wrong site"}
		if back := s.stock(s.keeper, "reverseMovement", "ReverseMovementInput", undo); len(back.Movements) != 2 {
			t.Errorf("%+v", back)
		}
		refused(t, "mirrored twice", s.stock(s.keeper, "reverseMovement", "ReverseMovementInput", undo).UserErrors, "FAILED_PRECONDITION", "")
		s.proof()
	})
}

// TestAnySequenceAddsUp: whatever is received, taken, thrown away, moved and
// undone in whatever order, the stock is the sum of its movements, never below
// zero, the outbox makes it again, and with all acts undone nothing is missing.
func TestAnySequenceAddsUp(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s, round := open(t, o), 0
		rapid.Check(t, func(r *rapid.T) {
			round++
			item := s.vial(fmt.Sprint("V", round))
			var lots, acts []string
			kept := int64(0) // what stays with all acts undone
			steps := rapid.SliceOfN(rapid.SampledFrom([]string{"receive", "take", "take", "lot", "waste", "undo", "transfer", "adjust"}), 1, 10).Draw(r, "steps")
			for i, step := range append([]string{"receive"}, steps...) {
				n := rapid.Int64Range(1, 15).Draw(r, "units")
				act := handover.Act{ID: fmt.Sprintf("adm_%d_%d", round, i), LocationID: s.here, ItemID: item, Quantity: n}
				err := s.do(func(ctx context.Context) error {
					switch step {
					case "take":
						return s.Inventory.Take(ctx, act)
					case "lot":
						return s.Inventory.TakeLot(ctx, rapid.SampledFrom(lots).Draw(r, "lot"), act)
					case "waste":
						return s.Inventory.Waste(ctx, rapid.SampledFrom(lots).Draw(r, "lot"), n, act, "spilled")
					case "undo":
						if len(acts) > 0 {
							return s.Inventory.Untake(ctx, rapid.SampledFrom(acts).Draw(r, "act"))
						}
					}
					return nil
				})
				if _, ok := kit.AsError(err); err != nil && !ok {
					r.Fatal(err)
				}
				switch step {
				case "receive":
					lots = append(lots, s.receive(item, s.fridge, fmt.Sprint("L", i), fmt.Sprintf("2026-%02d-28", 4+i%8), int(n)*10))
					kept += n * 10
				case "transfer":
					s.stock(s.nurse, "transferStock", "TransferStockInput", vars{"lotId": lots[0], "fromPlaceId": s.fridge, "toPlaceId": s.cabinet, "quantity": int(n) / 5 * 10})
				case "adjust":
					if got := s.stock(s.keeper, "adjustStock", "AdjustStockInput", vars{"lotId": lots[0], "placeId": s.fridge, "quantity": -int(n), "reason": "lost"}); len(got.UserErrors) == 0 {
						kept -= n
					}
				case "take", "lot", "waste":
					if err == nil {
						acts = append(acts, act.ID)
					}
				}
			}
			for _, act := range acts {
				if err := s.do(func(ctx context.Context) error { return s.Inventory.Untake(ctx, act) }); err != nil {
					r.Fatal(err)
				}
			}
			if l := s.level(item); int64(l.OnHand) != kept {
				r.Fatalf("%d are there, %d should be", l.OnHand, kept)
			}
		})
		s.proof()
	})
}
