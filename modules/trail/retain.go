package trail

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"medoffice/ent/auditevent"
	"medoffice/modules/kit"
)

// Age is a length of time in the calendar. The zero age is for ever.
type Age struct{ Years, Days int }

// ParseAge reads an age: a number of years or days, as 6y or 400d, or ever.
func ParseAge(text string) (Age, error) {
	if text == "ever" {
		return Age{}, nil
	}
	number, unit := text[:max(len(text)-1, 0)], text[max(len(text)-1, 0):]
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > 100_000 || unit != "y" && unit != "d" {
		return Age{}, kit.Invalid("an age is a number of years or days from 1, as 6y or 400d, or ever", "retain")
	}
	if unit == "y" {
		return Age{Years: n}, nil
	}
	return Age{Days: n}, nil
}

// String is the age as ParseAge reads it.
func (a Age) String() string {
	switch {
	case a.Years > 0:
		return strconv.Itoa(a.Years) + "y"
	case a.Days > 0:
		return strconv.Itoa(a.Days) + "d"
	}
	return "ever"
}

// Before is the instant so long before t.
func (a Age) Before(t time.Time) time.Time { return t.AddDate(-a.Years, 0, -a.Days) }

// Class is a kind of events of the trail that are kept equally long. Events of
// no class are kept for ever.
type Class struct {
	Name    string
	Actions []auditevent.Action
	Keep    Age
	Fixed   bool // nobody sets it
	Why     string
}

// Retention is how long the events of the trail are kept, and when the old ones
// are removed: First after the start of a server, then Every so often.
type Retention struct {
	Classes      []Class
	First, Every time.Duration
}

// sixYears is how long documentation of what was done to protect records is kept.
// Source: 45 CFR 164.316(b)(2)(i).
var sixYears = Age{Years: 6}

// Kept is the retention where nobody says another.
func Kept() Retention {
	return Retention{
		First: 10 * time.Minute, Every: 24 * time.Hour,
		Classes: []Class{
			{Name: "reads", Actions: []auditevent.Action{auditevent.ActionREAD}, Keep: sixYears, Why: "45 CFR 164.316(b)(2)(i): documentation, six years"},
			{Name: "denied", Actions: []auditevent.Action{auditevent.ActionDENIED}, Keep: sixYears, Why: "as reads"},
			{Name: "signIns", Actions: []auditevent.Action{auditevent.ActionSIGN_IN, auditevent.ActionSIGN_OUT}, Keep: sixYears, Why: "as reads"},
			{Name: "exports", Actions: []auditevent.Action{auditevent.ActionEXPORT}, Keep: sixYears, Why: "45 CFR 164.528(a)(1): disclosures are accounted for six years"},
			{Name: "emergencies", Actions: []auditevent.Action{auditevent.ActionBREAK_GLASS}, Why: "few, and each has a reason of its own"},
			{
				Name: "changes", Fixed: true, Why: "who wrote a record is a part of the record",
				Actions: []auditevent.Action{auditevent.ActionCREATE, auditevent.ActionUPDATE, auditevent.ActionIMPORT, auditevent.ActionPRUNE},
			},
		},
	}
}

// Set changes the age of one class, as reads=7y.
func (r *Retention) Set(setting string) error {
	name, text, ok := strings.Cut(setting, "=")
	i := slices.IndexFunc(r.Classes, func(c Class) bool { return c.Name == name })
	if !ok || i < 0 {
		return kit.Invalid(fmt.Sprintf("a retention is CLASS=AGE, with one of the classes %s", strings.Join(r.names(), ", ")), "retain")
	}
	if r.Classes[i].Fixed {
		return kit.Invalid(name+" are kept for ever", "retain")
	}
	keep, err := ParseAge(text)
	if err != nil {
		return err
	}
	r.Classes = slices.Clone(r.Classes)
	r.Classes[i].Keep = keep
	return nil
}

func (r *Retention) names() (names []string) {
	for _, c := range r.Classes {
		names = append(names, c.Name)
	}
	return names
}

// Retain sets how long the trail is kept; before Start.
func (m *Module) Retain(r Retention) { m.retention = r }

// Retention is how long the trail is kept.
func (m *Module) Retention() Retention { return m.retention }
