package inventory_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"medoffice/modules/officetest"
)

type vars = officetest.Vars

// order is what the tests see of an order.
type order struct {
	ID, Status string
	Number     int
	Version    int
	Lines      []struct {
		PackName        string
		Packs, Received int
		Item            struct{ ID string }
	}
}

type orderOutcome struct {
	Order      *order
	UserErrors []problem
}

const orderFields = `{ order { id status number version lines { packName packs received item { id } } } ` + problems + ` }`

func (s *shelf) ask(who *officetest.Caller, verb, input string, in vars) orderOutcome {
	s.t.Helper()
	var got map[string]orderOutcome
	who.Do(`mutation($in: `+input+`!) { `+verb+`(input: $in) `+orderFields+` }`, vars{"in": in}, &got)
	return got[verb]
}

func refused(t *testing.T, what string, list []problem, code, reason string) {
	t.Helper()
	if len(list) != 1 || list[0].Code != code || list[0].Reason != reason {
		t.Errorf("%s: want %s %s, got %+v", what, code, reason, list)
	}
}

// TestOrdersFromSuggestionToShelf: what is low is suggested, ordered, approved
// by who may, sent, received by its barcode in two deliveries, and on paper.
func TestOrdersFromSuggestionToShelf(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		manager := s.as("MANAGER")
		flu := s.item("FLU", "VACCINE", vars{"perContainer": 10, "useHours": 24, "ndc": "99501-101-10", "packs": []vars{
			{"name": "box of 5 vials", "quantity": 50, "barcodes": []vars{{"kind": "GTIN", "value": "00399501101106"}}},
		}})
		s.receive(flu, s.fridge, "OLD", "2026-12-31", 10)
		if e := s.stock(s.nurse, "issueStock", "IssueStockInput", vars{"itemId": flu, "locationId": s.here, "quantity": 6}).UserErrors; len(e) > 0 {
			t.Fatal(e)
		}
		s.par(flu, 20, 100)
		if l := s.level(flu); l.State != "LOW" || l.Usable != 4 {
			t.Errorf("%+v", l)
		}
		var got struct {
			PurchaseSuggestions []struct {
				Packs, UsedInFourWeeks int
				Pack                   struct{ ID string }
				Level                  struct{ Item struct{ ID string } }
			}
		}
		const suggestions = `query($l: ID!) { purchaseSuggestions(location: $l) { packs usedInFourWeeks pack { id } level { item { id } } } }`
		s.keeper.Do(suggestions, vars{"l": s.here}, &got)
		if len(got.PurchaseSuggestions) != 1 || got.PurchaseSuggestions[0].Packs != 2 || got.PurchaseSuggestions[0].UsedInFourWeeks != 6 {
			t.Fatalf("%+v", got)
		}
		pack := got.PurchaseSuggestions[0].Pack.ID
		var sup struct {
			AddSupplier struct{ Supplier struct{ ID string } }
		}
		s.keeper.Do(`mutation { addSupplier(input: {name: "=Lakeland", email: "a@b.example"}) { supplier { id } userErrors { code } } }`, nil, &sup)
		po := s.ask(s.keeper, "draftOrder", "DraftOrderInput", vars{"locationId": s.here, "supplierId": sup.AddSupplier.Supplier.ID, "note": "=SUM(A1)", "lines": []vars{
			{"itemId": flu, "packId": pack, "packs": 2, "price": 91500},
		}}).Order
		if po == nil || po.Status != "DRAFT" || po.Number != 1 {
			t.Fatalf("%+v", po)
		}
		if status, _ := s.file(s.keeper, po.ID+".pdf"); status != http.StatusNotFound {
			t.Errorf("a draft is on paper: %d", status)
		}
		move := func(who *officetest.Caller, status, reason string) orderOutcome {
			in := vars{"id": po.ID, "expectedVersion": po.Version, "status": status}
			if reason != "" {
				in["reason"] = reason
			}
			out := s.ask(who, "setOrderStatus", "SetOrderStatusInput", in)
			if out.Order != nil {
				po = out.Order
			}
			return out
		}
		if a := s.keeper.Send(`mutation($in: SetOrderStatusInput!) { setOrderStatus(input: $in) `+orderFields+` }`,
			vars{"in": vars{"id": po.ID, "expectedVersion": po.Version, "status": "APPROVED"}}); a.Code() != "FORBIDDEN" {
			t.Errorf("a stock keeper approved: %s", a.Text)
		}
		refused(t, "sent before approved", move(manager, "SENT", "").UserErrors, "FAILED_PRECONDITION", "")
		move(manager, "APPROVED", "")
		if move(s.keeper, "SENT", ""); po.Status != "SENT" || s.level(flu).OnOrder != 100 {
			t.Fatalf("%+v %+v", po, s.level(flu))
		}
		if status, text := s.file(s.keeper, po.ID+".pdf"); status != http.StatusOK || !strings.HasPrefix(text, "%PDF-") {
			t.Errorf("%d %.40q", status, text)
		}
		if status, text := s.file(s.keeper, po.ID+".csv"); status != http.StatusOK || !strings.Contains(text, "1,FLU,99501-101-10,Item FLU,box of 5 vials,50,2,91500") {
			t.Errorf("%d %s", status, text)
		}
		if status, _ := s.file(s.nurse, po.ID+".csv"); status != http.StatusForbidden {
			t.Errorf("a nurse got the order: %d", status)
		}
		receive := func(code string, packs int, reason string) orderOutcome {
			in := vars{"id": po.ID, "expectedVersion": po.Version, "placeId": s.fridge, "lines": []vars{{"barcode": code, "quantity": packs}}}
			if reason != "" {
				in["reason"] = reason
			}
			out := s.ask(s.keeper, "receiveOrder", "ReceiveOrderInput", in)
			if out.Order != nil {
				po = out.Order
			}
			return out
		}
		const gs1 = "0100399501101106" + "17270131" + "10N77"
		refused(t, "unknown barcode", receive("00000000000017", 1, "").UserErrors, "FAILED_PRECONDITION", "UNKNOWN_BARCODE")
		if receive(gs1, 1, ""); po.Status != "PARTLY_RECEIVED" || po.Lines[0].Received != 50 {
			t.Fatalf("%+v", po)
		}
		refused(t, "more than ordered", receive(gs1, 2, "").UserErrors, "FAILED_PRECONDITION", "MORE_THAN_ORDERED")
		if receive(gs1, 2, "they sent one box more"); po.Status != "RECEIVED" || po.Lines[0].Received != 150 {
			t.Fatalf("%+v", po)
		}
		if l := s.level(flu); l.OnHand != 154 || l.OnOrder != 0 || l.State != "OK" {
			t.Errorf("%+v", l)
		}
		refused(t, "closed without a reason", move(s.keeper, "CLOSED", "").UserErrors, "BAD_USER_INPUT", "")
		if move(s.keeper, "CLOSED", "all there"); po.Status != "CLOSED" {
			t.Errorf("%+v", po)
		}
		var scan struct {
			Scan struct {
				Quantity             int
				LotNumber, ExpiresOn string
				Lot                  struct{ ID string }
			}
		}
		s.nurse.Do(`query($t: String!) { scan(text: $t) { quantity lotNumber expiresOn lot { id } } }`, vars{"t": "(01)00399501101106(17)270100(10)N77"}, &scan)
		if scan.Scan.Quantity != 50 || scan.Scan.LotNumber != "N77" || scan.Scan.ExpiresOn != "2027-01-31" || scan.Scan.Lot.ID == "" {
			t.Errorf("%+v", scan)
		}
		s.proof()
	})
}

