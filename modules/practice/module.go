// Package practice knows the office itself: its name, its locations, and the
// providers who see patients there. All other modules refer to it.
package practice

import (
	"medoffice/ent"
	"medoffice/ent/provider"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/page"
)

// The permissions of the practice.
const (
	Read   = "practice.read"   // see the practice, its sites and providers
	Manage = "practice.manage" // change them
)

// Module is the practice.
type Module struct {
	kit.Deps
	providers page.Lister[ent.Provider, *ent.ProviderQuery]
}

// New makes the module.
func New(d kit.Deps, seal *page.Seal) *Module {
	return &Module{Deps: d, providers: page.Lister[ent.Provider, *ent.ProviderQuery]{
		Entity: &providers, DB: d.DB, Seal: seal,
		Query: func(c *ent.Client) *ent.ProviderQuery { return c.Provider.Query() },
		Keys:  func(p *ent.Provider) map[string]any { return map[string]any{"name": p.SortName} },
	}}
}

// Name implements kit.Module.
func (*Module) Name() string { return "practice" }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	return kit.Grants{Manage: {kit.Manager, kit.Admin}, Read: {
		kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Biller, kit.StockKeeper,
		kit.Manager, kit.Admin, kit.Auditor, kit.Board, kit.Report,
	}}
}

var providers = field.Entity{
	Type: "Provider", Table: provider.Table, Prefix: "prov",
	Fields: map[string]field.Field{
		"name":   {Column: provider.FieldSortName, Order: true},
		"active": {Column: provider.FieldActive, Kind: field.Bool, Filter: true},
	},
	Default: field.Order{Field: "name"},
}
