// Package medications keeps the catalogue of drugs and vaccines, what physicians
// order, what patients are given, and what they take.
//
// An order can be drafted by some roles and is in force once a physician signs
// it. Each dose becomes a task for somebody. The server, not the client, checks a
// dose: the patient, by two identifiers; the scanned drug against the order; the
// amount, in any unit, and its maximum; the route; the time; allergies; the lot;
// and that the order is in force and not yet carried out. What does not fit is a
// finding: a hard stop, or one that a person with the permission may override with
// a reason. A dose and its consequences (stock, waste, charge, task, immunization,
// register of controlled substances) are one transaction, and voiding the dose
// takes all of them back.
package medications

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/sweep"
)

// The permissions of medications.
const (
	Catalogue = "medications.catalogue" // see the catalogue
	Manage    = "medications.manage"    // change the catalogue
	Read      = "medications.read"      // see orders, doses and the list of a patient
	Draft     = "medications.draft"     // write orders for a physician to sign
	Order     = "medications.order"     // sign orders, hold them, let them hold again
	Stop      = "medications.stop"      // stop them
	Give      = "medications.give"      // record doses
	Override  = "medications.override"  // take a finding of time or place upon oneself
	Judge     = "medications.judge"     // take a finding of the substance or the dose upon oneself
	Void      = "medications.void"      // mark a dose as never so
	Witness   = "medications.witness"   // witness what others do with controlled substances
	Reconcile = "medications.reconcile" // go through the list with the patient
	Register  = "medications.register"  // see the register of controlled substances
	Count     = "medications.count"     // count them
	Resolve   = "medications.resolve"   // clear differences up
)

// Module is the medications.
type Module struct {
	kit.Deps
	patients Patients
	stock    Stock
	charges  Charges
	tasks    Tasks

	sweep sweep.Sweep
}

// Patients is what medications ask of the charts; what writes runs in the
// running transaction.
type Patients interface {
	ActiveAllergies(ctx context.Context, patientID string) ([]*ent.Allergy, error)
	Immunize(ctx context.Context, v handover.Vaccination) (string, error)
	Unimmunize(ctx context.Context, id, reason string) error
	AllergicTo(ctx context.Context, a handover.Allergen) (string, error)
}

// Stock is what medications ask of the inventory; what moves stock runs in the
// running transaction.
type Stock interface {
	Read(ctx context.Context, code string) (*ent.Item, *ent.ItemPack, error)
	LotOf(ctx context.Context, itemID, code string) (*ent.Lot, error)
	TakeLot(ctx context.Context, lotID string, act handover.Act) error
	Waste(ctx context.Context, lotID string, quantity int64, act handover.Act, reason string) error
	Untake(ctx context.Context, actID string) error
	Correct(ctx context.Context, itemID, locationID, lotID, placeID string, quantity int64, reason string) error
}

// Charges is what medications ask of the billing, in the running transaction.
type Charges interface {
	Capture(ctx context.Context, act handover.Act) error
	Uncapture(ctx context.Context, actID string) error
}

// Tasks is what medications ask of the tasks, in the running transaction.
type Tasks interface {
	Ask(ctx context.Context, i handover.Instruction) (string, error)
	Done(ctx context.Context, about, proof string) error
	Undone(ctx context.Context, proof string) error
	Drop(ctx context.Context, about, reason string) error
}

// New makes the module.
func New(d kit.Deps, p Patients, s Stock, c Charges, t Tasks) *Module {
	return &Module{Deps: d, patients: p, stock: s, charges: c, tasks: t}
}

// Name implements kit.Module.
func (*Module) Name() string { return "medications" }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	care := []string{kit.MedicalAssistant, kit.Nurse, kit.Physician}
	trusted := []string{kit.Nurse, kit.Physician}
	return kit.Grants{
		Catalogue: {kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Biller, kit.StockKeeper, kit.Manager, kit.Report},
		Manage:    {kit.Physician, kit.Manager},
		Read:      {kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Biller, kit.Manager, kit.Report},
		Draft:     care,
		Order:     {kit.Physician},
		Stop:      trusted,
		Give:      care,
		Override:  trusted,
		Judge:     {kit.Physician},
		Void:      trusted,
		Witness:   trusted,
		Reconcile: care,
		Register:  {kit.Nurse, kit.Physician, kit.StockKeeper, kit.Manager},
		Count:     {kit.Nurse, kit.Physician, kit.Manager},
		Resolve:   {kit.Physician, kit.Manager},
	}
}

// sweepEvery is the interval at which orders are ended whose time has passed.
const sweepEvery = 30 * time.Second

// Start implements kit.Starter: it ends orders whose hour is over.
func (m *Module) Start(ctx context.Context) error {
	m.sweep = sweep.Sweep{Every: sweepEvery, Do: m.Expire, Fault: "orders that are over were not ended"}
	m.sweep.Start(ctx, m.Log)
	return nil
}

// Stop implements kit.Stopper.
func (m *Module) Stop(context.Context) error {
	m.sweep.Stop()
	return nil
}

func (m *Module) publish(ctx context.Context, list ...bus.Event) error {
	return m.Bus.Publish(ctx, kit.ViewerOf(ctx).ID, list...)
}
