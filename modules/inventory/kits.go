package inventory

import (
	"context"
	"slices"
	"strings"

	"medoffice/ent"
	entkit "medoffice/ent/kit"
	"medoffice/ent/kitline"
	"medoffice/ent/stockuse"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

func (m *Module) setKit(ctx context.Context, in model.SetKitInput) (string, error) {
	code, err := act.Words(in.Code, 40, "code")
	if err != nil {
		return "", err
	}
	name, err := act.Words(in.Name, mostName, "name")
	if err != nil {
		return "", err
	}
	if len(in.Lines) == 0 || len(in.Lines) > mostLines {
		return "", kit.Invalid("a kit has 1 to 100 lines", "lines")
	}
	if err := m.neededBy(ctx, in.VisitTypeID.Value()); err != nil {
		return "", err
	}
	if err := m.DB.Alone(ctx, "kit "+code); err != nil {
		return "", err
	}
	c := m.DB.Client(ctx)
	row, err := c.Kit.Query().Where(entkit.Code.EQ(code)).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		row, err = c.Kit.Create().SetCode(code).SetName(name).SetNillableActive(in.Active.Value()).SetNillableVisitTypeID(in.VisitTypeID.Value()).Save(ctx)
	case err == nil:
		u := row.Update().SetName(name).SetNillableActive(in.Active.Value()).SetNillableVisitTypeID(in.VisitTypeID.Value())
		if in.VisitTypeID.IsSet() && in.VisitTypeID.Value() == nil {
			u.ClearVisitTypeID()
		}
		err = u.Exec(ctx)
	}
	if err != nil {
		return "", err
	}
	if err := m.setKitLines(ctx, row.ID, in.Lines); err != nil {
		return "", err
	}
	return row.ID, m.publishKit(ctx, row.ID)
}

// neededBy checks the type of the visits that need a kit.
func (m *Module) neededBy(ctx context.Context, id *string) error {
	if id == nil {
		return nil
	}
	found, err := m.findVisitType(ctx, []string{*id})
	if err == nil && found[*id] == nil {
		err = kit.Missing("visit type", "visitTypeId")
	}
	return err
}

// publishKit publishes that the wanted stock of the items of a kit changed.
func (m *Module) publishKit(ctx context.Context, kitID string) error {
	lines, err := m.DB.Client(ctx).KitLine.Query().Where(kitline.KitID.EQ(kitID)).All(ctx)
	for _, l := range lines {
		m.publish(ctx, events.StockChanged{ItemID: l.ItemID})
	}
	return err
}

func (m *Module) setKitLines(ctx context.Context, kitID string, want []*model.KitLineInput) error {
	c := m.DB.Client(ctx)
	there, err := c.KitLine.Query().Where(kitline.KitID.EQ(kitID)).Order(kitline.ID.Asc()).All(ctx)
	if err != nil {
		return err
	}
	for i, in := range want {
		if err := positive(in.Quantity); err != nil {
			return err
		}
		if _, err := m.itemOf(ctx, in.ItemID); err != nil {
			return err
		}
		at := slices.IndexFunc(there, func(l *ent.KitLine) bool { return l.ItemID == in.ItemID })
		if at < 0 {
			err = c.KitLine.Create().SetKitID(kitID).SetItemID(in.ItemID).SetQuantity(int64(in.Quantity)).SetPosition(i).Exec(ctx)
		} else {
			err = there[at].Update().SetQuantity(int64(in.Quantity)).SetPosition(i).SetActive(true).Exec(ctx)
			there = slices.Delete(there, at, at+1)
		}
		if err != nil {
			return err
		}
	}
	for _, gone := range there {
		if err := gone.Update().SetActive(false).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (m *Module) useKit(ctx context.Context, in model.UseKitInput) (string, error) {
	if err := m.site(ctx, in.LocationID); err != nil {
		return "", err
	}
	c := m.DB.Client(ctx)
	row, err := act.Found(c.Kit.Query().Where(entkit.ID.EQ(in.KitID), entkit.Active.EQ(true)).Only(ctx))("kit", "kitId")
	if err != nil {
		return "", err
	}
	patientID, visitID := opt.Text(in.PatientID.Value()), opt.Text(in.VisitID.Value())
	if err := m.receiver(ctx, patientID, visitID); err != nil {
		return "", err
	}
	use, err := c.StockUse.Create().SetLocationID(in.LocationID).SetKitID(row.ID).SetQuantity(1).
		SetNillablePatientID(opt.Of(patientID)).SetNillableVisitID(opt.Of(visitID)).
		SetAt(m.Clock.Now()).SetActorName(kit.ViewerOf(ctx).Name).Save(ctx)
	if err != nil {
		return "", err
	}
	return use.ID, m.TakeKit(ctx, row.ID, handover.Act{
		ID: use.ID, Kind: handover.ActSupply, PatientID: patientID, VisitID: visitID, LocationID: in.LocationID, At: use.At,
	})
}

// TakeKit uses every item of a kit up for an act, in the running transaction.
func (m *Module) TakeKit(ctx context.Context, kitID string, act handover.Act) error {
	lines, err := m.DB.Client(ctx).KitLine.Query().Where(kitline.KitID.EQ(kitID), kitline.Active.EQ(true)).All(ctx)
	if err != nil {
		return err
	}
	// All take in the order of items, so that two kits do not wait for each other.
	slices.SortFunc(lines, func(a, b *ent.KitLine) int { return strings.Compare(a.ItemID, b.ItemID) })
	for _, l := range lines {
		act.ItemID, act.Quantity = l.ItemID, l.Quantity
		take := m.Take
		if act.Kind == handover.ActSupply {
			take = m.supply
		}
		if err := take(ctx, act); err != nil {
			return err
		}
	}
	return nil
}

func (m *Module) voidStockUse(ctx context.Context, in model.VoidStockUseInput) (string, error) {
	reason, err := act.Words(in.Reason, mostReason, "reason")
	if err != nil {
		return "", err
	}
	q := m.DB.Client(ctx).StockUse.Query().Where(stockuse.ID.EQ(in.ID))
	q.Modify(db.ForUpdate)
	row, err := act.Found(q.Only(ctx))("use", "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if row.Status == stockuse.StatusENTERED_IN_ERROR {
		return "", kit.Refuse(kit.FailedPrecondition, "this use is marked already", "id")
	}
	if err := m.Untake(ctx, row.ID); err != nil {
		return "", err
	}
	for _, c := range m.chargers {
		if err := c.Uncapture(ctx, row.ID); err != nil {
			return "", err
		}
	}
	return row.ID, row.Update().SetStatus(stockuse.StatusENTERED_IN_ERROR).SetVoidReason(reason).
		SetVoidedAt(m.Clock.Now()).SetVoidedBy(kit.ViewerOf(ctx).ID).Exec(ctx)
}
