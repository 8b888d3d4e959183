package billing_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"medoffice/ent/auditevent"
	"medoffice/modules/officetest"
)

type cover struct {
	ID, MemberID, ValidFrom, ValidTo string
	Rank, Version                    int
	Payer                            struct{ Name string }
	Patient                          struct{ ID string }
}

func (s *till) covers() []cover {
	s.t.Helper()
	var got struct{ Patient struct{ Coverages []cover } }
	a := s.desk.Do(`query($id: ID!) { patient(by: {id: $id}) { coverages { id memberId validFrom validTo rank version payer { name } patient { id } } } }`, vars{"id": s.ann}, &got)
	if len(a.Statements) > 6 {
		s.t.Errorf("%d statements", len(a.Statements))
	}
	return got.Patient.Coverages
}

// Who pays for a patient: in an order, for a time, never two of one order at once.
func TestCoverages(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		harbor := s.id(s.desk, "addPayer", "AddPayerInput", "payer", vars{"name": "Harbor", "number": "99001", "city": "Elmton"})
		rivers := s.id(s.desk, "addPayer", "AddPayerInput", "payer", vars{"name": "Rivers"})
		if got := s.run(s.desk, "addPayer", "AddPayerInput", "payer", "id", vars{"name": "Again", "number": "99001"}); len(got.UserErrors) != 1 || got.UserErrors[0].Path[0] != "number" {
			t.Errorf("%+v", got)
		}
		in := func(payer string, more ...any) vars {
			v := vars{"patientId": s.ann, "payerId": payer, "memberId": "M1"}
			for i := 0; i < len(more); i += 2 {
				v[more[i].(string)] = more[i+1]
			}
			return v
		}
		add := func(v vars) outcome {
			return s.run(s.desk, "addCoverage", "AddCoverageInput", "coverage", "id version", v)
		}
		one := s.id(s.desk, "addCoverage", "AddCoverageInput", "coverage", in(harbor, "validFrom", "2026-01-01"))
		s.id(s.desk, "addCoverage", "AddCoverageInput", "coverage", in(rivers, "rank", 2, "relationship", "SPOUSE", "subscriberFamily", "Test", "subscriberBirth", "1980-02-03"))
		for name, bad := range map[string]vars{
			"FAILED_PRECONDITION rank":        in(rivers, "validFrom", "2026-06-01"),
			"BAD_USER_INPUT rank":             in(rivers, "rank", 4),
			"BAD_USER_INPUT validTo":          in(rivers, "rank", 3, "validFrom", "2026-02-01", "validTo", "2026-01-31"),
			"BAD_USER_INPUT validFrom":        in(rivers, "rank", 3, "validFrom", "2026"),
			"BAD_USER_INPUT memberId":         in(rivers, "rank", 3, "memberId", "  "),
			"BAD_USER_INPUT subscriberFamily": in(rivers, "rank", 3, "relationship", "CHILD"),
			"NOT_FOUND payerId":               in("ins_01890000000000000000000000", "rank", 3),
			"NOT_FOUND patientId":             in(rivers, "patientId", "pat_01890000000000000000000000"),
		} {
			if got := add(bad); len(got.UserErrors) != 1 || got.UserErrors[0].Code+" "+got.UserErrors[0].Path[0] != name {
				t.Errorf("%s: %+v", name, got)
			}
		}
		// The insurer changes in July; two at the desk say so at once, one of them does.
		s.run(s.desk, "updateCoverage", "UpdateCoverageInput", "coverage", "id", vars{"id": one, "expectedVersion": 1, "validTo": "2026-06-30"})
		var both sync.WaitGroup
		results := make([]outcome, 2)
		for i := range results {
			both.Go(func() { results[i] = add(in(rivers, "validFrom", "2026-07-01")) })
		}
		both.Wait()
		if n := len(results[0].UserErrors) + len(results[1].UserErrors); n != 1 {
			t.Errorf("%+v", results)
		}
		all := s.covers()
		if len(all) != 3 || all[0].Rank != 1 || all[0].ValidFrom != "2026-07-01" || all[1].ID != one || all[1].ValidTo != "2026-06-30" || all[2].Payer.Name != "Rivers" || all[2].Patient.ID != s.ann {
			t.Fatalf("%+v", all)
		}
		if got := s.run(s.desk, "voidCoverage", "VoidCoverageInput", "coverage", "id", vars{"id": all[0].ID, "expectedVersion": all[0].Version, "reason": "of somebody else"}); len(got.UserErrors) > 0 {
			t.Errorf("%+v", got)
		}
		if got := s.run(s.desk, "updateCoverage", "UpdateCoverageInput", "coverage", "id", vars{"id": one, "expectedVersion": 1}); len(got.UserErrors) != 1 || got.UserErrors[0].Code != "STALE_VERSION" {
			t.Errorf("%+v", got)
		}
		if len(s.covers()) != 2 {
			t.Errorf("%+v", s.covers())
		}
		if got := s.run(s.manager, "updatePayer", "UpdatePayerInput", "payer", "id", vars{"id": rivers, "expectedVersion": 1, "active": false, "phone": "555-0100"}); len(got.UserErrors) > 0 {
			t.Errorf("%+v", got)
		}
		if got := add(in(rivers, "rank", 3)); len(got.UserErrors) != 1 || got.UserErrors[0].Path[0] != "payerId" {
			t.Errorf("a payer that is out of use: %+v", got)
		}
		var list struct{ Payers, Old []struct{ Name, City string } }
		s.desk.Do(`{ payers { name city } old: payers(active: false) { name } }`, nil, &list)
		if len(list.Payers) != 1 || list.Payers[0].City != "Elmton" || len(list.Old) != 1 {
			t.Errorf("%+v", list)
		}
		// The money of an insurer is of a payer, and no other money is.
		s.capture(s.ann, "vis_1", "VISIT", "", 1)
		s.invoice(s.ann)
		pay := vars{"patientId": s.ann, "locationId": s.here, "currency": "USD", "amountMinor": 4_000, "method": "INSURANCE", "reference": "EFT 1", "payerId": harbor}
		got := s.run(s.desk, "recordPayment", "RecordPaymentInput", "payment", "payer { name } unappliedMinor", pay)
		if len(got.UserErrors) > 0 || got.Row["payer"].(map[string]any)["name"] != "Harbor" {
			t.Errorf("%+v", got)
		}
		pay["method"] = "CARD"
		if got := s.run(s.desk, "recordPayment", "RecordPaymentInput", "payment", "id", pay); len(got.UserErrors) != 1 || got.UserErrors[0].Path[0] != "payerId" {
			t.Errorf("%+v", got)
		}
		s.proof()
	})
}

