package inventory

import (
	"context"
	"strings"

	"medoffice/ent"
	"medoffice/ent/item"
	"medoffice/ent/itempack"
	"medoffice/ent/lot"
	"medoffice/ent/stockmovement"
	"medoffice/ent/storageplace"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/opt"
)

// mostLines bounds the lines of a delivery, an order or a kit.
const mostLines = 100

func (m Mutation) ReceiveStock(ctx context.Context, in model.ReceiveStockInput) (*model.StockPayload, error) {
	rows, problems, err := act.Do(ctx, m.Deps, in, m.receive, m.readSet)
	return &model.StockPayload{Movements: rows, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m *Module) receive(ctx context.Context, in model.ReceiveStockInput) (string, error) {
	if len(in.Lines) == 0 || len(in.Lines) > mostLines {
		return "", kit.Invalid("a delivery has 1 to 100 lines", "lines")
	}
	place, err := m.placeOf(ctx, in.PlaceID, "placeId")
	if err != nil {
		return "", err
	}
	if err := optional(in.Reason.Value(), mostReason, "reason"); err != nil {
		return "", err
	}
	var ids []string
	for _, line := range in.Lines {
		c, err := m.unpack(ctx, line)
		if err != nil {
			return "", err
		}
		c.supplier, c.reason = opt.Text(in.SupplierID.Value()), opt.Text(in.Reason.Value())
		row, err := m.putAway(ctx, place, c)
		if err != nil {
			return "", err
		}
		ids = append(ids, row.ID)
	}
	return strings.Join(ids, ","), nil
}

// came is one lot of a delivery, in base units.
type came struct {
	item             *ent.Item
	units            int64
	number           string
	expires          *date.Date
	maker            *string
	cost             *int64
	supplier, reason string
	orderLine        string
}

// unpack reads a line of a delivery: what it is, how much, of which lot.
func (m *Module) unpack(ctx context.Context, in *model.ReceiptLineInput) (c came, err error) {
	size, read, err := m.named(ctx, in, &c)
	if err != nil {
		return c, err
	}
	if in.Quantity < 1 || int64(in.Quantity) > mostUnits/size {
		return c, kit.Invalid("tell how many, at least 1", "quantity")
	}
	c.units, c.maker = int64(in.Quantity)*size, in.Maker.Value()
	c.number, c.expires = read.lot, read.expires
	if s := in.LotNumber.Value(); s != nil {
		c.number = strings.TrimSpace(*s)
	}
	if d := in.ExpiresOn.Value(); d != nil {
		day := lastDay(*d)
		c.expires = &day
	}
	if n := in.Cost.Value(); n != nil {
		if *n < 0 {
			return c, kit.Invalid("a cost is not negative", "cost")
		}
		cost := int64(*n)
		c.cost = &cost
	}
	return c, m.known(&c)
}

// named finds the item of a line, by its id or by its barcode, and the size of
// the pack in base units.
func (m *Module) named(ctx context.Context, in *model.ReceiptLineInput, c *came) (size int64, read label, err error) {
	size = 1
	if code := in.Barcode.Value(); code != nil {
		it, pack, err := m.Read(ctx, *code)
		if err != nil {
			return 0, read, err
		}
		if it == nil {
			return 0, read, unknownBarcode()
		}
		if c.item, read = it, readLabel(*code); pack != nil {
			size = pack.Quantity
		}
	}
	if id := in.ItemID.Value(); id != nil {
		it, err := m.itemOf(ctx, *id)
		if err != nil {
			return 0, read, err
		}
		if c.item != nil && c.item.ID != it.ID {
			return 0, read, kit.Invalid("the barcode is of another item", "barcode")
		}
		c.item = it
	}
	if c.item == nil {
		return 0, read, kit.Invalid("tell the item or scan it", "itemId")
	}
	if id := in.PackID.Value(); id != nil {
		pack, err := act.Found(m.DB.Client(ctx).ItemPack.Query().Where(itempack.ID.EQ(*id), itempack.ItemID.EQ(c.item.ID)).Only(ctx))("pack of this item", "packId")
		if err != nil {
			return 0, read, err
		}
		size = pack.Quantity
	}
	return size, read, nil
}

// known refuses drugs and vaccines of which nobody knows lot and last day, and
// what is over its last day when it comes.
func (m *Module) known(c *came) error {
	strict := c.item.Kind == item.KindDRUG || c.item.Kind == item.KindVACCINE
	switch {
	case len(c.number) > 60:
		return kit.Invalid("the number of a lot has at most 60 letters", "lotNumber")
	case c.number == "" && strict:
		return kit.Invalid("a drug or a vaccine has the number of its lot", "lotNumber")
	case c.expires == nil && strict:
		return kit.Invalid("a drug or a vaccine has a last day of use", "expiresOn")
	case c.expires != nil && string(*c.expires) < m.Day(m.Clock.Now()):
		return refuse(model.StockRefusalExpired, -1, "what is expired is not taken in", "expiresOn")
	}
	if c.number == "" {
		c.number = "-"
	}
	return nil
}

// putAway writes the receipt of one lot.
func (m *Module) putAway(ctx context.Context, place *ent.StoragePlace, c came) (*ent.StockMovement, error) {
	l, err := m.lotLike(ctx, c)
	if err != nil {
		return nil, err
	}
	return m.write(ctx, entry{
		kind: stockmovement.KindRECEIPT, item: c.item, lotID: l.ID, placeID: place.ID, location: place.LocationID,
		quantity: c.units, reason: c.reason, cost: c.cost, orderLine: c.orderLine,
	})
}

// lotLike finds the lot that came, or begins it.
func (m *Module) lotLike(ctx context.Context, c came) (*ent.Lot, error) {
	if err := m.DB.Alone(ctx, "lot "+c.item.ID+c.number); err != nil {
		return nil, err
	}
	client := m.DB.Client(ctx)
	l, err := client.Lot.Query().Where(lot.ItemID.EQ(c.item.ID), lot.Number.EQ(c.number)).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return client.Lot.Create().SetItemID(c.item.ID).SetNumber(c.number).SetNillableExpiresOn(c.expires).
			SetNillableMaker(c.maker).SetNillableSupplierID(opt.Of(c.supplier)).Save(ctx)
	case err != nil:
		return nil, err
	case c.number != "-" && c.expires != nil && (l.ExpiresOn == nil || *l.ExpiresOn != *c.expires):
		return nil, kit.Refuse(kit.Conflict, "the office knows this lot with another last day of use: look at the label again", "expiresOn")
	case l.Status == lot.StatusRECALLED:
		return nil, recalled()
	}
	return l, nil
}

// placeOf finds an open place that the viewer may see.
func (m *Module) placeOf(ctx context.Context, id, path string) (*ent.StoragePlace, error) {
	return act.Found(m.DB.Client(ctx).StoragePlace.Query().Where(storageplace.ID.EQ(id), storageplace.Active.EQ(true)).Only(ctx))("place", path)
}

// readSet reads the movements of joined ids, in their order.
func (m *Module) readSet(ctx context.Context, joined string) ([]*ent.StockMovement, error) {
	ids := strings.Split(joined, ",")
	rows, err := m.findStockMovement(ctx, ids)
	if err != nil {
		return nil, err
	}
	list := make([]*ent.StockMovement, 0, len(ids))
	for _, id := range ids {
		if rows[id] != nil {
			list = append(list, rows[id])
		}
	}
	return list, nil
}
