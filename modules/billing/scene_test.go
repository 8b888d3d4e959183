package billing_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"medoffice/modules/handover"
	"medoffice/modules/officetest"
)

type vars = officetest.Vars

// till is an office with one location, a drawer, a price list and rules.
type till struct {
	*officetest.Office
	t                              *testing.T
	desk, biller, manager, doctor  *officetest.Caller
	here, there, drawer, list, ann string
}

type problem struct {
	Code string
	Path []string
}

const problems = `userErrors { code path }`

func open(t *testing.T, o *officetest.Office) *till {
	t.Helper()
	s := &till{Office: o, t: t}
	s.desk, s.biller, s.manager, s.doctor = s.as("FRONT_DESK"), s.as("BILLER"), s.as("MANAGER"), s.as("PHYSICIAN")
	var got struct {
		A, B struct{ Location struct{ ID string } }
	}
	o.As("ADMIN").Do(`mutation { a: addLocation(input: {name: "Elm Street"}) { location { id } } b: addLocation(input: {name: "Oak Street"}) { location { id } } }`, nil, &got)
	s.here, s.there = got.A.Location.ID, got.B.Location.ID
	s.drawer = s.id(s.manager, "addCashDrawer", "AddCashDrawerInput", "drawer", vars{"locationId": s.here, "name": "Desk"})
	s.list = s.id(s.manager, "addFeeSchedule", "AddFeeScheduleInput", "feeSchedule", vars{"name": "Standard"})
	for code, price := range map[string]int{"VISIT": 10_000, "J1": 250, "DRAW": 1_500} {
		s.price(s.list, code, price)
	}
	s.rule(vars{"actKind": "VISIT", "code": "VISIT", "quantityRule": "FIXED"})
	s.rule(vars{"actKind": "ADMINISTRATION", "itemId": "item_x", "code": "J1", "quantityRule": "PER_UNIT", "units": 2, "per": 5})
	s.rule(vars{"actKind": "SPECIMEN", "code": "DRAW", "quantityRule": "FIXED"})
	s.ann = s.patient("Ann")
	return s
}

// as calls as a role whose token outlives the ageing.
func (s *till) as(role string) *officetest.Caller {
	s.t.Helper()
	token, err := s.Access.IssueToken(s.System(), "test "+role, role, "", 365*24*time.Hour)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.With(token)
}

func (s *till) patient(name string) string {
	s.t.Helper()
	var id string
	s.do(func(ctx context.Context) error {
		row, err := s.Deps.DB.Client(ctx).Patient.Create().SetMrn("M-" + name).SetFamilyName("Test").SetGivenName(name).Save(ctx)
		if err == nil {
			id = row.ID
		}
		return err
	})
	return id
}

type outcome struct {
	Row        map[string]any
	UserErrors []problem
}

// run runs a mutation and returns its row and refusals.
func (s *till) run(who *officetest.Caller, verb, input, field, want string, in vars) outcome {
	s.t.Helper()
	var got map[string]outcome
	who.Do(`mutation($in: `+input+`!) { `+verb+`(input: $in) { row: `+field+` { `+want+` } `+problems+` } }`, vars{"in": in}, &got)
	return got[verb]
}

func (s *till) id(who *officetest.Caller, verb, input, field string, in vars) string {
	s.t.Helper()
	got := s.run(who, verb, input, field, "id", in)
	if len(got.UserErrors) > 0 {
		s.t.Fatalf("%s: %+v", verb, got.UserErrors)
	}
	return got.Row["id"].(string)
}

func (s *till) price(list, code string, amount int) {
	s.t.Helper()
	s.id(s.manager, "setFeePrice", "SetFeePriceInput", "feeSchedule", vars{"scheduleId": list, "code": code, "description": "What " + code + " is", "amountMinor": amount})
}

func (s *till) rule(in vars) string {
	s.t.Helper()
	return s.id(s.manager, "addChargeRule", "AddChargeRuleInput", "rule", in)
}

// do runs a method of the module as the office itself, in a transaction.
func (s *till) do(f func(ctx context.Context) error) {
	s.t.Helper()
	if err := s.Deps.DB.Tx(s.System(), f); err != nil {
		s.t.Fatal(err)
	}
}

