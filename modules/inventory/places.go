package inventory

import (
	"context"

	"medoffice/ent/location"
	"medoffice/ent/stockbalance"
	"medoffice/ent/storageplace"
	"medoffice/ent/supplier"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
)

func (m *Module) addSupplier(ctx context.Context, in model.AddSupplierInput) (string, error) {
	name, err := act.Words(in.Name, mostName, "name")
	if err != nil {
		return "", err
	}
	row, err := m.DB.Client(ctx).Supplier.Create().SetName(name).SetNillableEmail(in.Email.Value()).SetNillablePhone(in.Phone.Value()).
		SetNillableLine(in.Line.Value()).SetNillableAccountNumber(in.AccountNumber.Value()).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

func (m *Module) updateSupplier(ctx context.Context, in model.UpdateSupplierInput) (string, error) {
	q := m.DB.Client(ctx).Supplier.Query().Where(supplier.ID.EQ(in.ID))
	q.Modify(db.ForUpdate)
	row, err := act.Found(q.Only(ctx))("supplier", "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if err := optional(in.Name.Value(), mostName, "name"); err != nil {
		return "", err
	}
	return row.ID, row.Update().SetNillableName(in.Name.Value()).SetNillableEmail(in.Email.Value()).SetNillablePhone(in.Phone.Value()).
		SetNillableLine(in.Line.Value()).SetNillableAccountNumber(in.AccountNumber.Value()).SetNillableActive(in.Active.Value()).Exec(ctx)
}

func (m *Module) addStoragePlace(ctx context.Context, in model.AddStoragePlaceInput) (string, error) {
	name, err := act.Words(in.Name, mostName, "name")
	if err != nil {
		return "", err
	}
	if err := m.site(ctx, in.LocationID); err != nil {
		return "", err
	}
	row, err := m.DB.Client(ctx).StoragePlace.Create().SetLocationID(in.LocationID).SetName(name).SetKind(in.Kind).
		SetNillablePosition(in.Position.Value()).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

// site refuses a location that is not there, or not for the viewer.
func (m *Module) site(ctx context.Context, id string) error {
	if at := kit.ViewerOf(ctx).LocationID; at != "" && at != id {
		return kit.Missing("location", "locationId")
	}
	ok, err := m.DB.Client(ctx).Location.Query().Where(location.ID.EQ(id)).Exist(ctx)
	if err == nil && !ok {
		err = kit.Missing("location", "locationId")
	}
	return err
}

func (m *Module) updateStoragePlace(ctx context.Context, in model.UpdateStoragePlaceInput) (string, error) {
	c := m.DB.Client(ctx)
	q := c.StoragePlace.Query().Where(storageplace.ID.EQ(in.ID))
	q.Modify(db.ForUpdate)
	row, err := act.Found(q.Only(ctx))("place", "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if err := optional(in.Name.Value(), mostName, "name"); err != nil {
		return "", err
	}
	if is := in.Active.Value(); is != nil && !*is {
		there, err := c.StockBalance.Query().Where(stockbalance.PlaceID.EQ(row.ID), stockbalance.Quantity.GT(0)).Exist(ctx)
		if err != nil {
			return "", err
		}
		if there {
			return "", kit.Refuse(kit.FailedPrecondition, "something stands there: move it first", "active")
		}
	}
	return row.ID, row.Update().SetNillableName(in.Name.Value()).SetNillablePosition(in.Position.Value()).
		SetNillableActive(in.Active.Value()).Exec(ctx)
}
