// Package id makes and reads the identifiers of the office.
//
// An identifier is a TypeID: a short prefix that names the type, an underscore
// and a UUIDv7 in Crockford base32, as in pat_01h2xcejqtf2nbrexx3vqjhp41.
// Identifiers sort by the time they were made and say nothing else.
// Source: TypeID specification 0.3.
package id

import (
	"crypto/rand"
	"sync"
	"time"

	"go.jetify.com/typeid"
	"go.jetify.com/typeid/base32"
)

var (
	mu   sync.Mutex
	last uint64
)

// Maker returns a function that makes identifiers of one prefix.
func Maker(prefix string) func() string { return func() string { return New(prefix) } }

// New makes an identifier that is later than every one made before by this
// process. Those of the library are not: its counter begins again within a
// millisecond, and follows a clock that is set back.
func New(prefix string) string {
	var u [16]byte
	_, _ = rand.Read(u[:]) // crypto/rand never fails since Go 1.24
	stamp := tick(time.Now())
	ms := stamp >> 12
	for i := range 6 {
		u[i] = byte(ms >> (8 * (5 - i)))
	}
	u[6] = 0x70 | byte(stamp>>8)&0x0f
	u[7] = byte(stamp)
	u[8] = 0x80 | u[8]&0x3f
	return encode(prefix, u)
}

// tick counts 1/4096 ms, and never twice the same, nor back where the clock is
// set back: RFC 9562 6.2, method 3.
func tick(now time.Time) uint64 {
	stamp := uint64(now.UnixMilli())<<12 | uint64(now.Nanosecond()%1e6)*4096/1e6
	mu.Lock()
	defer mu.Unlock()
	if stamp <= last {
		stamp = last + 1
	}
	last = stamp
	return stamp
}

// From returns the identifier of the given 16 bytes. Seeds and imports use it to
// get the same identifier from the same source again.
func From(prefix string, u [16]byte) string {
	u[6] = 0x70 | u[6]&0x0f
	u[8] = 0x80 | u[8]&0x3f
	return encode(prefix, u)
}

func encode(prefix string, u [16]byte) string { return prefix + "_" + base32.Encode(u) }

// Prefix returns the part before the underscore of a well-formed identifier,
// and "" for anything else.
func Prefix(s string) string {
	t, err := typeid.FromString(s)
	if err != nil {
		return ""
	}
	return t.Prefix()
}

// Is reports whether s is a well-formed identifier with the prefix.
func Is(prefix, s string) bool { return prefix != "" && Prefix(s) == prefix }
