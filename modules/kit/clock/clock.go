// Package clock tells the time, so that a test can set it.
package clock

import (
	"sync"
	"time"
)

// Clock tells the present instant in UTC, cut to the millisecond: the finest
// time that the office stores, sorts and shows.
type Clock interface{ Now() time.Time }

// System is the clock of the machine.
type System struct{}

// Now implements Clock.
func (System) Now() time.Time { return Cut(time.Now()) }

// Cut brings an instant to the form in which the office keeps it.
func Cut(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// Fake stands still until it is moved.
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
