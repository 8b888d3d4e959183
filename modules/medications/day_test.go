package medications_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/officetest"
)

// TestDayAddsUp plays random days: people come, are measured, get what is ordered,
// pay; and what was done is taken back in any order. After each of them the stock
// is the sum of its movements and never below zero, an invoice is its charges less
// what was paid and adjusted, an order knows how many of its doses were given, the
// register has no gap, and the outbox, played again, makes the same board and stock.
func TestDayAddsUp(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		if err := o.Seed(t.Context(), &kit.Demo{Seed: 7, Patients: 30, Now: officetest.Morning}); err != nil {
			t.Fatal(err)
		}
		w := &ward{Office: o, t: t}
		w.nurse, w.doctor, w.boss = w.as("NURSE"), w.as("PHYSICIAN"), w.as("MANAGER")
		d := &clinicDay{ward: w, board: w.board(), stock: w.stock(), known: w.facts()}
		rapid.Check(t, func(rt *rapid.T) {
			for range rapid.IntRange(3, 6).Draw(rt, "steps") {
				d.step(rapid.IntRange(0, 19).Draw(rt, "what"), rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "chance"), 1)))
			}
			w.addsUp()
		})
		d.replayed()
		t.Logf("%d doses given, %d taken back, %d invoices, %d payments", w.count("administrations", "status = 'GIVEN' AND created_by <> ''"),
			w.count("administrations", "status = 'ENTERED_IN_ERROR'"), w.count("invoices", "1 = 1"), w.count("payments", "1 = 1"))
	})
}

// clinicDay is a day with what the office was when it began.
type clinicDay struct {
	*ward
	board, stock map[string]string
	known        map[string]bool
}

// step does one thing, mostly forward, sometimes back.
func (d *clinicDay) step(what int, r *rand.Rand) {
	d.t.Helper()
	ctx := d.System()
	switch what {
	case 0:
		d.back("administrations", "status IN ('GIVEN', 'PARTIALLY_GIVEN', 'WASTED') AND created_by <> ''", r, func(id string, version int) {
			d.run(d.nurse, "voidAdministration", "VoidAdministrationInput", "administration", "id", vars{"id": id, "expectedVersion": version, "reason": "a random mistake"})
		})
	case 1:
		d.back("medication_requests", "status = 'ACTIVE' AND setting = 'IN_OFFICE'", r, func(id string, version int) {
			d.run(d.doctor, "stopMedicationRequest", "StopMedicationRequestInput", "order", "id", vars{"id": id, "expectedVersion": version, "reason": "a random thought"})
		})
	case 2:
		d.back("invoices", "status IN ('ISSUED', 'BALANCED')", r, func(id string, version int) {
			d.run(d.boss, "voidInvoice", "VoidInvoiceInput", "invoice", "id", vars{"id": id, "expectedVersion": version, "reason": "a random mistake"})
		})
	case 3:
		d.Clock.Add(time.Duration(1+r.IntN(8)) * time.Minute)
	default:
		steps := []func(*rand.Rand) error{
			func(r *rand.Rand) error { return d.Visits.Step(ctx, r) }, func(r *rand.Rand) error { return d.Visits.Step(ctx, r) },
			func(r *rand.Rand) error { return d.Vitals.Step(ctx, r) }, func(r *rand.Rand) error { return d.Medications.Step(ctx, r) },
			func(r *rand.Rand) error { return d.Medications.Step(ctx, r) }, func(r *rand.Rand) error { return d.Billing.Step(ctx, r) },
		}
		if err := steps[r.IntN(len(steps))](r); err != nil {
			d.t.Fatal(err)
		}
	}
}

// back takes a random row of a table back, if there is one.
func (d *clinicDay) back(table, where string, r *rand.Rand, undo func(id string, version int)) {
	d.t.Helper()
	n := d.count(table, where)
	if n == 0 {
		return
	}
	var id string
	var version int
	q := fmt.Sprintf("SELECT id, version FROM %s WHERE %s ORDER BY id LIMIT 1 OFFSET %d", table, where, r.IntN(n))
	if err := d.Deps.DB.SQL().QueryRow(q).Scan(&id, &version); err != nil {
		d.t.Fatal(err)
	}
	undo(id, version)
}

