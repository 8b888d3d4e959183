package fhir

import (
	"strings"
	"time"

	"medoffice/ent"
	"medoffice/ent/patient"
	"medoffice/ent/patientaddress"
	"medoffice/ent/patienttelecom"
)

const npi = "http://hl7.org/fhir/sid/us-npi"

var sexes = map[string]patient.Sex{
	"": patient.SexUNKNOWN, "female": patient.SexFEMALE, "male": patient.SexMALE, "other": patient.SexOTHER, "unknown": patient.SexUNKNOWN,
}

// marital are the words for the codes of v3-MaritalStatus.
var marital = map[string]string{
	"A": "annulled", "D": "divorced", "I": "interlocutory", "L": "legally separated", "M": "married", "C": "common law",
	"P": "polygamous", "T": "domestic partner", "U": "unmarried", "S": "never married", "W": "widowed", "UNK": "unknown",
}

func (e *entry) readPatient(r *patientResource) error {
	p := &ent.Patient{Source: e.source(), Status: patient.StatusACTIVE}
	var err error
	if p.Sex, err = choice("gender", r.Gender, sexes); err != nil {
		return err
	}
	if err := e.life(p, r); err != nil {
		return err
	}
	if r.Active != nil && !*r.Active {
		p.Status = patient.StatusINACTIVE
	}
	name, other := pick(r.Name)
	e.more = e.more || other
	n := spoken(name)
	p.FamilyName, p.GivenName, p.NamePrefix, p.NameSuffix = n.family, n.given, n.prefix, n.suffix
	if s := r.MaritalStatus; s != nil {
		p.MaritalStatus = e.say(s)
		if word, ok := marital[code(s)]; ok {
			p.MaritalStatus = &word
		}
	}
	for _, c := range r.Communication {
		text, tag, _ := e.words(&c.Language)
		if tag != nil {
			text = *tag
		}
		if text != "" {
			p.Languages = append(p.Languages, text)
		}
		e.more = e.more || c.Preferred
	}
	e.row = p
	return e.card(p, r)
}

func (e *entry) life(p *ent.Patient, r *patientResource) (err error) {
	if p.BirthDate, err = e.date("birthDate", r.BirthDate); err != nil {
		return err
	}
	if p.BirthDate != nil && p.BirthDate.First().After(e.now.Add(24*time.Hour)) {
		return wrong("birthDate", "this is in the future")
	}
	if p.DeceasedAt, err = e.past("deceasedDateTime", r.DeceasedDateTime); err != nil {
		return err
	}
	p.Deceased = p.DeceasedAt != nil || r.DeceasedBoolean != nil && *r.DeceasedBoolean
	return nil
}

// card reads what hangs on the card of the patient.
func (e *entry) card(p *ent.Patient, r *patientResource) (err error) {
	e.identifiers(p, r.Identifier)
	for _, a := range r.Address {
		e.more = e.more || a.Text != "" && len(a.Line) > 0
		p.Edges.Addresses = append(p.Edges.Addresses, postal(a))
	}
	if p.Edges.Telecoms, err = e.telecoms("telecom", r.Telecom); err != nil {
		return err
	}
	for _, c := range r.Contact {
		row := &ent.PatientContact{}
		if c.Name != nil {
			row.Name = spoken(*c.Name).whole()
		}
		var words []string
		for _, role := range c.Relationship {
			if said := e.say(&role); said != nil {
				words = append(words, *said)
			}
			row.Emergency = row.Emergency || code(&role) == "C" // v2-0131: emergency contact
		}
		row.Relationship = strings.Join(words, ", ")
		for _, t := range c.Telecom {
			switch {
			case t.System == "phone" && row.Phone == nil:
				row.Phone = trimmed(t.Value)
			case t.System == "email" && row.Email == nil:
				row.Email = trimmed(t.Value)
			default:
				e.more = true
			}
		}
		if row.Name == "" {
			e.more = true
			continue
		}
		p.Edges.Contacts = append(p.Edges.Contacts, row)
	}
	return nil
}

func (e *entry) identifiers(p *ent.Patient, list []identifier) {
	e.remember(list)
	seen := map[[2]string]bool{}
	for _, i := range list {
		kind := trimmed(code(i.Type))
		if kind != nil && *kind == "MR" && p.Mrn == "" {
			p.Mrn = i.Value
		}
		at := [2]string{i.System, i.Value}
		if i.System == "" || i.Value == "" || seen[at] {
			e.more = true
			continue
		}
		seen[at] = true
		p.Edges.Identifiers = append(p.Edges.Identifiers, &ent.PatientIdentifier{System: i.System, Value: i.Value, Type: kind})
	}
}

// remember keeps the identifiers by which other resources may refer to this one.
func (e *entry) remember(list []identifier) {
	for _, i := range list {
		if i.Value != "" {
			e.known = append(e.known, i.System+"|"+i.Value)
		}
	}
}

var addressUses = map[string]patientaddress.Use{
	"home": patientaddress.UseHOME, "work": patientaddress.UseWORK, "temp": patientaddress.UseTEMP,
	"old": patientaddress.UseOLD, "billing": patientaddress.UseBILLING,
}

func postal(a address) *ent.PatientAddress {
	use, ok := addressUses[a.Use]
	if !ok {
		use = patientaddress.UseHOME
	}
	return &ent.PatientAddress{Use: use, Line: street(a), City: a.City, State: a.State, PostalCode: a.PostalCode, Country: a.Country}
}

