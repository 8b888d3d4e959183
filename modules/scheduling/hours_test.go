package scheduling

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"medoffice/ent"
	"medoffice/modules/kit/date"
)

func newYork(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// TestAcceptance2DaylightSaving: nine on the wall is nine in summer and in
// winter; an hour that the clock skips has no times, one that it shows twice has
// them once.
func TestAcceptance2DaylightSaving(t *testing.T) {
	zone := newYork(t)
	for _, c := range []struct {
		day      string
		from, to int
		want     string
	}{
		{"2026-03-06", 9 * 60, 10 * 60, "14:00+30m 14:30+30m"},                                   // Friday, winter
		{"2026-03-09", 9 * 60, 10 * 60, "13:00+30m 13:30+30m"},                                   // Monday, summer
		{"2026-03-08", 60, 4 * 60, "06:00+30m 06:30+30m 07:00+30m 07:30+30m"},                    // 2:00 to 3:00 is skipped
		{"2026-11-01", 0, 3 * 60, "04:00+30m 04:30+30m 05:00+30m 05:30+30m 07:00+30m 07:30+30m"}, // 1:00 to 2:00 comes twice
		{"2026-03-08", 2*60 + 30, 3 * 60, ""},
	} {
		day := date.Date(c.day)
		from := time.Date(day.First().Year(), day.First().Month(), day.First().Day(), 0, 0, 0, 0, zone)
		in := span{from, from.AddDate(0, 0, 1)}
		rule := &ent.Availability{Rule: "FREQ=DAILY", BeginsOn: "2026-01-01", FromMinute: c.from, ToMinute: c.to}
		b := &book{
			wish: wish{kind: &ent.AppointmentType{Minutes: 30, Alignment: 30}, in: in, most: 100}, zone: zone, busy: map[string][]span{},
			hours: map[string][]span{"p": hours([]*ent.Availability{rule}, nil, in, zone)},
		}
		var got []string
		for _, s := range b.of(&ent.Provider{ID: "p"}) {
			got = append(got, fmt.Sprintf("%s+%dm", s.StartsAt.UTC().Format("15:04"), int(s.EndsAt.Sub(s.StartsAt).Minutes())))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.day, got, c.want)
		}
	}
}

func TestRules(t *testing.T) {
	for _, bad := range []string{"", "daily", "FREQ=HOURLY", "FREQ=DAILY;BYHOUR=9", "DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;COUNT=" + strings.Repeat("1", 300)} {
		if _, err := parseRule(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	zone := newYork(t)
	in := span{time.Date(2026, 3, 1, 5, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 4, 0, 0, 0, time.UTC)}
	for rule, want := range map[string]int{
		"FREQ=WEEKLY;BYDAY=MO,TH": 9, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO": 2, "FREQ=MONTHLY;BYDAY=1TU": 1, "FREQ=DAILY;UNTIL=20260310T000000Z": 10, "FREQ=DAILY;COUNT=3": 0,
	} {
		if got := days(&ent.Availability{Rule: rule, BeginsOn: "2026-01-01"}, in, zone); len(got) != want {
			t.Errorf("%s: %d days, want %d: %v", rule, len(got), want, got)
		}
	}
}

func TestWithout(t *testing.T) {
	at := func(n int) time.Time { return time.Date(2026, 1, 1, n, 0, 0, 0, time.UTC) }
	list := func(pairs ...int) (l []span) {
		for i := 0; i < len(pairs); i += 2 {
			l = append(l, span{at(pairs[i]), at(pairs[i+1])})
		}
		return l
	}
	for _, c := range []struct{ open, away, want []span }{
		{list(9, 17), nil, list(9, 17)},
		{list(9, 17), list(12, 13), list(9, 12, 13, 17)},
		{list(9, 17), list(8, 10, 16, 20), list(10, 16)},
		{list(9, 12, 13, 17), list(11, 14), list(9, 11, 14, 17)},
		{list(9, 17), list(0, 24), nil},
		{list(9, 17), list(17, 18), list(9, 17)},
	} {
		if got := without(join(c.open), join(c.away)); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%v without %v: %v", c.open, c.away, got)
		}
	}
}
