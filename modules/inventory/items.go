package inventory

import (
	"context"
	"strings"

	"medoffice/ent"
	entbarcode "medoffice/ent/barcode"
	"medoffice/ent/item"
	"medoffice/ent/itempack"
	"medoffice/ent/parlevel"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
)

// The bounds of what is written, in letters.
const (
	mostName   = 200
	mostReason = 500
)

// optional is words where there need be none.
func optional(s *string, most int, path string) error {
	if s == nil {
		return nil
	}
	_, err := act.Words(*s, most, path)
	return err
}

func (m *Module) addItem(ctx context.Context, in model.AddItemInput) (string, error) {
	name, err := act.Words(in.Name, mostName, "name")
	if err != nil {
		return "", err
	}
	size, hours := in.PerContainer.Value(), in.UseHours.Value()
	if err := countable(in); err != nil {
		return "", err
	}
	row := m.DB.Client(ctx).Item.Create().SetCode(strings.TrimSpace(in.Code)).SetName(name).SetSortName(strings.ToLower(name)).
		SetKind(in.Kind).SetBaseUnit(strings.TrimSpace(in.BaseUnit)).SetNillableNdc(in.Ndc.Value()).SetNillableUseHours(hours).
		SetNillableControlled(in.Controlled.Value())
	if size != nil {
		row.SetPerContainer(int64(*size))
	}
	made, err := row.Save(ctx)
	if err != nil {
		return "", err
	}
	if ndc := in.Ndc.Value(); ndc != nil {
		if err := m.addBarcode(ctx, made.ID, nil, entbarcode.KindNDC, *ndc); err != nil {
			return "", err
		}
	}
	for _, p := range in.Packs.Value() {
		if err := m.addPack(ctx, made.ID, p); err != nil {
			return "", err
		}
	}
	return made.ID, nil
}

// countable checks how a new item is named and counted.
func countable(in model.AddItemInput) error {
	for path, s := range map[string]string{"code": in.Code, "baseUnit": in.BaseUnit} {
		if _, err := act.Words(s, 40, path); err != nil {
			return err
		}
	}
	size, hours := in.PerContainer.Value(), in.UseHours.Value()
	switch {
	case len(in.Packs.Value()) > 20:
		return kit.Invalid("an item has at most 20 packs to begin with", "packs")
	case size != nil && (*size < 1 || *size > mostUnits):
		return kit.Invalid("a container holds at least 1 base unit", "perContainer")
	case hours != nil && (*hours < 1 || *hours > 24*365):
		return kit.Invalid("tell from 1 hour to a year", "useHours")
	}
	return nil
}

// addPack adds a pack, or barcodes to one that is there.
func (m *Module) addPack(ctx context.Context, itemID string, p *model.PackInput) error {
	name, err := act.Words(p.Name, mostName, "name")
	if err != nil {
		return err
	}
	if p.Quantity < 1 || p.Quantity > mostUnits {
		return kit.Invalid("a pack holds at least 1 base unit", "quantity")
	}
	c := m.DB.Client(ctx)
	pack, err := c.ItemPack.Query().Where(itempack.ItemID.EQ(itemID), itempack.Quantity.EQ(int64(p.Quantity)), itempack.Name.EQ(name)).Only(ctx)
	if ent.IsNotFound(err) {
		pack, err = c.ItemPack.Create().SetItemID(itemID).SetName(name).SetQuantity(int64(p.Quantity)).Save(ctx)
	}
	if err != nil {
		return err
	}
	for _, b := range p.Barcodes.Value() {
		if err := m.addBarcode(ctx, itemID, &pack.ID, b.Kind, b.Value); err != nil {
			return err
		}
	}
	return nil
}

// lengths of numbers that have a fixed one.
var lengths = map[entbarcode.Kind][]int{
	entbarcode.KindNDC: {10, 11}, entbarcode.KindUPC: {12}, entbarcode.KindGTIN: {8, 12, 13, 14},
}

func (m *Module) addBarcode(ctx context.Context, itemID string, packID *string, kind entbarcode.Kind, value string) error {
	value = digits(value)
	ok := value != "" && len(value) <= 40
	if want := lengths[kind]; want != nil {
		ok = false
		for _, n := range want {
			ok = ok || len(value) == n
		}
		ok = ok && strings.Trim(value, "0123456789") == ""
	}
	if !ok {
		return kit.Invalid("this is no number of its kind", "value")
	}
	return m.DB.Client(ctx).Barcode.Create().SetItemID(itemID).SetNillablePackID(packID).SetKind(kind).SetValue(value).Exec(ctx)
}

func (m *Module) updateItem(ctx context.Context, in model.UpdateItemInput) (string, error) {
	q := m.DB.Client(ctx).Item.Query().Where(item.ID.EQ(in.ID))
	q.Modify(db.ForUpdate)
	row, err := act.Found(q.Only(ctx))("item", "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	u := row.Update().SetNillableControlled(in.Controlled.Value()).SetNillableActive(in.Active.Value())
	if name := in.Name.Value(); name != nil {
		n, err := act.Words(*name, mostName, "name")
		if err != nil {
			return "", err
		}
		u.SetName(n).SetSortName(strings.ToLower(n))
	}
	if hours, ok := in.UseHours.ValueOK(); ok {
		if u.ClearUseHours(); hours != nil {
			u.SetUseHours(*hours)
		}
	}
	return row.ID, u.Exec(ctx)
}

func (m Mutation) AddItemPack(ctx context.Context, in model.AddItemPackInput) (*model.ItemPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, func(ctx context.Context, in model.AddItemPackInput) (string, error) {
		if _, err := m.itemOf(ctx, in.ItemID); err != nil {
			return "", err
		}
		return in.ItemID, m.addPack(ctx, in.ItemID, in.Pack)
	}, act.Row(m.findItem))
	return &model.ItemPayload{Item: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m *Module) itemOf(ctx context.Context, id string) (*ent.Item, error) {
	return act.Found(m.DB.Client(ctx).Item.Query().Where(item.ID.EQ(id)).Only(ctx))("item", "itemId")
}

func (m *Module) setParLevel(ctx context.Context, in model.SetParLevelInput) (string, error) {
	if in.Minimum < 0 || in.Maximum < in.Minimum || in.Maximum > mostUnits {
		return "", kit.Invalid("the least is at least 0, and what it fills up to is not less", "minimum")
	}
	if err := m.site(ctx, in.LocationID); err != nil {
		return "", err
	}
	if _, err := m.itemOf(ctx, in.ItemID); err != nil {
		return "", err
	}
	if err := m.DB.Alone(ctx, "par "+in.ItemID+in.LocationID); err != nil {
		return "", err
	}
	m.publish(ctx, events.StockChanged{ItemID: in.ItemID, LocationID: in.LocationID})
	c := m.DB.Client(ctx)
	row, err := c.ParLevel.Query().Where(parlevel.ItemID.EQ(in.ItemID), parlevel.LocationID.EQ(in.LocationID)).Only(ctx)
	if ent.IsNotFound(err) {
		return in.ItemID, c.ParLevel.Create().SetItemID(in.ItemID).SetLocationID(in.LocationID).
			SetMinimum(int64(in.Minimum)).SetMaximum(int64(in.Maximum)).Exec(ctx)
	}
	if err != nil {
		return "", err
	}
	return in.ItemID, row.Update().SetMinimum(int64(in.Minimum)).SetMaximum(int64(in.Maximum)).Exec(ctx)
}