func street(a address) string {
	if len(a.Line) == 0 && a.City == "" {
		return a.Text
	}
	return strings.Join(a.Line, ", ")
}

var (
	telecomSystems = map[string]patienttelecom.System{
		"phone": patienttelecom.SystemPHONE, "email": patienttelecom.SystemEMAIL, "sms": patienttelecom.SystemSMS,
		"fax": patienttelecom.SystemFAX, "url": patienttelecom.SystemURL, "pager": patienttelecom.SystemOTHER,
		"other": patienttelecom.SystemOTHER, "": patienttelecom.SystemOTHER,
	}
	telecomUses = map[string]patienttelecom.Use{
		"home": patienttelecom.UseHOME, "work": patienttelecom.UseWORK, "temp": patienttelecom.UseTEMP,
		"old": patienttelecom.UseOLD, "mobile": patienttelecom.UseMOBILE, "": patienttelecom.UseHOME,
	}
)

func (e *entry) telecoms(path string, list []contactPoint) (rows []*ent.PatientTelecom, err error) {
	type number struct {
		system patienttelecom.System
		value  string
	}
	seen := map[number]bool{}
	for _, t := range list {
		row := &ent.PatientTelecom{Value: strings.TrimSpace(t.Value), Rank: max(t.Rank, 1)}
		if row.System, err = choice(path+".system", t.System, telecomSystems); err != nil {
			return nil, err
		}
		if row.Use, err = choice(path+".use", t.Use, telecomUses); err != nil {
			return nil, err
		}
		e.more = e.more || t.System == "pager"
		at := number{row.System, row.Value}
		if row.Value == "" || seen[at] {
			e.more = true
			continue
		}
		seen[at] = true
		rows = append(rows, row)
	}
	return rows, nil
}

func (e *entry) readPractitioner(r *practitionerResource) error {
	e.remember(r.Identifier)
	name, other := pick(r.Name)
	n := spoken(name)
	row := &ent.Provider{
		Source: e.source(), FamilyName: n.family, GivenName: n.given, NamePrefix: n.prefix, NameSuffix: n.suffix,
		Active: r.Active == nil || *r.Active,
	}
	e.more = e.more || other
	for _, i := range r.Identifier {
		if i.System == npi && row.Npi == nil {
			row.Npi = trimmed(i.Value)
			continue
		}
		e.more = true
	}
	for i, q := range r.Qualification {
		if said := e.say(&q.Code); i == 0 {
			row.Specialty = said
		}
	}
	e.row = row
	return nil
}

func (e *entry) readOrganization(r *organizationResource) error {
	e.remember(r.Identifier)
	for _, t := range r.Type {
		if c := code(&t); c == "pay" || c == "ins" { // who pays is no place to go to
			return nil
		}
	}
	e.more = e.more || len(r.Identifier) > 0 || len(r.Type) > 0 || len(r.Address) > 1
	var at address
	if len(r.Address) > 0 {
		at = r.Address[0]
	}
	// The organisations of an import are where the patients have been. Which of
	// them are sites of this practice, the office decides.
	return e.place(r.Name, at, r.Telecom, false)
}

func (e *entry) readLocation(r *locationResource) error {
	e.remember(r.Identifier)
	active, err := choice("status", r.Status, map[string]bool{"": true, "active": true, "suspended": false, "inactive": false})
	if err != nil {
		return err
	}
	e.more = e.more || len(r.Identifier) > 0 || r.Status == "suspended"
	var at address
	if r.Address != nil {
		at = *r.Address
	}
	return e.place(r.Name, at, r.Telecom, active)
}

func (e *entry) place(name string, at address, telecom []contactPoint, active bool) error {
	row := &ent.Location{
		Source: e.source(), Name: strings.TrimSpace(name), Line: trimmed(street(at)), City: trimmed(at.City),
		State: trimmed(at.State), PostalCode: trimmed(at.PostalCode), Active: active,
	}
	if row.Name == "" {
		row.Name = e.kind + " " + e.id
	}
	for _, t := range telecom {
		if t.System == "phone" && row.Phone == nil {
			row.Phone = trimmed(t.Value)
			continue
		}
		e.more = true
	}
	e.more = e.more || at.Country != ""
	e.row = row
	return nil
}

type name struct {
	family, given  string
	prefix, suffix *string
}

func (n name) whole() string { return strings.TrimSpace(n.given + " " + n.family) }

// pick chooses the name by which a person is called today; other reports whether
// there are more.
func pick(names []humanName) (best humanName, other bool) {
	if len(names) == 0 {
		return humanName{}, false
	}
	best = names[0]
	for _, use := range []string{"usual", "official"} { // the later wins
		for _, n := range names {
			if n.Use == use {
				best = n
				break
			}
		}
	}
	return best, len(names) > 1
}

// nameless is the family name of somebody whose name nobody wrote down.
const nameless = "Unknown"

func spoken(n humanName) name {
	family, given := strings.TrimSpace(n.Family), strings.TrimSpace(strings.Join(n.Given, " "))
	if family == "" && given == "" {
		family = strings.TrimSpace(n.Text)
	}
	if family == "" && given == "" {
		family = nameless
	}
	return name{family, given, trimmed(strings.Join(n.Prefix, " ")), trimmed(strings.Join(n.Suffix, " "))}
}
