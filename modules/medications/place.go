package medications

import (
	"context"

	"medoffice/ent/medicationrequest"
	"medoffice/ent/patient"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/opt"
)

// spot is where an order belongs.
type spot struct{ patient, visit, location, provider string }

// place finds where an order belongs, under the rules of who writes it.
func (m *Module) place(ctx context.Context, in model.OrderMedicationInput) (spot, error) {
	v := kit.ViewerOf(ctx)
	at := spot{opt.Text(in.PatientID.Value()), opt.Text(in.VisitID.Value()), opt.Text(in.LocationID.Value()), opt.Text(in.ProviderID.Value())}
	if at.visit != "" {
		found, err := m.findVisit(ctx, []string{at.visit})
		visit := found[at.visit]
		if err != nil {
			return at, err
		}
		if visit == nil || at.patient != "" && at.patient != visit.PatientID {
			return at, kit.Missing("visit of this patient", "visitId")
		}
		at.patient, at.location = visit.PatientID, opt.Text(visit.LocationID)
		at.provider = first(at.provider, v.ProviderID, opt.Text(visit.ProviderID))
	}
	at.provider, at.location = first(at.provider, v.ProviderID), first(at.location, v.LocationID)
	if err := m.somebody(ctx, at.patient); err != nil {
		return at, err
	}
	if at.location == "" && in.Setting == medicationrequest.SettingIN_OFFICE {
		return at, kit.Invalid("tell where it is given", "locationId")
	}
	return at, m.known(ctx, at)
}

// somebody refuses a patient for whom nothing can be ordered.
func (m *Module) somebody(ctx context.Context, id string) error {
	found, err := m.findPatient(ctx, []string{id})
	if err != nil {
		return err
	}
	switch p := found[id]; {
	case p == nil:
		return kit.Missing("patient", "patientId")
	case p.Status != patient.StatusACTIVE || p.Deceased:
		return kit.Refuse(kit.FailedPrecondition, "nothing can be ordered for this patient", "patientId")
	}
	return nil
}

// known refuses a location or a provider that the caller cannot name.
func (m *Module) known(ctx context.Context, at spot) error {
	v := kit.ViewerOf(ctx)
	if at.location != "" {
		found, err := m.findLocation(ctx, []string{at.location})
		if err != nil {
			return err
		}
		if found[at.location] == nil || v.LocationID != "" && v.LocationID != at.location {
			return kit.Missing("location", "locationId")
		}
	}
	if at.provider == "" {
		return kit.Invalid("tell which provider orders it", "providerId")
	}
	found, err := m.findProvider(ctx, []string{at.provider})
	if err == nil && found[at.provider] == nil {
		err = kit.Missing("provider", "providerId")
	}
	return err
}
