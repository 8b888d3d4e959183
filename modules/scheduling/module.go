// Package scheduling keeps the calendar: which provider sees which patient, when
// and where.
//
// An appointment claims a time of the provider, of the patient and, if its kind
// needs them, of a room and a device; the next one may begin at the instant it
// ends. The database itself refuses two claims that overlap, whichever process
// writes them. Overbooking needs a reason and a permission, and each kind of
// appointment limits it.
//
// Providers see patients by rules (RFC 5545) in local time, so that nine o'clock
// is nine o'clock in summer and in winter. Free times are computed, never stored.
// A time can be held for some minutes until it is confirmed. A cancelled
// appointment keeps its record and frees its time at once. Rescheduling replaces
// an appointment in one step, or not at all.
package scheduling

import (
	"context"

	"medoffice/modules/kit"
	"medoffice/modules/kit/paper"
	"medoffice/modules/kit/sweep"
)

// The permissions of scheduling.
const (
	Read      = "scheduling.read"
	Book      = "scheduling.book"
	CheckIn   = "scheduling.checkIn"
	Overbook  = "scheduling.overbook"
	Configure = "scheduling.configure"
)

// Module is the calendar.
type Module struct {
	kit.Deps
	visits  Visits
	letters Letters
	trail   paper.Trail

	sweep sweep.Sweep
}

// Visits is what the calendar asks of the visits. Arrive begins the visit of
// somebody who is here, in the running transaction, and returns its id.
type Visits interface {
	Arrive(ctx context.Context, patientID, locationID string, providerID, typeID, reason *string) (string, error)
}

// New makes the module.
func New(d kit.Deps, v Visits, l Letters, t paper.Trail) *Module {
	return &Module{Deps: d, visits: v, letters: l, trail: t}
}

// Name implements kit.Module.
func (*Module) Name() string { return "scheduling" }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	floor := []string{kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician}
	return kit.Grants{
		Read:      append(floor[:len(floor):len(floor)], kit.Biller, kit.Manager, kit.Report),
		Book:      append(floor[:len(floor):len(floor)], kit.Manager),
		CheckIn:   floor,
		Overbook:  {kit.Physician, kit.Manager},
		Configure: {kit.Manager, kit.Admin},
		Feeds:     {kit.Physician, kit.Manager},
	}
}
