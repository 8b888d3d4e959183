// Package practice knows the office itself: its name, its locations, and the
// providers who see patients there. All other modules refer to it.
package practice

import (
	"medoffice/modules/kit"
)

// The permissions of the practice.
const (
	Read   = "practice.read"   // see the practice, its sites and providers
	Manage = "practice.manage" // change them
)

// Module is the practice.
type Module struct {
	kit.Deps
}

// New makes the module.
func New(d kit.Deps) *Module { return &Module{Deps: d} }

// Name implements kit.Module.
func (*Module) Name() string { return "practice" }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	return kit.Grants{Manage: {kit.Manager, kit.Admin}, Read: {
		kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Biller, kit.StockKeeper,
		kit.Manager, kit.Admin, kit.Auditor, kit.Board, kit.Report,
	}}
}
