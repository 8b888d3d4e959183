package events

// LetterChanged publishes how a letter to somebody outside stands: planned, on its
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
