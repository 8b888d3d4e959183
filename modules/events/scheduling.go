package events

// AppointmentChanged tells that an appointment was made, or has another state.
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
