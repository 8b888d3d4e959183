package visits

import (
	"context"

	"medoffice/ent"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/opt"
)

// publish writes events in the running transaction.
func (m *Module) publish(ctx context.Context, list ...bus.Event) error {
	return m.Bus.Publish(ctx, kit.ViewerOf(ctx).ID, list...)
}

func moved(v *ent.Visit, s *ent.VisitStage) events.VisitMoved {
	return events.VisitMoved{
		VisitID: v.ID, PatientID: v.PatientID, LocationID: opt.Text(v.LocationID),
		StageID: s.ID, Category: string(s.Category), RoomID: opt.Text(v.RoomID),
	}
}

func changed(r *ent.Room) events.RoomChanged {
	return events.RoomChanged{RoomID: r.ID, LocationID: r.LocationID, Status: string(r.Status), VisitID: opt.Text(r.VisitID)}
}