func (s *till) download(who *officetest.Caller, path string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.Server().URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+who.Token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func (s *till) exports() (n int) {
	s.do(func(ctx context.Context) (err error) {
		n, err = s.Deps.DB.Client(ctx).AuditEvent.Query().Where(auditevent.ActionColumn.EQ(auditevent.ActionEXPORT), auditevent.PatientID.EQ(s.ann)).Count(ctx)
		return err
	})
	return n
}

// A statement adds up, line by line, for whatever days; and what is on paper is so
// for those who may see it, and in the trail.
func TestStatementsAndPapers(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		s.capture(s.ann, "vis_1", "VISIT", "", 1)
		first := s.invoice(s.ann)
		s.Clock.Add(24 * time.Hour)
		s.pay(s.ann, 12_000, nil) // 2,000 more than was asked for
		s.Clock.Add(24 * time.Hour)
		from := s.Clock.Now().Format(time.DateOnly)
		s.capture(s.ann, "spc_1", "SPECIMEN", "", 1)
		second := s.invoice(s.ann)
		s.run(s.biller, "voidInvoice", "VoidInvoiceInput", "invoice", "id", vars{"id": first, "expectedVersion": s.look(first).Version, "reason": "wrong visit"})
		type statement struct {
			Statement struct {
				Patient                    struct{ ID string }
				OpeningMinor, ClosingMinor int
				Lines                      []struct {
					Kind, Method              string
					Number                    *int
					AmountMinor, BalanceMinor int
				}
			}
		}
		read := func(from *string) statement {
			var got statement
			s.desk.Do(`query($p: ID!, $f: Date) { statement(patient: $p, from: $f) { patient { id } openingMinor closingMinor lines { kind number method amountMinor balanceMinor } } }`, vars{"p": s.ann, "f": from}, &got)
			return got
		}
		whole, late := read(nil).Statement, read(&from).Statement
		if whole.OpeningMinor != 0 || len(whole.Lines) != 4 || whole.Lines[1].Method != "CASH" || whole.Lines[1].BalanceMinor != -2_000 || whole.Patient.ID != s.ann {
			t.Errorf("%+v", whole)
		}
		if late.OpeningMinor != -2_000 || len(late.Lines) != 2 || late.ClosingMinor != whole.ClosingMinor || late.ClosingMinor != -10_500 {
			t.Errorf("%+v", late)
		}
		balance := 0
		for _, l := range whole.Lines {
			if balance += l.AmountMinor; balance != l.BalanceMinor {
				t.Errorf("%+v", l)
			}
		}
		for path, want := range map[string]int{
			"/invoices/" + first + ".pdf": 200, "/invoices/" + second + ".pdf": 200, "/statements/" + s.ann + ".pdf?from=2026-01-01": 200,
			"/invoices/" + first + ".csv": 404, "/invoices/inv_x.pdf": 404, "/statements/pat_x.pdf": 404, "/statements/" + s.ann + ".pdf?from=x": 400,
			"/statements/" + s.ann + ".pdf?from=2030-01-01": 400,
		} {
			status, body := s.download(s.desk, path)
			if status != want || want == 200 && !strings.HasPrefix(body, "%PDF-") {
				t.Errorf("%s: %d %.80s", path, status, body)
			}
		}
		if n := s.exports(); n != 3 {
			t.Errorf("%d exports in the trail", n)
		}
		for _, path := range []string{"/invoices/" + first + ".pdf", "/statements/" + s.ann + ".pdf"} {
			if status, _ := s.download(s.doctor, path); status != 403 {
				t.Errorf("%s: a physician got %d", path, status)
			}
			if status, _ := s.download(s.With("mo_tok_nobody"), path); status != 401 {
				t.Errorf("%s: nobody got %d", path, status)
			}
		}
		// A draft is no invoice.
		s.capture(s.ann, "vis_2", "VISIT", "", 1)
		draft := s.id(s.desk, "draftInvoice", "DraftInvoiceInput", "invoice", vars{"patientId": s.ann, "locationId": s.here})
		if status, _ := s.download(s.desk, "/invoices/"+draft+".pdf"); status != 404 {
			t.Errorf("a draft: %d", status)
		}
	})
}

