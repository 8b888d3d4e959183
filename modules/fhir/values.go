package fhir

import (
	"strings"
	"time"

	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/date"
)

// date reads the calendar date of a FHIR date or dateTime. A time of day is
// left to the raw resource.
func (e *entry) date(path, s string) (*date.Date, error) {
	if s == "" {
		return nil, nil
	}
	day, rest, timed := strings.Cut(s, "T")
	d, err := date.Parse(day)
	if err != nil {
		return nil, wrong(path, "%s", err)
	}
	if timed {
		if _, err := time.Parse(time.RFC3339, day+"T"+rest); err != nil {
			return nil, wrong(path, "a dateTime is written as in 2026-01-31T09:30:00Z")
		}
		e.more = true
	}
	return &d, nil
}

// instant reads a FHIR dateTime as an instant; a date begins at midnight in
// the zone of the practice, and how little was known stays in the raw resource.
func (e *entry) instant(path, s string) (*time.Time, error) {
	if s == "" {
		return nil, nil
	}
	if strings.Contains(s, "T") {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil || t.Year() < 1 || t.UTC().Year() > 9999 {
			return nil, wrong(path, "a dateTime is written as in 2026-01-31T09:30:00Z")
		}
		t = clock.Cut(t)
		return &t, nil
	}
	d, err := date.Parse(s)
	if err != nil {
		return nil, wrong(path, "%s", err)
	}
	e.more = true
	day := d.First()
	t := clock.Cut(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, e.zone))
	return &t, nil
}

// past reads an instant and refuses the future.
func (e *entry) past(path, s string) (*time.Time, error) {
	t, err := e.instant(path, s)
	if err == nil && t != nil && t.After(e.now.Add(24*time.Hour)) {
		return nil, wrong(path, "this is in the future")
	}
	return t, err
}

// choice finds the value of a code, and refuses codes that R4 does not have there.
func choice[T any](path, code string, values map[string]T) (T, error) {
	v, ok := values[code]
	if !ok {
		return v, wrong(path, "R4 has no such code here")
	}
	return v, nil
}

func trimmed(s string) *string {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	return &s
}

// words is what people say of a concept, and its first code.
func (e *entry) words(c *concept) (text string, code, system *string) {
	if c == nil {
		return "", nil, nil
	}
	text = strings.TrimSpace(c.Text)
	for i, one := range c.Coding {
		if i == 0 {
			code, system = trimmed(one.Code), trimmed(one.System)
		}
		if text == "" {
			text = strings.TrimSpace(one.Display)
		}
		e.more = e.more || i > 0 || one.Display != "" && one.Display != text
	}
	if text == "" && code != nil {
		text = *code
	}
	return text, code, system
}

// say is what people say of a concept where the row has no place for its code.
func (e *entry) say(c *concept) *string {
	text, code, _ := e.words(c)
	e.more = e.more || code != nil
	return trimmed(text)
}

// code is the first code of a concept that has a fixed list of them.
func code(c *concept) string {
	if c == nil || len(c.Coding) == 0 {
		return ""
	}
	return c.Coding[0].Code
}

func (e *entry) note(notes []annotation) *string {
	var texts []string
	for _, n := range notes {
		texts = append(texts, n.Text)
	}
	return trimmed(strings.Join(texts, "\n"))
}

func (e *entry) source() *string {
	s := e.kind + "/" + e.id
	return &s
}
