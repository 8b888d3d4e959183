package handover

import "time"

// Letter is what somebody outside shall be informed of. Who asks for it writes it when
// it is sent, from what is true then.
type Letter struct {
	Mark       string    // the same mark is sent once
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
