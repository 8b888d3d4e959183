package visits

import (
	"testing"

	"medoffice/ent/visit"
	"medoffice/ent/visitstage"
)

func TestWhatMayFollow(t *testing.T) {
	for _, row := range []struct {
		from, to visitstage.Category
		may      bool
	}{
		{expected, arrived, true},
		{expected, checkedIn, true},
		{expected, rooming, false},
		{expected, leftEarly, false},
		{expected, cancelled, true},
		{arrived, expected, true},
		{arrived, withProv, false},
		{checkedIn, orders, true}, // a nurse visit
		{rooming, checkedIn, true},
		{ready, arrived, false}, // back by one only
		{withProv, leftEarly, false},
		{withProv, cancelled, false},
		{withProv, out, true},
		{orders, withProv, true},
		{leaving, orders, true},
		{out, leaving, false},
		{leftEarly, arrived, false},
		{cancelled, cancelled, false},
		{ready, ready, true}, // two stages of one category
	} {
		if got := mayFollow(row.from, row.to); got != row.may {
			t.Errorf("%s to %s: %v", row.from, row.to, got)
		}
	}
	for from := range next {
		if ends(from) {
			t.Errorf("%s is over, and something follows", from)
		}
		forward := 0
		for _, to := range next[from] {
			if to != leftEarly && to != cancelled {
				forward++
			}
		}
		if forward == 0 {
			t.Errorf("nothing follows %s", from)
		}
	}
}

func TestStatusOfEveryCategory(t *testing.T) {
	for _, s := range standard {
		if err := statusOf(s.category).Validate(); err != nil {
			t.Errorf("%s: %v", s.category, err)
		}
		if over := ends(s.category); over != (statusOf(s.category) == visit.StatusFINISHED || statusOf(s.category) == visit.StatusCANCELLED) {
			t.Errorf("%s: over %v", s.category, over)
		}
	}
}
