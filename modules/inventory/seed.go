package inventory

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"medoffice/ent"
	entbarcode "medoffice/ent/barcode"
	"medoffice/ent/item"
	"medoffice/ent/location"
	"medoffice/ent/lot"
	"medoffice/ent/patient"
	"medoffice/ent/purchaseorder"
	"medoffice/ent/stockmovement"
	"medoffice/ent/storageplace"
	"medoffice/ent/visittype"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/opt"
)

// goods is an item of the demo office. The numbers are invented, in the shape
// of National Drug Codes.
type goods struct {
	code, name, ndc, unit, pack string
	kind                        item.Kind
	place                       int // of seedPlaces
	size                        int64
	container                   int64
	hours                       int
	minimum, maximum            int64
	controlled                  bool
	price                       int64 // of a pack, in cents
}

// stockroom is what the seed has made so far.
type stockroom struct {
	*Module
	demo    *kit.Demo
	r       *rand.Rand
	packs   map[string]*ent.ItemPack // by item
	items   map[string]*ent.Item     // by code
	vendors []*ent.Supplier
	people  []string // patients of the demo office
}

// Seed implements kit.Seeder: what a family practice keeps, at each of its
// sites, with four weeks of use. Some of it is low, some expires, some is
// expired, and one lot is set aside.
func (m *Module) Seed(ctx context.Context, demo *kit.Demo) error {
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		s := &stockroom{m, demo, demo.Rand("inventory"), map[string]*ent.ItemPack{}, map[string]*ent.Item{}, nil, nil}
		var err error
		if s.people, err = m.DB.Client(ctx).Patient.Query().Where(patient.StatusColumn.EQ(patient.StatusACTIVE)).Order(patient.ID.Asc()).Limit(60).IDs(ctx); err != nil {
			return err
		}
		if err := s.catalogue(ctx); err != nil {
			return err
		}
		sites, err := m.DB.Client(ctx).Location.Query().Order(location.Name.Asc(), location.ID.Asc()).All(ctx)
		if err != nil {
			return err
		}
		for i, site := range sites {
			if err := s.fill(ctx, i, site); err != nil {
				return err
			}
			if err := s.buy(ctx, i, site); err != nil {
				return err
			}
		}
		return s.sets(ctx)
	})
}

