package billing

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/location"
	"medoffice/ent/patient"
	"medoffice/ent/visit"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
)

// The bounds of what is written: letters, units, and minor units of money.
const (
	mostName   = 200
	mostReason = 500
	mostCode   = 40
	mostUnits  = 10_000
	mostMoney  = 100_000_000
)

// money refuses an amount that is nothing or too much.
func money(n int, path string) (int64, error) {
	if n < 1 || n > mostMoney {
		return 0, kit.Invalid("tell an amount of at least 1 minor unit", path)
	}
	return int64(n), nil
}

// site refuses a location that is not there, or not for the viewer.
func (m *Module) site(ctx context.Context, id string) error {
	if at := kit.ViewerOf(ctx).LocationID; at != "" && at != id {
		return kit.Missing("location", "locationId")
	}
	ok, err := m.DB.Client(ctx).Location.Query().Where(location.ID.EQ(id)).Exist(ctx)
	if err == nil && !ok {
		err = kit.Missing("location", "locationId")
	}
	return err
}

// account finds the patient and holds their account until the transaction
// ends: of two who move their money, the second one sees what the first did.
func (m *Module) account(ctx context.Context, patientID string) error {
	ok, err := m.DB.Client(ctx).Patient.Query().Where(patient.ID.EQ(patientID), patient.MergedIntoID.IsNil()).Exist(ctx)
	if err != nil {
		return err
	}
	if !ok {
		return kit.Missing("patient", "patientId")
	}
	return m.hold(ctx, patientID)
}

func (m *Module) hold(ctx context.Context, patientID string) error {
	return m.DB.Alone(ctx, "account "+patientID)
}

// visitOf finds a visit of the patient.
func (m *Module) visitOf(ctx context.Context, id, patientID string) (*ent.Visit, error) {
	return act.Found(m.DB.Client(ctx).Visit.Query().Where(visit.ID.EQ(id), visit.PatientID.EQ(patientID)).Only(ctx))("visit", "visitId")
}
