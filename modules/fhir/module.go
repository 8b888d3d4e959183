// Package fhir imports charts from other systems. A FHIR R4 file holds resources:
// patients, providers, locations, visits, problems, allergies, immunizations,
// vital signs. Each becomes a row of the module it belongs to, and is recognised
// when the same file is imported again. A resource that no module can use yet,
// such as a laboratory result, is stored as it came, with its patient, so that
// nothing is lost. A resource that became a row is also stored as it came if it
// contains more than the row; generated text (text) and server data (meta) do not
// count as more.
package fhir

import (
	"context"

	"medoffice/ent"
	"medoffice/modules/kit"
)

// Read is the permission to see imported resources as they came.
const Read = "fhir.read"

// Module is the import.
type Module struct {
	kit.Deps
	charts   Charts
	practice Practice
	visits   Visits
	vitals   Vitals
}

// Charts imports what belongs to the chart of a patient. The methods of this and
// the next interfaces recognise a row by its source, and work in the running
// transaction.
type Charts interface {
	PutPatient(ctx context.Context, row *ent.Patient) (id string, created, updated bool, err error)
	PutAllergy(ctx context.Context, row *ent.Allergy) (id string, created, updated bool, err error)
	PutProblem(ctx context.Context, row *ent.Problem) (id string, created, updated bool, err error)
	PutHistory(ctx context.Context, row *ent.HistoryEntry) (id string, created, updated bool, err error)
	PutImmunization(ctx context.Context, row *ent.Immunization) (id string, created, updated bool, err error)
}

// Practice imports providers and locations.
type Practice interface {
	PutProvider(ctx context.Context, row *ent.Provider) (id string, created, updated bool, err error)
	PutLocation(ctx context.Context, row *ent.Location) (id string, created, updated bool, err error)
}

// Visits imports visits.
type Visits interface {
	PutVisit(ctx context.Context, row *ent.Visit) (id string, created, updated bool, err error)
}

// Vitals imports vital signs.
type Vitals interface {
	Put(ctx context.Context, row *ent.VitalReading) (id string, created, updated bool, err error)
}

// New makes the module.
func New(d kit.Deps, c Charts, p Practice, v Visits, s Vitals) *Module {
	return &Module{Deps: d, charts: c, practice: p, visits: v, vitals: s}
}

// Name implements kit.Module.
func (*Module) Name() string { return "fhir" }

// Unrecorded implements kit.Unrecorded: what came, beside the rows that it became.
func (*Module) Unrecorded() []string { return []string{"FHIRResource", "FHIRIdentifier"} }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	return kit.Grants{Read: {kit.Physician, kit.Nurse, kit.Manager}}
}
