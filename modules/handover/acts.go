// Package handover holds what modules hand to each other within one transaction:
// the values of calls that one domain makes to another, such as the act that is
// charged. A fact that is published afterwards, to whoever cares, is in events.
package handover

import "time"

// Kinds of acts that a practice charges for.
const (
	ActAdministration = "ADMINISTRATION" // a dose given
	ActSpecimen       = "SPECIMEN"       // a specimen taken
	ActVisit          = "VISIT"          // a visit of some level
	ActSupply         = "SUPPLY"         // something used up
)

// Act is something done for a patient that takes stock or is charged.
type Act struct {
	ID         string // of the row that records it; what undoes the act names it
	Kind       string // one of the kinds above
	PatientID  string
	VisitID    string // "" outside a visit
	LocationID string
	ProviderID string // who is billed for it, "" for nobody yet
	ItemID     string // what was used, "" for nothing
	Code       string // of the act (HCPCS or the practice's own), "" where rules find it by kind and item
	Quantity   int64  // base units of the item, or times
	At         time.Time
}
