package inventory_test

import (
	"context"
	"maps"
	"testing"
	"time"

	"medoffice/ent/stockbalance"
	"medoffice/modules/events"
	"medoffice/modules/handover"
	"medoffice/modules/kit/bus"
	"medoffice/modules/officetest"
)

// shelf is an office with one location, two places and a few items.
type shelf struct {
	*officetest.Office
	t                        *testing.T
	keeper, nurse, physician *officetest.Caller
	here, fridge, cabinet    string
}

type problem struct {
	Code, Reason string
	Path         []string
	Available    *int
}

// problems is what a mutation answers when it refuses.
const problems = `userErrors { code path ... on StockError { reason available } }`

func open(t *testing.T, o *officetest.Office) *shelf {
	t.Helper()
	s := &shelf{Office: o, t: t}
	s.keeper, s.nurse, s.physician = s.as("STOCK_KEEPER"), s.as("NURSE"), s.as("PHYSICIAN")
	var got struct {
		AddLocation struct{ Location struct{ ID string } }
	}
	o.As("ADMIN").Do(`mutation { addLocation(input: {name: "Elm Street"}) { location { id } } }`, nil, &got)
	s.here = got.AddLocation.Location.ID
	s.fridge, s.cabinet = s.place(s.here, "Fridge", "FRIDGE"), s.place(s.here, "Cabinet", "CABINET")
	return s
}

// as calls as a role whose token outlives the stock.
func (s *shelf) as(role string) *officetest.Caller {
	s.t.Helper()
	token, err := s.Access.IssueToken(s.System(), "test "+role, role, "", 365*24*time.Hour)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.With(token)
}

func (s *shelf) place(location, name, kind string) string {
	s.t.Helper()
	var got struct {
		AddStoragePlace struct{ Place struct{ ID string } }
	}
	s.keeper.Do(`mutation($l: ID!, $n: String!, $k: StoragePlaceKind!) { addStoragePlace(input: {locationId: $l, name: $n, kind: $k}) { place { id } `+problems+` } }`,
		officetest.Vars{"l": location, "n": name, "k": kind}, &got)
	return got.AddStoragePlace.Place.ID
}

// item adds an item; more is what else stands in its input.
func (s *shelf) item(code, kind string, more officetest.Vars) string {
	s.t.Helper()
	in := officetest.Vars{"code": code, "name": "Item " + code, "kind": kind, "baseUnit": "dose"}
	for k, v := range more {
		in[k] = v
	}
	var got struct {
		AddItem struct{ Item struct{ ID string } }
	}
	s.keeper.Do(`mutation($in: AddItemInput!) { addItem(input: $in) { item { id } `+problems+` } }`, officetest.Vars{"in": in}, &got)
	if got.AddItem.Item.ID == "" {
		s.t.Fatalf("no item %s", code)
	}
	return got.AddItem.Item.ID
}

// vial is a vaccine of ten doses a vial, usable for 24 hours once open.
func (s *shelf) vial(code string) string {
	return s.item(code, "VACCINE", officetest.Vars{"perContainer": 10, "useHours": 24})
}

type movement struct {
	ID, Kind          string
	Quantity, Balance int
	Lot               struct{ ID, Number string }
	Place             struct{ ID string }
}

type outcome struct {
	Movements  []movement
	UserErrors []problem
}

const moved = `{ movements { id kind quantity balance lot { id number } place { id } } ` + problems + ` }`

// stock runs a verb of the stock as somebody.
func (s *shelf) stock(who *officetest.Caller, verb, input string, in officetest.Vars) outcome {
	s.t.Helper()
	var got map[string]outcome
	who.Do(`mutation($in: `+input+`!) { `+verb+`(input: $in) `+moved+` }`, officetest.Vars{"in": in}, &got)
	return got[verb]
}

// receive takes a lot in and returns its id.
func (s *shelf) receive(item, place, number, expires string, units int) string {
	s.t.Helper()
	got := s.stock(s.keeper, "receiveStock", "ReceiveStockInput", officetest.Vars{"placeId": place, "lines": []officetest.Vars{
		{"itemId": item, "quantity": units, "lotNumber": number, "expiresOn": expires},
	}})
	if len(got.Movements) != 1 {
		s.t.Fatalf("%+v", got)
	}
	return got.Movements[0].Lot.ID
}

type level struct {
	OnHand, Usable, Expired, SetAside, Reserved, OnOrder int
	State                                                string
	ExpiringSoon                                         bool
}

func (s *shelf) level(item string) level {
	s.t.Helper()
	var got struct{ Node struct{ Stock level } }
	s.nurse.Do(`query($i: ID!, $l: ID!) { node(id: $i) { ... on Item { stock(location: $l) { onHand usable expired setAside reserved onOrder state expiringSoon } } } }`,
		officetest.Vars{"i": item, "l": s.here}, &got)
	return got.Node.Stock
}

// do runs a method of the module as the office itself, in a transaction.
func (s *shelf) do(f func(ctx context.Context) error) error {
	return s.Deps.DB.Tx(s.System(), f)
}

func (s *shelf) act(id, item string, units int64) handover.Act {
	return handover.Act{ID: id, Kind: handover.ActAdministration, LocationID: s.here, ItemID: item, Quantity: units}
}

// proof checks that each balance is the sum of its movements, that none is
// below zero, and that the outbox, played again, makes the same stock.
func (s *shelf) proof() {
	s.t.Helper()
	var wrong int
	row := s.Deps.DB.SQL().QueryRow(`SELECT COUNT(*) FROM stock_balances b WHERE b.quantity < 0 OR b.quantity <>
		(SELECT COALESCE(SUM(m.quantity), 0) FROM stock_movements m WHERE m.lot_id = b.lot_id AND m.place_id = b.place_id)`)
	if err := row.Scan(&wrong); err != nil || wrong > 0 {
		s.t.Fatalf("%d balances are not the sum of their movements: %v", wrong, err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		// On PostgreSQL a fact is settled when no older transaction is open, of any office.
		if played, there := s.replay(); maps.Equal(played, there) {
			return
		} else if time.Now().After(deadline) {
			s.t.Fatalf("the outbox makes %v of the stock %v", played, there)
		}
	}
}

// replay is the stock that the outbox makes, and the one that there is.
func (s *shelf) replay() (played, there map[string]int64) {
	s.t.Helper()
	told, err := s.Deps.Bus.Since(s.System(), bus.Cursor{}, 100_000)
	if err != nil {
		s.t.Fatal(err)
	}
	played, there = map[string]int64{}, map[string]int64{}
	for _, f := range told {
		if f.Topic != (events.StockMoved{}).Topic() {
			continue
		}
		e := decode[events.StockMoved](s.t, f.Payload)
		if played[e.LotID+" "+e.PlaceID] += e.Quantity; played[e.LotID+" "+e.PlaceID] == 0 {
			delete(played, e.LotID+" "+e.PlaceID)
		}
	}
	rows, err := s.Deps.DB.Client(s.System()).StockBalance.Query().Where(stockbalance.Quantity.GT(0)).All(s.System())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, b := range rows {
		there[b.LotID+" "+b.PlaceID] = b.Quantity
	}
	return played, there
}
