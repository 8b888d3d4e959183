package patients

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
)

// The longest texts that a chart takes, in letters.
const (
	maxName = 100
	maxLine = 200
	maxNote = 4000
	maxRows = 50 // addresses, numbers or contacts of one patient
	maxNew  = 10 // of each in one registration
)

// needed reads a text that must not be empty.
func needed(s string, limit int, path ...string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", kit.Invalid("this must not be empty", path...)
	}
	return s, within(s, limit, path...)
}

func within(s string, limit int, path ...string) error {
	if utf8.RuneCountInString(s) > limit {
		return kit.Invalid(fmt.Sprintf("at most %d letters", limit), path...)
	}
	return nil
}

// given reads a text that may be absent; an empty one is none.
func given(o graphql.Omittable[*string], limit int, path ...string) (*string, error) {
	v := o.Value()
	if v == nil {
		return nil, nil
	}
	s := strings.TrimSpace(*v)
	if s == "" {
		return nil, nil
	}
	return &s, within(s, limit, path...)
}

// coded checks a code that a client sent.
func coded(in *model.CodeInput, path string) (text string, code, system *string, err error) {
	if text, err = needed(in.Text, maxLine, path, "text"); err != nil {
		return "", nil, nil, err
	}
	if code, err = given(in.Code, maxName, path, "code"); err != nil {
		return "", nil, nil, err
	}
	if system, err = given(in.System, maxLine, path, "system"); err != nil {
		return "", nil, nil, err
	}
	if code != nil && system == nil {
		return "", nil, nil, kit.Invalid("a code needs its system", path, "system")
	}
	return text, code, system, nil
}

// before reports whether a is surely before b; what is known of only one of them
// does not count, so that 1980 is not before 1980-05-01.
func before(a, b date.Date) bool {
	n := min(len(a), len(b))
	return a[:n] < b[:n]
}

// lived checks a date of something that happened to the patient.
func lived(d, birth *date.Date, today date.Date, path string) error {
	switch {
	case d == nil:
		return nil
	case *d == "":
		return kit.Invalid("a date is YYYY, YYYY-MM or YYYY-MM-DD", path)
	case before(today, *d):
		return kit.Invalid("this is in the future", path)
	case birth != nil && before(*d, *birth):
		return kit.Invalid("this is before the patient was born", path)
	}
	return nil
}

// livedAt checks an instant of something that happened to the patient. A few
// minutes are left to clocks that are not set alike.
func livedAt(t time.Time, birth *date.Date, now time.Time, zone *time.Location, path string) error {
	if t.After(now.Add(5 * time.Minute)) {
		return kit.Invalid("this is in the future", path)
	}
	if birth != nil && before(date.Of(t.In(zone)), *birth) {
		return kit.Invalid("this is before the patient was born", path)
	}
	return nil
}

// ordered checks that an end does not come before its beginning.
func ordered(from, to *date.Date, path string) error {
	if from != nil && to != nil && before(*to, *from) {
		return kit.Invalid("the end is before the beginning", path)
	}
	return nil
}

// spoken is an age as people say it: days and months say more of an infant.
func spoken(birth, on date.Date) string {
	months := birth.Months(on)
	switch {
	case birth.Full() && months == 0:
		return plural(int(on.First().Sub(birth.First()).Hours()/24), "day")
	case len(birth) > 4 && months < 24:
		return plural(months, "month")
	}
	return plural(birth.Age(on), "year")
}

func plural(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// today is the date in the office.
func (m *Module) today() date.Date { return date.Of(m.Clock.Now().In(m.Zone)) }
