// Package visits brings a patient through the office: from the door to a room,
// through the hands of the staff, and out again. The board shows it live.
package visits

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/visit"
	"medoffice/modules/kit"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/page"
)

// Read is the permission to see visits.
const Read = "visits.read"

// Module is the visits, the rooms and the board.
type Module struct {
	kit.Deps
	seal     *page.Seal
	patients Patients
}

// Patients is what visits ask of the charts.
type Patients interface {
	ByID(ctx context.Context, ids []string) (map[string]*ent.Patient, error)
}

// New makes the module.
func New(d kit.Deps, seal *page.Seal, p Patients) *Module {
	return &Module{Deps: d, seal: seal, patients: p}
}

// Name implements kit.Module.
func (*Module) Name() string { return "visits" }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	return kit.Grants{Read: {kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Biller, kit.Manager, kit.Report}}
}

type (
	// Query answers the root fields.
	Query struct{ *Module }
	// Visit answers what a visit is beyond its columns.
	Visit struct{ *Module }
)

// Visit implements the field.
func (q Query) Visit(ctx context.Context, id string) (*ent.Visit, error) {
	return load.One(ctx, id, q.ByID)
}

// Patient implements the field.
func (v Visit) Patient(ctx context.Context, obj *ent.Visit) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(v *ent.Visit) string { return v.PatientID }, v.patients.ByID)
}

// ByID finds visits for loaders and node.
func (m *Module) ByID(ctx context.Context, ids []string) (map[string]*ent.Visit, error) {
	return load.ByID(m.DB.Client(ctx).Visit.Query().Where(visit.IDIn(ids...)).All(ctx))
}
