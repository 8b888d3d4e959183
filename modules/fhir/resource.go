package fhir

import "encoding/json"

// The parts of FHIR R4 that a row of the office can hold. A field that is not
// here makes the resource to be kept raw beside its row, so nothing is lost.
// Source: hl7.org/fhir/R4.

var rawType = typeOf[json.RawMessage]()

type coding struct {
	System  string `json:"system"`
	Code    string `json:"code"`
	Display string `json:"display"`
}

type concept struct {
	Coding []coding `json:"coding"`
	Text   string   `json:"text"`
}

type identifier struct {
	Use    string   `json:"use"`
	Type   *concept `json:"type"`
	System string   `json:"system"`
	Value  string   `json:"value"`
}

type reference struct {
	Reference  string      `json:"reference"`
	Type       string      `json:"type"`
	Display    string      `json:"display"`
	Identifier *identifier `json:"identifier"`
}

type period struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

type quantity struct {
	Value      json.RawMessage `json:"value"` // a number; read as it is written
	Comparator string          `json:"comparator"`
	Unit       string          `json:"unit"`
	System     string          `json:"system"`
	Code       string          `json:"code"`
}

type humanName struct {
	Use    string   `json:"use"`
	Text   string   `json:"text"`
	Family string   `json:"family"`
	Given  []string `json:"given"`
	Prefix []string `json:"prefix"`
	Suffix []string `json:"suffix"`
}

type address struct {
	Use        string   `json:"use"`
	Text       string   `json:"text"`
	Line       []string `json:"line"`
	City       string   `json:"city"`
	State      string   `json:"state"`
	PostalCode string   `json:"postalCode"`
	Country    string   `json:"country"`
}

type contactPoint struct {
	System string `json:"system"`
	Value  string `json:"value"`
	Use    string `json:"use"`
	Rank   int    `json:"rank"`
}

type annotation struct {
	Text string `json:"text"`
}

type patientResource struct {
	Identifier       []identifier   `json:"identifier"`
	Active           *bool          `json:"active"`
	Name             []humanName    `json:"name"`
	Telecom          []contactPoint `json:"telecom"`
	Gender           string         `json:"gender"`
	BirthDate        string         `json:"birthDate"`
	DeceasedBoolean  *bool          `json:"deceasedBoolean"`
	DeceasedDateTime string         `json:"deceasedDateTime"`
	Address          []address      `json:"address"`
	MaritalStatus    *concept       `json:"maritalStatus"`
	Contact          []struct {
		Relationship []concept      `json:"relationship"`
		Name         *humanName     `json:"name"`
		Telecom      []contactPoint `json:"telecom"`
	} `json:"contact"`
	Communication []struct {
		Language  concept `json:"language"`
		Preferred bool    `json:"preferred"`
	} `json:"communication"`
}

type practitionerResource struct {
	Identifier    []identifier `json:"identifier"`
	Active        *bool        `json:"active"`
	Name          []humanName  `json:"name"`
	Qualification []struct {
		Code concept `json:"code"`
	} `json:"qualification"`
}

type organizationResource struct {
	Identifier []identifier   `json:"identifier"`
	Type       []concept      `json:"type"`
	Name       string         `json:"name"`
	Telecom    []contactPoint `json:"telecom"`
	Address    []address      `json:"address"`
}

type locationResource struct {
	Identifier []identifier   `json:"identifier"`
	Status     string         `json:"status"`
	Name       string         `json:"name"`
	Telecom    []contactPoint `json:"telecom"`
	Address    *address       `json:"address"`
}

type encounterResource struct {
	Identifier  []identifier `json:"identifier"`
	Status      string       `json:"status"`
	Class       *coding      `json:"class"`
	Type        []concept    `json:"type"`
	Subject     *reference   `json:"subject"`
	Participant []struct {
		Type       []concept  `json:"type"`
		Individual *reference `json:"individual"`
	} `json:"participant"`
	Period     *period   `json:"period"`
	ReasonCode []concept `json:"reasonCode"`
	Location   []struct {
		Location reference `json:"location"`
	} `json:"location"`
	ServiceProvider *reference `json:"serviceProvider"`
}

