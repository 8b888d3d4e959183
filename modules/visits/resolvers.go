package visits

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/roomstay"
	"medoffice/ent/stagechange"
	"medoffice/ent/visitcheck"
	"medoffice/modules/kit/load"
)

// The bounds of the lists of a visit, as the schema gives them.
const (
	mostMoves  = 200
	mostChecks = 50
)

func visitID(v *ent.Visit) string { return v.ID }

func (v Visit) Changes(ctx context.Context, obj *ent.Visit) ([]*ent.StageChange, error) {
	return load.Of(ctx, obj, "changes", visitID, func(ctx context.Context, ids []string) (map[string][]*ent.StageChange, error) {
		rows, err := v.DB.Client(ctx).StageChange.Query().Where(stagechange.VisitID.In(ids...)).
			Order(stagechange.At.Asc(), stagechange.ID.Asc()).Limit(mostMoves * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(c *ent.StageChange) string { return c.VisitID })
	})
}

func (v Visit) Stays(ctx context.Context, obj *ent.Visit) ([]*ent.RoomStay, error) {
	return load.Of(ctx, obj, "stays", visitID, func(ctx context.Context, ids []string) (map[string][]*ent.RoomStay, error) {
		rows, err := v.DB.Client(ctx).RoomStay.Query().Where(roomstay.VisitID.In(ids...)).
			Order(roomstay.StartedAt.Asc(), roomstay.ID.Asc()).Limit(mostMoves * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(s *ent.RoomStay) string { return s.VisitID })
	})
}

func (v Visit) Checklist(ctx context.Context, obj *ent.Visit) ([]*ent.VisitCheck, error) {
	return load.Of(ctx, obj, "checklist", visitID, func(ctx context.Context, ids []string) (map[string][]*ent.VisitCheck, error) {
		rows, err := v.DB.Client(ctx).VisitCheck.Query().Where(visitcheck.VisitID.In(ids...)).
			Order(visitcheck.Position.Asc(), visitcheck.ID.Asc()).Limit(mostChecks * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(c *ent.VisitCheck) string { return c.VisitID })
	})
}
