package scheduling

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"medoffice/ent"
	"medoffice/ent/availabilityexception"
	"medoffice/modules/kit"
)

// span is a time from its first instant up to, and without, its last.
type span struct{ from, to time.Time }

func (s span) within(o span) bool   { return !s.from.Before(o.from) && !s.to.After(o.to) }
func (s span) overlaps(o span) bool { return s.from.Before(o.to) && o.from.Before(s.to) }

// mostRule bounds a rule of days, in bytes.
const mostRule = 200

// parseRule reads a rule of days. It gives days alone: times come from the
// minutes of the hours, so that they stay where they are on the wall.
func parseRule(text string) (*rrule.ROption, error) {
	o, err := rrule.StrToROption(text)
	if len(text) > mostRule || strings.Contains(text, "\n") || err != nil {
		return nil, kit.Invalid("a rule of days is written as in FREQ=WEEKLY;BYDAY=MO,TH", "rule")
	}
	if o.Freq > rrule.DAILY || len(o.Byhour)+len(o.Byminute)+len(o.Bysecond) > 0 || !o.Dtstart.IsZero() {
		return nil, kit.Invalid("a rule tells days, not times of the day", "rule")
	}
	return o, nil
}

// days are the days of a rule in a time, each as its midnight in UTC.
func days(a *ent.Availability, in span, zone *time.Location) []time.Time {
	o, err := parseRule(a.Rule)
	if err != nil {
		return nil
	}
	o.Dtstart = a.BeginsOn.First()
	rule, err := rrule.NewRRule(*o)
	if err != nil {
		return nil
	}
	day := func(t time.Time) time.Time {
		y, m, d := t.In(zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return rule.Between(day(in.from), day(in.to), true)
}

// wall is the instant at which the clock on the wall shows the minute of the
// day; false where it never does, for it is put forward over it. Where it shows
// it twice, the first time counts.
func wall(day time.Time, minute int, zone *time.Location) (time.Time, bool) {
	y, m, d := day.Date()
	t := time.Date(y, m, d, 0, minute, 0, 0, zone)
	at := t.Hour()*60 + t.Minute()
	return t, at == minute%(24*60)
}

// edge is wall, or where the clock never shows the minute, the instant at which it
// is put forward.
func edge(day time.Time, minute int, zone *time.Location) time.Time {
	for ; ; minute++ {
		if t, shown := wall(day, minute, zone); shown {
			return t
		}
	}
}

// hours are the times in which a provider sees patients: the rules, without the
// times away, and with those besides, in order and joined where they touch.
func hours(rules []*ent.Availability, exceptions []*ent.AvailabilityException, in span, zone *time.Location) []span {
	var open, away []span
	for _, a := range rules {
		for _, day := range days(a, in, zone) {
			from, to := edge(day, a.FromMinute, zone), edge(day, a.ToMinute, zone)
			if from.Before(to) {
				open = append(open, span{from, to})
			}
		}
	}
	for _, x := range exceptions {
		s := span{x.StartsAt, x.EndsAt}
		if x.Kind == availabilityexception.KindAWAY {
			away = append(away, s)
		} else {
			open = append(open, s)
		}
	}
	return without(join(open), join(away))
}

// join sorts spans and joins those that touch.
func join(list []span) (joined []span) {
	slices.SortFunc(list, func(a, b span) int { return cmp.Or(a.from.Compare(b.from), a.to.Compare(b.to)) })
	for _, s := range list {
		if n := len(joined); n > 0 && !s.from.After(joined[n-1].to) {
			if s.to.After(joined[n-1].to) {
				joined[n-1].to = s.to
			}
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// without takes spans out of others; both are in order and joined.
func without(open, away []span) (left []span) {
	for _, s := range open {
		for _, a := range away {
			if !a.overlaps(s) {
				continue
			}
			if s.from.Before(a.from) {
				left = append(left, span{s.from, a.from})
			}
			s.from = a.to
			if !s.from.Before(s.to) {
				break
			}
		}
		if s.from.Before(s.to) {
			left = append(left, s)
		}
	}
	return left
}
