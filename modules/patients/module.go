// Package patients keeps the chart: who a patient is, and what does not belong
// to one visit alone, such as allergies, problems and histories.
package patients

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/patient"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/page"
	"medoffice/modules/kit/person"
)

// Read is the permission to see charts.
const Read = "patients.read"

// Module is the charts.
type Module struct {
	kit.Deps
	seal *page.Seal
}

// New makes the module.
func New(d kit.Deps, seal *page.Seal) *Module { return &Module{Deps: d, seal: seal} }

// Name implements kit.Module.
func (*Module) Name() string { return "patients" }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	return kit.Grants{Read: {kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Biller, kit.Manager, kit.Report}}
}

type (
	// Query answers the root fields.
	Query struct{ *Module }
	// Patient answers what a patient is beyond the columns.
	Patient struct{ *Module }
)

// Patient implements the field.
func (q Query) Patient(ctx context.Context, by model.PatientBy) (*ent.Patient, error) {
	id, mrn := act.Value(by.ID), act.Value(by.Mrn)
	if (id == nil) == (mrn == nil) {
		return nil, kit.Invalid("name the patient in exactly one way", "by")
	}
	query := q.DB.Client(ctx).Patient.Query()
	if id != nil {
		query.Where(patient.ID(*id))
	} else {
		query.Where(patient.Mrn(*mrn))
	}
	row, err := query.Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return row, err
}

// Name implements the field.
func (Patient) Name(_ context.Context, p *ent.Patient) (*model.PersonName, error) {
	return person.Name(p.FamilyName, p.GivenName, p.NamePrefix, p.NameSuffix), nil
}

// ByID finds patients for loaders and node.
func (m *Module) ByID(ctx context.Context, ids []string) (map[string]*ent.Patient, error) {
	return load.ByID(m.DB.Client(ctx).Patient.Query().Where(patient.IDIn(ids...)).All(ctx))
}
