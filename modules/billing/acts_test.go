package billing_test

import (
	"context"
	"testing"

	"medoffice/ent/stockuse"
	"medoffice/ent/visitstage"
	"medoffice/modules/officetest"
)

// charged are the charges of a patient: code and status, oldest first.
func (s *till) charged(patient string) (list []string) {
	s.t.Helper()
	var got struct {
		Charges struct {
			Nodes []struct{ Code, Status string }
		}
	}
	s.biller.Do(`query($p: ID!) { charges(filter: {patientId: {eq: $p}}, orderBy: {field: AT, direction: ASC}) { nodes { code status } } }`, vars{"p": patient}, &got)
	for _, c := range got.Charges.Nodes {
		list = append(list, c.Code+" "+c.Status)
	}
	return list
}

func (s *till) expect(what, patient string, want ...string) {
	s.t.Helper()
	got := s.charged(patient)
	left := map[string]int{}
	for _, c := range got {
		left[c]++
	}
	for _, c := range want {
		left[c]--
	}
	for c, n := range left {
		if n != 0 {
			s.t.Errorf("%s: %v, want %v (%s)", what, got, want, c)
			return
		}
	}
}

// A visit is charged when it is over, in the same act; taking the last move back
// takes the charge back.
func TestAVisitThatIsOverIsCharged(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		if err := o.Visits.EnsureDefaults(o.System()); err != nil {
			t.Fatal(err)
		}
		come := func(patient string) (visit string) {
			s.do(func(ctx context.Context) (err error) {
				visit, err = o.Visits.Arrive(ctx, patient, s.here, nil, nil, nil)
				return err
			})
			return visit
		}
		version := 0
		move := func(visit, verb, input string, more vars) {
			t.Helper()
			version++
			in := vars{"visitId": visit, "expectedVersion": version}
			for k, v := range more {
				in[k] = v
			}
			if got := s.run(s.doctor, verb, input, "visit", "id", in); len(got.UserErrors) > 0 {
				t.Fatalf("%s: %+v", verb, got.UserErrors)
			}
		}
		visit := come(s.ann)
		move(visit, "checkIn", "CheckInInput", nil)
		for _, c := range []visitstage.Category{"ROOMING", "READY_FOR_PROVIDER", "WITH_PROVIDER", "READY_FOR_CHECKOUT"} {
			stage := officetest.Must(o.Deps.DB.Client(o.System()).VisitStage.Query().Where(visitstage.CategoryColumn.EQ(c)).FirstID(o.System()))
			move(visit, "moveStage", "MoveStageInput", vars{"stageId": stage})
		}
		s.expect("under way", s.ann)
		move(visit, "checkOut", "CheckOutInput", nil)
		s.expect("over", s.ann, "VISIT BILLABLE")
		move(visit, "undoLastMove", "UndoLastMoveInput", nil)
		s.expect("not over after all", s.ann, "VISIT ENTERED_IN_ERROR")
		move(visit, "checkOut", "CheckOutInput", nil)
		s.expect("over again", s.ann, "VISIT ENTERED_IN_ERROR", "VISIT BILLABLE")

		ben := s.patient("Ben")
		gone := come(ben)
		version = 0
		move(gone, "leaveWithoutBeingSeen", "LeaveWithoutBeingSeenInput", nil)
		s.expect("left without being seen", ben)
	})
}

// What is used up for a patient is charged; a use that was entered in error is not.
func TestSuppliesAreCharged(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		keeper, nurse := s.as("STOCK_KEEPER"), s.as("NURSE")
		place := s.id(keeper, "addStoragePlace", "AddStoragePlaceInput", "place", vars{"locationId": s.here, "name": "Cabinet", "kind": "CABINET"})
		item := s.id(keeper, "addItem", "AddItemInput", "item", vars{"code": "BRACE", "name": "Knee brace", "kind": "SUPPLY", "baseUnit": "piece"})
		keeper.Do(`mutation($p: ID!, $i: ID!) { receiveStock(input: {placeId: $p, lines: [{itemId: $i, quantity: 3, lotNumber: "L1", expiresOn: "2030-01-01"}]}) { `+problems+` } }`, vars{"p": place, "i": item}, nil)
		s.price(s.list, "BRACE", 4_500)
		s.rule(vars{"actKind": "SUPPLY", "itemId": item, "code": "BRACE", "quantityRule": "PER_UNIT", "units": 1, "per": 1})
		use := func(quantity int, patient any) []problem {
			var got struct {
				IssueStock struct{ UserErrors []problem }
			}
			nurse.Do(`mutation($in: IssueStockInput!) { issueStock(input: $in) { `+problems+` } }`,
				vars{"in": vars{"itemId": item, "locationId": s.here, "quantity": quantity, "patientId": patient}}, &got)
			return got.IssueStock.UserErrors
		}
		if bad := use(2, s.ann); len(bad) > 0 {
			t.Fatalf("%+v", bad)
		}
		s.expect("used", s.ann, "BRACE BILLABLE")
		if bad := use(5, s.ann); len(bad) != 1 {
			t.Errorf("more than there is: %+v", bad)
		}
		s.expect("what was not there", s.ann, "BRACE BILLABLE")
		if bad := use(1, nil); len(bad) > 0 {
			t.Errorf("%+v", bad)
		}
		s.expect("for nobody", s.ann, "BRACE BILLABLE")
		made := officetest.Must(o.Deps.DB.Client(o.System()).StockUse.Query().Where(stockuse.PatientID.EQ(s.ann)).Only(o.System()))
		got := s.run(nurse, "voidStockUse", "VoidStockUseInput", "use", "id", vars{"id": made.ID, "expectedVersion": made.Version, "reason": "wrong patient"})
		if len(got.UserErrors) > 0 {
			t.Fatalf("%+v", got)
		}
		s.expect("voided", s.ann, "BRACE ENTERED_IN_ERROR")
		s.proof()
	})
}
