package billing

import (
	"context"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/ent"
	"medoffice/ent/chargerule"
	"medoffice/ent/location"
	"medoffice/ent/payment"
	"medoffice/ent/visit"
	"medoffice/ent/visittype"
	"medoffice/graph/model"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/opt"
)

// seedFees are what a family practice charges, by codes of its own, in cents.
var seedFees = []struct {
	code, name, visitType string
	kind                  chargerule.ActKind
	price                 int64
}{
	{"OFFICE", "Office visit", "Office visit", chargerule.ActKindVISIT, 12_500},
	{"CHECKUP", "Annual check-up", "Annual check-up", chargerule.ActKindVISIT, 21_000},
	{"PROC", "Small procedure", "Procedure", chargerule.ActKindVISIT, 34_000},
	{"NURSE", "Nurse visit", "Nurse visit", chargerule.ActKindVISIT, 4_500},
	{"GIVE", "Giving a dose", "", chargerule.ActKindADMINISTRATION, 2_800},
	{"DRAW", "Taking a specimen", "", chargerule.ActKindSPECIMEN, 1_800},
}

// seedDrugs are what the substances of doses are charged, by their HCPCS codes: so
// many units of the code for each vial.
var seedDrugs = []struct {
	code, name string
	perVial    int64
	price      int64 // of a unit, in cents
}{
	{"J0696", "Ceftriaxone, 250 mg", 4, 310},
	{"J1030", "Methylprednisolone acetate, 40 mg", 1, 1_240},
	{"J1050", "Medroxyprogesterone acetate, 1 mg", 150, 42},
	{"J1100", "Dexamethasone, 1 mg", 4, 95},
	{"J1885", "Ketorolac, 15 mg", 2, 185},
	{"J3420", "Vitamin B-12, up to 1000 mcg", 1, 520},
}

// seedVisits is how many visits of the demo office are charged.
const seedVisits = 60

// desk is what the seed works with: the module, in the past.
type desk struct {
	*Module
	at      *clock.Fake
	demo    *kit.Demo
	drawers map[string]string // by location
}

// Seed implements kit.Seeder: prices, rules, a drawer at each site, and the
// last visits charged. Some are paid, some in part, some not at all, and one
// invoice was wrong.
func (m *Module) Seed(ctx context.Context, demo *kit.Demo) error {
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		past := *m
		s := &desk{Module: &past, at: clock.NewFake(demo.Now), demo: demo, drawers: map[string]string{}}
		past.Clock = s.at
		if err := s.fees(ctx); err != nil {
			return err
		}
		sites, err := m.DB.Client(ctx).Location.Query().Order(location.Name.Asc(), location.ID.Asc()).All(ctx)
		if err != nil {
			return err
		}
		if err := s.insure(ctx); err != nil {
			return err
		}
		for _, site := range sites {
			if s.drawers[site.ID], err = s.addCashDrawer(ctx, model.AddCashDrawerInput{LocationID: site.ID, Name: "Front desk"}); err != nil {
				return err
			}
		}
		done, err := m.DB.Client(ctx).Visit.Query().Where(visit.StatusColumn.EQ(visit.StatusFINISHED), visit.LocationID.NotNil(), visit.EndedAt.LT(demo.Now)).
			Order(visit.StartedAt.Asc(), visit.ID.Asc()).Limit(100_000).All(ctx)
		if err != nil {
			return err
		}
		done = done[max(0, len(done)-seedVisits):]
		slices.SortStableFunc(done, func(a, b *ent.Visit) int { return a.EndedAt.Compare(*b.EndedAt) })
		for i, v := range done {
			if err := s.bill(ctx, i, v); err != nil {
				return err
			}
		}
		return s.close(ctx)
	})
}