func (s *shelf) par(item string, least, most int) {
	s.t.Helper()
	var got struct {
		SetParLevel struct{ UserErrors []problem }
	}
	s.keeper.Do(`mutation($in: SetParLevelInput!) { setParLevel(input: $in) { `+problems+` } }`, vars{"in": vars{
		"itemId": item, "locationId": s.here, "minimum": least, "maximum": most,
	}}, &got)
	if len(got.SetParLevel.UserErrors) > 0 {
		s.t.Fatalf("%+v", got)
	}
}

// file downloads an order.
func (s *shelf) file(who *officetest.Caller, name string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.Server().URL+"/orders/"+name, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+who.Token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// TestStocktake: what was counted becomes the stock, also where something was
// taken between the count and its entry.
func TestStocktake(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		it := s.item("GAUZE", "SUPPLY", nil)
		a := s.receive(it, s.cabinet, "A", "2030-01-01", 20)
		b := s.receive(it, s.cabinet, "B", "2031-01-01", 5)
		type take struct {
			ID, Status string
			Version    int
			Lines      []struct {
				Expected            int
				Counted, Difference *int
				Lot                 struct{ ID string }
			}
		}
		type outcome struct {
			Stocktake  *take
			UserErrors []problem
		}
		run := func(verb, input string, in vars) outcome {
			t.Helper()
			var got map[string]outcome
			s.keeper.Do(`mutation($in: `+input+`!) { `+verb+`(input: $in) { stocktake { id status version lines { expected counted difference lot { id } } } `+problems+` } }`, vars{"in": in}, &got)
			return got[verb]
		}
		c := run("openStocktake", "OpenStocktakeInput", vars{"locationId": s.here}).Stocktake
		if c == nil || len(c.Lines) != 2 || c.Lines[0].Expected+c.Lines[1].Expected != 25 {
			t.Fatalf("%+v", c)
		}
		o.Clock.Add(time.Minute)
		counted := o.Clock.Now()
		o.Clock.Add(time.Minute)
		s.stock(s.nurse, "issueStock", "IssueStockInput", vars{"itemId": it, "locationId": s.here, "quantity": 4})
		count := func(lot string, n int, at any) outcome {
			in := vars{"stocktakeId": c.ID, "lotId": lot, "placeId": s.cabinet, "counted": n, "reason": "counted"}
			if at != nil {
				in["countedAt"] = at
			}
			return run("countStock", "CountStockInput", in)
		}
		refused(t, "less than nothing", count(a, -1, nil).UserErrors, "BAD_USER_INPUT", "")
		refused(t, "tomorrow", count(a, 1, o.Clock.Now().Add(time.Hour)).UserErrors, "BAD_USER_INPUT", "")
		count(a, 18, counted) // two were missing before four were taken
		c = count(b, 6, nil).Stocktake
		in := vars{"stocktakeId": c.ID, "expectedVersion": c.Version}
		if got := run("closeStocktake", "CloseStocktakeInput", in); got.Stocktake == nil || got.Stocktake.Status != "CLOSED" {
			t.Fatalf("%+v", got)
		}
		if l := s.level(it); l.OnHand != 14+6 {
			t.Errorf("%+v", l)
		}
		refused(t, "counted after the end", count(b, 6, nil).UserErrors, "FAILED_PRECONDITION", "")
		s.proof()
	})
}

