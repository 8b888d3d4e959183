package events

import "time"

// Kinds of acts that a practice charges for.
const (
	ActAdministration = "ADMINISTRATION" // a dose given
	ActSpecimen       = "SPECIMEN"       // a specimen taken
	ActVisit          = "VISIT"          // a visit of some level
	ActSupply         = "SUPPLY"         // something used up
)

// Act is something done for a patient that takes stock or is charged. It is
// handed over within the transaction that does it.
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

// Kinds of instructions that become tasks.
const (
	TaskPrepare  = "PREPARE"
	TaskGive     = "GIVE"
	TaskDraw     = "DRAW"
	TaskCall     = "CALL"
	TaskFollowUp = "FOLLOW_UP"
	TaskCount    = "COUNT"
	TaskOther    = "OTHER"
)

// Instruction is what somebody is asked to do. It is handed over within the
// transaction that gives it.
type Instruction struct {
	About      string // id of what asks for it (an order, an appointment); what completes or drops it names this
	Kind       string // one of the kinds above
	Title      string
	PatientID  string // "" where it concerns nobody
	VisitID    string
	LocationID string
	Role       string // who may take it: a role, or
	AssigneeID string // a person
	Urgent     bool
	DueAt      time.Time
}

// Vaccination is a vaccine that was given here, for the chart.
type Vaccination struct {
	PatientID, VisitID string
	Text, CVX          string
	At                 time.Time
	Lot                string
	Maker, MakerCode   string // the name and the MVX code
	ExpiresOn          string // the last day of use, "" for none
	Site, Route, Dose  string
	Performer          string // name and title of who gave it
	Sheet, SheetOn     string // the edition of the information sheet, and the day on which the patient got it
	Funding            string
}

// Allergen is what a dose showed a patient to be allergic to.
type Allergen struct {
	PatientID          string
	Text, Code, System string
	Reaction, Severity string
}
