package inventory

import (
	"context"
	"slices"

	"medoffice/ent"
	"medoffice/ent/itempack"
	"medoffice/ent/purchaseorder"
	"medoffice/ent/purchaseorderline"
	"medoffice/ent/supplier"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

func (m *Module) draftOrder(ctx context.Context, in model.DraftOrderInput) (string, error) {
	if len(in.Lines) == 0 || len(in.Lines) > mostLines {
		return "", kit.Invalid("an order has 1 to 100 lines", "lines")
	}
	if err := optional(in.Note.Value(), mostReason, "note"); err != nil {
		return "", err
	}
	if err := m.site(ctx, in.LocationID); err != nil {
		return "", err
	}
	c := m.DB.Client(ctx)
	if _, err := act.Found(c.Supplier.Query().Where(supplier.ID.EQ(in.SupplierID), supplier.Active.EQ(true)).Only(ctx))("supplier", "supplierId"); err != nil {
		return "", err
	}
	if err := m.DB.Alone(ctx, "purchase order"); err != nil {
		return "", err
	}
	last, err := c.PurchaseOrder.Query().Order(purchaseorder.Number.Desc()).First(kit.Unbound(ctx))
	if err != nil && !ent.IsNotFound(err) {
		return "", err
	}
	number := 1
	if last != nil {
		number = last.Number + 1
	}
	row, err := c.PurchaseOrder.Create().SetNumber(number).SetLocationID(in.LocationID).SetSupplierID(in.SupplierID).
		SetNillableNote(in.Note.Value()).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, m.setLines(ctx, row.ID, in.Lines)
}

// setLines sets lines of a draft: one line to an item and pack.
func (m *Module) setLines(ctx context.Context, orderID string, lines []*model.OrderLineInput) error {
	c := m.DB.Client(ctx)
	there, err := c.PurchaseOrderLine.Query().Where(purchaseorderline.OrderID.EQ(orderID)).All(ctx)
	if err != nil {
		return err
	}
	for _, in := range lines {
		pack, err := act.Found(c.ItemPack.Query().Where(itempack.ID.EQ(in.PackID), itempack.ItemID.EQ(in.ItemID)).Only(ctx))("pack of this item", "packId")
		if err != nil {
			return err
		}
		if in.Packs < 0 || int64(in.Packs) > mostUnits/pack.Quantity {
			return kit.Invalid("tell how many packs", "packs")
		}
		price := in.Price.Value()
		if price != nil && *price < 0 {
			return kit.Invalid("a price is not negative", "price")
		}
		if i := slices.IndexFunc(there, func(l *ent.PurchaseOrderLine) bool { return l.PackID == pack.ID }); i >= 0 {
			u := there[i].Update().SetPacks(int64(in.Packs))
			if price != nil {
				u.SetPriceMinor(int64(*price))
			}
			if err := u.Exec(ctx); err != nil {
				return err
			}
			continue
		}
		add := c.PurchaseOrderLine.Create().SetOrderID(orderID).SetItemID(in.ItemID).SetPackID(pack.ID).
			SetPackName(pack.Name).SetPackSize(pack.Quantity).SetPacks(int64(in.Packs)).SetPosition(len(there))
		if price != nil {
			add.SetPriceMinor(int64(*price))
		}
		row, err := add.Save(ctx)
		if err != nil {
			return err
		}
		if there = append(there, row); len(there) > mostLines {
			return kit.Invalid("an order has at most 100 lines", "lines")
		}
	}
	return nil
}

// lockOrder finds an order to change in one of its states.
func (m *Module) lockOrder(ctx context.Context, id string, version int, in ...purchaseorder.Status) (*ent.PurchaseOrder, error) {
	q := m.DB.Client(ctx).PurchaseOrder.Query().Where(purchaseorder.ID.EQ(id))
	q.Modify(db.ForUpdate)
	row, err := act.Found(q.Only(ctx))("order", "id")
	if err != nil {
		return nil, err
	}
	if err := kit.Fresh(row.ID, row.Version, version); err != nil {
		return nil, err
	}
	if !slices.Contains(in, row.Status) {
		return nil, kit.Refuse(kit.FailedPrecondition, "this is not possible where the order stands", "status")
	}
	return row, nil
}

func (m Mutation) UpdateOrder(ctx context.Context, in model.UpdateOrderInput) (*model.PurchaseOrderPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, func(ctx context.Context, in model.UpdateOrderInput) (string, error) {
		row, err := m.lockOrder(ctx, in.ID, in.ExpectedVersion, purchaseorder.StatusDRAFT)
		if err != nil {
			return "", err
		}
		if err := optional(in.Note.Value(), mostReason, "note"); err != nil {
			return "", err
		}
		if err := m.setLines(ctx, row.ID, in.Lines.Value()); err != nil {
			return "", err
		}
		return row.ID, row.Update().SetNillableNote(in.Note.Value()).Exec(ctx)
	}, act.Row(m.findPurchaseOrder))
	return &model.PurchaseOrderPayload{Order: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

// before are the states from which an order comes to another one. To be partly
// received and received is what receiving does.
var before = map[purchaseorder.Status][]purchaseorder.Status{
	purchaseorder.StatusAPPROVED: {purchaseorder.StatusDRAFT},
	purchaseorder.StatusSENT:     {purchaseorder.StatusAPPROVED},
	purchaseorder.StatusCLOSED:   {purchaseorder.StatusSENT, purchaseorder.StatusPARTLY_RECEIVED, purchaseorder.StatusRECEIVED},
	purchaseorder.StatusCANCELLED: {
		purchaseorder.StatusDRAFT, purchaseorder.StatusAPPROVED,
	},
}

func (m *Module) setOrderStatus(ctx context.Context, in model.SetOrderStatusInput) (string, error) {
	from := before[in.Status]
	if from == nil {
		return "", kit.Invalid("an order comes to this by receiving", "status")
	}
	if in.Status == purchaseorder.StatusAPPROVED {
		if err := kit.Can(ctx, Approve); err != nil {
			return "", err
		}
	}
	row, err := m.lockOrder(ctx, in.ID, in.ExpectedVersion, from...)
	if err != nil {
		return "", err
	}
	if in.Mail {
		if err := m.mailOrder(ctx, row, in.Status); err != nil {
			return "", err
		}
	}
	u, now := row.Update().SetStatus(in.Status), m.Clock.Now()
	switch in.Status {
	case purchaseorder.StatusAPPROVED:
		u.SetApprovedAt(now).SetApprovedBy(kit.ViewerOf(ctx).Name)
	case purchaseorder.StatusSENT:
		u.SetSentAt(now)
	default:
		reason, err := act.Words(opt.Text(in.Reason.Value()), mostReason, "reason")
		if err != nil {
			return "", err
		}
		u.SetClosedAt(now).SetCloseReason(reason)
	}
	if err := m.publishLines(ctx, row); err != nil {
		return "", err
	}
	return row.ID, u.Exec(ctx)
}

// publishLines publishes that the expected deliveries of the items of an order changed.
func (m *Module) publishLines(ctx context.Context, row *ent.PurchaseOrder) error {
	lines, err := m.DB.Client(ctx).PurchaseOrderLine.Query().Where(purchaseorderline.OrderID.EQ(row.ID)).All(ctx)
	for _, l := range lines {
		m.publish(ctx, events.StockChanged{ItemID: l.ItemID, LocationID: row.LocationID})
	}
	return err
}

func (m *Module) receiveOrder(ctx context.Context, in model.ReceiveOrderInput) (string, error) {
	if len(in.Lines) == 0 || len(in.Lines) > mostLines {
		return "", kit.Invalid("a delivery has 1 to 100 lines", "lines")
	}
	row, err := m.lockOrder(ctx, in.ID, in.ExpectedVersion, purchaseorder.StatusSENT, purchaseorder.StatusPARTLY_RECEIVED)
	if err != nil {
		return "", err
	}
	place, err := m.placeOf(ctx, in.PlaceID, "placeId")
	if err != nil {
		return "", err
	}
	if place.LocationID != row.LocationID {
		return "", kit.Missing("place at the location of the order", "placeId")
	}
	reason := in.Reason.Value()
	if err := optional(reason, mostReason, "reason"); err != nil {
		return "", err
	}
	lines, err := m.DB.Client(ctx).PurchaseOrderLine.Query().Where(purchaseorderline.OrderID.EQ(row.ID), purchaseorderline.Packs.GT(0)).
		Order(purchaseorderline.Position.Asc(), purchaseorderline.ID.Asc()).All(ctx)
	if err != nil {
		return "", err
	}
	for _, came := range in.Lines {
		if err := m.receiveLine(ctx, row, place, lines, came, opt.Text(reason)); err != nil {
			return "", err
		}
	}
	status := purchaseorder.StatusRECEIVED
	for _, l := range lines {
		if err := l.Update().SetReceived(l.Received).Exec(ctx); err != nil {
			return "", err
		}
		if missing(l) > 0 {
			status = purchaseorder.StatusPARTLY_RECEIVED
		}
	}
	return row.ID, row.Update().SetStatus(status).Exec(ctx)
}

// receiveLine takes one lot in against the line that still misses most of it.
// More than was ordered is taken only where somebody said why.
func (m *Module) receiveLine(ctx context.Context, row *ent.PurchaseOrder, place *ent.StoragePlace, lines []*ent.PurchaseOrderLine, in *model.ReceiptLineInput, reason string) error {
	c, err := m.unpack(ctx, in)
	if err != nil {
		return err
	}
	var line *ent.PurchaseOrderLine
	for _, l := range lines {
		if l.ItemID == c.item.ID && (line == nil || missing(l) > missing(line)) {
			line = l
		}
	}
	if line == nil {
		return kit.Refuse(kit.NotFound, "this was not ordered: take it in by itself", "lines", "itemId")
	}
	if open := missing(line); c.units > int64(open) && reason == "" {
		return refuse(model.StockRefusalMoreThanOrdered, int64(open), "more came than was ordered: tell why to take it in", "reason")
	}
	c.supplier, c.orderLine, c.reason = row.SupplierID, line.ID, reason
	line.Received += c.units
	_, err = m.putAway(ctx, place, c)
	return err
}
