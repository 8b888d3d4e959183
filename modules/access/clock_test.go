package access_test

import (
	"net/http"
	"testing"
	"time"

	"medoffice/modules/access"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// The clock of the machine is set back by hours or days: sessions go on and end,
// nobody is locked out for longer than a lock lasts, and the trail is whole.
func TestTheClockStepsBack(t *testing.T) {
	for _, step := range []time.Duration{5 * time.Hour, 72 * time.Hour, 3_000 * 24 * time.Hour} {
		t.Run(step.String(), func(t *testing.T) {
			officetest.Each(t, func(t *testing.T, o *officetest.Office) { stepBack(t, o, step) })
		})
	}
}

func stepBack(t *testing.T, o *officetest.Office, step time.Duration) {
	add(t, o, "ines", kit.Nurse)
	add(t, o, "olga", kit.Nurse)
	ines := in(t, o, "ines", password)
	program, err := o.Access.IssueToken(o.System(), "report", kit.Report, "", 24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for range access.MaxFailures {
		signIn(t, o, "olga", "wrong")
	}
	o.As("NURSE").Send(`{ auditEvents(first: 1) { nodes { id } } }`, nil) // denied, and so in the trail
	o.Clock.Add(-step)
	status := func(c *officetest.Caller) int { return c.Send(`{ me { name } }`, nil).Status }
	if got := status(ines); got != http.StatusOK {
		t.Errorf("the session has died: %d", got)
	}
	o.As("NURSE").Send(`{ auditEvents(first: 1) { nodes { id } } }`, nil)
	o.Clock.Add(2*access.LockOut + time.Second)
	in(t, o, "olga", password) // neither the lock nor the brake of the days to come
	o.Clock.Add(access.SessionLength)
	if step > access.SessionLength {
		if got := status(ines); got != http.StatusUnauthorized {
			t.Errorf("the session goes on for ever: %d", got)
		}
	}
	if got := status(o.With(program)); got != http.StatusOK {
		t.Errorf("the token has died: %d", got)
	}
	o.Clock.Add(access.LongestToken * 24 * time.Hour)
	if got := status(o.With(program)); got != http.StatusUnauthorized {
		t.Errorf("the token goes on for ever: %d", got)
	}
	whole(t, o)
}
