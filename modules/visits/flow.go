package visits

import (
	"context"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/ent"
	"medoffice/ent/location"
	"medoffice/ent/patient"
	"medoffice/ent/provider"
	"medoffice/ent/room"
	"medoffice/ent/row"
	"medoffice/ent/visit"
	"medoffice/ent/visitstage"
	"medoffice/ent/visittype"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/opt"
)

// ahead is how far ahead a visit may be expected; what is later is booked.
const ahead = 24 * time.Hour

// mostReason bounds the reason of a visit, in bytes.
const mostReason = 1000

// startVisit begins a visit, expected or here.
func (m *Module) startVisit(ctx context.Context, in model.StartVisitInput) (string, error) {
	now := m.Clock.Now()
	category, at := arrived, now
	if t := in.ExpectedAt.Value(); t != nil {
		category, at = expected, *t
		if at.Before(now.Add(-ahead)) || at.After(now.Add(ahead)) {
			return "", kit.Invalid("a visit begins within a day of now; a later one is booked", "expectedAt")
		}
	}
	if len(opt.Text(in.Reason.Value())) > mostReason {
		return "", kit.Invalid("the reason is too long", "reason")
	}
	if err := m.known(ctx, in); err != nil {
		return "", err
	}
	stage, err := m.firstStage(ctx, category)
	if err != nil {
		return "", err
	}
	v, err := m.DB.Client(ctx).Visit.Create().SetPatientID(in.PatientID).SetLocationID(in.LocationID).
		SetNillableProviderID(in.ProviderID.Value()).SetNillableTypeID(in.TypeID.Value()).SetNillableReason(said(in.Reason.Value())).
		SetVisitClass(in.VisitClass).SetStartedAt(at).SetStageID(stage.ID).SetStageSince(at).
		SetStatus(statusOf(category)).SetOnBoard(true).Save(ctx)
	if err != nil {
		return "", err
	}
	if err := m.prepare(ctx, v); err != nil {
		return "", err
	}
	if err := m.note(ctx, move{visit: v, to: stage}, now); err != nil {
		return "", err
	}
	return v.ID, m.publish(ctx, moved(v, stage))
}

// Arrive begins the visit of somebody who is here, such as one with an
// appointment, in the running transaction, and returns its id.
func (m *Module) Arrive(ctx context.Context, patientID, locationID string, providerID, typeID, reason *string) (string, error) {
	return m.startVisit(ctx, model.StartVisitInput{
		PatientID: patientID, LocationID: locationID, VisitClass: visit.VisitClassAMBULATORY,
		ProviderID: graphql.OmittableOf(providerID), TypeID: graphql.OmittableOf(typeID), Reason: graphql.OmittableOf(reason),
	})
}

// said is a text without blanks around it; nil where nothing is left.
func said(s *string) *string {
	trimmed := strings.TrimSpace(opt.Text(s))
	if trimmed == "" {
		return nil
	}
	return &trimmed
}

