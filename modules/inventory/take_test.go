package inventory_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

func decode[T any](t *testing.T, text []byte) (v T) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// why is the reason of a refusal of the stock, "" for none.
func why(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	e, ok := kit.AsError(err)
	if !ok || e.Make == nil {
		t.Fatalf("not a refusal of the stock: %v", err)
	}
	return string(e.Make(t.Context()).(model.StockError).Reason)
}

// TestA9ThirtyTwoTakesOfTenDoses: exactly ten of those who take a dose of a
// vial of ten at once get one, and what is undone is there again.
func TestA9ThirtyTwoTakesOfTenDoses(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		flu := s.vial("FLU")
		vial := s.receive(flu, s.fridge, "F1", "2026-12-31", 10)
		var given, refused atomic.Int32
		var wg sync.WaitGroup
		for i := range 32 {
			wg.Go(func() {
				err := s.do(func(ctx context.Context) error {
					return s.Inventory.TakeLot(ctx, vial, s.act(fmt.Sprint("adm_", i), flu, 1))
				})
				switch why(t, err) {
				case "":
					given.Add(1)
				case "NOT_ENOUGH":
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if given.Load() != 10 || refused.Load() != 22 {
			t.Fatalf("%d given, %d refused", given.Load(), refused.Load())
		}
		if l := s.level(flu); l.OnHand != 0 {
			t.Errorf("%+v", l)
		}
		s.proof()
		undone := 0
		for i := range 32 {
			for range 2 { // twice is once
				if err := s.do(func(ctx context.Context) error { return s.Inventory.Untake(ctx, fmt.Sprint("adm_", i)) }); err != nil {
					t.Fatal(err)
				}
			}
			if undone++; undone == 32 && s.level(flu).OnHand != 10 {
				t.Errorf("%+v", s.level(flu))
			}
		}
		s.proof()
	})
}

// TestA10ExpiredIsOutOfStock: what is expired stands there and does not count,
// and cannot be taken by the id of its lot either.
func TestA10ExpiredIsOutOfStock(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		b12 := s.item("B12", "DRUG", nil)
		old := s.receive(b12, s.cabinet, "OLD", "2026-03", 5) // to the end of the month
		take := func() error {
			return s.do(func(ctx context.Context) error { return s.Inventory.Take(ctx, s.act("adm_a", b12, 1)) })
		}
		takeOld := func() error {
			return s.do(func(ctx context.Context) error { return s.Inventory.TakeLot(ctx, old, s.act("adm_b", b12, 1)) })
		}
		o.Clock.Add(time.Date(2026, 3, 31, 23, 0, 0, 0, time.UTC).Sub(officetest.Morning))
		if err := take(); err != nil {
			t.Fatal(err)
		}
		o.Clock.Add(13 * time.Hour)
		if got := why(t, take()); got != "NOT_ENOUGH" {
			t.Errorf("taken of expired stock: %s", got)
		}
		if got := why(t, takeOld()); got != "EXPIRED" {
			t.Errorf("taken of an expired lot: %s", got)
		}
		if l := s.level(b12); l.State != "OUT" || l.OnHand != 4 || l.Expired != 4 || l.Usable != 0 {
			t.Errorf("%+v", l)
		}
		got := s.stock(s.nurse, "issueStock", "IssueStockInput", officetest.Vars{"itemId": b12, "locationId": s.here, "quantity": 1})
		if len(got.UserErrors) != 1 || got.UserErrors[0].Reason != "NOT_ENOUGH" || got.UserErrors[0].Code != "FAILED_PRECONDITION" || *got.UserErrors[0].Available != 0 {
			t.Errorf("%+v", got)
		}
		late := s.stock(s.keeper, "receiveStock", "ReceiveStockInput", officetest.Vars{"placeId": s.cabinet, "lines": []officetest.Vars{
			{"itemId": b12, "quantity": 1, "lotNumber": "X", "expiresOn": "2026-03-31"},
		}})
		if len(late.UserErrors) != 1 || late.UserErrors[0].Reason != "EXPIRED" {
			t.Errorf("%+v", late)
		}
		if err := s.do(func(ctx context.Context) error {
			return s.Inventory.Waste(ctx, old, 4, s.act("adm_c", b12, 1), "expired")
		}); err != nil {
			t.Error(err)
		}
		s.proof()
	})
}

// TestA11FirstExpiredFirstOut: one request that is larger than any lot takes of
// several lots and places, those first that expire first.
func TestA11FirstExpiredFirstOut(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		it := s.item("KETOROLAC", "DRUG", nil)
		s.receive(it, s.cabinet, "LATE", "2027-06-30", 6)
		s.receive(it, s.cabinet, "SOON", "2026-04-30", 4)
		s.receive(it, s.fridge, "SOON", "2026-04-30", 3)
		s.receive(it, s.fridge, "MIDDLE", "2026-09-30", 5)
		aside := s.receive(it, s.cabinet, "ASIDE", "2026-03-31", 9)
		s.aside(aside, "QUARANTINED")
		got := s.stock(s.nurse, "issueStock", "IssueStockInput", officetest.Vars{"itemId": it, "locationId": s.here, "quantity": 15})
		var order []string
		for _, m := range got.Movements {
			order = append(order, fmt.Sprint(m.Lot.Number, m.Quantity))
		}
		if text := strings.Join(order, " "); text != "SOON-4 SOON-3 MIDDLE-5 LATE-3" {
			t.Errorf("%s %+v", text, got)
		}
		none := s.stock(s.nurse, "issueStock", "IssueStockInput", officetest.Vars{"itemId": it, "locationId": s.here, "quantity": 4})
		if len(none.UserErrors) != 1 || *none.UserErrors[0].Available != 3 {
			t.Errorf("%+v", none)
		}
		if got := why(t, s.do(func(ctx context.Context) error { return s.Inventory.TakeLot(ctx, aside, s.act("adm_q", it, 1)) })); got != "QUARANTINED" {
			t.Errorf("taken of a lot set aside: %s", got)
		}
		s.proof()
	})
}

