package events

import "time"

// Letter is what somebody outside shall be told. Who asks for it writes it when
// it is sent, from what is true then.
type Letter struct {
	Mark       string    // the same mark is told once
	About      string    // the appointment or order
	Kind       string    // LetterReminder or LetterOrder
	LocationID string    // "" for none
	DueAt      time.Time // at once where zero
	Until      time.Time // nobody needs it from then on; for ever where zero
}

// The kinds of letters.
const (
	LetterReminder = "REMINDER"
	LetterOrder    = "ORDER"
)

// LetterChanged tells how a letter to somebody outside stands: planned, on its
// way, sent, failed, dropped.
type LetterChanged struct {
	LetterID   string `json:"letter"`
	About      string `json:"about"`
	Kind       string `json:"kind"`
	State      string `json:"state"`
	LocationID string `json:"location,omitempty"`
}

// Topic implements bus.Event.
func (LetterChanged) Topic() string { return "letters.changed" }

// Entity is what the letter is about.
func (e LetterChanged) Entity() string { return e.About }

// Location implements bus.Event.
func (e LetterChanged) Location() string { return e.LocationID }
