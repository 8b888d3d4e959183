// Package events holds the facts that modules publish to each other: ids and values
// only, never patient data.
package events

// PatientRegistered is published when a chart is started.
type PatientRegistered struct {
	PatientID string `json:"patientId"`
}

// Topic implements bus.Event.
func (PatientRegistered) Topic() string { return "patients.registered" }

// Entity implements bus.Event.
func (e PatientRegistered) Entity() string { return e.PatientID }

// Location implements bus.Event.
func (PatientRegistered) Location() string { return "" }

// PatientChanged is published when a row of a chart is added or changed.
type PatientChanged struct {
	PatientID string `json:"patientId"`
	Kind      string `json:"kind"` // of the row, as "Patient" or "Allergy"
	RowID     string `json:"rowId"`
}

// Topic implements bus.Event.
func (PatientChanged) Topic() string { return "patients.changed" }

// Entity implements bus.Event.
func (e PatientChanged) Entity() string { return e.PatientID }

// Location implements bus.Event.
func (PatientChanged) Location() string { return "" }

// PatientMerged says that everything of one chart now belongs to another.
type PatientMerged struct {
	FromID string `json:"fromId"`
	IntoID string `json:"intoId"`
}

// Topic implements bus.Event.
func (PatientMerged) Topic() string { return "patients.merged" }

// Entity implements bus.Event.
func (e PatientMerged) Entity() string { return e.IntoID }

// Location implements bus.Event.
func (PatientMerged) Location() string { return "" }