// A price list that ended has no prices for what is charged later.
func TestPriceListsEnd(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		today := s.Clock.Now().Format(time.DateOnly)
		next := s.id(s.manager, "addFeeSchedule", "AddFeeScheduleInput", "feeSchedule", vars{"name": "Next", "validFrom": "2026-05-01"})
		if got := s.run(s.manager, "endFeeSchedule", "EndFeeScheduleInput", "feeSchedule", "id", vars{"id": next, "expectedVersion": 1, "validTo": today}); len(got.UserErrors) != 1 || got.UserErrors[0].Path[0] != "validTo" {
			t.Errorf("%+v", got)
		}
		if got := s.run(s.manager, "endFeeSchedule", "EndFeeScheduleInput", "feeSchedule", "validTo", vars{"id": s.list, "expectedVersion": 1, "validTo": today}); len(got.UserErrors) > 0 || got.Row["validTo"] != today {
			t.Errorf("%+v", got)
		}
		s.capture(s.ann, "vis_1", "VISIT", "", 1)
		s.Clock.Add(48 * time.Hour)
		s.capture(s.ann, "vis_2", "VISIT", "", 1)
		var got struct {
			Charges struct{ Nodes []struct{ Status string } }
		}
		s.biller.Do(`{ charges(orderBy: {field: AT, direction: ASC}) { nodes { status } } }`, nil, &got)
		if c := got.Charges.Nodes; len(c) != 2 || c[0].Status != "BILLABLE" || c[1].Status != "PLANNED" {
			t.Errorf("%+v", c)
		}
	})
}
