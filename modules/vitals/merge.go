package vitals

import (
	"context"

	"medoffice/ent/vitalreading"
)

// MovePatient gives all readings of one chart to another, in the running
// transaction, for charts that turn out to be of the same person.
func (m *Module) MovePatient(ctx context.Context, from, into string) error {
	rows, err := m.DB.Client(ctx).VitalReading.Query().Where(vitalreading.PatientID.EQ(from)).
		Order(vitalreading.ID.Asc()).All(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := r.Update().SetPatientID(into).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
