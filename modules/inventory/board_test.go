package inventory_test

import (
	"context"
	"strings"
	"testing"

	"medoffice/modules/officetest"
)

// What a visit needs and the site lacks is on its card, and goes when it comes.
func TestLowStockOnTheBoard(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := open(t, o)
		o.Secret("Kowalski")
		if err := o.Visits.EnsureDefaults(o.System()); err != nil {
			t.Fatal(err)
		}
		var pap, other, visit, elsewhere string
		if err := s.do(func(ctx context.Context) (err error) {
			c := o.Deps.DB.Client(ctx)
			pap, other = officetest.Must(c.VisitType.Create().SetName("Pap smear").Save(ctx)).ID, officetest.Must(c.VisitType.Create().SetName("Talk").Save(ctx)).ID
			elsewhere = officetest.Must(c.Location.Create().SetName("Uptown").Save(ctx)).ID
			for i, kind := range []*string{&pap, &other, nil} {
				p := officetest.Must(c.Patient.Create().SetMrn("M" + string(rune('1'+i))).SetFamilyName("Kowalski").Save(ctx)).ID
				id, err := o.Visits.Arrive(ctx, p, s.here, nil, kind, nil)
				if err != nil {
					return err
				}
				if i == 0 {
					visit = id
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		gloves := s.item("GLV", "SUPPLY", nil)
		// badges of the cards of the board: those of the visit, and how many others have any.
		badges := func() (string, int) {
			var got struct {
				RoomBoard struct {
					Waiting []struct {
						Visit  struct{ ID string }
						Badges []string
					}
				}
			}
			s.nurse.Do(`query($l: ID!) { roomBoard(location: $l) { waiting { visit { id } badges } } }`, officetest.Vars{"l": s.here}, &got)
			of, others := "", 0
			for _, w := range got.RoomBoard.Waiting {
				if w.Visit.ID == visit {
					of = strings.Join(w.Badges, " ")
				} else {
					others += len(w.Badges)
				}
			}
			return of, others
		}
		stream := s.nurse.Watch(`subscription($l: ID!) { roomBoard(location: $l) { __typename ... on RoomBoardChange { visit { visit { id } badges } } } }`, officetest.Vars{"l": s.here})
		stream.Next()
		// next waits for the card and compares it with what a reader sees.
		next := func(what, want string) {
			t.Helper()
			var e struct {
				RoomBoard struct {
					Visit *struct {
						Visit  struct{ ID string }
						Badges []string
					}
				}
			}
			for e.RoomBoard.Visit == nil {
				stream.Read(&e)
			}
			got, others := badges()
			if live := strings.Join(e.RoomBoard.Visit.Badges, " "); live != want || got != want || e.RoomBoard.Visit.Visit.ID != visit || others != 0 {
				t.Fatalf("%s: live %q, read %q, others %d", what, live, got, others)
			}
		}
		kit := func(visitType any, units int) {
			t.Helper()
			var got struct {
				SetKit struct {
					Kit        *struct{ VisitType *struct{ ID string } }
					UserErrors []problem
				}
			}
			s.keeper.Do(`mutation($in: SetKitInput!) { setKit(input: $in) { kit { id } userErrors { code path } } }`, officetest.Vars{"in": officetest.Vars{
				"code": "PAP", "name": "Pap set-up", "visitTypeId": visitType, "lines": []officetest.Vars{{"itemId": gloves, "quantity": units}},
			}}, &got)
			if got.SetKit.Kit == nil {
				t.Fatalf("%+v", got)
			}
		}
		if got, others := badges(); got != "" || others != 0 {
			t.Fatal(got, others)
		}
		kit(pap, 2)
		next("nothing is there", "STOCK_LOW")
		lot := s.receive(gloves, s.cabinet, "L1", "2026-03-03", 2)
		next("enough came", "")
		kit(pap, 3)
		next("the kit takes more", "STOCK_LOW")
		s.receive(gloves, s.cabinet, "L2", "2027-01-01", 4)
		next("more came", "")
		var set struct {
			SetParLevel struct{ UserErrors []problem }
		}
		s.keeper.Do(`mutation($in: SetParLevelInput!) { setParLevel(input: $in) { userErrors { code path } } }`, officetest.Vars{"in": officetest.Vars{
			"itemId": gloves, "locationId": s.here, "minimum": 6, "maximum": 20,
		}}, &set)
		if len(set.SetParLevel.UserErrors) > 0 {
			t.Fatal(set)
		}
		if err := s.do(func(ctx context.Context) error { return o.Inventory.TakeLot(ctx, lot, s.act("adm_1", gloves, 1)) }); err != nil {
			t.Fatal(err)
		}
		next("less than the site wants", "STOCK_LOW")
		if err := s.do(func(ctx context.Context) error { return o.Inventory.Untake(ctx, "adm_1") }); err != nil {
			t.Fatal(err)
		}
		next("it was a mistake", "")
		far := s.place(elsewhere, "Shelf", "SHELF")
		s.receive(gloves, far, "L3", "2027-01-01", 50)
		kit(nil, 30)
		kit(other, 30)
		if got, others := badges(); got != "" || others != 1 {
			t.Error("the other visit lacks it, whatever another site has:", got, others)
		}
		var bad struct {
			SetKit struct{ UserErrors []problem }
		}
		s.keeper.Do(`mutation($in: SetKitInput!) { setKit(input: $in) { userErrors { code path } } }`, officetest.Vars{"in": officetest.Vars{
			"code": "PAP", "name": "Pap", "visitTypeId": "vtp_none", "lines": []officetest.Vars{{"itemId": gloves, "quantity": 1}},
		}}, &bad)
		if len(bad.SetKit.UserErrors) != 1 || bad.SetKit.UserErrors[0].Code != "NOT_FOUND" || bad.SetKit.UserErrors[0].Path[0] != "visitTypeId" {
			t.Errorf("%+v", bad)
		}
		kit(pap, 5)
		if got, _ := badges(); got != "" {
			t.Error(got)
		}
		o.Clock.Add(48 * 3600 * 1e9)
		if got, _ := badges(); got != "STOCK_LOW" {
			t.Error("what is expired is there but does not count:", got)
		}
	})
}