// known refuses a visit of somebody, or to something, that is not there.
func (m *Module) known(ctx context.Context, in model.StartVisitInput) error {
	client := m.DB.Client(ctx)
	if !mayWatch(ctx, in.LocationID) {
		return kit.Missing("location", "locationId")
	}
	for _, check := range []struct {
		name  string
		id    *string
		exist func(id string) (bool, error)
	}{
		{"locationId", &in.LocationID, func(id string) (bool, error) {
			return client.Location.Query().Where(location.ID.EQ(id), location.Active.EQ(true)).Exist(ctx)
		}},
		{"patientId", &in.PatientID, func(id string) (bool, error) {
			return client.Patient.Query().Where(patient.ID.EQ(id), patient.StatusColumn.EQ(patient.StatusACTIVE)).Exist(ctx)
		}},
		{"providerId", in.ProviderID.Value(), func(id string) (bool, error) {
			return client.Provider.Query().Where(provider.ID.EQ(id), provider.Active.EQ(true)).Exist(ctx)
		}},
		{"typeId", in.TypeID.Value(), func(id string) (bool, error) {
			return client.VisitType.Query().Where(visittype.ID.EQ(id), visittype.Active.EQ(true)).Exist(ctx)
		}},
	} {
		if check.id == nil {
			continue
		}
		there, err := check.exist(*check.id)
		if err == nil && !there {
			err = kit.Missing(check.name, check.name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkIn brings a visit past the front desk.
func (m *Module) checkIn(ctx context.Context, in model.CheckInInput) (string, error) {
	return m.goTo(ctx, in.VisitID, in.ExpectedVersion, checkedIn)
}

// leaveWithoutBeingSeen ends a visit of somebody who went away.
func (m *Module) leaveWithoutBeingSeen(ctx context.Context, in model.LeaveWithoutBeingSeenInput) (string, error) {
	return m.goTo(ctx, in.VisitID, in.ExpectedVersion, leftEarly)
}

// checkOut ends a visit.
func (m *Module) checkOut(ctx context.Context, in model.CheckOutInput) (string, error) {
	return m.goTo(ctx, in.VisitID, in.ExpectedVersion, out)
}

// goTo moves a visit to the first stage of a category.
func (m *Module) goTo(ctx context.Context, id string, version int, c visitstage.Category) (string, error) {
	v, from, err := m.lock(ctx, id, version)
	if err != nil {
		return "", err
	}
	to, err := m.firstStage(ctx, c)
	if err != nil {
		return "", err
	}
	if from.Category == c {
		return "", m.illegal(from, "visitId")
	}
	return v.ID, m.move(ctx, move{visit: v, from: from, to: to, path: "visitId"})
}

// moveStage moves a visit to a stage.
func (m *Module) moveStage(ctx context.Context, in model.MoveStageInput) (string, error) {
	v, from, err := m.lock(ctx, in.VisitID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	to, err := m.stage(ctx, in.StageID)
	if err != nil {
		return "", err
	}
	if to.ID == from.ID {
		return "", m.illegal(from, "stageId")
	}
	return v.ID, m.move(ctx, move{visit: v, from: from, to: to, path: "stageId"})
}

// moveToRoom takes a visit to a room that is free for it.
func (m *Module) moveToRoom(ctx context.Context, in model.MoveToRoomInput) (string, error) {
	v, from, err := m.lock(ctx, in.VisitID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	to := from
	if wish := in.StageID.Value(); wish != nil {
		to, err = m.stage(ctx, *wish)
	} else if c := from.Category; c == expected || c == arrived || c == checkedIn {
		to, err = m.firstStage(ctx, rooming)
	}
	if err != nil {
		return "", err
	}
	if to.Category == expected || ends(to.Category) {
		return "", m.illegal(from, "stageId")
	}
	rooms, err := m.lockRooms(ctx, row.Or(room.ID.EQ(in.RoomID), room.VisitID.EQ(v.ID)))
	if err != nil {
		return "", err
	}
	free, err := m.free(v, rooms[in.RoomID], in.ExpectedRoomVersion)
	if err != nil {
		return "", err
	}
	return v.ID, m.move(ctx, move{visit: v, from: from, to: to, room: free, path: "stageId"})
}

// free refuses a room that the visit cannot have.
func (m *Module) free(v *ent.Visit, r *ent.Room, version int) (*ent.Room, error) {
	if r == nil || !r.Active || r.LocationID != opt.Text(v.LocationID) {
		return nil, kit.Missing("room", "roomId")
	}
	own := opt.Text(r.VisitID) == v.ID
	switch {
	case r.Status == room.StatusOCCUPIED && own:
		return nil, kit.Refuse(kit.Conflict, "the patient is in this room already", "roomId")
	case r.Status == room.StatusOCCUPIED, r.Status == room.StatusRESERVED && !own:
		return nil, occupied(nil)
	case r.Status == room.StatusAVAILABLE, r.Status == room.StatusRESERVED:
		return r, at(kit.Fresh(r.ID, r.Version, version), "expectedRoomVersion")
	}
	return nil, kit.Refuse(kit.FailedPrecondition, "the room is not ready", "roomId")
}

// at gives an error about a stale version another path.
func at(err error, path string) error {
	if e, ok := kit.AsError(err); ok {
		e.Path = []string{path}
	}
	return err
}
