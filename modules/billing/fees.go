package billing

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/charge"
	"medoffice/ent/chargerule"
	"medoffice/ent/feeprice"
	"medoffice/ent/feeschedule"
	"medoffice/graph/model"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/opt"
)

func (m *Module) addFeeSchedule(ctx context.Context, in model.AddFeeScheduleInput) (string, error) {
	name, err := act.Words(in.Name, mostName, "name")
	if err != nil {
		return "", err
	}
	from, to := in.ValidFrom.Value(), in.ValidTo.Value()
	if from != nil && len(*from) != 10 || to != nil && len(*to) != 10 || from != nil && to != nil && *to < *from {
		return "", kit.Invalid("tell whole days, the first one before the last one", "validFrom")
	}
	row, err := m.DB.Client(ctx).FeeSchedule.Create().SetName(name).SetNillableValidFrom(from).SetNillableValidTo(to).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

func (m *Module) endFeeSchedule(ctx context.Context, in model.EndFeeScheduleInput) (string, error) {
	if err := m.DB.Alone(ctx, "prices "+in.ID); err != nil {
		return "", err
	}
	row, err := act.Found(m.DB.Client(ctx).FeeSchedule.Query().Where(feeschedule.ID.EQ(in.ID)).Only(ctx))("price list", "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	to := in.ValidTo.Value()
	if to == nil {
		return row.ID, row.Update().ClearValidTo().Exec(ctx)
	}
	if len(*to) != len(time.DateOnly) || row.ValidFrom != nil && *to < *row.ValidFrom {
		return "", kit.Invalid("tell a whole day that is not before the first one", "validTo")
	}
	return row.ID, row.Update().SetValidTo(*to).Exec(ctx)
}

func (m *Module) setFeePrice(ctx context.Context, in model.SetFeePriceInput) (string, error) {
	code, err := act.Words(in.Code, mostCode, "code")
	if err != nil {
		return "", err
	}
	description, err := act.Words(in.Description, mostName, "description")
	if err != nil {
		return "", err
	}
	if in.AmountMinor < 0 || in.AmountMinor > mostMoney {
		return "", kit.Invalid("a price is at least 0", "amountMinor")
	}
	c := m.DB.Client(ctx)
	if _, err := act.Found(c.FeeSchedule.Query().Where(feeschedule.ID.EQ(in.ScheduleID)).Only(ctx))("price list", "scheduleId"); err != nil {
		return "", err
	}
	if err := m.DB.Alone(ctx, "prices "+in.ScheduleID); err != nil {
		return "", err
	}
	currency, err := m.currency(ctx)
	if err != nil {
		return "", err
	}
	row, err := c.FeePrice.Query().Where(feeprice.ScheduleID.EQ(in.ScheduleID), feeprice.Code.EQ(code)).Only(ctx)
	if ent.IsNotFound(err) {
		n, err := c.FeePrice.Query().Where(feeprice.ScheduleID.EQ(in.ScheduleID)).Count(ctx)
		if err == nil && n >= mostPrices {
			err = kit.Refuse(kit.FailedPrecondition, "this list is full", "scheduleId")
		}
		if err != nil {
			return "", err
		}
		return in.ScheduleID, c.FeePrice.Create().SetScheduleID(in.ScheduleID).SetCode(code).SetDescription(description).
			SetAmountMinor(int64(in.AmountMinor)).SetCurrency(currency).Exec(ctx)
	}
	if err != nil {
		return "", err
	}
	return in.ScheduleID, row.Update().SetDescription(description).SetAmountMinor(int64(in.AmountMinor)).Exec(ctx)
}

func (m *Module) addChargeRule(ctx context.Context, in model.AddChargeRuleInput) (string, error) {
	code, err := act.Words(in.Code, mostCode, "code")
	if err != nil {
		return "", err
	}
	n, per := 1, 1
	if v := in.Units.Value(); v != nil {
		n = *v
	}
	if v := in.Per.Value(); v != nil {
		per = *v
	}
	if n < 1 || n > mostUnits || per < 1 || per > mostMoney {
		return "", kit.Invalid("tell at least 1 unit", "units")
	}
	row, err := m.DB.Client(ctx).ChargeRule.Create().SetActKind(in.ActKind).SetNillableItemID(in.ItemID.Value()).
		SetNillableActCode(in.ActCode.Value()).SetNillableVisitType(in.VisitType.Value()).SetCode(code).
		SetQuantityRule(in.QuantityRule).SetUnits(int64(n)).SetPer(int64(per)).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

func (m Mutation) RetireChargeRule(ctx context.Context, in model.RetireChargeRuleInput) (*model.ChargeRulePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, func(ctx context.Context, in model.RetireChargeRuleInput) (string, error) {
		row, err := act.Found(m.DB.Client(ctx).ChargeRule.Query().Where(chargerule.ID.EQ(in.ID)).Only(ctx))("rule", "id")
		if err != nil {
			return "", err
		}
		if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
			return "", err
		}
		return row.ID, row.Update().SetActive(false).Exec(ctx)
	}, act.Row(m.findChargeRule))
	return &model.ChargeRulePayload{Rule: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m *Module) addCharge(ctx context.Context, in model.AddChargeInput) (string, error) {
	code, err := act.Words(in.Code, mostCode, "code")
	if err != nil {
		return "", err
	}
	n := 1
	if v := in.Quantity.Value(); v != nil {
		n = *v
	}
	if n < 1 || n > mostUnits {
		return "", kit.Invalid("tell at least 1 unit", "quantity")
	}
	if err := m.site(ctx, in.LocationID); err != nil {
		return "", err
	}
	if err := m.account(ctx, in.PatientID); err != nil {
		return "", err
	}
	if v := in.VisitID.Value(); v != nil {
		if _, err := m.visitOf(ctx, *v, in.PatientID); err != nil {
			return "", err
		}
	}
	row, err := m.charge(ctx, handover.Act{
		PatientID: in.PatientID, LocationID: in.LocationID, VisitID: opt.Text(in.VisitID.Value()),
		ProviderID: opt.Text(in.ProviderID.Value()), At: m.Clock.Now(),
	}, code, "", int64(n))
	if err != nil {
		return "", err
	}
	u := row.Update()
	if err := pointers(u, in.Modifiers.Value(), in.Diagnoses.Value()); err != nil {
		return "", err
	}
	return row.ID, u.Exec(ctx)
}

func (m *Module) updateCharge(ctx context.Context, in model.UpdateChargeInput) (string, error) {
	row, err := m.chargeOf(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if row.Status != charge.StatusPLANNED && row.Status != charge.StatusBILLABLE {
		return "", kit.Refuse(kit.FailedPrecondition, "this charge can no longer be changed", "id")
	}
	u := row.Update().SetNillableProviderID(in.ProviderID.Value())
	if err := pointers(u, in.Modifiers.Value(), in.Diagnoses.Value()); err != nil {
		return "", err
	}
	p, err := m.price(ctx, row.Code, row.Currency, row.At)
	if err != nil {
		return "", err
	}
	if p != nil {
		u.SetUnitMinor(p.AmountMinor).SetDescription(p.Description).SetStatus(charge.StatusBILLABLE)
	}
	return row.ID, u.Exec(ctx)
}

// chargeOf finds a charge as the caller saw it and holds its account.
func (m *Module) chargeOf(ctx context.Context, id string, version int) (*ent.Charge, error) {
	c := m.DB.Client(ctx)
	row, err := act.Found(c.Charge.Query().Where(charge.ID.EQ(id)).Only(ctx))("charge", "id")
	if err != nil {
		return nil, err
	}
	if err := m.hold(ctx, row.PatientID); err != nil {
		return nil, err
	}
	if row, err = c.Charge.Query().Where(charge.ID.EQ(id)).Only(ctx); err != nil {
		return nil, err
	}
	return row, kit.Fresh(row.ID, row.Version, version)
}

func (m *Module) voidCharge(ctx context.Context, in model.VoidChargeInput) (string, error) {
	reason, err := act.Words(in.Reason, mostReason, "reason")
	if err != nil {
		return "", err
	}
	row, err := m.chargeOf(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if row.Status == charge.StatusENTERED_IN_ERROR {
		return "", kit.Refuse(kit.FailedPrecondition, "this charge is taken back already", "id")
	}
	return row.ID, m.takeBack(ctx, row, reason)
}

// pointers sets up to 4 modifiers and 4 diagnoses; nil leaves them as they are.
func pointers(u *ent.ChargeUpdateOne, modifiers, diagnoses []string) error {
	m := u.Mutation()
	for path, of := range map[string]struct {
		list  []string
		names []string
		most  int
	}{
		"modifiers": {modifiers, []string{charge.FieldModifier1, charge.FieldModifier2, charge.FieldModifier3, charge.FieldModifier4}, 2},
		"diagnoses": {diagnoses, []string{charge.FieldDiagnosis1, charge.FieldDiagnosis2, charge.FieldDiagnosis3, charge.FieldDiagnosis4}, 8},
	} {
		if of.list == nil {
			continue
		}
		if len(of.list) > len(of.names) {
			return kit.Invalid("tell at most 4", path)
		}
		for i, name := range of.names {
			if i >= len(of.list) {
				if err := m.ClearField(name); err != nil {
					return err
				}
				continue
			}
			s, err := act.Words(of.list[i], of.most, path)
			if err != nil {
				return err
			}
			if err := m.SetField(name, s); err != nil {
				return err
			}
		}
	}
	return nil
}
