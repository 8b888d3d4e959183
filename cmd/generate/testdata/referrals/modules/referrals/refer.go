package referrals

import (
	"context"

	"medoffice/ent/patient"
	"medoffice/ent/referral"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/load"
)

// changed publishes that the chart of the patient has changed.
func (m *Module) changed(ctx context.Context, patientID, id string) (string, error) {
	return id, m.Bus.Publish(ctx, kit.ViewerOf(ctx).ID, events.PatientChanged{PatientID: patientID, Kind: "Referral", RowID: id})
}

// addReferral refers a patient whom the caller may see.
func (m *Module) addReferral(ctx context.Context, in model.AddReferralInput) (string, error) {
	specialty, err := act.Words(in.Specialty, 200, "specialty")
	if err != nil {
		return "", err
	}
	reason, err := act.Words(in.Reason, 2000, "reason")
	if err != nil {
		return "", err
	}
	c := m.DB.Client(ctx)
	if _, err := act.Found(c.Patient.Get(ctx, in.PatientID))("patient", "patientId"); err != nil {
		return "", err
	}
	row, err := c.Referral.Create().SetPatientID(in.PatientID).SetSpecialty(specialty).SetReason(reason).Save(ctx)
	if err != nil {
		return "", err
	}
	return m.changed(ctx, row.PatientID, row.ID)
}

// completeReferral keeps what the specialist reported, once.
func (m *Module) completeReferral(ctx context.Context, in model.CompleteReferralInput) (string, error) {
	outcome, err := act.Words(in.Outcome, 4000, "outcome")
	if err != nil {
		return "", err
	}
	q := m.DB.Client(ctx).Referral.Query().Where(referral.ID.EQ(in.ID))
	row, err := act.Found(q.Modify(db.ForUpdate).Only(ctx))("referral", "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if row.Status != referral.StatusACTIVE {
		return "", kit.Refuse(kit.FailedPrecondition, "this referral is completed already", "id")
	}
	if err := row.Update().SetStatus(referral.StatusCOMPLETED).SetOutcome(outcome).Exec(ctx); err != nil {
		return "", err
	}
	return m.changed(ctx, row.PatientID, row.ID)
}

// Seed implements kit.Seeder: one patient waits for the heart specialist.
func (m *Module) Seed(ctx context.Context, demo *kit.Demo) error {
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		c, r := m.DB.Client(ctx), demo.Rand("referrals")
		ids, err := c.Patient.Query().Where(patient.StatusColumn.EQ(patient.StatusACTIVE)).Order(patient.ID.Asc()).Limit(1).IDs(ctx)
		return load.Each(ids, err, func(of string) error {
			return c.Referral.Create().SetID(demo.ID(r, referralEntity.Prefix)).SetPatientID(of).SetSpecialty("Cardiology").
				SetReason("Palpitations under load").SetCreatedAt(demo.Today).Exec(ctx)
		})
	})
}
