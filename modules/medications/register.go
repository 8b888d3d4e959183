package medications

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"
	"time"

	"medoffice/ent"
	"medoffice/ent/registerentry"
	"medoffice/ent/stockbalance"
	"medoffice/ent/stockmovement"
	"medoffice/ent/witnesscode"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

// codeLives is how long the code of a witness is good.
const codeLives = 5 * time.Minute

// WitnessCode returns a code that the caller, who stands by, gives to whoever acts. It is good once, and never for the caller himself.
func (m Mutation) WitnessCode(ctx context.Context, in model.WitnessCodeInput) (*model.WitnessPayload, error) {
	var text string
	issue := func(ctx context.Context, _ model.WitnessCodeInput) (string, error) {
		raw := make([]byte, 5)
		_, _ = rand.Read(raw) // it never fails
		text = base32.StdEncoding.EncodeToString(raw)
		v := kit.ViewerOf(ctx)
		row, err := m.DB.Client(ctx).WitnessCode.Create().SetAccountID(v.ID).SetName(v.Name).SetHash(hashed(text)).
			SetExpiresAt(m.Clock.Now().Add(codeLives)).Save(ctx)
		if err != nil {
			return "", err
		}
		return row.ID, nil
	}
	row, problems, err := act.Do(ctx, m.Deps, in, issue, func(ctx context.Context, id string) (*ent.WitnessCode, error) {
		return m.DB.Client(ctx).WitnessCode.Get(ctx, id)
	})
	made := &model.WitnessPayload{UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}
	if err != nil || row == nil || len(problems) > 0 {
		return made, err
	}
	if text == "" {
		e := kit.Refuse(kit.AlreadyExists, "this code was shown once: ask for another one", "clientMutationId")
		made.UserErrors = []model.UserError{model.InputError{Message: e.Safe, Code: e.Code, Path: e.Path}}
		return made, nil
	}
	made.Code, made.ExpiresAt = &text, &row.ExpiresAt
	return made, nil
}

func hashed(code string) string {
	sum := sha256.Sum256([]byte(strings.ToUpper(strings.TrimSpace(code))))
	return hex.EncodeToString(sum[:])
}

// witness takes a code up, in the running transaction. No code is no witness.
func (m *Module) witness(ctx context.Context, text string) (*ent.WitnessCode, error) {
	if text == "" {
		return nil, nil
	}
	v, now := kit.ViewerOf(ctx), m.Clock.Now()
	q := m.DB.Client(ctx).WitnessCode.Query().Where(witnesscode.Hash.EQ(hashed(text)), witnesscode.UsedAt.IsNil(), witnesscode.ExpiresAt.GT(now))
	q.Modify(db.ForUpdate)
	row, err := q.Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return nil, kit.Refuse(kit.FailedPrecondition, "this code of a witness is not good, or not any more: ask for another one", "witnessCode")
	case err != nil:
		return nil, err
	case row.AccountID == v.ID:
		return nil, kit.Refuse(kit.FailedPrecondition, "nobody witnesses what they do themselves", "witnessCode")
	}
	return row.Update().SetUsedAt(now).SetUsedBy(v.ID).Save(ctx)
}

type witnessKey struct{}

// withWitness names, for the register, who witnesses what is done in the context.
func withWitness(ctx context.Context, w *ent.WitnessCode) context.Context {
	if w == nil {
		return ctx
	}
	return context.WithValue(ctx, witnessKey{}, w)
}

// moves are the lines of the register that movements of the stock make.
var moves = map[stockmovement.Kind]registerentry.Kind{
	stockmovement.KindRECEIPT: registerentry.KindRECEIVED, stockmovement.KindISSUE: registerentry.KindUSED,
	stockmovement.KindWASTE: registerentry.KindWASTED, stockmovement.KindTRANSFER: registerentry.KindMOVED,
	stockmovement.KindRETURN: registerentry.KindRETURNED, stockmovement.KindADJUSTMENT: registerentry.KindADJUSTED,
	stockmovement.KindSTOCKTAKE: registerentry.KindADJUSTED,
}

// Moved writes the line of a movement of a controlled item, in the running
// transaction. What is thrown away or corrected needs a witness.
func (m *Module) Moved(ctx context.Context, mv *ent.StockMovement) error {
	kind, ok := moves[mv.Kind]
	if !ok {
		kind = registerentry.KindADJUSTED
	}
	w, _ := ctx.Value(witnessKey{}).(*ent.WitnessCode)
	doubtful := kind == registerentry.KindWASTED || kind == registerentry.KindADJUSTED
	if doubtful && w == nil && mv.ReversesID == nil && !kit.ViewerOf(ctx).IsSystem() {
		return kit.Refuse(kit.FailedPrecondition, "a controlled substance is thrown away or corrected before a witness: by wasteDose or resolveDifference")
	}
	last, err := m.last(ctx, mv.LocationID, mv.ItemID, mv.Quantity)
	if err != nil {
		return err
	}
	c := m.line(ctx, last, w).SetKind(kind).SetQuantity(mv.Quantity).SetBalance(last.Balance + mv.Quantity).SetMovementID(mv.ID).
		SetNillableActID(mv.ActID).SetNillableReason(mv.Reason).SetAt(mv.At)
	return c.Exec(ctx)
}

