package visits

import (
	"context"

	"medoffice/ent/roomstay"
	"medoffice/ent/stagechange"
	"medoffice/ent/visit"
	"medoffice/ent/visitnote"
)

// MovePatient gives the visits of one chart, with all that happened in them,
// to another, in the running transaction.
func (m *Module) MovePatient(ctx context.Context, from, into string) error {
	c := m.DB.Client(ctx)
	visits, err := c.Visit.Query().Where(visit.PatientID.EQ(from)).Order(visit.ID.Asc()).All(ctx)
	if err != nil {
		return err
	}
	for _, v := range visits {
		if err := v.Update().SetPatientID(into).Exec(ctx); err != nil {
			return err
		}
	}
	changes, err := c.StageChange.Query().Where(stagechange.PatientID.EQ(from)).Order(stagechange.ID.Asc()).All(ctx)
	if err != nil {
		return err
	}
	for _, s := range changes {
		if err := s.Update().SetPatientID(into).Exec(ctx); err != nil {
			return err
		}
	}
	stays, err := c.RoomStay.Query().Where(roomstay.PatientID.EQ(from)).Order(roomstay.ID.Asc()).All(ctx)
	if err != nil {
		return err
	}
	for _, s := range stays {
		if err := s.Update().SetPatientID(into).Exec(ctx); err != nil {
			return err
		}
	}
	notes, err := c.VisitNote.Query().Where(visitnote.PatientID.EQ(from)).Order(visitnote.ID.Asc()).All(ctx)
	if err != nil {
		return err
	}
	for _, n := range notes {
		if err := n.Update().SetPatientID(into).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
