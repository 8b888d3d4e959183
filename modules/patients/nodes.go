package patients

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/allergy"
	"medoffice/ent/consent"
	"medoffice/ent/historyentry"
	"medoffice/ent/immunization"
	"medoffice/ent/patient"
	"medoffice/ent/patientaddress"
	"medoffice/ent/patientcontact"
	"medoffice/ent/patientidentifier"
	"medoffice/ent/patienttelecom"
	"medoffice/ent/problem"
	"medoffice/modules/kit"
	"medoffice/modules/kit/load"
)

// ByID finds patients for loaders and node.
func (m *Module) ByID(ctx context.Context, ids []string) (map[string]*ent.Patient, error) {
	return load.ByID(m.DB.Client(ctx).Patient.Query().Where(patient.IDIn(ids...)).All(ctx))
}

func (m *Module) allergiesByID(ctx context.Context, ids []string) (map[string]*ent.Allergy, error) {
	return load.ByID(m.DB.Client(ctx).Allergy.Query().Where(allergy.IDIn(ids...)).All(ctx))
}

func (m *Module) problemsByID(ctx context.Context, ids []string) (map[string]*ent.Problem, error) {
	return load.ByID(m.DB.Client(ctx).Problem.Query().Where(problem.IDIn(ids...)).All(ctx))
}

func (m *Module) historiesByID(ctx context.Context, ids []string) (map[string]*ent.HistoryEntry, error) {
	return load.ByID(m.DB.Client(ctx).HistoryEntry.Query().Where(historyentry.IDIn(ids...)).All(ctx))
}

func (m *Module) immunizationsByID(ctx context.Context, ids []string) (map[string]*ent.Immunization, error) {
	return load.ByID(m.DB.Client(ctx).Immunization.Query().Where(immunization.IDIn(ids...)).All(ctx))
}

func (m *Module) consentsByID(ctx context.Context, ids []string) (map[string]*ent.Consent, error) {
	return load.ByID(m.DB.Client(ctx).Consent.Query().Where(consent.IDIn(ids...)).All(ctx))
}

func (m *Module) identifiersByID(ctx context.Context, ids []string) (map[string]*ent.PatientIdentifier, error) {
	return load.ByID(m.DB.Client(ctx).PatientIdentifier.Query().Where(patientidentifier.IDIn(ids...)).All(ctx))
}

func (m *Module) addressesByID(ctx context.Context, ids []string) (map[string]*ent.PatientAddress, error) {
	return load.ByID(m.DB.Client(ctx).PatientAddress.Query().Where(patientaddress.IDIn(ids...)).All(ctx))
}

func (m *Module) telecomsByID(ctx context.Context, ids []string) (map[string]*ent.PatientTelecom, error) {
	return load.ByID(m.DB.Client(ctx).PatientTelecom.Query().Where(patienttelecom.IDIn(ids...)).All(ctx))
}

func (m *Module) contactsByID(ctx context.Context, ids []string) (map[string]*ent.PatientContact, error) {
	return load.ByID(m.DB.Client(ctx).PatientContact.Query().Where(patientcontact.IDIn(ids...)).All(ctx))
}

// Nodes implements kit.Noder.
func (m *Module) Nodes() map[string]kit.Finder {
	return map[string]kit.Finder{
		"pat": finder(Read, m.ByID), "pid": finder(Read, m.identifiersByID),
		"adr": finder(Read, m.addressesByID), "tel": finder(Read, m.telecomsByID),
		"con": finder(Read, m.contactsByID), "cns": finder(Read, m.consentsByID),
		"alg": finder(ReadClinical, m.allergiesByID), "prb": finder(ReadClinical, m.problemsByID),
		"hst": finder(ReadClinical, m.historiesByID), "imm": finder(ReadClinical, m.immunizationsByID),
	}
}

// finder leaves out everything for viewers who may not see such rows.
func finder[R any](can string, find func(context.Context, []string) (map[string]R, error)) kit.Finder {
	return func(ctx context.Context, ids []string) (map[string]any, error) {
		if !kit.ViewerOf(ctx).May(can) {
			return nil, nil
		}
		rows, err := find(ctx, ids)
		found := make(map[string]any, len(rows))
		for id, row := range rows {
			found[id] = row
		}
		return found, err
	}
}
