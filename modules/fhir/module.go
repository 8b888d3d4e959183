// Package fhir takes charts over from other systems. A file of FHIR R4 holds
// resources: patients, the people and places that cared for them, visits,
// problems, allergies, immunizations, measurements. Each becomes a row of the
// module that it belongs to, and is recognised when the same file comes again.
// What no module has a place for yet, such as laboratory results or
// prescriptions, is kept as it came, with the patient it belongs to, so that
// nothing is lost. A resource that became a row is kept as it came as well
// where it says more than the row; only generated text (text) and the
// bookkeeping of the server (meta) do not count as saying more.
package fhir

import (
	"context"

	"medoffice/ent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/page"
)

// Read is the permission to see resources as they came.
const Read = "fhir.read"

// Module is the import.
type Module struct {
	kit.Deps
	charts    Charts
	practice  Practice
	visits    Visits
	vitals    Vitals
	resources page.Lister[ent.FHIRResource, *ent.FHIRResourceSelect, *ent.FHIRResourceQuery]
}

// Charts takes in what belongs to the chart of a patient. The methods of all
// these doors recognise a row by its source, and work in the running transaction.
type Charts interface {
	PutPatient(ctx context.Context, row *ent.Patient) (id string, created, updated bool, err error)
	PutAllergy(ctx context.Context, row *ent.Allergy) (id string, created, updated bool, err error)
	PutProblem(ctx context.Context, row *ent.Problem) (id string, created, updated bool, err error)
	PutHistory(ctx context.Context, row *ent.HistoryEntry) (id string, created, updated bool, err error)
	PutImmunization(ctx context.Context, row *ent.Immunization) (id string, created, updated bool, err error)
}

// Practice takes in people and places.
type Practice interface {
	PutProvider(ctx context.Context, row *ent.Provider) (id string, created, updated bool, err error)
	PutLocation(ctx context.Context, row *ent.Location) (id string, created, updated bool, err error)
}

// Visits takes in visits.
type Visits interface {
	PutVisit(ctx context.Context, row *ent.Visit) (id string, created, updated bool, err error)
}

// Vitals takes in vital signs.
type Vitals interface {
	Put(ctx context.Context, row *ent.VitalReading) (id string, created, updated bool, err error)
}

// New makes the module.
func New(d kit.Deps, seal *page.Seal, c Charts, p Practice, v Visits, s Vitals) *Module {
	return &Module{
		Deps: d, charts: c, practice: p, visits: v, vitals: s,
		resources: page.Lister[ent.FHIRResource, *ent.FHIRResourceSelect, *ent.FHIRResourceQuery]{
			Entity: &resources, DB: d.DB, Seal: seal,
			Query: func(c *ent.Client) *ent.FHIRResourceQuery { return c.FHIRResource.Query() },
			Keys:  func(r *ent.FHIRResource) map[string]any { return map[string]any{"id": r.ID} },
		},
	}
}

// Name implements kit.Module.
func (*Module) Name() string { return "fhir" }

// Unrecorded implements kit.Unrecorded: what came, beside the rows that it became.
func (*Module) Unrecorded() []string { return []string{"FHIRResource", "FHIRIdentifier"} }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	return kit.Grants{Read: {kit.Physician, kit.Nurse, kit.Manager}}
}
