package patients

import (
	"fmt"
	"strings"
	"time"

	"medoffice/ent/patient"
	"medoffice/ent/patientaddress"
	"medoffice/ent/patienttelecom"
	"medoffice/modules/kit/person"
)

// ages are the shares of a family practice: children, young, middle, old.
var ages = []struct {
	upTo     float64
	from, to int
}{{0.05, 0, 1}, {0.19, 2, 17}, {0.42, 18, 39}, {0.74, 40, 64}, {1, 65, 93}}

// person makes up who it is.
func (l *life) person(mrn string) {
	l.id = l.newID("pat")
	l.years = l.someAge()
	now := l.demo.Now.In(l.zone)
	day := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	l.birth = day.AddDate(-l.years, 0, -l.r.IntN(365))
	l.since = day.AddDate(-min(l.years, l.between(0, 12)), 0, -l.between(20, 300))
	if l.since.Before(l.birth) {
		l.since = l.birth.AddDate(0, 0, min(5, int(day.Sub(l.birth).Hours()/24)))
	}
	l.name = pick(l.r, familyNames)
	if l.chance(0.06) {
		l.name += "-" + pick(l.r, familyNames)
	}
	l.sex, l.given = patient.SexFEMALE, pick(l.r, femaleNames)
	if l.chance(0.48) {
		l.sex, l.given = patient.SexMALE, pick(l.r, maleNames)
	}
	l.save(mrn)
}

func (l *life) someAge() int {
	at := l.r.Float64()
	for _, a := range ages {
		if at < a.upTo {
			return l.between(a.from, a.to)
		}
	}
	return 40
}

func (l *life) save(mrn string) {
	c := l.b.c.Patient.Create().SetID(l.id).SetMrn(mrn).SetFamilyName(l.name).SetGivenName(l.given).
		SetSortName(person.SortName(l.name, l.given)).SetBirthDate(*l.day(l.birth)).SetSex(l.sex).
		SetLanguages(l.languages())
	var preferred *string
	if short := shortNames[l.given]; short != "" && l.chance(0.4) {
		preferred = &short
		c.SetPreferredName(short)
	}
	if l.years >= 20 {
		c.SetMaritalStatus(l.marriage())
	}
	if l.years >= 14 && l.chance(0.3) {
		c.SetGenderIdentity(l.identity())
	}
	if l.chance(0.88) {
		c.SetAllergiesReviewedAt(l.noted(l.demo.Now.AddDate(0, -l.between(0, 14), 0))).SetAllergiesReviewedBy("system")
	}
	if l.years >= 75 && l.chance(0.1) {
		c.SetDeceased(true).SetDeceasedAt(l.demo.Now.AddDate(0, 0, -l.between(20, 500))).SetStatus(patient.StatusINACTIVE)
	} else if l.chance(0.03) {
		c.SetStatus(patient.StatusINACTIVE)
	}
	l.b.patients = append(l.b.patients, c)
	l.b.terms = append(l.b.terms, termRows(l.b.c, l.id, nameWords(&l.name, &l.given, preferred), nil)...)
}

func (l *life) languages() []string {
	if l.chance(0.82) {
		return []string{"en"}
	}
	return []string{pick(l.r, []string{"es", "es", "es", "zh", "vi", "ar", "fr", "pt", "ru", "ko"}), "en"}
}

func (l *life) marriage() string {
	switch {
	case l.years > 70 && l.chance(0.4):
		return "widowed"
	case l.chance(0.5):
		return "married"
	case l.years > 28 && l.chance(0.25):
		return "divorced"
	}
	return "never married"
}

func (l *life) identity() string {
	if l.chance(0.03) {
		return "nonbinary"
	}
	if l.sex == patient.SexMALE {
		return "man"
	}
	return "woman"
}

// phone is a number of the range that is kept free for inventions.
func (l *life) phone() string {
	return fmt.Sprintf("(%s) 555-01%02d", pick(l.r, areaCodes), l.r.IntN(100))
}

// card makes up where the person lives and whom to call.
func (l *life) card() {
	l.b.identifiers = append(l.b.identifiers, l.b.c.PatientIdentifier.Create().SetID(l.newID("pid")).SetPatientID(l.id).
		SetSystem("https://demo.medoffice.invalid/card").SetValue(fmt.Sprintf("C%011d", l.r.Int64N(1e11))).SetType("MR"))
	place := pick(l.r, places)
	l.moved = place.city
	l.address(patientaddress.UseHOME, place)
	if l.chance(0.12) {
		l.address(patientaddress.UseOLD, pick(l.r, places))
	}
	numbers := []string{l.phone()}
	l.telecom(patienttelecom.SystemPHONE, patienttelecom.UseMOBILE, numbers[0], 1)
	if l.years > 50 && l.chance(0.6) {
		numbers = append(numbers, l.phone())
		l.telecom(patienttelecom.SystemPHONE, patienttelecom.UseHOME, numbers[1], 2)
	}
	for _, n := range numbers {
		l.b.terms = append(l.b.terms, termRows(l.b.c, l.id, nil, []string{digits(n), backwards + reversed(digits(n))})...)
	}
	if l.years > 15 && l.chance(0.7) {
		at := strings.ToLower(letters(person.Fold(l.given)) + "." + letters(person.Fold(l.name)))
		l.telecom(patienttelecom.SystemEMAIL, patienttelecom.UseHOME, fmt.Sprintf("%s%d@example.com", at, l.between(1, 99)), 3)
	}
	l.relatives()
}

func (l *life) address(use patientaddress.Use, p place) {
	l.b.addresses = append(l.b.addresses, l.b.c.PatientAddress.Create().SetID(l.newID("adr")).SetPatientID(l.id).SetUse(use).
		SetLine(fmt.Sprintf("%d %s", l.between(10, 4900), pick(l.r, streets))).
		SetCity(p.city).SetState("OH").SetPostalCode(p.postal).SetCountry("US"))
}

func (l *life) telecom(system patienttelecom.System, use patienttelecom.Use, value string, rank int) {
	l.b.telecoms = append(l.b.telecoms, l.b.c.PatientTelecom.Create().SetID(l.newID("tel")).SetPatientID(l.id).
		SetSystem(system).SetUse(use).SetValue(value).SetRank(rank))
}

// relatives are the people to call: parents of a child, one of the family of
// an adult.
func (l *life) relatives() {
	if l.years < 18 {
		l.relative("mother", pick(l.r, femaleNames), true)
		if l.chance(0.7) {
			l.relative("father", pick(l.r, maleNames), true)
		}
		return
	}
	if !l.chance(0.85) {
		return
	}
	kin, names, partner := []string{"sister", "mother", "friend"}, femaleNames, "wife"
	if l.chance(0.5) {
		kin, names, partner = []string{"brother", "father", "friend"}, maleNames, "husband"
	}
	if (partner == "wife") == (l.sex == patient.SexMALE) {
		kin = append(kin, partner, partner)
	}
	what := pick(l.r, kin)
	if l.years > 60 && (what == "mother" || what == "father") {
		what = map[string]string{"mother": "daughter", "father": "son"}[what]
	}
	l.relative(what, pick(l.r, names), true)
}

func (l *life) relative(what, given string, emergency bool) {
	l.b.contacts = append(l.b.contacts, l.b.c.PatientContact.Create().SetID(l.newID("con")).SetPatientID(l.id).
		SetName(given+" "+l.name).SetRelationship(what).SetPhone(l.phone()).SetEmergency(emergency))
}