// last is the latest line of an item at a location, which this transaction keeps
// to itself. Where there is none, it is what the stock had before.
func (m *Module) last(ctx context.Context, location, item string, moved int64) (*ent.RegisterEntry, error) {
	if err := m.DB.Alone(ctx, "register "+location+item); err != nil {
		return nil, err
	}
	ctx = kit.Unbound(ctx)
	row, err := m.DB.Client(ctx).RegisterEntry.Query().Where(registerentry.LocationID.EQ(location), registerentry.ItemID.EQ(item)).
		Order(registerentry.Number.Desc()).First(ctx)
	if !ent.IsNotFound(err) {
		return row, err
	}
	there, err := m.DB.Client(ctx).StockBalance.Query().Where(stockbalance.LocationID.EQ(location), stockbalance.ItemID.EQ(item)).All(ctx)
	row = &ent.RegisterEntry{LocationID: location, ItemID: item, Balance: -moved}
	for _, b := range there {
		row.Balance += b.Quantity
	}
	return row, err
}

// line begins the line after the last one.
func (m *Module) line(ctx context.Context, last *ent.RegisterEntry, w *ent.WitnessCode) *ent.RegisterEntryCreate {
	v := kit.ViewerOf(ctx)
	c := m.DB.Client(ctx).RegisterEntry.Create().SetLocationID(last.LocationID).SetItemID(last.ItemID).SetNumber(last.Number + 1).
		SetActorID(v.ID).SetActorName(v.Name)
	if w != nil {
		c.SetWitnessID(w.AccountID).SetWitnessName(w.Name)
	}
	return c
}

// countControlled writes down how many units of a controlled substance two people found.
func (m *Module) countControlled(ctx context.Context, in model.CountControlledInput) (string, error) {
	if in.Counted < 0 || in.Counted > 1_000_000 {
		return "", kit.Invalid("nobody counts less than nothing", "counted")
	}
	items, err := m.findItem(ctx, []string{in.ItemID})
	if err != nil {
		return "", err
	}
	if it := items[in.ItemID]; it == nil || !it.Controlled {
		return "", kit.Missing("controlled substance", "itemId")
	}
	sites, err := m.findLocation(ctx, []string{in.LocationID})
	if err != nil {
		return "", err
	}
	if at := kit.ViewerOf(ctx).LocationID; sites[in.LocationID] == nil || at != "" && at != in.LocationID {
		return "", kit.Missing("location", "locationId")
	}
	w, err := m.needed(ctx, in.WitnessCode)
	if err != nil {
		return "", err
	}
	last, err := m.last(ctx, in.LocationID, in.ItemID, 0)
	if err != nil {
		return "", err
	}
	row, err := m.line(ctx, last, w).SetKind(registerentry.KindCOUNTED).SetQuantity(0).SetBalance(last.Balance).
		SetDifference(int64(in.Counted) - last.Balance).SetNillableReason(in.Note.Value()).SetAt(m.Clock.Now()).Save(ctx)
	if err != nil {
		return "", err
	}
	if *row.Difference == 0 {
		return row.ID, nil
	}
	return row.ID, m.publish(ctx, events.RegisterDiffers{EntryID: row.ID, ItemID: row.ItemID, LocationID: row.LocationID, Difference: *row.Difference})
}

// needed takes up the code of a witness without whom it is not done.
func (m *Module) needed(ctx context.Context, text string) (*ent.WitnessCode, error) {
	if strings.TrimSpace(text) == "" {
		return nil, kit.Invalid("enter the code of the witness", "witnessCode")
	}
	return m.witness(ctx, text)
}

// resolveDifference clears a difference up, and corrects the stock by it where that is how.
func (m *Module) resolveDifference(ctx context.Context, in model.ResolveDifferenceInput) (string, error) {
	how, err := act.Words(in.Resolution, mostLine, "resolution")
	if err != nil {
		return "", err
	}
	q := m.DB.Client(ctx).RegisterEntry.Query().Where(registerentry.ID.EQ(in.ID))
	q.Modify(db.ForUpdate)
	row, err := act.Found(q.Only(ctx))("count", "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if row.Difference == nil || *row.Difference == 0 || row.ResolvedAt != nil {
		return "", kit.Refuse(kit.FailedPrecondition, "there is no difference to clear up", "id")
	}
	w, err := m.needed(ctx, in.WitnessCode)
	if err != nil {
		return "", err
	}
	lot, place := opt.Text(in.LotID.Value()), opt.Text(in.PlaceID.Value())
	if (lot == "") != (place == "") {
		return "", kit.Invalid("tell the lot and the place, or none of them", "placeId")
	}
	if lot != "" {
		if err := m.stock.Correct(withWitness(ctx, w), row.ItemID, row.LocationID, lot, place, *row.Difference, how); err != nil {
			return "", err
		}
	}
	return row.ID, row.Update().SetResolvedAt(m.Clock.Now()).SetResolvedName(kit.ViewerOf(ctx).Name).SetResolution(how).Exec(ctx)
}
