package visits

import (
	"slices"

	"medoffice/ent/visit"
	"medoffice/ent/visitstage"
)

// The categories by their short names.
const (
	expected  = visitstage.CategoryEXPECTED
	arrived   = visitstage.CategoryARRIVED
	checkedIn = visitstage.CategoryCHECKED_IN
	rooming   = visitstage.CategoryROOMING
	ready     = visitstage.CategoryREADY_FOR_PROVIDER
	withProv  = visitstage.CategoryWITH_PROVIDER
	orders    = visitstage.CategoryORDERS_IN_PROGRESS
	leaving   = visitstage.CategoryREADY_FOR_CHECKOUT
	out       = visitstage.CategoryCHECKED_OUT
	leftEarly = visitstage.CategoryLEFT_WITHOUT_BEING_SEEN
	cancelled = visitstage.CategoryCANCELLED
)

// next says which category may follow which: forward, past steps that a visit
// does not need, and back by one. A nurse visit goes from the front desk
// straight to the injection; nobody who was with the provider leaves unseen.
// What is over stays over: only undoing brings it back.
var next = map[visitstage.Category][]visitstage.Category{
	expected:  {arrived, checkedIn, cancelled},
	arrived:   {expected, checkedIn, rooming, leftEarly, cancelled},
	checkedIn: {arrived, rooming, ready, orders, leftEarly, cancelled},
	rooming:   {checkedIn, ready, withProv, orders, leaving, leftEarly, cancelled},
	ready:     {rooming, withProv, orders, leaving, leftEarly, cancelled},
	withProv:  {ready, orders, leaving, out},
	orders:    {withProv, leaving, out},
	leaving:   {orders, withProv, out},
}

// mayFollow reports whether a visit may go from one category to another. An
// office with several stages of one category moves freely among them.
func mayFollow(from, to visitstage.Category) bool {
	return from == to && !ends(from) || slices.Contains(next[from], to)
}

// ends reports whether a visit is over in the category.
func ends(c visitstage.Category) bool { return c == out || c == leftEarly || c == cancelled }

// statusOf is what FHIR calls a visit in the category.
func statusOf(c visitstage.Category) visit.Status {
	switch c {
	case expected:
		return visit.StatusPLANNED
	case arrived, checkedIn:
		return visit.StatusARRIVED
	case out:
		return visit.StatusFINISHED
	case leftEarly, cancelled:
		return visit.StatusCANCELLED
	}
	return visit.StatusIN_PROGRESS
}

// standard are the stages an office begins with.
var standard = []struct {
	name     string
	category visitstage.Category
	color    string
	alert    int // minutes; 0 for never
}{
	{"Expected", expected, "#9aa5b1", 15},
	{"Arrived", arrived, "#f0b429", 10},
	{"Checked in", checkedIn, "#f7c948", 15},
	{"Rooming", rooming, "#2bb0ed", 15},
	{"Ready for provider", ready, "#7b61ff", 15},
	{"With provider", withProv, "#2f6fed", 40},
	{"Orders in progress", orders, "#e668a7", 30},
	{"Ready for checkout", leaving, "#3ebd93", 15},
	{"Checked out", out, "#52606d", 0},
	{"Left without being seen", leftEarly, "#ba2525", 0},
	{"Cancelled", cancelled, "#7b8794", 0},
}
