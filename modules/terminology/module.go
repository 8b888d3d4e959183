// Package terminology knows the codes of medicine: LOINC for measurements,
// ICD-10-CM for diagnoses, CVX for vaccines, HCPCS for billing. A code of a system
// that it does not know is accepted: the text counts, the code helps. It starts
// with the few codes that an office uses every day; whole code systems can be
// imported.
//
// This material contains content from LOINC (http://loinc.org). LOINC is
// copyright © Regenstrief Institute, Inc. and the Logical Observation
// Identifiers Names and Codes (LOINC) Committee and is available at no cost
// under the license at http://loinc.org/license. LOINC® is a registered United
// States trademark of Regenstrief Institute, Inc.
//
// ICD-10-CM and CVX are published by the Centers for Disease Control and
// Prevention and are in the public domain; the short names are our own.
package terminology

import (
	"context"

	"medoffice/ent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/person"
)

// Read is the permission to look up codes.
const Read = "terminology.read"

// The code systems, by the names that FHIR gives them.
const (
	LOINC     = "http://loinc.org"
	SNOMED    = "http://snomed.info/sct"
	RxNorm    = "http://www.nlm.nih.gov/research/umls/rxnorm"
	ICD10CM   = "http://hl7.org/fhir/sid/icd-10-cm"
	CVX       = "http://hl7.org/fhir/sid/cvx"
	MVX       = "http://hl7.org/fhir/sid/mvx"
	NDC       = "http://hl7.org/fhir/sid/ndc"
	UCUM      = "http://unitsofmeasure.org"
	HCPCS     = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
	Condition = "http://terminology.hl7.org/CodeSystem/condition-clinical"
)

// Module is the code systems.
type Module struct {
	kit.Deps
}

// New makes the module.
func New(d kit.Deps) *Module { return &Module{Deps: d} }

// Name implements kit.Module.
func (*Module) Name() string { return "terminology" }

// Unrecorded implements kit.Unrecorded: codes of the world.
func (*Module) Unrecorded() []string { return []string{"Concept"} }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	return kit.Grants{Read: {
		kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Biller, kit.StockKeeper,
		kit.Manager, kit.Report,
	}}
}

// Start implements kit.Starter: a new office gets the starter set.
func (m *Module) Start(ctx context.Context) error {
	known, err := m.DB.Client(ctx).Concept.Query().Exist(ctx)
	if err != nil || known {
		return err
	}
	err = m.DB.Tx(ctx, func(ctx context.Context) error {
		c := m.DB.Client(ctx)
		rows := make([]*ent.ConceptCreate, 0, len(starter))
		for _, s := range starter {
			rows = append(rows, create(c, s))
		}
		return c.Concept.CreateBulk(rows...).Exec(ctx)
	})
	if ent.IsConstraintError(err) { // another process was faster
		return nil
	}
	return err
}

func create(c *ent.Client, s Code) *ent.ConceptCreate {
	return c.Concept.Create().SetSystem(s.System).SetCode(s.Code).SetDisplay(s.Display).SetFolded(person.Fold(s.Display))
}
