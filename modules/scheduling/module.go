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

	"medoffice/ent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/page"
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
	patients Patients
	practice Practice
	visits   Visits
	letters  Letters
	trail    paper.Trail
	list     page.Lister[ent.Appointment, *ent.AppointmentQuery]
	waiting  page.Lister[ent.WaitlistEntry, *ent.WaitlistEntryQuery]

	sweep sweep.Sweep
}

// Patients is what the calendar asks of the charts.
type Patients interface {
	ByID(ctx context.Context, ids []string) (map[string]*ent.Patient, error)
}

// Practice is what the calendar asks of the practice.
type Practice interface {
	LocationsByID(ctx context.Context, ids []string) (map[string]*ent.Location, error)
	ProvidersByID(ctx context.Context, ids []string) (map[string]*ent.Provider, error)
}

// Visits is what the calendar asks of the visits. Arrive begins the visit of
// somebody who is here, in the running transaction, and returns its id.
type Visits interface {
	ByID(ctx context.Context, ids []string) (map[string]*ent.Visit, error)
	RoomsByID(ctx context.Context, ids []string) (map[string]*ent.Room, error)
	TypesByID(ctx context.Context, ids []string) (map[string]*ent.VisitType, error)
	Arrive(ctx context.Context, patientID, locationID string, providerID, typeID, reason *string) (string, error)
}

// New makes the module.
func New(d kit.Deps, seal *page.Seal, p Patients, o Practice, v Visits, l Letters, t paper.Trail) *Module {
	return &Module{
		Deps: d, patients: p, practice: o, visits: v, letters: l, trail: t,
		list: page.Lister[ent.Appointment, *ent.AppointmentQuery]{
			Entity: &appointmentFields, DB: d.DB, Seal: seal,
			Query: func(c *ent.Client) *ent.AppointmentQuery { return c.Appointment.Query() },
			Keys:  func(a *ent.Appointment) map[string]any { return map[string]any{"startsAt": a.StartsAt} },
		},
		waiting: page.Lister[ent.WaitlistEntry, *ent.WaitlistEntryQuery]{
			Entity: &waitlistFields, DB: d.DB, Seal: seal,
			Query: func(c *ent.Client) *ent.WaitlistEntryQuery { return c.WaitlistEntry.Query() },
			Keys:  func(w *ent.WaitlistEntry) map[string]any { return map[string]any{"createdAt": w.CreatedAt} },
		},
	}
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

// Nodes implements kit.Noder.
func (m *Module) Nodes() map[string]kit.Finder {
	return map[string]kit.Finder{
		"apm": kit.Find(Read, m.ByID), "apt": kit.Find(Read, m.typesByID), "avl": kit.Find(Read, m.rulesByID), "avx": kit.Find(Read, m.exceptionsByID), "dev": kit.Find(Read, m.devicesByID),
		"wtl": kit.Find(Read, m.wishesByID),
		"cal": kit.Find(Feeds, m.feedsByID),
	}
}
