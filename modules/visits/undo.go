package visits

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql/sqlgraph"

	"medoffice/ent"
	"medoffice/ent/room"
	"medoffice/ent/roomstay"
	"medoffice/ent/row"
	"medoffice/ent/stagechange"
	"medoffice/ent/visitstage"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/opt"
)

// undoLastMove takes the newest move back.
func (m *Module) undoLastMove(ctx context.Context, in model.UndoLastMoveInput) (string, error) {
	v, _, err := m.lock(ctx, in.VisitID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	last, err := m.DB.Client(ctx).StageChange.Query().Where(stagechange.VisitID.EQ(v.ID), stagechange.UndoneAt.IsNil()).
		Order(stagechange.At.Desc(), stagechange.ID.Desc()).First(ctx)
	if ent.IsNotFound(err) || err == nil && last.FromStageID == nil {
		return "", kit.Refuse(kit.FailedPrecondition, "there is no move to take back", "visitId")
	}
	if err != nil {
		return "", err
	}
	viewer := kit.ViewerOf(ctx)
	if last.ActorID != viewer.ID && !viewer.May(UndoOthers) {
		return "", kit.Denied(UndoOthers)
	}
	return v.ID, m.undo(ctx, v, last)
}

// undo brings stage, time and room back to what they were before the move.
func (m *Module) undo(ctx context.Context, v *ent.Visit, last *ent.StageChange) error {
	stage, err := m.DB.Client(ctx).VisitStage.Get(ctx, *last.FromStageID)
	if err != nil {
		return err
	}
	u := v.Update().SetStageID(stage.ID).SetStageSince(*last.FromSince).SetStatus(statusOf(stage.Category)).
		SetOnBoard(true).ClearEndedAt()
	if stage.Category == expected {
		u.SetStartedAt(*last.FromSince)
	}
	var told []bus.Event
	if opt.Text(v.RoomID) != opt.Text(last.FromRoomID) {
		if told, err = m.undoRoom(ctx, v, last.FromRoomID, later(m.Clock.Now(), last.At)); err != nil {
			return err
		}
		u.ClearRoomID()
		if last.FromRoomID != nil {
			u.SetRoomID(*last.FromRoomID)
		}
	}
	after, err := u.Save(ctx)
	if err != nil {
		return err
	}
	if err := last.Update().SetUndoneAt(later(m.Clock.Now(), last.At)).Exec(ctx); err != nil {
		return err
	}
	if ends(visitstage.Category(last.ToCategory)) {
		if err := m.over(ctx, v.ID, false); err != nil {
			return err
		}
	}
	return m.publish(ctx, append(told, moved(after, stage))...)
}

// undoRoom gives the present room free as if nobody had been there, and the
// former one back to the visit, if nobody else has it by now.
func (m *Module) undoRoom(ctx context.Context, v *ent.Visit, former *string, at time.Time) (told []bus.Event, err error) {
	rooms, err := m.lockRooms(ctx, row.Or(room.VisitID.EQ(v.ID), room.ID.EQ(opt.Text(former))))
	if err != nil {
		return nil, err
	}
	for _, r := range rooms {
		if r.ID == opt.Text(former) {
			continue
		}
		event, err := m.empty(ctx, r, room.StatusAVAILABLE)
		if err != nil {
			return nil, err
		}
		told = append(told, event)
	}
	if err := m.endStay(ctx, v.ID, at); err != nil || former == nil {
		return told, err
	}
	event, err := m.goBack(ctx, v, rooms[*former])
	return append(told, event), err
}

// goBack goes on with the stay in a room that the visit has left by mistake.
func (m *Module) goBack(ctx context.Context, v *ent.Visit, r *ent.Room) (bus.Event, error) {
	switch {
	case r == nil || !r.Active:
		return nil, kit.Missing("room", "visitId")
	case r.VisitID != nil && *r.VisitID != v.ID:
		return nil, occupied(nil)
	case r.Status == room.StatusOUT_OF_SERVICE:
		return nil, kit.Refuse(kit.FailedPrecondition, "the room is out of service by now", "visitId")
	}
	stay, err := m.DB.Client(ctx).RoomStay.Query().Where(roomstay.VisitID.EQ(v.ID), roomstay.RoomID.EQ(r.ID)).
		Order(roomstay.StartedAt.Desc(), roomstay.ID.Desc()).First(ctx)
	if err != nil {
		return nil, err
	}
	err = stay.Update().ClearEndedAt().SetStatus(roomstay.StatusACTIVE).Exec(ctx)
	if sqlgraph.IsUniqueConstraintError(err) {
		return nil, occupied(err)
	}
	if err != nil {
		return nil, err
	}
	after, err := r.Update().SetVisitID(v.ID).SetStatus(room.StatusOCCUPIED).SetStatusSince(stay.StartedAt).Save(ctx)
	if err != nil {
		return nil, err
	}
	return changed(after), nil
}
