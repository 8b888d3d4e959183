package handover

import "time"

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
