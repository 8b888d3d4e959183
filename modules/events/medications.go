package events

// OrderChanged says that a medication was ordered, or what became of the order.
type OrderChanged struct {
	OrderID    string `json:"order"`
	PatientID  string `json:"patient"`
	VisitID    string `json:"visit,omitempty"`
	LocationID string `json:"location,omitempty"`
	Status     string `json:"status"`
}

// Topic implements bus.Event.
func (OrderChanged) Topic() string { return "medications.order" }

// Entity is the order.
func (e OrderChanged) Entity() string { return e.OrderID }

// Location implements bus.Event.
func (e OrderChanged) Location() string { return e.LocationID }

// DoseRecorded says that a dose was given, refused, withheld or wasted, or what
// became of it.
type DoseRecorded struct {
	AdministrationID string `json:"administration"`
	OrderID          string `json:"order"`
	PatientID        string `json:"patient"`
	LocationID       string `json:"location,omitempty"`
	Status           string `json:"status"`
}

// Topic implements bus.Event.
func (DoseRecorded) Topic() string { return "medications.dose" }

// Entity is the dose.
func (e DoseRecorded) Entity() string { return e.AdministrationID }

// Location implements bus.Event.
func (e DoseRecorded) Location() string { return e.LocationID }

// RegisterDiffers is published when a count of a controlled substance finds another
// number than there should be.
type RegisterDiffers struct {
	EntryID    string `json:"entry"`
	ItemID     string `json:"item"`
	LocationID string `json:"location"`
	Difference int64  `json:"difference"`
}

// Topic implements bus.Event.
func (RegisterDiffers) Topic() string { return "medications.difference" }

// Entity is the count.
func (e RegisterDiffers) Entity() string { return e.EntryID }

// Location implements bus.Event.
func (e RegisterDiffers) Location() string { return e.LocationID }
