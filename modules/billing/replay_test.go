package billing_test

import (
	"context"
	"encoding/json"
	"maps"
	"testing"
	"time"

	"medoffice/modules/events"
	"medoffice/modules/kit/bus"
	"medoffice/modules/officetest"
)

// TestOutboxMakesTheAccounts: the outbox, played again, makes what is due on
// each invoice and what is credit of each payment; and a chart that is merged
// takes its account along.
func TestOutboxMakesTheAccounts(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		s.capture(s.ann, "vis_1", "VISIT", "", 1)
		s.capture(s.ann, "spc_1", "SPECIMEN", "", 1)
		inv := s.invoice(s.ann)
		s.pay(s.ann, 11_700, nil)
		s.uncapture("spc_1")
		bob := s.patient("Bob")
		s.do(func(ctx context.Context) error { return s.Billing.MovePatient(ctx, s.ann, bob) })
		s.capture(bob, "spc_2", "SPECIMEN", "", 1)
		s.invoice(bob)
		s.proof()
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			// On PostgreSQL a fact is settled when no older transaction is open, of any office.
			if played, there := s.replay(); maps.Equal(played, there) {
				break
			} else if time.Now().After(deadline) {
				t.Fatalf("the outbox makes %v of %v", played, there)
			}
		}
		for _, table := range []string{"charges", "invoices", "payments", "ledger_entries"} {
			var of, all int
			if err := o.Deps.DB.SQL().QueryRow("SELECT COUNT(*), COUNT(CASE WHEN patient_id = '"+bob+"' THEN 1 END) FROM "+table).Scan(&all, &of); err != nil || of != all || all == 0 {
				t.Errorf("%s: %d of %d: %v", table, of, all, err)
			}
		}
		// What the ledger says of an invoice comes with it, in one page.
		a := s.biller.Do(`{ invoices { nodes { id patient { id } lines { code charge { status } } entries { kind payment { method } } } } }`, nil, nil)
		if n := len(a.Statements); n > 5 {
			t.Errorf("%d statements", n)
		}
		if r := s.look(inv); r.Status != "BALANCED" {
			t.Errorf("%+v", r)
		}
	})
}

// replay is what the outbox makes of the accounts, and what they are.
func (s *till) replay() (played, there map[string]int64) {
	s.t.Helper()
	told, err := s.Deps.Bus.Since(s.System(), bus.Cursor{}, 100_000)
	if err != nil {
		s.t.Fatal(err)
	}
	played, there = map[string]int64{}, map[string]int64{}
	for _, f := range told {
		if f.Topic != (events.Booked{}).Topic() {
			continue
		}
		var e events.Booked
		if err := json.Unmarshal(f.Payload, &e); err != nil {
			s.t.Fatal(err)
		}
		if e.InvoiceID != "" {
			played[e.InvoiceID] += e.Due
		}
		if e.PaymentID != "" {
			played[e.PaymentID] += e.Credit
		}
	}
	rows, err := s.Deps.DB.SQL().Query("SELECT id, due_minor FROM invoices WHERE status <> 'DRAFT' UNION ALL SELECT id, unapplied_minor FROM payments")
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		var n int64
		if err := rows.Scan(&id, &n); err != nil {
			s.t.Fatal(err)
		}
		there[id] = n
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return played, there
}
