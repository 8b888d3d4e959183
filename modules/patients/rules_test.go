package patients

import (
	"testing"
	"time"

	"medoffice/modules/kit/date"
)

func TestSpokenAge(t *testing.T) {
	for _, c := range []struct {
		birth, on date.Date
		want      string
	}{
		{"2026-03-02", "2026-03-02", "0 days"},
		{"2026-03-01", "2026-03-02", "1 day"},
		{"2026-02-02", "2026-03-02", "1 month"},
		{"2025-02-28", "2026-03-02", "12 months"},
		{"2024-03-03", "2026-03-02", "23 months"},
		{"2024-03-02", "2026-03-02", "2 years"},
		{"2004-02-29", "2026-02-28", "21 years"},
		{"2026", "2026-03-02", "0 years"},
		{"2025-12", "2026-03-02", "3 months"},
	} {
		if got := spoken(c.birth, c.on); got != c.want {
			t.Errorf("born %s, on %s: %s, not %s", c.birth, c.on, got, c.want)
		}
	}
}

func TestBeforeIsSure(t *testing.T) {
	for _, c := range []struct {
		a, b date.Date
		want bool
	}{
		{"1980", "1980-05-01", false},
		{"1980-05-01", "1980", false},
		{"1979-12-31", "1980", true},
		{"1980-04", "1980-05-01", true},
		{"1980-05-01", "1980-05-01", false},
		{"1980-05-02", "1980-05-01", false},
	} {
		if got := before(c.a, c.b); got != c.want {
			t.Errorf("%s before %s: %v", c.a, c.b, got)
		}
	}
}

// An instant belongs to the day that it is in the office.
func TestLivedAtInTheZoneOfTheOffice(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	birth := date.Date("2026-03-01")
	now := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	if err := livedAt(time.Date(2026, 3, 1, 4, 59, 0, 0, time.UTC), &birth, now, zone, "at"); err == nil {
		t.Error("the day before in New York")
	}
	if err := livedAt(time.Date(2026, 3, 1, 5, 0, 0, 0, time.UTC), &birth, now, zone, "at"); err != nil {
		t.Error(err)
	}
}

func TestAsDate(t *testing.T) {
	for text, want := range map[string]date.Date{
		"1980-02-03": "1980-02-03", "02/03/1980": "1980-02-03", "2/3/1980": "1980-02-03", "1980-02-30": "",
		"13/01/1980": "", "1980": "", "2/3/80": "", "//": "", "a/b/c": "", "2/3/1980x": "",
	} {
		if got := asDate(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
