package inventory

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/lot"
	"medoffice/ent/stockmovement"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

// setLotStatus waits for those who are taking of the lot, so that from its end
// on nobody takes of a lot that is set aside.
func (m *Module) setLotStatus(ctx context.Context, in model.SetLotStatusInput) (string, error) {
	reason, err := act.Words(in.Reason, mostReason, "reason")
	if err != nil {
		return "", err
	}
	q := m.DB.Client(ctx).Lot.Query().Where(lot.ID.EQ(in.LotID))
	q.Modify(db.ForUpdate)
	row, err := act.Found(q.Only(ctx))("lot", "lotId")
	switch {
	case err != nil:
		return "", err
	case row.Version != in.ExpectedVersion:
		return "", kit.Stale(row.ID)
	case row.Status == lot.StatusRECALLED:
		return "", kit.Refuse(kit.FailedPrecondition, "this lot was called back, and nothing follows that", "status")
	case row.Status == in.Status:
		return "", kit.Refuse(kit.FailedPrecondition, "the lot has this status already", "status")
	}
	m.publish(ctx, events.StockChanged{ItemID: row.ItemID})
	return row.ID, row.Update().SetStatus(in.Status).SetStatusReason(reason).SetStatusSince(m.Clock.Now()).Exec(ctx)
}

func (q Query) LotRecipients(ctx context.Context, lotID string, after *string, first *int) (*model.LotRecipients, error) {
	size := mostLines
	if first != nil {
		size = *first
	}
	if size < 1 || size > mostLines {
		return nil, kit.Invalid("a page has 1 to 100 rows", "most")
	}
	there, err := q.findLot(ctx, []string{lotID})
	if err != nil || there[lotID] == nil {
		return nil, err
	}
	return q.recipients(ctx, lotID, opt.Text(after), size)
}

// recipients sums by patient what was given of a lot and not undone, with one
// statement. Each of the patients counts as looked at.
func (m *Module) recipients(ctx context.Context, lotID, after string, size int) (*model.LotRecipients, error) {
	var sums []struct {
		PatientID string   `json:"patient_id"`
		Units     int      `json:"units"`
		Times     int      `json:"times"`
		LastAt    lastTime `json:"last_at"`
	}
	sm := m.DB.Client(ctx).StockMovement.Query().Where(stockmovement.LotID.EQ(lotID), stockmovement.PatientID.NotNil(), stockmovement.PatientID.GT(after))
	sm.Modify(func(s *sql.Selector) {
		q, id := s.C(stockmovement.FieldQuantity), s.C(stockmovement.FieldPatientID)
		s.Select(id, sql.As("-SUM("+q+")", "units"), sql.As("SUM(CASE WHEN "+q+" < 0 THEN 1 ELSE -1 END)", "times"),
			sql.As("MAX("+s.C(stockmovement.FieldAt)+")", "last_at"))
		s.Where(sql.In(s.C(stockmovement.FieldKind), string(stockmovement.KindISSUE)))
		s.GroupBy(id).Having(sql.ExprP("SUM(" + q + ") < 0")).OrderBy(sql.Asc(id)).Limit(size + 1)
	})
	if err := sm.Select().Scan(ctx, &sums); err != nil {
		return nil, err
	}
	out := &model.LotRecipients{Recipients: []*model.LotRecipient{}}
	if len(sums) > size {
		sums = sums[:size]
		out.Next = &sums[size-1].PatientID
	}
	ids := make([]string, len(sums))
	for i, s := range sums {
		ids[i] = s.PatientID
	}
	people, err := m.findPatient(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, s := range sums {
		p := people[s.PatientID]
		if p == nil {
			continue // not for this viewer
		}
		kit.SightOf(ctx).Add(p.ID, "StockMovement")
		out.Recipients = append(out.Recipients, &model.LotRecipient{Patient: p, Quantity: s.Units, Times: s.Times, LastAt: s.LastAt.Time})
	}
	return out, nil
}

// lastTime reads an instant that an aggregate returned: SQLite gives it as text.
type lastTime struct{ time.Time }

// Scan implements sql.Scanner.
func (t *lastTime) Scan(v any) (err error) {
	switch v := v.(type) {
	case time.Time:
		t.Time = v.UTC()
	case string:
		t.Time, err = time.Parse(db.SQLiteTime, v)
	}
	return err
}