// aside gives a lot another status.
func (s *shelf) aside(lot, status string) {
	s.t.Helper()
	var at struct{ Node struct{ Version int } }
	s.nurse.Do(`query($i: ID!) { node(id: $i) { ... on Lot { version } } }`, officetest.Vars{"i": lot}, &at)
	var got struct {
		SetLotStatus struct{ UserErrors []problem }
	}
	s.nurse.Do(`mutation($in: SetLotStatusInput!) { setLotStatus(input: $in) { lot { status } `+problems+` } }`, officetest.Vars{"in": officetest.Vars{
		"lotId": lot, "status": status, "reason": "notice of the maker", "expectedVersion": at.Node.Version,
	}}, &got)
	if len(got.SetLotStatus.UserErrors) > 0 {
		s.t.Fatalf("%+v", got)
	}
}

// TestOpenVials: a vial of several doses may be used so many hours once it is
// open; then its rest is thrown away before the next one is opened.
func TestOpenVials(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		flu := s.vial("FLU")
		lot := s.receive(flu, s.fridge, "F1", "2026-12-31", 20)
		take := func(id string, n int64) error {
			return s.do(func(ctx context.Context) error { return s.Inventory.TakeLot(ctx, lot, s.act(id, flu, n)) })
		}
		if err := take("adm_1", 3); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Node struct {
				Balances []struct {
					Quantity              int
					OpenedAt, BeyondUseAt *time.Time
				}
			}
		}
		look := func() {
			t.Helper()
			s.nurse.Do(`query($i: ID!) { node(id: $i) { ... on Lot { balances { quantity openedAt beyondUseAt } } } }`, officetest.Vars{"i": lot}, &got)
		}
		look()
		b := got.Node.Balances[0]
		if b.Quantity != 17 || b.OpenedAt == nil || !b.BeyondUseAt.Equal(officetest.Morning.Add(24*time.Hour)) {
			t.Fatalf("%+v", b)
		}
		odd := s.stock(s.nurse, "transferStock", "TransferStockInput", officetest.Vars{"lotId": lot, "fromPlaceId": s.fridge, "toPlaceId": s.cabinet, "quantity": 5})
		if len(odd.UserErrors) != 1 || odd.UserErrors[0].Code != "BAD_USER_INPUT" {
			t.Errorf("half a vial moved: %+v", odd)
		}
		o.Clock.Add(25 * time.Hour)
		if got := why(t, take("adm_2", 1)); got != "BEYOND_USE" {
			t.Errorf("taken of a vial that was open too long: %s", got)
		}
		waste := s.stock(s.nurse, "wasteStock", "WasteStockInput", officetest.Vars{"lotId": lot, "placeId": s.fridge, "quantity": 7, "reason": "beyond use"})
		if len(waste.Movements) != 1 || waste.Movements[0].Balance != 10 {
			t.Fatalf("%+v", waste)
		}
		look()
		if b := got.Node.Balances[0]; b.OpenedAt != nil || b.BeyondUseAt != nil {
			t.Errorf("%+v", b)
		}
		if err := take("adm_3", 10); err != nil {
			t.Error(err)
		}
		s.proof()
	})
}

// TestLedgerIsWrittenOnce: the database takes no change of a movement and no
// balance below zero, whoever asks.
func TestLedgerIsWrittenOnce(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		it := s.item("GLOVES", "SUPPLY", nil)
		s.receive(it, s.cabinet, "G1", "2030-01-01", 5)
		for _, statement := range []string{
			"UPDATE stock_movements SET quantity = 6", "UPDATE stock_movements SET reason = 'x'", "DELETE FROM stock_movements",
			"UPDATE stock_balances SET quantity = -1", "DELETE FROM stock_balances", "DELETE FROM lots",
		} {
			if _, err := o.Deps.DB.SQL().Exec(statement); err == nil {
				t.Errorf("the database took: %s", statement)
			}
		}
		s.proof()
	})
}

// TestTakersAtOnceOverLots: those who take two units each of two lots of seven
// at once get seven times two, and nothing is below zero.
func TestTakersAtOnceOverLots(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		it := s.item("ONDANSETRON", "DRUG", nil)
		s.receive(it, s.cabinet, "A", "2026-06-30", 7)
		s.receive(it, s.fridge, "B", "2026-07-31", 7)
		var given atomic.Int32
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				err := s.do(func(ctx context.Context) error { return s.Inventory.Take(ctx, s.act(fmt.Sprint("adm_", i), it, 2)) })
				if got := why(t, err); got == "" {
					given.Add(1)
				} else if got != "NOT_ENOUGH" {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if l := s.level(it); given.Load() != 7 || l.OnHand != 0 {
			t.Errorf("%d given, %d left", given.Load(), l.OnHand)
		}
		s.proof()
	})
}
