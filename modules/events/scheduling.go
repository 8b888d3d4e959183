package events

// AppointmentChanged is published when an appointment is made, or has another state.
type AppointmentChanged struct {
	AppointmentID string `json:"appointment"`
	PatientID     string `json:"patient"`
	ProviderID    string `json:"provider"`
	LocationID    string `json:"location"`
	Status        string `json:"status"`
}

// Topic implements bus.Event.
func (AppointmentChanged) Topic() string { return "scheduling.changed" }

// Entity implements bus.Event.
func (e AppointmentChanged) Entity() string { return e.AppointmentID }

// Location implements bus.Event.
func (e AppointmentChanged) Location() string { return e.LocationID }

// WaitlistChanged says that somebody wants an earlier time, was offered one, or
// what became of it.
type WaitlistChanged struct {
	EntryID       string `json:"entry"`
	PatientID     string `json:"patient"`
	LocationID    string `json:"location"`
	Status        string `json:"status"`
	AppointmentID string `json:"appointment,omitempty"`
}

// Topic implements bus.Event.
func (WaitlistChanged) Topic() string { return "scheduling.waitlist" }

// Entity implements bus.Event.
func (e WaitlistChanged) Entity() string { return e.EntryID }

// Location implements bus.Event.
func (e WaitlistChanged) Location() string { return e.LocationID }

// CalendarFeedChanged says that the calendar of a provider got a secret
// address, or that one is good no more.
type CalendarFeedChanged struct {
	FeedID     string `json:"feed"`
	ProviderID string `json:"provider"`
	Active     bool   `json:"active"`
}

// Topic implements bus.Event.
func (CalendarFeedChanged) Topic() string { return "calendars.changed" }

// Entity implements bus.Event.
func (e CalendarFeedChanged) Entity() string { return e.FeedID }

// Location implements bus.Event.
func (CalendarFeedChanged) Location() string { return "" }
