// Package date holds calendar dates that have no time of day and no zone, and
// that may be known only in part: a year, a month, or a day (FHIR R4 date).
package date

import (
	"database/sql/driver"
	"fmt"
	"io"
	"strconv"
	"time"

	"medoffice/modules/kit/unfit"
)

// Date is YYYY, YYYY-MM or YYYY-MM-DD. As text it sorts by time; a year sorts
// before its own months and days. The zero value is no date.
type Date string

var layouts = map[int]string{4: "2006", 7: "2006-01", 10: "2006-01-02"}

// Parse reads a date. It refuses days that do not exist, such as 2026-02-30.
func Parse(s string) (Date, error) {
	layout, ok := layouts[len(s)]
	if !ok {
		return "", unfit.Error("a date is YYYY, YYYY-MM or YYYY-MM-DD")
	}
	if _, err := time.Parse(layout, s); err != nil {
		return "", unfit.Error("the calendar has no such date")
	}
	return Date(s), nil
}

// Of returns the date of t, in the time zone of t.
func Of(t time.Time) Date { return Date(t.Format("2006-01-02")) }

// Full reports whether the day is known.
func (d Date) Full() bool { return len(d) == 10 }

// First returns the first day that d can mean, at midnight UTC.
func (d Date) First() time.Time {
	t, _ := time.Parse(layouts[len(d)], string(d))
	return t
}

// Age returns the number of whole years from d to the day, at least 0.
func (d Date) Age(day Date) int {
	from, to := d.First(), day.First()
	years := to.Year() - from.Year()
	if to.Month() < from.Month() || to.Month() == from.Month() && to.Day() < from.Day() {
		years--
	}
	return max(years, 0)
}

// Months returns the number of whole months from d to the day.
func (d Date) Months(day Date) int {
	from, to := d.First(), day.First()
	months := (to.Year()-from.Year())*12 + int(to.Month()-from.Month())
	if to.Day() < from.Day() {
		months--
	}
	return max(months, 0)
}

// MarshalGQL writes the date as a GraphQL string.
func (d Date) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(d))) }

// UnmarshalGQL reads a date a client sent.
func (d *Date) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return unfit.Error("a date is a string")
	}
	got, err := Parse(s)
	*d = got
	return err
}

// Value stores the date as text.
func (d Date) Value() (driver.Value, error) { return string(d), nil }

// Scan reads the text that Value stored.
func (d *Date) Scan(v any) error {
	switch v := v.(type) {
	case string:
		*d = Date(v)
	case []byte:
		*d = Date(v)
	case nil:
		*d = ""
	default:
		return fmt.Errorf("date: cannot read %T", v)
	}
	return nil
}
