package billing

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/drawerclosing"
	"medoffice/ent/ledgerentry"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/opt"
)

func (m *Module) addCashDrawer(ctx context.Context, in model.AddCashDrawerInput) (string, error) {
	name, err := act.Words(in.Name, mostName, "name")
	if err != nil {
		return "", err
	}
	if err := m.site(ctx, in.LocationID); err != nil {
		return "", err
	}
	row, err := m.DB.Client(ctx).CashDrawer.Create().SetLocationID(in.LocationID).SetName(name).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

func (m *Module) closeDrawer(ctx context.Context, in model.CloseDrawerInput) (string, error) {
	if in.CountedMinor < 0 || in.CountedMinor > mostMoney {
		return "", kit.Invalid("what was counted is at least 0", "countedMinor")
	}
	d, err := m.drawerOf(ctx, in.DrawerID)
	if err != nil {
		return "", err
	}
	expected, err := m.expected(ctx, d.ID)
	if err != nil {
		return "", err
	}
	counted := int64(in.CountedMinor)
	row := m.DB.Client(ctx).DrawerClosing.Create()
	if reason := in.Reason.Value(); reason != nil || counted != expected {
		s, err := act.Words(opt.Text(reason), mostReason, "reason")
		if err != nil {
			return "", err
		}
		row.SetReason(s)
	}
	currency, err := m.currency(ctx)
	if err != nil {
		return "", err
	}
	viewer, now := kit.ViewerOf(ctx), m.Clock.Now()
	made, err := row.SetDrawerID(d.ID).SetLocationID(d.LocationID).SetExpectedMinor(expected).SetCountedMinor(counted).
		SetDifferenceMinor(counted - expected).SetCurrency(currency).SetAt(now).SetDay(m.Day(now)).
		SetActorID(viewer.ID).SetActorName(viewer.Name).Save(ctx)
	if err != nil {
		return "", err
	}
	return made.ID, nil
}

// expected is what came into a drawer less what went out of it, since it was
// closed before: all of it less what earlier closings were about, so that two
// lines of the same instant do no harm.
func (m *Module) expected(ctx context.Context, drawer string) (int64, error) {
	ctx = kit.Unbound(ctx)
	all, err := sum(ctx, m.DB.Client(ctx).LedgerEntry.Query().Where(ledgerentry.DrawerID.EQ(drawer)), ledgerentry.FieldCreditMinor)
	if err != nil {
		return 0, err
	}
	var before []total
	err = m.DB.Client(ctx).DrawerClosing.Query().Where(drawerclosing.DrawerID.EQ(drawer)).Modify(func(s *sql.Selector) {
		s.Select(sql.As(sql.Sum(s.C(drawerclosing.FieldExpectedMinor)), "sum"))
	}).Scan(ctx, &before)
	if err != nil || len(before) == 0 || before[0].Sum == nil {
		return all, err
	}
	return all - *before[0].Sum, nil
}

// MovePatient gives what one chart was charged and paid to another, in the
// running transaction, for charts that turn out to be of the same person. It
// is the only change that the ledger takes.
func (m *Module) MovePatient(ctx context.Context, from, into string) error {
	ctx = kit.Unbound(ctx)
	for _, id := range []string{min(from, into), max(from, into)} {
		if err := m.hold(ctx, id); err != nil {
			return err
		}
	}
	return m.moveRows(ctx, from, into)
}
