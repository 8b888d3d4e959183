// Package patients keeps the chart: who a patient is, and what does not belong to
// one visit alone. Allergies and problems are what to consider now, histories are
// the past, immunizations are the protection of the patient, consents are what
// the patient agreed to. Nothing is deleted: a mistake is marked as entered in
// error and stays visible. Two charts of one person can be merged; the chart that
// is given up still leads to the other.
package patients

import (
	"context"

	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
)

// The permissions of the charts.
const (
	Read         = "patients.read"         // who the patient is
	ReadClinical = "patients.readClinical" // what the patient has
	Register     = "patients.register"
	Update       = "patients.update"
	Chart        = "patients.chart"   // add to the clinical lists
	Agree        = "patients.consent" // record and revoke consents
	Void         = "patients.void"
	Merge        = "patients.merge"
)

// Module is the charts.
type Module struct {
	kit.Deps
	followers []Follower
}

// Follower is a module with rows that belong to patients. MovePatient moves all
// rows of one patient to another when charts are merged, in the running
// transaction.
type Follower interface {
	MovePatient(ctx context.Context, from, into string) error
}

// New makes the module.
func New(d kit.Deps) *Module { return &Module{Deps: d} }

// Gather implements kit.Asker: every domain with rows of patients follows a
// merge, the charts themselves too.
func (m *Module) Gather(all *kit.Offers) { m.followers = kit.Offering[Follower](all) }

// Name implements kit.Module.
func (*Module) Name() string { return "patients" }

// Unrecorded implements kit.Unrecorded: by which patients are found.
func (*Module) Unrecorded() []string { return []string{"PatientTerm", "PatientNumber"} }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	desk := []string{kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Manager}
	return kit.Grants{
		Read:         {kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Biller, kit.Manager, kit.Report},
		ReadClinical: {kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Biller, kit.Manager, kit.Report},
		Register:     desk,
		Update:       desk,
		Agree:        desk,
		Chart:        {kit.MedicalAssistant, kit.Nurse, kit.Physician},
		Void:         {kit.Nurse, kit.Physician},
		Merge:        {kit.Manager},
	}
}

// publish publishes the events in the running transaction.
func (m *Module) publish(ctx context.Context, list ...bus.Event) error {
	return m.Bus.Publish(ctx, kit.ViewerOf(ctx).ID, list...)
}

// changed publishes that a row of a chart was added or changed, and returns its id
// as a verb does.
func (m *Module) changed(ctx context.Context, patient, kind, row string) (string, error) {
	return row, m.publish(ctx, events.PatientChanged{PatientID: patient, Kind: kind, RowID: row})
}
