package inventory

import (
	"context"
	"strings"

	"medoffice/ent"
	"medoffice/ent/lot"
	"medoffice/ent/patient"
	"medoffice/ent/stockmovement"
	"medoffice/ent/visit"
	"medoffice/graph/model"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/opt"
)

func (m Mutation) IssueStock(ctx context.Context, in model.IssueStockInput) (*model.StockPayload, error) {
	rows, problems, err := act.Do(ctx, m.Deps, in, m.issue, m.readAct)
	return &model.StockPayload{Movements: rows, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m *Module) issue(ctx context.Context, in model.IssueStockInput) (string, error) {
	if err := m.site(ctx, in.LocationID); err != nil {
		return "", err
	}
	if err := optional(in.Reason.Value(), mostReason, "reason"); err != nil {
		return "", err
	}
	patientID, visitID := opt.Text(in.PatientID.Value()), opt.Text(in.VisitID.Value())
	if err := m.receiver(ctx, patientID, visitID); err != nil {
		return "", err
	}
	use, err := m.DB.Client(ctx).StockUse.Create().SetLocationID(in.LocationID).SetItemID(in.ItemID).SetQuantity(int64(in.Quantity)).
		SetNillablePatientID(opt.Of(patientID)).SetNillableVisitID(opt.Of(visitID)).
		SetAt(m.Clock.Now()).SetActorName(kit.ViewerOf(ctx).Name).Save(ctx)
	if err != nil {
		return "", err
	}
	return use.ID, m.supply(ctx, handover.Act{
		ID: use.ID, Kind: handover.ActSupply, PatientID: patientID, VisitID: visitID, LocationID: in.LocationID,
		ItemID: in.ItemID, Quantity: int64(in.Quantity), At: use.At,
	})
}

// supply uses something up, and charges whom it is for.
func (m *Module) supply(ctx context.Context, act handover.Act) error {
	if err := m.Take(ctx, act); err != nil || act.PatientID == "" {
		return err
	}
	for _, c := range m.chargers {
		if err := c.Capture(ctx, act); err != nil {
			return err
		}
	}
	return nil
}

// receiver checks for whom something is used, and keeps the chart from being
// merged away meanwhile.
func (m *Module) receiver(ctx context.Context, patientID, visitID string) error {
	c := m.DB.Client(ctx)
	if patientID != "" {
		q := c.Patient.Query().Where(patient.ID.EQ(patientID))
		q.Modify(db.ForShare)
		p, err := act.Found(q.Only(ctx))("patient", "patientId")
		if err != nil {
			return err
		}
		if p.Status == patient.StatusMERGED || p.Status == patient.StatusENTERED_IN_ERROR {
			return kit.Refuse(kit.FailedPrecondition, "this chart is closed: use the one that took its place", "patientId")
		}
	}
	if visitID == "" {
		return nil
	}
	v, err := act.Found(c.Visit.Query().Where(visit.ID.EQ(visitID)).Only(ctx))("visit", "visitId")
	if err == nil && v.PatientID != patientID {
		err = kit.Missing("visit of this patient", "visitId")
	}
	return err
}

// readAct reads the movements of an act.
func (m *Module) readAct(ctx context.Context, actID string) ([]*ent.StockMovement, error) {
	return m.DB.Client(ctx).StockMovement.Query().Where(stockmovement.ActID.EQ(actID)).
		Order(stockmovement.At.Asc(), stockmovement.ID.Asc()).Limit(200).All(ctx)
}

// held finds a lot that somebody moves, with its item.
func (m *Module) held(ctx context.Context, lotID string) (*ent.Lot, error) {
	return act.Found(m.DB.Client(ctx).Lot.Query().Where(lot.ID.EQ(lotID)).With(ent.WithLotItem()).Only(ctx))("lot", "lotId")
}

// single writes one line for a lot at a place, with its reason.
func (m *Module) single(ctx context.Context, kind stockmovement.Kind, lotID, placeID string, quantity int64, why string) (string, error) {
	reason, err := act.Words(why, mostReason, "reason")
	if err != nil {
		return "", err
	}
	l, err := m.held(ctx, lotID)
	if err != nil {
		return "", err
	}
	place, err := m.placeOf(ctx, placeID, "placeId")
	if err != nil {
		return "", err
	}
	row, err := m.write(ctx, entry{
		kind: kind, item: l.Edges.Item, lotID: l.ID, placeID: place.ID, location: place.LocationID, quantity: quantity, reason: reason,
	})
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

// Correct adds units to a lot of an item at a place of a location, or takes them
// away, in the running transaction.
func (m *Module) Correct(ctx context.Context, itemID, locationID, lotID, placeID string, quantity int64, reason string) error {
	l, err := m.held(ctx, lotID)
	if err != nil {
		return err
	}
	place, err := m.placeOf(ctx, placeID, "placeId")
	if err != nil {
		return err
	}
	if l.ItemID != itemID || place.LocationID != locationID {
		return kit.Invalid("this lot or place is another one", "lotId")
	}
	_, err = m.single(ctx, stockmovement.KindADJUSTMENT, lotID, placeID, quantity, reason)
	return err
}

// positive refuses what is no number of units to take.
func positive(n int) error {
	if n < 1 || n > mostUnits {
		return kit.Invalid("tell how many base units, at least 1", "quantity")
	}
	return nil
}

func (m Mutation) AdjustStock(ctx context.Context, in model.AdjustStockInput) (*model.StockPayload, error) {
	rows, problems, err := act.Do(ctx, m.Deps, in, func(ctx context.Context, in model.AdjustStockInput) (string, error) {
		return m.single(ctx, stockmovement.KindADJUSTMENT, in.LotID, in.PlaceID, int64(in.Quantity), in.Reason)
	}, m.readSet)
	return &model.StockPayload{Movements: rows, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) WasteStock(ctx context.Context, in model.WasteStockInput) (*model.StockPayload, error) {
	rows, problems, err := act.Do(ctx, m.Deps, in, func(ctx context.Context, in model.WasteStockInput) (string, error) {
		if err := positive(in.Quantity); err != nil {
			return "", err
		}
		return m.single(ctx, stockmovement.KindWASTE, in.LotID, in.PlaceID, -int64(in.Quantity), in.Reason)
	}, m.readSet)
	return &model.StockPayload{Movements: rows, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) ReturnStock(ctx context.Context, in model.ReturnStockInput) (*model.StockPayload, error) {
	rows, problems, err := act.Do(ctx, m.Deps, in, func(ctx context.Context, in model.ReturnStockInput) (string, error) {
		if err := positive(in.Quantity); err != nil {
			return "", err
		}
		return m.single(ctx, stockmovement.KindRETURN, in.LotID, in.PlaceID, -int64(in.Quantity), in.Reason)
	}, m.readSet)
	return &model.StockPayload{Movements: rows, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) TransferStock(ctx context.Context, in model.TransferStockInput) (*model.StockPayload, error) {
	rows, problems, err := act.Do(ctx, m.Deps, in, m.transfer, m.readSet)
	return &model.StockPayload{Movements: rows, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m *Module) transfer(ctx context.Context, in model.TransferStockInput) (string, error) {
	if err := positive(in.Quantity); err != nil {
		return "", err
	}
	if err := optional(in.Reason.Value(), mostReason, "reason"); err != nil {
		return "", err
	}
	l, err := m.held(ctx, in.LotID)
	if err != nil {
		return "", err
	}
	from, err := m.placeOf(ctx, in.FromPlaceID, "fromPlaceId")
	if err != nil {
		return "", err
	}
	to, err := m.placeOf(ctx, in.ToPlaceID, "toPlaceId")
	if err != nil {
		return "", err
	}
	if from.ID == to.ID {
		return "", kit.Invalid("it is there already", "toPlaceId")
	}
	out := entry{
		kind: stockmovement.KindTRANSFER, item: l.Edges.Item, lotID: l.ID, placeID: from.ID, location: from.LocationID,
		quantity: -int64(in.Quantity), reason: opt.Text(in.Reason.Value()), pair: id.New("trf"),
	}
	into := out
	into.placeID, into.location, into.quantity = to.ID, to.LocationID, int64(in.Quantity)
	return m.carry(ctx, out, into)
}

// carry writes both halves of a transfer. What is open moves as a whole, and
// not to where something is open.
func (m *Module) carry(ctx context.Context, out, into entry) (string, error) {
	here, err := m.balance(ctx, out)
	if err != nil {
		return "", err
	}
	there, err := m.balance(ctx, into)
	if err != nil {
		return "", err
	}
	size := out.item.PerContainer
	rest := here.Quantity % size
	switch {
	case here.Quantity < into.quantity:
		return "", notEnough(here.Quantity)
	case into.quantity%size == 0:
	case into.quantity%size != rest:
		return "", kit.Invalid("an open container moves as a whole, and others unopened", "quantity")
	case there.OpenedAt != nil:
		return "", kit.Refuse(kit.FailedPrecondition, "a container is open there already: use that one up first", "toPlaceId")
	default:
		into.opened = &opening{here.OpenedAt, here.BeyondUseAt}
	}
	a, err := m.writeAt(ctx, out, here)
	if err != nil {
		return "", err
	}
	b, err := m.writeAt(ctx, into, there)
	if err != nil {
		return "", err
	}
	return strings.Join([]string{a.ID, b.ID}, ","), nil
}

func (m Mutation) ReverseMovement(ctx context.Context, in model.ReverseMovementInput) (*model.StockPayload, error) {
	rows, problems, err := act.Do(ctx, m.Deps, in, m.reverse, m.readSet)
	return &model.StockPayload{Movements: rows, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m *Module) reverse(ctx context.Context, in model.ReverseMovementInput) (string, error) {
	reason, err := act.Words(in.Reason, mostReason, "reason")
	if err != nil {
		return "", err
	}
	c := m.DB.Client(ctx)
	q := c.StockMovement.Query().Where(stockmovement.ID.EQ(in.MovementID))
	q.Modify(db.ForUpdate)
	row, err := act.Found(q.Only(ctx))("movement", "movementId")
	switch {
	case err != nil:
		return "", err
	case row.ActID != nil:
		return "", kit.Refuse(kit.FailedPrecondition, "an act took this: undo the act", "movementId")
	case row.ReversesID != nil:
		return "", kit.Refuse(kit.FailedPrecondition, "this mirrors another movement: write a new one", "movementId")
	}
	rows := []*ent.StockMovement{row}
	if row.PairID != nil {
		if rows, err = c.StockMovement.Query().Where(stockmovement.PairID.EQ(*row.PairID), stockmovement.LotID.EQ(row.LotID)).
			Order(stockmovement.ID.Asc()).All(ctx); err != nil {
			return "", err
		}
	}
	done, err := c.StockMovement.Query().Where(stockmovement.ReversesID.EQ(row.ID)).Exist(ctx)
	if err != nil {
		return "", err
	}
	if done {
		return "", kit.Refuse(kit.FailedPrecondition, "this is mirrored already", "movementId")
	}
	made, err := m.mirror(ctx, rows, reason)
	ids := make([]string, len(made))
	for i, r := range made {
		ids[i] = r.ID
	}
	return strings.Join(ids, ","), err
}