func (s *till) capture(patient, id, kind, item string, quantity int64) {
	s.t.Helper()
	s.do(func(ctx context.Context) error {
		return s.Billing.Capture(ctx, handover.Act{ID: id, Kind: kind, PatientID: patient, LocationID: s.here, ItemID: item, Quantity: quantity, At: s.Clock.Now()})
	})
}

func (s *till) uncapture(id string) {
	s.t.Helper()
	s.do(func(ctx context.Context) error { return s.Billing.Uncapture(ctx, id) })
}

// invoice drafts and issues an invoice of all that waits.
func (s *till) invoice(patient string) string {
	s.t.Helper()
	id := s.id(s.desk, "draftInvoice", "DraftInvoiceInput", "invoice", vars{"patientId": patient, "locationId": s.here})
	return s.id(s.desk, "issueInvoice", "IssueInvoiceInput", "invoice", vars{"id": id, "expectedVersion": 1})
}

type invoiceRow struct {
	Number, TotalMinor, DueMinor, CreditedMinor, Version int
	Status                                               string
	Lines                                                []struct {
		Code                            string
		Quantity, UnitMinor, TotalMinor int
	}
	Charges []struct {
		ID, Status string
		Version    int
	}
	Entries []struct {
		Kind                  string
		Number                *int
		DueMinor, CreditMinor int
	}
}

func (s *till) look(id string) (r invoiceRow) {
	s.t.Helper()
	var got struct{ Node invoiceRow }
	s.biller.Do(`query($i: ID!) { node(id: $i) { ... on Invoice { number totalMinor dueMinor creditedMinor version status
		lines { code quantity unitMinor totalMinor } charges { id status version } entries { kind number dueMinor creditMinor } } } }`, vars{"i": id}, &got)
	return got.Node
}

// pay takes cash.
func (s *till) pay(patient string, amount int, more vars) outcome {
	s.t.Helper()
	in := vars{"patientId": patient, "locationId": s.here, "method": "CASH", "amountMinor": amount, "currency": "USD", "drawerId": s.drawer}
	for k, v := range more {
		if in[k] = v; v == nil {
			delete(in, k)
		}
	}
	return s.run(s.desk, "recordPayment", "RecordPaymentInput", "payment", "id amountMinor unappliedMinor version", in)
}

// proof checks that what is due and what is credit is the sum of the ledger,
// that an invoice is its charges less payments less adjustments, and that the
// numbers have no gaps.
func (s *till) proof() {
	s.t.Helper()
	for what, query := range map[string]string{
		"due": `SELECT COUNT(*) FROM invoices i WHERE i.due_minor < 0 OR i.due_minor <> (SELECT COALESCE(SUM(e.due_minor), 0) FROM ledger_entries e WHERE e.invoice_id = i.id)`,
		"credit": `SELECT COUNT(*) FROM payments p WHERE p.unapplied_minor < 0 OR p.unapplied_minor <>
			(SELECT COALESCE(SUM(e.credit_minor), 0) FROM ledger_entries e WHERE e.payment_id = p.id)`,
		"charges": `SELECT COUNT(*) FROM invoices i WHERE i.status <> 'DRAFT' AND i.due_minor <>
			(SELECT COALESCE(SUM(c.quantity * c.unit_minor), 0) FROM charges c WHERE c.invoice_id = i.id AND c.status = 'BILLED')
			+ (SELECT COALESCE(SUM(e.due_minor), 0) FROM ledger_entries e WHERE e.invoice_id = i.id AND e.kind IN ('ALLOCATION', 'WRITE_OFF', 'RELEASE'))`,
		"status": `SELECT COUNT(*) FROM invoices i WHERE (i.status = 'ISSUED') <> (i.due_minor > 0)`,
		"gaps":   `SELECT COALESCE(MAX(number), 0) - COUNT(number) FROM invoices`,
		"notes":  `SELECT COALESCE(MAX(number), 0) - COUNT(number) FROM ledger_entries`,
	} {
		var n int
		if err := s.Deps.DB.SQL().QueryRow(query).Scan(&n); err != nil || n != 0 {
			s.t.Fatalf("%s: %d wrong: %v", what, n, err)
		}
	}
}

func refused(got outcome, code string) string {
	if len(got.UserErrors) == 1 && got.UserErrors[0].Code == code {
		return ""
	}
	return fmt.Sprintf("wanted %s, got %+v", code, got)
}
