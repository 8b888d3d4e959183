package patients

import (
	"fmt"
	"time"

	"medoffice/ent/immunization"
)

// shot is a vaccine of the demo and the ages in months at which it is given.
type shot struct {
	code, text, maker, dose string
	months                  []int
}

func (s shot) route() string {
	switch s.code {
	case "116":
		return "oral"
	case "03", "21":
		return "subcutaneous"
	}
	return "intramuscular"
}

// of is the vaccine that stood in its place in an earlier year.
func (s shot) of(year int) shot {
	switch {
	case s.code == "133" && year < 2011:
		s.code, s.text = "100", "Pneumococcal conjugate, 7-valent"
	case s.code == "165" && year < 2015:
		s.code, s.text = "62", "HPV, four-valent"
	}
	return s
}

// childhood is the schedule of childhood and youth.
var childhood = []shot{
	{"08", "Hepatitis B, child or adolescent", "Merck", "0.5 mL", []int{0, 1, 6}},
	{"116", "Rotavirus, five-valent", "Merck", "2 mL", []int{2, 4, 6}},
	{"20", "DTaP: diphtheria, tetanus, acellular pertussis, child", "Sanofi Pasteur", "0.5 mL", []int{2, 4, 6, 16, 52}},
	{"49", "Hib, PRP-OMP", "Merck", "0.5 mL", []int{2, 4, 12}},
	{"133", "Pneumococcal conjugate, 13-valent", "Pfizer", "0.5 mL", []int{2, 4, 6, 13}},
	{"10", "Polio, inactivated (IPV)", "Sanofi Pasteur", "0.5 mL", []int{2, 4, 8, 52}},
	{"03", "MMR: measles, mumps, rubella, live", "Merck", "0.5 mL", []int{12, 52}},
	{"21", "Varicella, live", "Merck", "0.5 mL", []int{12, 52}},
	{"83", "Hepatitis A, child, two doses", "GlaxoSmithKline", "0.5 mL", []int{13, 20}},
	{"115", "Tdap: tetanus, diphtheria, acellular pertussis", "GlaxoSmithKline", "0.5 mL", []int{134}},
	{"165", "HPV, nine-valent", "Merck", "0.5 mL", []int{135, 142}},
	{"114", "Meningococcal ACWY, conjugate (MCV4P)", "Sanofi Pasteur", "0.5 mL", []int{134, 194}},
}

// kept is how far back the office has records of vaccines.
const kept = 26 // years

func (l *life) vaccines() {
	l.schedule()
	l.flu()
	l.covid()
	if l.years >= 22 {
		s := shot{"113", "Td: tetanus and diphtheria, adult, preservative free", "Grifols", "0.5 mL", nil}
		l.shot(s, l.atAge(l.years-l.between(1, min(10, l.years-20))), 0.8)
	}
	if l.years >= 50 {
		s := shot{"187", "Zoster, recombinant", "GlaxoSmithKline", "0.5 mL", nil}
		first := l.atAge(l.between(50, l.years))
		if l.chance(0.55) {
			l.shot(s, first, 1)
			l.shot(s, first.AddDate(0, 3, 0), 0.85)
		}
	}
	if l.years >= 65 {
		l.shot(shot{"216", "Pneumococcal conjugate, 20-valent", "Pfizer", "0.5 mL", nil}, l.atAge(l.between(65, l.years)), 0.7)
	}
}

func (l *life) schedule() {
	if l.years >= kept {
		return
	}
	for _, s := range childhood {
		for _, month := range s.months {
			at := l.birth.AddDate(0, month, l.between(0, 20))
			l.shot(s.of(at.Year()), at, 0.95)
		}
	}
}

// flu is given each autumn; some do not want it, and that is written down too.
func (l *life) flu() {
	willing := l.r.Float64()
	for back := range 6 {
		year := l.demo.Now.Year() - back
		at := time.Date(year, time.September, 20+l.r.IntN(60), 0, 0, 0, 0, time.UTC)
		if at.Before(l.birth.AddDate(0, 6, 0)) || at.Before(l.since) {
			continue
		}
		s := shot{"150", "Influenza, injectable, four-valent, preservative free", "Sanofi Pasteur", "0.5 mL", nil}
		if year >= 2024 {
			s.code, s.text = "140", "Influenza, injectable, preservative free"
		}
		l.shot(s, at, 0.25+0.6*willing)
	}
}

func (l *life) covid() {
	start := time.Date(2021, time.March, 1, 0, 0, 0, 0, time.UTC)
	if l.birth.AddDate(16, 0, 0).After(start) || !l.chance(0.72) {
		return
	}
	s := shot{"208", "COVID-19, mRNA, 30 mcg per 0.3 mL", "Pfizer", "0.3 mL", nil}
	first := start.AddDate(0, 0, l.r.IntN(120))
	l.shot(s, first, 1)
	l.shot(s, first.AddDate(0, 0, 21+l.r.IntN(7)), 0.95)
	l.shot(s, first.AddDate(0, 8, l.r.IntN(90)), 0.6)
}

// shot gives a vaccine, with a chance, or writes down why not.
func (l *life) shot(s shot, at time.Time, share float64) {
	at = time.Date(at.Year(), at.Month(), at.Day(), l.between(8, 16), l.between(0, 59), 0, 0, l.zone).UTC()
	if at.After(l.demo.Now.Add(-24 * time.Hour)) {
		return
	}
	given := l.chance(share)
	if !given && !l.chance(0.2) {
		return
	}
	c := l.b.c.Immunization.Create().SetID(l.newID("imm")).SetPatientID(l.id).SetOccurredAt(at).
		SetVaccineCodeText(s.text).SetVaccineCode(s.code).SetVaccineCodeSystem(cvx)
	if given {
		if s.route() != "oral" {
			c.SetSite(l.site(at))
		}
		c.SetLot(fmt.Sprintf("%c%c%04d", 'A'+l.r.IntN(26), 'A'+l.r.IntN(26), l.r.IntN(10000))).SetManufacturer(s.maker).
			SetDose(s.dose).SetExpiresOn(*l.later(at)).SetPrimarySource(!at.Before(l.since)).
			SetRoute(s.route())
	} else {
		c.SetStatus(immunization.StatusNOT_DONE).
			SetNotDoneReason(pick(l.r, []string{"The patient does not want it", "Ill on that day", "Out of stock"}))
	}
	l.b.immunizations = append(l.b.immunizations, c)
}

// site is the arm, or the thigh of a small child.
func (l *life) site(at time.Time) string {
	side := pick(l.r, []string{"left", "right"})
	if at.Before(l.birth.AddDate(2, 0, 0)) {
		return side + " thigh"
	}
	return side + " deltoid"
}
