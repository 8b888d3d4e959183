// Package inventory keeps the stock: what the office has, where it is stored,
// until when it may be used, and who received it.
//
// An item is counted in whole base units (a dose, a tablet, a piece), in whatever
// pack it is bought. Units that were made together are a lot, with one number and
// one last day of use. A lot has a balance at each storage place. A balance
// changes only together with a line of the ledger, in the same transaction. No
// line is ever changed: a mistake is corrected by a line with the opposite
// quantity. So the stock is the sum of its movements, and the database itself
// keeps it from going below zero. Units are taken first from the lot that expires
// first. Stock that is expired, set aside, recalled or open for too long is there
// but does not count as usable.
package inventory

import (
	"context"

	"medoffice/ent"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
)

// The permissions of the inventory.
const (
	Read       = "inventory.read"       // see items, lots and what there is
	Ledger     = "inventory.ledger"     // see the movements
	Use        = "inventory.use"        // use up and throw away
	Move       = "inventory.move"       // move stock between places
	Receive    = "inventory.receive"    // take deliveries in, send back
	Adjust     = "inventory.adjust"     // correct what there is
	Count      = "inventory.count"      // count what there is
	Order      = "inventory.order"      // write orders to suppliers
	Approve    = "inventory.approve"    // approve them
	Manage     = "inventory.manage"     // items, suppliers, places, par levels
	Quarantine = "inventory.quarantine" // set lots aside and call them back
	Recall     = "inventory.recall"     // see which patients got a lot
)

// Module is the stock.
type Module struct {
	kit.Deps
	letters   Letters
	chargers  []Charger
	registers []Register
}

// Register is the register of controlled substances. It records each movement of
// them, in the running transaction.
type Register interface {
	Moved(ctx context.Context, mv *ent.StockMovement) error
}

// Charger is who charges for what is used up, in the running transaction.
type Charger interface {
	Capture(ctx context.Context, act handover.Act) error
	Uncapture(ctx context.Context, actID string) error
}

// Gather implements kit.Asker.
func (m *Module) Gather(all *kit.Offers) {
	m.chargers, m.registers = kit.Offering[Charger](all), kit.Offering[Register](all)
}

// New makes the module.
func New(d kit.Deps, l Letters) *Module { return &Module{Deps: d, letters: l} }

// Name implements kit.Module.
func (*Module) Name() string { return "inventory" }

// Unrecorded implements kit.Unrecorded: sums of the movements.
func (*Module) Unrecorded() []string { return []string{"StockBalance"} }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	care := []string{kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.StockKeeper, kit.Manager}
	keep := []string{kit.StockKeeper, kit.Manager}
	return kit.Grants{
		Read:       append([]string{kit.Biller, kit.Report}, care...),
		Ledger:     {kit.Nurse, kit.StockKeeper, kit.Manager},
		Use:        {kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.StockKeeper},
		Move:       {kit.MedicalAssistant, kit.Nurse, kit.StockKeeper},
		Receive:    keep,
		Adjust:     keep,
		Count:      {kit.MedicalAssistant, kit.Nurse, kit.StockKeeper, kit.Manager},
		Order:      keep,
		Approve:    {kit.Manager},
		Manage:     keep,
		Quarantine: {kit.Nurse, kit.StockKeeper, kit.Manager},
		Recall:     {kit.Nurse, kit.Physician, kit.Manager},
	}
}
