package events

// ChargeCaptured is published when something is charged, or no longer.
type ChargeCaptured struct {
	ChargeID   string `json:"charge"`
	PatientID  string `json:"patient"`
	LocationID string `json:"location"`
	ActID      string `json:"act,omitempty"`
	Status     string `json:"status"`
}

// Topic implements bus.Event.
func (ChargeCaptured) Topic() string { return "billing.charge" }

// Entity is the charge.
func (e ChargeCaptured) Entity() string { return e.ChargeID }

// Location implements bus.Event.
func (e ChargeCaptured) Location() string { return e.LocationID }

// Booked publishes one line of the accounts of patients. All of them, played again
// in order, make what is due and what is credit.
type Booked struct {
	EntryID    string `json:"entry"`
	Kind       string `json:"kind"`
	PatientID  string `json:"patient"`
	LocationID string `json:"location"`
	InvoiceID  string `json:"invoice,omitempty"`
	PaymentID  string `json:"payment,omitempty"`
	Due        int64  `json:"due"`    // minor units added to what is due
	Credit     int64  `json:"credit"` // minor units added to the credit
}

// Topic implements bus.Event.
func (Booked) Topic() string { return "billing.booked" }

// Entity is the line.
func (e Booked) Entity() string { return e.EntryID }

// Location implements bus.Event.
func (e Booked) Location() string { return e.LocationID }

// CoverageChanged says that a payer pays for a patient, otherwise than before, or
// not after all.
type CoverageChanged struct {
	CoverageID string `json:"coverage"`
	PatientID  string `json:"patient"`
	PayerID    string `json:"payer"`
	Voided     bool   `json:"voided,omitempty"`
}

// Topic implements bus.Event.
func (CoverageChanged) Topic() string { return "billing.coverage" }

// Entity is the coverage.
func (e CoverageChanged) Entity() string { return e.CoverageID }

// Location implements bus.Event.
func (CoverageChanged) Location() string { return "" }