// fees writes the price list and the rules.
func (s *desk) fees(ctx context.Context) error {
	c, r := s.DB.Client(ctx), s.demo.Rand("billing")
	list, err := c.FeeSchedule.Create().SetID(s.demo.ID(r, "fees")).SetName("Standard").Save(ctx)
	if err != nil {
		return err
	}
	currency, err := s.currency(ctx)
	if err != nil {
		return err
	}
	for _, f := range seedFees {
		if err := c.FeePrice.Create().SetID(s.demo.ID(r, "fee")).SetScheduleID(list.ID).SetCode(f.code).SetDescription(f.name).
			SetAmountMinor(f.price).SetCurrency(currency).Exec(ctx); err != nil {
			return err
		}
		rule := c.ChargeRule.Create().SetID(s.demo.ID(r, "rule")).SetActKind(f.kind).SetCode(f.code)
		if f.visitType != "" {
			id, err := c.VisitType.Query().Where(visittype.Name.EQ(f.visitType)).FirstID(ctx)
			if ent.IsNotFound(err) {
				continue
			}
			if err != nil {
				return err
			}
			rule.SetVisitType(id)
		}
		if err := rule.Exec(ctx); err != nil {
			return err
		}
	}
	for _, d := range seedDrugs {
		err := c.FeePrice.Create().SetID(s.demo.ID(r, "fee")).SetScheduleID(list.ID).SetCode(d.code).SetDescription(d.name).
			SetAmountMinor(d.price).SetCurrency(currency).Exec(ctx)
		if err != nil {
			return err
		}
		err = c.ChargeRule.Create().SetID(s.demo.ID(r, "rule")).SetActKind(chargerule.ActKindADMINISTRATION).SetActCode(d.code).SetCode(d.code).
			SetQuantityRule(chargerule.QuantityRulePER_UNIT).SetUnits(d.perVial).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// bill charges a visit when it ends, and takes what the patient pays.
func (s *desk) bill(ctx context.Context, n int, v *ent.Visit) error {
	if now := s.at.Now(); n == 0 || v.EndedAt.After(now) {
		s.at.Add(v.EndedAt.Sub(now))
	}
	act := handover.Act{
		ID: v.ID, Kind: handover.ActVisit, PatientID: v.PatientID, VisitID: v.ID, LocationID: *v.LocationID,
		ProviderID: opt.Text(v.ProviderID), Quantity: 1, At: *v.EndedAt,
	}
	if err := s.Capture(ctx, act); err != nil || n%6 == 5 { // some still wait
		return err
	}
	id, err := s.draftInvoice(ctx, model.DraftInvoiceInput{PatientID: v.PatientID, LocationID: *v.LocationID})
	if e, ok := kit.AsError(err); ok && e.Code == kit.FailedPrecondition {
		return nil // a visit that nobody charges for
	}
	if err != nil {
		return err
	}
	if _, err := s.issueInvoice(ctx, model.IssueInvoiceInput{ID: id, ExpectedVersion: 1}); err != nil {
		return err
	}
	inv, err := s.DB.Client(ctx).Invoice.Get(ctx, id)
	if err != nil {
		return err
	}
	if n == 7 {
		_, err = s.voidInvoice(ctx, model.VoidInvoiceInput{ID: id, ExpectedVersion: inv.Version, Reason: "charged to the wrong visit"})
		return err
	}
	return s.settle(ctx, n, inv)
}

// settle takes what the patient pays: all, a part, too much, or nothing.
func (s *desk) settle(ctx context.Context, n int, inv *ent.Invoice) error {
	in := model.RecordPaymentInput{
		PatientID: inv.PatientID, LocationID: inv.LocationID, Currency: inv.Currency, AmountMinor: int(inv.DueMinor), Method: payment.MethodCARD,
	}
	reference := "T-" + inv.ID[len(inv.ID)-6:]
	in.Reference = graphql.OmittableOf(&reference)
	switch n % 5 {
	case 1: // a part in cash
		drawer := s.drawers[inv.LocationID]
		in.AmountMinor, in.Method = 3_000, payment.MethodCASH
		in.Reference, in.DrawerID = graphql.Omittable[*string]{}, graphql.OmittableOf(&drawer)
	case 2: // too much
		in.AmountMinor, in.Method = int(inv.DueMinor)+1_500, payment.MethodCHEQUE
	case 3: // nothing yet
		return nil
	}
	_, err := s.recordPayment(ctx, in)
	return err
}

// close closes the drawers on the evening before the demo, one with a difference.
func (s *desk) close(ctx context.Context) error {
	if evening := s.demo.Today.Add(-6 * time.Hour); evening.After(s.at.Now()) {
		s.at.Add(evening.Sub(s.at.Now()))
	}
	missing := int64(200)
	for _, id := range values(s.drawers) {
		expected, err := s.expected(ctx, id)
		if err != nil {
			return err
		}
		if expected < missing {
			continue
		}
		reason := "change was given twice"
		in := model.CloseDrawerInput{DrawerID: id, CountedMinor: int(expected - missing)}
		if missing > 0 {
			in.Reason = graphql.OmittableOf(&reason)
		}
		if _, err := s.closeDrawer(ctx, in); err != nil {
			return err
		}
		missing = 0
	}
	return nil
}

// values are those of the map in order.
func values(m map[string]string) []string {
	list := make([]string, 0, len(m))
	for _, v := range m {
		list = append(list, v)
	}
	slices.Sort(list)
	return list
}
