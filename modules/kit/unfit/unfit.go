// Package unfit is the error for a value of a client that cannot be read. It is a
// package of its own because types that are also stored in the database use it.
package unfit

// Error says how such a value must be written. It contains nothing of the value and
// may be shown to everybody.
type Error string

// Error implements error.
func (e Error) Error() string { return string(e) }
