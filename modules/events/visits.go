// Package events declares the facts that modules publish to each other: ids and
// values only, never a name or anything clinical.
package events

// VisitMoved is published when a visit begins, moves to another stage or room, or ends.
type VisitMoved struct {
	VisitID    string `json:"visit"`
	PatientID  string `json:"patient"`
	LocationID string `json:"location,omitempty"`
	StageID    string `json:"stage"`
	Category   string `json:"category"`
	RoomID     string `json:"room,omitempty"`
}

// Topic implements bus.Event.
func (VisitMoved) Topic() string { return "visits.moved" }

// Entity implements bus.Event.
func (e VisitMoved) Entity() string { return e.VisitID }

// Location implements bus.Event.
func (e VisitMoved) Location() string { return e.LocationID }

// VisitChanged is published when something else changes that the board shows of a
// visit, such as its checklist.
type VisitChanged struct {
	VisitID    string `json:"visit"`
	LocationID string `json:"location,omitempty"`
}

// Topic implements bus.Event.
func (VisitChanged) Topic() string { return "visits.changed" }

// Entity implements bus.Event.
func (e VisitChanged) Entity() string { return e.VisitID }

// Location implements bus.Event.
func (e VisitChanged) Location() string { return e.LocationID }

// RoomChanged is published when a room has another state or another visit.
type RoomChanged struct {
	RoomID     string `json:"room"`
	LocationID string `json:"location"`
	Status     string `json:"status"`
	VisitID    string `json:"visit,omitempty"`
}

// Topic implements bus.Event.
func (RoomChanged) Topic() string { return "visits.room" }

// Entity implements bus.Event.
func (e RoomChanged) Entity() string { return e.RoomID }

// Location implements bus.Event.
func (e RoomChanged) Location() string { return e.LocationID }

// StageChanged is published when a stage of the board is added, changed or retired.
type StageChanged struct {
	StageID string `json:"stage"`
}

// Topic implements bus.Event.
func (StageChanged) Topic() string { return "visits.stage" }

// Entity implements bus.Event.
func (e StageChanged) Entity() string { return e.StageID }

// Location implements bus.Event.
func (StageChanged) Location() string { return "" }

// NoteSigned is published when a note about a visit is signed.
type NoteSigned struct {
	NoteID     string `json:"note"`
	VisitID    string `json:"visit"`
	PatientID  string `json:"patient"`
	LocationID string `json:"location,omitempty"`
}

// Topic implements bus.Event.
func (NoteSigned) Topic() string { return "visits.noteSigned" }

// Entity implements bus.Event.
func (e NoteSigned) Entity() string { return e.NoteID }

// Location implements bus.Event.
func (e NoteSigned) Location() string { return e.LocationID }
