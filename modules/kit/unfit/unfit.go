// Package unfit tells that a value which a client sent cannot be read. It stands
// below the types that the database stores too.
package unfit

// Error tells how such a value is written. It has nothing of the value, and may
// be told to anybody.
type Error string

// Error implements error.
func (e Error) Error() string { return string(e) }