// addsUp checks what must hold at any time.
func (w *ward) addsUp() {
	w.t.Helper()
	for what, query := range map[string]string{
		"stock": `SELECT COUNT(*) FROM stock_balances b WHERE b.quantity < 0 OR b.quantity <>
			(SELECT COALESCE(SUM(m.quantity), 0) FROM stock_movements m WHERE m.lot_id = b.lot_id AND m.place_id = b.place_id)`,
		"doses": `SELECT COUNT(*) FROM administrations a WHERE a.created_by <> '' AND (CASE WHEN a.status = 'ENTERED_IN_ERROR' THEN 0 ELSE a.units END) <>
			(SELECT COALESCE(-SUM(m.quantity), 0) FROM stock_movements m WHERE m.act_id = a.id) AND EXISTS (SELECT 1 FROM stock_movements m WHERE m.act_id = a.id)`,
		"orders": `SELECT COUNT(*) FROM medication_requests o WHERE o.given <>
			(SELECT COUNT(*) FROM administrations a WHERE a.order_id = o.id AND a.status IN ('GIVEN', 'PARTIALLY_GIVEN'))`,
		"charges": `SELECT COUNT(*) FROM charges c JOIN administrations a ON a.id = c.act_id WHERE (c.status = 'ENTERED_IN_ERROR') <> (a.status = 'ENTERED_IN_ERROR')`,
		"invoices": `SELECT COUNT(*) FROM invoices i WHERE i.due_minor < 0 OR i.status <> 'DRAFT' AND i.due_minor <>
			(SELECT COALESCE(SUM(c.quantity * c.unit_minor), 0) FROM charges c WHERE c.invoice_id = i.id AND c.status = 'BILLED')
			+ (SELECT COALESCE(SUM(e.due_minor), 0) FROM ledger_entries e WHERE e.invoice_id = i.id AND e.kind IN ('ALLOCATION', 'WRITE_OFF', 'RELEASE'))`,
		"credit": `SELECT COUNT(*) FROM payments p WHERE p.unapplied_minor < 0 OR p.unapplied_minor <>
			(SELECT COALESCE(SUM(e.credit_minor), 0) FROM ledger_entries e WHERE e.payment_id = p.id)`,
		"register": `SELECT COUNT(*) FROM register_entries a JOIN register_entries b ON b.location_id = a.location_id AND b.item_id = a.item_id AND b.number = a.number + 1
			WHERE b.balance <> a.balance + b.quantity`,
		"tasks": `SELECT COUNT(*) FROM medication_requests o WHERE o.setting = 'IN_OFFICE' AND NOT o.prn AND o.signed_by IS NOT NULL AND
			(CASE WHEN o.status = 'ACTIVE' THEN 1 ELSE 0 END) <> (SELECT COUNT(*) FROM tasks t WHERE t.about = o.id AND t.status IN ('REQUESTED', 'ACCEPTED'))`,
	} {
		var n int
		if err := w.Deps.DB.SQL().QueryRow(query).Scan(&n); err != nil || n != 0 {
			w.t.Fatalf("%s: %d wrong: %v", what, n, err)
		}
	}
}

// pairs reads two columns of text.
func (w *ward) pairs(query string) map[string]string {
	w.t.Helper()
	rows, err := w.Deps.DB.SQL().Query(query)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	got := map[string]string{}
	for rows.Next() {
		var k, v string
		if err := rows.Scan(&k, &v); err != nil {
			w.t.Fatal(err)
		}
		got[k] = v
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return got
}

// board is where each visit and how each room stands.
func (w *ward) board() map[string]string {
	return w.pairs(`SELECT id, stage_id || ' ' || COALESCE(room_id, '') FROM visits WHERE stage_id IS NOT NULL
		UNION ALL SELECT id, status FROM rooms`)
}

func (w *ward) stock() map[string]string {
	return w.pairs(`SELECT lot_id || ' ' || place_id, CAST(quantity AS varchar(20)) FROM stock_balances`)
}

func (w *ward) facts() map[string]bool {
	known := map[string]bool{}
	for id := range w.pairs(`SELECT CAST(seq AS varchar(40)), '' FROM outbox`) {
		known[id] = true
	}
	return known
}

// replayed plays what was published since the day began on what the office was then.
func (d *clinicDay) replayed() {
	d.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		// On PostgreSQL a fact is settled when no older transaction is open, of any office.
		board, stock := d.play()
		if maps.Equal(board, d.ward.board()) && maps.Equal(stock, d.ward.stock()) {
			return
		} else if time.Now().After(deadline) {
			d.t.Fatalf("the outbox makes\n%v of\n%v and\n%v of\n%v", board, d.ward.board(), stock, d.ward.stock())
		}
	}
}

func (d *clinicDay) play() (board, stock map[string]string) {
	d.t.Helper()
	told, err := d.Deps.Bus.Since(d.System(), bus.Cursor{}, 100_000)
	if err != nil {
		d.t.Fatal(err)
	}
	board, stock = maps.Clone(d.board), maps.Clone(d.stock)
	for _, f := range told {
		if d.known[fmt.Sprint(f.Cursor.Seq)] {
			continue
		}
		switch f.Topic {
		case events.VisitMoved{}.Topic():
			e := decode[events.VisitMoved](d.t, f.Payload)
			board[e.VisitID] = e.StageID + " " + e.RoomID
		case events.RoomChanged{}.Topic():
			e := decode[events.RoomChanged](d.t, f.Payload)
			board[e.RoomID] = e.Status
		case events.StockMoved{}.Topic():
			e := decode[events.StockMoved](d.t, f.Payload)
			var n int64
			_, _ = fmt.Sscan(stock[e.LotID+" "+e.PlaceID], &n)
			stock[e.LotID+" "+e.PlaceID] = fmt.Sprint(n + e.Quantity)
		}
	}
	return board, stock
}

func decode[T any](t *testing.T, text []byte) (e T) {
	t.Helper()
	if err := json.Unmarshal(text, &e); err != nil {
		t.Fatal(err)
	}
	return e
}
