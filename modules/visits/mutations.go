package visits

import (
	"context"

	"medoffice/graph/model"
	"medoffice/modules/kit/act"
)

func (m Mutation) StartVisit(ctx context.Context, in model.StartVisitInput) (*model.StartVisitPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.startVisit, act.Row(m.ByID))
	return &model.StartVisitPayload{Visit: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) CheckIn(ctx context.Context, in model.CheckInInput) (*model.CheckInPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.checkIn, act.Row(m.ByID))
	return &model.CheckInPayload{Visit: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) MoveToRoom(ctx context.Context, in model.MoveToRoomInput) (*model.MoveToRoomPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.moveToRoom, act.Row(m.ByID))
	return &model.MoveToRoomPayload{Visit: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) MoveStage(ctx context.Context, in model.MoveStageInput) (*model.MoveStagePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.moveStage, act.Row(m.ByID))
	return &model.MoveStagePayload{Visit: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) UndoLastMove(ctx context.Context, in model.UndoLastMoveInput) (*model.UndoLastMovePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.undoLastMove, act.Row(m.ByID))
	return &model.UndoLastMovePayload{Visit: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) LeaveWithoutBeingSeen(ctx context.Context, in model.LeaveWithoutBeingSeenInput) (*model.LeaveWithoutBeingSeenPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.leaveWithoutBeingSeen, act.Row(m.ByID))
	return &model.LeaveWithoutBeingSeenPayload{Visit: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) CheckOut(ctx context.Context, in model.CheckOutInput) (*model.CheckOutPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.checkOut, act.Row(m.ByID))
	return &model.CheckOutPayload{Visit: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) TickCheck(ctx context.Context, in model.TickCheckInput) (*model.TickCheckPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.tickCheck, act.Row(m.ByID))
	return &model.TickCheckPayload{Visit: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) UntickCheck(ctx context.Context, in model.UntickCheckInput) (*model.UntickCheckPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.untickCheck, act.Row(m.ByID))
	return &model.UntickCheckPayload{Visit: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) ReserveRoom(ctx context.Context, in model.ReserveRoomInput) (*model.ReserveRoomPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.reserveRoom, act.Row(m.RoomsByID))
	return &model.ReserveRoomPayload{Room: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) ReleaseRoom(ctx context.Context, in model.ReleaseRoomInput) (*model.ReleaseRoomPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.releaseRoom, act.Row(m.RoomsByID))
	return &model.ReleaseRoomPayload{Room: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) StartCleaning(ctx context.Context, in model.StartCleaningInput) (*model.StartCleaningPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.startCleaning, act.Row(m.RoomsByID))
	return &model.StartCleaningPayload{Room: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) CleanRoom(ctx context.Context, in model.CleanRoomInput) (*model.CleanRoomPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.cleanRoom, act.Row(m.RoomsByID))
	return &model.CleanRoomPayload{Room: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) TakeOutOfService(ctx context.Context, in model.TakeOutOfServiceInput) (*model.TakeOutOfServicePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.takeOutOfService, act.Row(m.RoomsByID))
	return &model.TakeOutOfServicePayload{Room: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) ReturnToService(ctx context.Context, in model.ReturnToServiceInput) (*model.ReturnToServicePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.returnToService, act.Row(m.RoomsByID))
	return &model.ReturnToServicePayload{Room: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AddVisitStage(ctx context.Context, in model.AddVisitStageInput) (*model.AddVisitStagePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addVisitStage, act.Row(m.stagesByID))
	return &model.AddVisitStagePayload{Stage: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) UpdateVisitStage(ctx context.Context, in model.UpdateVisitStageInput) (*model.UpdateVisitStagePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.updateVisitStage, act.Row(m.stagesByID))
	return &model.UpdateVisitStagePayload{Stage: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) RetireVisitStage(ctx context.Context, in model.RetireVisitStageInput) (*model.RetireVisitStagePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.retireVisitStage, act.Row(m.stagesByID))
	return &model.RetireVisitStagePayload{Stage: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AddVisitType(ctx context.Context, in model.AddVisitTypeInput) (*model.AddVisitTypePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addVisitType, act.Row(m.TypesByID))
	return &model.AddVisitTypePayload{Type: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) UpdateVisitType(ctx context.Context, in model.UpdateVisitTypeInput) (*model.UpdateVisitTypePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.updateVisitType, act.Row(m.TypesByID))
	return &model.UpdateVisitTypePayload{Type: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) WriteNote(ctx context.Context, in model.WriteNoteInput) (*model.WriteNotePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.writeNote, act.Row(m.notesByID))
	return &model.WriteNotePayload{Note: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) UpdateNote(ctx context.Context, in model.UpdateNoteInput) (*model.UpdateNotePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.updateNote, act.Row(m.notesByID))
	return &model.UpdateNotePayload{Note: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) SignNote(ctx context.Context, in model.SignNoteInput) (*model.SignNotePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.signNote, act.Row(m.notesByID))
	return &model.SignNotePayload{Note: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AmendNote(ctx context.Context, in model.AmendNoteInput) (*model.AmendNotePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.amendNote, act.Row(m.notesByID))
	return &model.AmendNotePayload{Note: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) VoidNote(ctx context.Context, in model.VoidNoteInput) (*model.VoidNotePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.voidNote, act.Row(m.notesByID))
	return &model.VoidNotePayload{Note: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}
