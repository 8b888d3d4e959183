// Package clock is the time of the office, which a test can set.
package clock

import (
	"sync"
	"time"
)

// Clock returns the present instant in UTC, cut to milliseconds: the resolution in
// which the office stores, sorts and shows instants.
type Clock interface{ Now() time.Time }

// System is the clock of the machine.
type System struct{}

// Now implements Clock.
func (System) Now() time.Time { return Cut(time.Now()) }

// Cut returns the instant in UTC, cut to milliseconds, as the office stores it.
func Cut(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// Fake is a clock for tests. It stands still until Add moves it.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake starts a fake clock at t.
func NewFake(t time.Time) *Fake { return &Fake{now: Cut(t)} }

// Now implements Clock.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Add moves the clock.
func (f *Fake) Add(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = Cut(f.now.Add(d))
}