// TestKitsAndReservations: a kit takes all of its items or none, and a use that
// was wrong gives all back. What is kept for one is not promised to another.
func TestKitsAndReservations(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		gloves, gown := s.item("GLOVES", "SUPPLY", nil), s.item("GOWN", "SUPPLY", nil)
		s.receive(gloves, s.cabinet, "G", "2030-01-01", 5)
		s.receive(gown, s.cabinet, "H", "2030-01-01", 1)
		var made struct {
			SetKit struct{ Kit struct{ ID string } }
		}
		s.keeper.Do(`mutation($in: SetKitInput!) { setKit(input: $in) { kit { id } `+problems+` } }`, vars{"in": vars{
			"code": "PAP", "name": "Pap set-up", "lines": []vars{{"itemId": gloves, "quantity": 2}, {"itemId": gown, "quantity": 1}},
		}}, &made)
		type outcome struct {
			Use *struct {
				ID, Status string
				Version    int
			}
			UserErrors []problem
		}
		run := func(verb, input string, in vars) outcome {
			t.Helper()
			var got map[string]outcome
			s.nurse.Do(`mutation($in: `+input+`!) { `+verb+`(input: $in) { use { id status version } `+problems+` } }`, vars{"in": in}, &got)
			return got[verb]
		}
		use := vars{"kitId": made.SetKit.Kit.ID, "locationId": s.here, "clientMutationId": "one"}
		first := run("useKit", "UseKitInput", use)
		if again := run("useKit", "UseKitInput", use); again.Use == nil || again.Use.ID != first.Use.ID {
			t.Errorf("twice is not once: %+v %+v", first, again)
		}
		if s.level(gloves).OnHand != 3 || s.level(gown).OnHand != 0 {
			t.Errorf("%+v %+v", s.level(gloves), s.level(gown))
		}
		refused(t, "no gown", run("useKit", "UseKitInput", vars{"kitId": made.SetKit.Kit.ID, "locationId": s.here}).UserErrors, "FAILED_PRECONDITION", "NOT_ENOUGH")
		if s.level(gloves).OnHand != 3 {
			t.Errorf("half a kit was taken: %+v", s.level(gloves))
		}
		void := run("voidStockUse", "VoidStockUseInput", vars{"id": first.Use.ID, "expectedVersion": first.Use.Version, "reason": "wrong room"})
		if void.Use == nil || void.Use.Status != "ENTERED_IN_ERROR" || s.level(gloves).OnHand != 5 || s.level(gown).OnHand != 1 {
			t.Errorf("%+v %+v", void, s.level(gloves))
		}
		reserve := func(n int, about string) []problem {
			var got struct {
				ReserveStock struct{ UserErrors []problem }
			}
			s.nurse.Do(`mutation($in: ReserveStockInput!) { reserveStock(input: $in) { `+problems+` } }`, vars{"in": vars{
				"itemId": gloves, "locationId": s.here, "quantity": n, "about": about, "until": o.Clock.Now().Add(time.Hour),
			}}, &got)
			return got.ReserveStock.UserErrors
		}
		if e := reserve(4, "apt_a"); len(e) > 0 {
			t.Fatal(e)
		}
		refused(t, "kept twice", reserve(2, "apt_b"), "FAILED_PRECONDITION", "NOT_ENOUGH")
		if n, err := s.released("apt_a"); err != nil || n != 1 || s.level(gloves).Reserved != 0 {
			t.Errorf("%d %v", n, err)
		}
		s.proof()
	})
}

func (s *shelf) released(about string) (n int, err error) {
	err = s.do(func(ctx context.Context) (err error) {
		n, err = s.Inventory.Release(ctx, about)
		return err
	})
	return n, err
}
