package medications

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/administration"
	"medoffice/ent/dosereaction"
	"medoffice/ent/medicationoverride"
	"medoffice/ent/medicationrequest"
	"medoffice/ent/medicationstatement"
	"medoffice/ent/reconciliation"
)

// MovePatient gives what one chart has of medications to another, in the running
// transaction, row by row, so that each change is seen.
func (m *Module) MovePatient(ctx context.Context, from, into string) error {
	c := m.DB.Client(ctx)
	orders, err := c.MedicationRequest.Query().Where(medicationrequest.PatientID.EQ(from)).Order(medicationrequest.ID.Asc()).All(ctx)
	if err := each(orders, err, func(r *ent.MedicationRequest) error { return r.Update().SetPatientID(into).Exec(ctx) }); err != nil {
		return err
	}
	overrides, err := c.MedicationOverride.Query().Where(medicationoverride.PatientID.EQ(from)).Order(medicationoverride.ID.Asc()).All(ctx)
	if err := each(overrides, err, func(r *ent.MedicationOverride) error { return r.Update().SetPatientID(into).Exec(ctx) }); err != nil {
		return err
	}
	doses, err := c.Administration.Query().Where(administration.PatientID.EQ(from)).Order(administration.ID.Asc()).All(ctx)
	if err := each(doses, err, func(r *ent.Administration) error { return r.Update().SetPatientID(into).Exec(ctx) }); err != nil {
		return err
	}
	reactions, err := c.DoseReaction.Query().Where(dosereaction.PatientID.EQ(from)).Order(dosereaction.ID.Asc()).All(ctx)
	if err := each(reactions, err, func(r *ent.DoseReaction) error { return r.Update().SetPatientID(into).Exec(ctx) }); err != nil {
		return err
	}
	list, err := c.MedicationStatement.Query().Where(medicationstatement.PatientID.EQ(from)).Order(medicationstatement.ID.Asc()).All(ctx)
	if err := each(list, err, func(r *ent.MedicationStatement) error { return r.Update().SetPatientID(into).Exec(ctx) }); err != nil {
		return err
	}
	gone, err := c.Reconciliation.Query().Where(reconciliation.PatientID.EQ(from)).Order(reconciliation.ID.Asc()).All(ctx)
	return each(gone, err, func(r *ent.Reconciliation) error { return r.Update().SetPatientID(into).Exec(ctx) })
}

func each[R any](rows []R, err error, change func(R) error) error {
	for _, r := range rows {
		if err == nil {
			err = change(r)
		}
	}
	return err
}
