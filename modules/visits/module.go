// Package visits brings a patient through the office: check-in at the front desk,
// a room, the staff, check-out.
//
// Each step is a stage. The office names its stages and gives them a colour and
// the minutes after which a visit is late. Each stage has one of the fixed
// categories, so that rules and reports survive renaming. Every move is stored
// with the names of its day. A room holds one visit at a time and is cleaned
// before the next. What to prepare for a kind of visit is its checklist.
//
// The verbs (flow.go, undo.go) call the step of a visit (move.go), which calls
// its stay in a room (stay.go).
package visits

import (
	"context"

	"medoffice/modules/kit"
)

// The permissions of visits.
const (
	Read       = "visits.read"
	Board      = "visits.board"
	Start      = "visits.start"
	Move       = "visits.move"
	UndoOthers = "visits.undoOthers"
	Prepare    = "visits.prepare"
	Clean      = "visits.clean"
	CloseRooms = "visits.closeRooms"
	Configure  = "visits.configure"
	ReadNotes  = "visits.readNotes"
	WriteNotes = "visits.writeNotes"
	VoidNotes  = "visits.voidNotes"
)

// Module is the visits and the rooms.
type Module struct {
	kit.Deps
	followers []Follower
}

// New makes the module.
func New(d kit.Deps) *Module { return &Module{Deps: d} }

// Follower is who has to know, in the same transaction, that a visit is over, or
// is not over after all. seen reports whether the patient was seen.
type Follower interface {
	VisitOver(ctx context.Context, visitID string, seen bool) error
}

// Gather implements kit.Asker.
func (m *Module) Gather(all *kit.Offers) { m.followers = kit.Offering[Follower](all) }

// Name implements kit.Module.
func (*Module) Name() string { return "visits" }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	floor := []string{kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician}
	clinical := []string{kit.MedicalAssistant, kit.Nurse, kit.Physician}
	with := func(roles []string, more ...string) []string { return append(roles[:len(roles):len(roles)], more...) }
	return kit.Grants{
		Read:       with(floor, kit.Biller, kit.Manager, kit.Report),
		Board:      with(floor, kit.Manager, kit.Board),
		Start:      floor,
		Move:       floor,
		UndoOthers: {kit.Physician, kit.Manager},
		Prepare:    floor,
		Clean:      with(floor, kit.Manager),
		CloseRooms: {kit.MedicalAssistant, kit.Nurse, kit.Manager},
		Configure:  {kit.Manager, kit.Admin},
		ReadNotes:  with(clinical, kit.Biller),
		WriteNotes: clinical,
		VoidNotes:  {kit.Physician},
	}
}

// Start implements kit.Starter: a new office gets the usual stages.
func (m *Module) Start(ctx context.Context) error { return m.EnsureDefaults(ctx) }