func (s *stockroom) catalogue(ctx context.Context) error {
	c := s.DB.Client(ctx)
	for _, v := range seedSuppliers {
		row, err := c.Supplier.Create().SetID(s.demo.ID(s.r, "sup")).SetName(v.name).SetEmail(v.email).SetAccountNumber(v.account).Save(ctx)
		if err != nil {
			return err
		}
		s.vendors = append(s.vendors, row)
	}
	for _, g := range seedGoods {
		add := c.Item.Create().SetID(s.demo.ID(s.r, "item")).SetCode(g.code).SetName(g.name).SetSortName(strings.ToLower(g.name)).
			SetKind(g.kind).SetBaseUnit(g.unit).SetControlled(g.controlled).SetPerContainer(max(g.container, 1)).SetNillableNdc(opt.Of(g.ndc))
		if g.hours > 0 {
			add.SetUseHours(g.hours)
		}
		row, err := add.Save(ctx)
		if err != nil {
			return err
		}
		pack, err := c.ItemPack.Create().SetID(s.demo.ID(s.r, "pack")).SetItemID(row.ID).SetName(g.pack).SetQuantity(g.size).Save(ctx)
		if err != nil {
			return err
		}
		s.items[g.code], s.packs[row.ID] = row, pack
		code := c.Barcode.Create().SetID(s.demo.ID(s.r, "bar")).SetItemID(row.ID).SetPackID(pack.ID)
		if g.ndc != "" {
			code.SetKind(entbarcode.KindNDC).SetValue(digits(g.ndc))
		} else {
			code.SetKind(entbarcode.KindOWN).SetValue(digits(g.code))
		}
		if err := code.Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// fill stocks a site and plays four weeks of use.
func (s *stockroom) fill(ctx context.Context, n int, site *ent.Location) error {
	c, places := s.DB.Client(ctx), make([]*ent.StoragePlace, len(seedPlaces))
	for i, p := range seedPlaces {
		row, err := c.StoragePlace.Create().SetID(s.demo.ID(s.r, "plc")).SetLocationID(site.ID).SetName(p.name).
			SetKind(storageplace.Kind(p.kind)).SetPosition(i).Save(ctx)
		if err != nil {
			return err
		}
		places[i] = row
	}
	for i, g := range seedGoods {
		it := s.items[g.code]
		err := c.ParLevel.Create().SetID(s.demo.ID(s.r, "par")).SetItemID(it.ID).SetLocationID(site.ID).SetMinimum(g.minimum).SetMaximum(g.maximum).Exec(ctx)
		if err != nil {
			return err
		}
		// One item in six is nearly used up; what a site has else is about its par level.
		units := (g.maximum + g.size - 1) / g.size * g.size
		if (i+n)%6 == 4 {
			units = max(g.minimum/2/max(g.container, 1)*max(g.container, 1), max(g.container, 1))
		}
		if err := s.deliver(ctx, n*len(seedGoods)+i, it, places[g.place], units); err != nil {
			return err
		}
	}
	return nil
}

// deliver puts two lots of an item away and uses some of the first.
func (s *stockroom) deliver(ctx context.Context, n int, it *ent.Item, place *ent.StoragePlace, units int64) error {
	first := units / 2 / it.PerContainer * it.PerContainer
	for i, part := range []int64{first, units - first} {
		if part <= 0 {
			continue
		}
		l, err := s.lot(ctx, n, i, it)
		if err != nil {
			return err
		}
		e := entry{
			kind: stockmovement.KindRECEIPT, item: it, lotID: l.ID, placeID: place.ID, location: place.LocationID,
			quantity: part, at: s.demo.Now.AddDate(0, 0, -30+i),
		}
		if _, err := s.write(ctx, e); err != nil {
			return err
		}
		if i > 0 || l.Status != lot.StatusAVAILABLE {
			continue
		}
		e.kind = stockmovement.KindISSUE
		for day := 26; day > 1 && part > it.PerContainer; day -= 5 + s.r.IntN(4) {
			used := min(1+s.r.Int64N(max(part/6, 1)), part-1)
			if it.Kind == item.KindVACCINE {
				used = 1
			}
			part -= used
			e.quantity, e.at, e.act = -used, s.demo.Now.AddDate(0, 0, -day), s.forSomebody(it)
			if _, err := s.write(ctx, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// forSomebody is whom a vaccine of the past weeks was for, so that a recall
// finds somebody.
func (s *stockroom) forSomebody(it *ent.Item) handover.Act {
	if it.Kind != item.KindVACCINE || len(s.people) == 0 {
		return handover.Act{}
	}
	return handover.Act{PatientID: s.people[s.r.IntN(len(s.people))]}
}

// lot begins a lot. Most keep for a year, some for weeks; a few are expired,
// and one is set aside.
func (s *stockroom) lot(ctx context.Context, n, i int, it *ent.Item) (*ent.Lot, error) {
	days := 200 + s.r.IntN(400)
	switch {
	case i == 0 && n%11 == 3:
		days = -2 - s.r.IntN(20)
	case i == 0 && n%7 == 2:
		days = 8 + s.r.IntN(20)
	}
	add := s.DB.Client(ctx).Lot.Create().SetID(s.demo.ID(s.r, "lot")).SetItemID(it.ID).
		SetNumber(seedLot(s.r)).SetExpiresOn(date.Date(s.Day(s.demo.Now.AddDate(0, 0, days)))).
		SetMaker(seedMakers[s.r.IntN(len(seedMakers))]).SetSupplierID(s.vendors[n%len(s.vendors)].ID)
	if n == 5 && i == 0 {
		add.SetStatus(lot.StatusQUARANTINED).SetStatusReason("The fridge was warm on Sunday").SetStatusSince(s.demo.Now.Add(-20 * time.Hour))
	}
	return add.Save(ctx)
}

func seedLot(r *rand.Rand) string {
	const letters, numbers = "ABCDEFGHKLMNPRTUXYZ", "0123456789"
	b := make([]byte, 7)
	for i := range b {
		if from := numbers; i < 2 {
			b[i] = letters[r.IntN(len(letters))]
		} else {
			b[i] = from[r.IntN(len(from))]
		}
	}
	return string(b)
}

// buy writes an order that the supplier has, and one that waits for approval.
func (s *stockroom) buy(ctx context.Context, n int, site *ent.Location) error {
	c := s.DB.Client(ctx)
	for i, status := range []purchaseorder.Status{purchaseorder.StatusSENT, purchaseorder.StatusDRAFT} {
		number := n*2 + i + 1
		add := c.PurchaseOrder.Create().SetID(s.demo.ID(s.r, "po")).SetNumber(number).SetLocationID(site.ID).
			SetSupplierID(s.vendors[number%len(s.vendors)].ID).SetStatus(status)
		if status == purchaseorder.StatusSENT {
			add.SetApprovedAt(s.demo.Now.AddDate(0, 0, -3)).SetApprovedBy("Dana Whitfield").SetSentAt(s.demo.Now.AddDate(0, 0, -2))
		}
		order, err := add.Save(ctx)
		if err != nil {
			return err
		}
		for k := range 3 {
			g := seedGoods[(n*7+i*5+k*4+4)%len(seedGoods)]
			pack := s.packs[s.items[g.code].ID]
			err := c.PurchaseOrderLine.Create().SetID(s.demo.ID(s.r, "pol")).SetOrderID(order.ID).SetItemID(pack.ItemID).SetPackID(pack.ID).
				SetPackName(pack.Name).SetPackSize(pack.Quantity).SetPacks(1 + s.r.Int64N(3)).SetPriceMinor(g.price).SetPosition(k).Exec(ctx)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// sets makes the kits of the office.
func (s *stockroom) sets(ctx context.Context) error {
	c := s.DB.Client(ctx)
	for _, k := range seedKits {
		made := c.Kit.Create().SetID(s.demo.ID(s.r, "kit")).SetCode(k.code).SetName(k.name)
		needed, err := c.VisitType.Query().Where(visittype.Name.EQ(k.visitType)).FirstID(ctx)
		if err == nil {
			made.SetVisitTypeID(needed)
		} else if !ent.IsNotFound(err) {
			return err
		}
		row, err := made.Save(ctx)
		if err != nil {
			return err
		}
		for i, part := range k.parts {
			err := c.KitLine.Create().SetID(s.demo.ID(s.r, "ktl")).SetKitID(row.ID).SetItemID(s.items[part.code].ID).
				SetQuantity(part.units).SetPosition(i).Exec(ctx)
			if err != nil {
				return err
			}
		}
	}
	return nil
}
