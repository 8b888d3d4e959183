// Package vitals keeps the vital signs: blood pressure, heart rate, respiratory
// rate, temperature, oxygen saturation, height, weight and others, as they are
// measured before the provider comes in.
//
// Every value is stored in one unit per sign, beside what was entered. Two checks
// are made. Is it possible for a living person of this age? If not, it is refused
// as a typing error. What does it mean at this age? It is marked low, high or
// normal; a critical value (LL, HH) appears on the board at once and stays there
// until a nurse or physician acknowledges it. A sign that was not measured has a
// reason, and is never 0. A mistake is marked as entered in error and stays. BMI,
// body surface area and mean arterial pressure are computed, never entered.
package vitals

import (
	"context"
	"time"

	"medoffice/modules/kit"
)

// The permissions of vitals.
const (
	Read        = "vitals.read"        // see vital signs
	Record      = "vitals.record"      // record them
	Void        = "vitals.void"        // mark one's own as entered in error
	VoidOthers  = "vitals.voidOthers"  // mark those of others too
	Acknowledge = "vitals.acknowledge" // take care of a critical one
)

// Module is the vital signs.
type Module struct {
	kit.Deps
	visits Visits
}

// Visits is what vitals ask of the visits.
type Visits interface {
	// TickVitals marks the vital signs as done in what has to be prepared for the visit.
	TickVitals(ctx context.Context, visitID string) error
}

// New makes the module.
func New(d kit.Deps, v Visits) *Module { return &Module{Deps: d, visits: v} }

// Name implements kit.Module.
func (*Module) Name() string { return "vitals" }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	return kit.Grants{
		Read:        {kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Report},
		Record:      {kit.MedicalAssistant, kit.Nurse, kit.Physician},
		Void:        {kit.MedicalAssistant, kit.Nurse, kit.Physician},
		VoidOthers:  {kit.Nurse, kit.Physician},
		Acknowledge: {kit.Nurse, kit.Physician},
	}
}

// zone is that of the practice.
func (m *Module) zone() *time.Location {
	if m.Zone == nil {
		return time.UTC
	}
	return m.Zone
}
