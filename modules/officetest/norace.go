//go:build !race

package officetest

// Slow is about how many times slower this build is than one without the race
// detector.
const Slow = 1
