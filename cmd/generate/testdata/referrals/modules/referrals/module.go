// Package referrals sends patients to specialists, and keeps what they report.
package referrals

import (
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
)

// The permissions of referrals.
const (
	Read  = "referrals.read"  // see them
	Write = "referrals.write" // refer patients, and close what is reported
)

// Module is the referrals.
type Module struct{ kit.Deps }

// New makes the module.
func New(d kit.Deps) *Module { return &Module{Deps: d} }

// Name implements kit.Module.
func (*Module) Name() string { return "referrals" }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	return kit.Grants{Read: {kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Manager}, Write: {kit.Physician}}
}

var (
	nodes = field.Nodes{"Referral": Read}
	lists = field.Lists{"Referral": {Default: field.Order{Field: "createdAt", Desc: true}}}
)
