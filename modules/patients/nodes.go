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
	return load.ByID(m.DB.Client(ctx).Patient.Query().Where(patient.ID.In(ids...)).All(ctx))
}

// AllergiesByID finds allergies for loaders and node.
func (m *Module) AllergiesByID(ctx context.Context, ids []string) (map[string]*ent.Allergy, error) {
	return load.ByID(m.DB.Client(ctx).Allergy.Query().Where(allergy.ID.In(ids...)).All(ctx))
}

func (m *Module) problemsByID(ctx context.Context, ids []string) (map[string]*ent.Problem, error) {
	return load.ByID(m.DB.Client(ctx).Problem.Query().Where(problem.ID.In(ids...)).All(ctx))
}

func (m *Module) historiesByID(ctx context.Context, ids []string) (map[string]*ent.HistoryEntry, error) {
	return load.ByID(m.DB.Client(ctx).HistoryEntry.Query().Where(historyentry.ID.In(ids...)).All(ctx))
}

// ImmunizationsByID finds immunizations for loaders and node.
func (m *Module) ImmunizationsByID(ctx context.Context, ids []string) (map[string]*ent.Immunization, error) {
	return load.ByID(m.DB.Client(ctx).Immunization.Query().Where(immunization.ID.In(ids...)).All(ctx))
}

func (m *Module) consentsByID(ctx context.Context, ids []string) (map[string]*ent.Consent, error) {
	return load.ByID(m.DB.Client(ctx).Consent.Query().Where(consent.ID.In(ids...)).All(ctx))
}

func (m *Module) identifiersByID(ctx context.Context, ids []string) (map[string]*ent.PatientIdentifier, error) {
	return load.ByID(m.DB.Client(ctx).PatientIdentifier.Query().Where(patientidentifier.ID.In(ids...)).All(ctx))
}

func (m *Module) addressesByID(ctx context.Context, ids []string) (map[string]*ent.PatientAddress, error) {
	return load.ByID(m.DB.Client(ctx).PatientAddress.Query().Where(patientaddress.ID.In(ids...)).All(ctx))
}

func (m *Module) telecomsByID(ctx context.Context, ids []string) (map[string]*ent.PatientTelecom, error) {
	return load.ByID(m.DB.Client(ctx).PatientTelecom.Query().Where(patienttelecom.ID.In(ids...)).All(ctx))
}

func (m *Module) contactsByID(ctx context.Context, ids []string) (map[string]*ent.PatientContact, error) {
	return load.ByID(m.DB.Client(ctx).PatientContact.Query().Where(patientcontact.ID.In(ids...)).All(ctx))
}

// Nodes implements kit.Noder.
func (m *Module) Nodes() map[string]kit.Finder {
	return map[string]kit.Finder{
		"pat": kit.Find(Read, m.ByID), "pid": kit.Find(Read, m.identifiersByID),
		"adr": kit.Find(Read, m.addressesByID), "tel": kit.Find(Read, m.telecomsByID),
		"con": kit.Find(Read, m.contactsByID), "cns": kit.Find(Read, m.consentsByID),
		"alg": kit.Find(ReadClinical, m.AllergiesByID), "prb": kit.Find(ReadClinical, m.problemsByID),
		"hst": kit.Find(ReadClinical, m.historiesByID), "imm": kit.Find(ReadClinical, m.ImmunizationsByID),
	}
}
