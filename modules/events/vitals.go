package events

// VitalsRecorded is published when vital signs of a patient are recorded.
type VitalsRecorded struct {
	PatientID  string   `json:"patient"`
	VisitID    string   `json:"visit,omitempty"`
	LocationID string   `json:"location,omitempty"`
	ReadingIDs []string `json:"readings"`
}

// Topic implements bus.Event.
func (VitalsRecorded) Topic() string { return "vitals.recorded" }

// Entity is the visit, or the patient where the signs belong to no visit.
func (e VitalsRecorded) Entity() string {
	if e.VisitID != "" {
		return e.VisitID
	}
	return e.PatientID
}

// Location implements bus.Event.
func (e VitalsRecorded) Location() string { return e.LocationID }

// CriticalVital says that a reading is critical: somebody has to look now.
type CriticalVital struct {
	ReadingID  string `json:"reading"`
	PatientID  string `json:"patient"`
	VisitID    string `json:"visit,omitempty"`
	LocationID string `json:"location,omitempty"`
}

// Topic implements bus.Event.
func (CriticalVital) Topic() string { return "vitals.critical" }

// Entity is the reading.
func (e CriticalVital) Entity() string { return e.ReadingID }

// Location implements bus.Event.
func (e CriticalVital) Location() string { return e.LocationID }

// VitalAcknowledged is published when somebody has seen a critical reading.
type VitalAcknowledged struct {
	ReadingID  string `json:"reading"`
	VisitID    string `json:"visit,omitempty"`
	LocationID string `json:"location,omitempty"`
}

// Topic implements bus.Event.
func (VitalAcknowledged) Topic() string { return "vitals.acknowledged" }

// Entity is the reading.
func (e VitalAcknowledged) Entity() string { return e.ReadingID }

// Location implements bus.Event.
func (e VitalAcknowledged) Location() string { return e.LocationID }

// VitalVoided says that a reading, and what was computed from it, was entered
// in error.
type VitalVoided struct {
	ReadingIDs []string `json:"readings"`
	VisitID    string   `json:"visit,omitempty"`
	LocationID string   `json:"location,omitempty"`
}

// Topic implements bus.Event.
func (VitalVoided) Topic() string { return "vitals.voided" }

// Entity is the reading that somebody marked.
func (e VitalVoided) Entity() string { return e.ReadingIDs[0] }

// Location implements bus.Event.
func (e VitalVoided) Location() string { return e.LocationID }
