package billing

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/charge"
	"medoffice/ent/chargerule"
	"medoffice/ent/feeprice"
	"medoffice/ent/feeschedule"
	"medoffice/ent/row"
	"medoffice/ent/visit"
	"medoffice/modules/events"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/opt"
)

// Capture charges an act by the rules that hold for it, in the running
// transaction. Without a rule there is no charge, and an act that is charged
// already is not charged twice.
func (m *Module) Capture(ctx context.Context, act handover.Act) error {
	ctx = kit.Unbound(ctx)
	if act.ID == "" || act.PatientID == "" || act.LocationID == "" || act.Quantity < 1 {
		return kit.Invalid("tell the act, its patient, location and quantity", "act")
	}
	if act.At.IsZero() {
		act.At = m.Clock.Now()
	}
	rules, err := m.rulesFor(ctx, act)
	if err != nil {
		return err
	}
	for _, r := range rules {
		there, err := m.DB.Client(ctx).Charge.Query().Where(charge.ActID.EQ(act.ID), charge.RuleID.EQ(r.ID), charge.StatusColumn.NEQ(charge.StatusENTERED_IN_ERROR)).Exist(ctx)
		if err != nil {
			return err
		}
		if there {
			continue
		}
		n := units(r, act.Quantity)
		if n > mostUnits {
			return kit.Invalid("this is too much for one charge", "quantity")
		}
		if _, err := m.charge(ctx, act, r.Code, r.ID, n); err != nil {
			return err
		}
	}
	return nil
}

// Uncapture takes back every charge of an act, in the running transaction: it
// was entered in error, and what was invoiced already is credited. Twice is once.
func (m *Module) Uncapture(ctx context.Context, actID string) error {
	ctx = kit.Unbound(ctx)
	if actID == "" {
		return kit.Invalid("tell which act", "actId")
	}
	rows, err := m.DB.Client(ctx).Charge.Query().Where(charge.ActID.EQ(actID)).Order(charge.ID.Asc()).All(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := m.hold(ctx, row.PatientID); err != nil {
			return err
		}
		if row, err = m.DB.Client(ctx).Charge.Get(ctx, row.ID); err != nil {
			return err
		}
		if row.Status == charge.StatusENTERED_IN_ERROR {
			continue
		}
		if err := m.takeBack(ctx, row, "undone"); err != nil {
			return err
		}
	}
	return nil
}

// units is how many units of its code a rule charges for so much of an act.
func units(r *ent.ChargeRule, quantity int64) int64 {
	if r.QuantityRule == chargerule.QuantityRuleFIXED {
		return r.Units
	}
	return (quantity + r.Per - 1) / r.Per * r.Units
}

// rulesFor finds the rules of an act: what a rule says nothing of does not matter.
func (m *Module) rulesFor(ctx context.Context, act handover.Act) ([]*ent.ChargeRule, error) {
	c, kind := m.DB.Client(ctx), ""
	if act.VisitID != "" {
		v, err := c.Visit.Query().Where(visit.ID.EQ(act.VisitID)).Only(ctx)
		if err != nil && !ent.IsNotFound(err) {
			return nil, err
		}
		if v != nil {
			kind = opt.Text(v.TypeID)
		}
	}
	return c.ChargeRule.Query().Where(
		chargerule.ActKindColumn.EQ(chargerule.ActKind(act.Kind)), chargerule.Active.EQ(true),
		row.Or(chargerule.ItemID.IsNil(), chargerule.ItemID.EQ(act.ItemID)),
		row.Or(chargerule.ActCode.IsNil(), chargerule.ActCode.EQ(act.Code)),
		row.Or(chargerule.VisitType.IsNil(), chargerule.VisitType.EQ(kind)),
	).Order(chargerule.Code.Asc(), chargerule.ID.Asc()).Limit(mostRules).All(ctx)
}

// charge writes a charge with the price of its day.
func (m *Module) charge(ctx context.Context, act handover.Act, code, rule string, quantity int64) (*ent.Charge, error) {
	currency, err := m.currency(ctx)
	if err != nil {
		return nil, err
	}
	row := m.DB.Client(ctx).Charge.Create().SetPatientID(act.PatientID).SetLocationID(act.LocationID).
		SetNillableVisitID(opt.Of(act.VisitID)).SetNillableActID(opt.Of(act.ID)).SetNillableRuleID(opt.Of(rule)).
		SetNillableProviderID(opt.Of(act.ProviderID)).SetCode(code).SetDescription(code).SetQuantity(quantity).
		SetCurrency(currency).SetAt(act.At)
	p, err := m.price(ctx, code, currency, act.At)
	if err != nil {
		return nil, err
	}
	if p != nil {
		row.SetUnitMinor(p.AmountMinor).SetDescription(p.Description).SetStatus(charge.StatusBILLABLE)
	}
	made, err := row.Save(ctx)
	if err != nil {
		return nil, err
	}
	return made, m.publish(ctx, made)
}

// price finds the price of a code on the day of the instant, nil for none: of
// several lists that hold, that of the latest first day counts.
func (m *Module) price(ctx context.Context, code, currency string, at time.Time) (*ent.FeePrice, error) {
	day := date.Date(m.Day(at))
	p, err := m.DB.Client(ctx).FeePrice.Query().Where(
		feeprice.Code.EQ(code), feeprice.Currency.EQ(currency), feeprice.HasScheduleWith(
			row.Or(feeschedule.ValidFrom.IsNil(), feeschedule.ValidFrom.LTE(day)),
			row.Or(feeschedule.ValidTo.IsNil(), feeschedule.ValidTo.GTE(day)),
		),
	).Order(feeprice.BySchedule(feeschedule.FieldValidFrom, sql.OrderDesc(), sql.OrderNullsLast()), feeprice.ID.Desc()).First(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return p, err
}

func (m *Module) publish(ctx context.Context, r *ent.Charge) error {
	return m.Bus.Publish(ctx, kit.ViewerOf(ctx).ID, events.ChargeCaptured{
		ChargeID: r.ID, PatientID: r.PatientID, LocationID: r.LocationID, ActID: opt.Text(r.ActID), Status: string(r.Status),
	})
}

// takeBack voids a charge. Its account is held already.
func (m *Module) takeBack(ctx context.Context, row *ent.Charge, reason string) error {
	if row.Status == charge.StatusBILLED {
		if err := m.creditCharge(ctx, row, reason); err != nil {
			return err
		}
	}
	row, err := row.Update().SetStatus(charge.StatusENTERED_IN_ERROR).SetVoidedAt(m.Clock.Now()).
		SetVoidedBy(kit.ViewerOf(ctx).ID).SetVoidReason(reason).Save(ctx)
	if err != nil {
		return err
	}
	return m.publish(ctx, row)
}