type conditionResource struct {
	ClinicalStatus     *concept     `json:"clinicalStatus"`
	VerificationStatus *concept     `json:"verificationStatus"`
	Code               *concept     `json:"code"`
	Subject            *reference   `json:"subject"`
	Encounter          *reference   `json:"encounter"`
	OnsetDateTime      string       `json:"onsetDateTime"`
	OnsetPeriod        *period      `json:"onsetPeriod"`
	AbatementDateTime  string       `json:"abatementDateTime"`
	AbatementPeriod    *period      `json:"abatementPeriod"`
	RecordedDate       string       `json:"recordedDate"`
	Note               []annotation `json:"note"`
}

type allergyResource struct {
	ClinicalStatus     *concept   `json:"clinicalStatus"`
	VerificationStatus *concept   `json:"verificationStatus"`
	Type               string     `json:"type"`
	Category           []string   `json:"category"`
	Criticality        string     `json:"criticality"`
	Code               *concept   `json:"code"`
	Patient            *reference `json:"patient"`
	OnsetDateTime      string     `json:"onsetDateTime"`
	RecordedDate       string     `json:"recordedDate"`
	Reaction           []struct {
		Manifestation []concept `json:"manifestation"`
		Severity      string    `json:"severity"`
	} `json:"reaction"`
}

type immunizationResource struct {
	Status             string     `json:"status"`
	StatusReason       *concept   `json:"statusReason"`
	VaccineCode        *concept   `json:"vaccineCode"`
	Patient            *reference `json:"patient"`
	Encounter          *reference `json:"encounter"`
	OccurrenceDateTime string     `json:"occurrenceDateTime"`
	PrimarySource      *bool      `json:"primarySource"`
	Manufacturer       *reference `json:"manufacturer"`
	LotNumber          string     `json:"lotNumber"`
	ExpirationDate     string     `json:"expirationDate"`
	Site               *concept   `json:"site"`
	Route              *concept   `json:"route"`
	DoseQuantity       *quantity  `json:"doseQuantity"`
}

type observationResource struct {
	Status               string       `json:"status"`
	Category             []concept    `json:"category"`
	Code                 *concept     `json:"code"`
	Subject              *reference   `json:"subject"`
	Encounter            *reference   `json:"encounter"`
	EffectiveDateTime    string       `json:"effectiveDateTime"`
	EffectiveInstant     string       `json:"effectiveInstant"`
	EffectivePeriod      *period      `json:"effectivePeriod"`
	Issued               string       `json:"issued"`
	Performer            []reference  `json:"performer"`
	ValueQuantity        *quantity    `json:"valueQuantity"`
	ValueCodeableConcept *concept     `json:"valueCodeableConcept"`
	ValueString          string       `json:"valueString"`
	ValueBoolean         *bool        `json:"valueBoolean"`
	ValueInteger         *int         `json:"valueInteger"`
	DataAbsentReason     *concept     `json:"dataAbsentReason"`
	Interpretation       []concept    `json:"interpretation"`
	Note                 []annotation `json:"note"`
	BodySite             *concept     `json:"bodySite"`
	Method               *concept     `json:"method"`
	Component            []struct {
		Code             concept   `json:"code"`
		ValueQuantity    *quantity `json:"valueQuantity"`
		DataAbsentReason *concept  `json:"dataAbsentReason"`
	} `json:"component"`
}

// otherResource is what is read of a type that no module takes yet: whose it is.
type otherResource struct {
	Patient     json.RawMessage `json:"patient"`
	Subject     json.RawMessage `json:"subject"`
	Beneficiary json.RawMessage `json:"beneficiary"`
	For         json.RawMessage `json:"for"`
	Individual  json.RawMessage `json:"individual"`
}
