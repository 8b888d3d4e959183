package kit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"medoffice/modules/kit/db"
	"medoffice/modules/kit/unfit"
)

// Code is the reason of a refusal, for programs. The set of codes is closed and
// equal to the enum ErrorCode of the schema.
type Code string

// The codes. The first group is about what the person entered, the second about
// the request.
const (
	BadUserInput       Code = "BAD_USER_INPUT"         // a value is wrong: the path says which
	Unauthenticated    Code = "UNAUTHENTICATED"        // nobody is signed in, or no longer
	Forbidden          Code = "FORBIDDEN"              // the caller's roles do not allow it
	NotFound           Code = "NOT_FOUND"              // there is no such thing, or not for this caller
	Conflict           Code = "CONFLICT"               // it contradicts what is there
	StaleVersion       Code = "STALE_VERSION"          // somebody changed it since it was read
	AlreadyExists      Code = "ALREADY_EXISTS"         // its number or name is taken
	FailedPrecondition Code = "FAILED_PRECONDITION"    // something must happen first
	IllegalMove        Code = "ILLEGAL_MOVE"           // the visit cannot go there from here
	RoomOccupied       Code = "ROOM_OCCUPIED"          // somebody else is in the room
	Implausible        Code = "IMPLAUSIBLE"            // no living person has such a value
	InvalidCursor      Code = "INVALID_CURSOR"         // the cursor belongs to another list
	RateLimited        Code = "RATE_LIMITED"           // too often: wait
	SecondFactor       Code = "SECOND_FACTOR_REQUIRED" // the password is right, a code must come too
	SlotTaken          Code = "SLOT_TAKEN"             // somebody else has the time, the room or the device
	DeadlineExceeded   Code = "DEADLINE_EXCEEDED"      // it took too long
	Internal           Code = "INTERNAL"               // our fault; the log knows more

	ParseFailed        Code = "GRAPHQL_PARSE_FAILED"      // the document cannot be parsed
	ValidationFailed   Code = "GRAPHQL_VALIDATION_FAILED" // the document does not fit the schema
	QueryTooLong       Code = "QUERY_TOO_LONG"            // the document has too many bytes or tokens
	DepthLimitExceeded Code = "DEPTH_LIMIT_EXCEEDED"      // the document nests too deep
	CostLimitExceeded  Code = "COST_LIMIT_EXCEEDED"       // the document costs too much
	LimitExceeded      Code = "LIMIT_EXCEEDED"            // too many of something
	PersistedNotFound  Code = "PERSISTED_QUERY_NOT_FOUND" // no document of this hash is known
	PersistedRequired  Code = "PERSISTED_QUERY_REQUIRED"  // the role may send known documents only
	PayloadTooLarge    Code = "PAYLOAD_TOO_LARGE"         // the request or the response is too large
	Overloaded         Code = "OVERLOADED"                // the office is busy, or cannot work just now: wait
	MethodNotAllowed   Code = "METHOD_NOT_ALLOWED"        // the HTTP method does not fit
)

// Codes are all codes.
var Codes = []Code{
	BadUserInput, Unauthenticated, Forbidden, NotFound, Conflict, StaleVersion, AlreadyExists, FailedPrecondition,
	IllegalMove, RoomOccupied, Implausible, InvalidCursor, RateLimited, DeadlineExceeded, Internal,
	ParseFailed, ValidationFailed, QueryTooLong, DepthLimitExceeded, CostLimitExceeded, LimitExceeded,
	PersistedNotFound, PersistedRequired, PayloadTooLarge, Overloaded, MethodNotAllowed, SecondFactor, SlotTaken,
}

// Error is a refusal. Safe is the text for the caller: it never holds patient
// data or text of the database. Cause is for the log.
type Error struct {
	Code    Code
	Safe    string
	Path    []string // the input field it is about, such as ["birthDate"]
	Cause   error
	Current string        // with StaleVersion: the id of the row as it is now
	Lacks   string        // with Forbidden: the permission that the caller has not
	Retry   time.Duration // with RateLimited and Overloaded: when it may work
	// Make builds the user error where a module has a type of its own for it.
	Make func(ctx context.Context) any
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Safe, e.Cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Safe)
}

// LogText returns what may be logged: the code and the safe text.
func (e *Error) LogText() string { return string(e.Code) + ": " + e.Safe }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Refuse returns an error with the code, the safe text, and the path of the input
// field that caused it.
func Refuse(code Code, safe string, path ...string) *Error {
	return &Error{Code: code, Safe: safe, Path: path}
}

// Invalid returns a BAD_USER_INPUT error about the input field at the path.
func Invalid(safe string, path ...string) *Error { return Refuse(BadUserInput, safe, path...) }

// Missing returns a NOT_FOUND error: it does not exist, or the caller may not see it.
func Missing(what string, path ...string) *Error {
	return Refuse(NotFound, "there is no such "+what, path...)
}

// Denied returns a FORBIDDEN error: the caller lacks the permission do.
func Denied(do string) *Error {
	return &Error{Code: Forbidden, Safe: "you are not allowed to do this: " + do, Lacks: do}
}

// Stale returns a STALE_VERSION error: the row has changed since the caller read it.
func Stale(id string) *Error {
	return &Error{Code: StaleVersion, Safe: "somebody changed this in the meantime: look again", Path: []string{"expectedVersion"}, Current: id}
}

// Fresh returns a STALE_VERSION error if the version that the caller expects is
// not the current one, and nil if it is.
func Fresh(id string, current, expected int) error {
	if current != expected {
		return Stale(id)
	}
	return nil
}

// How long callers are asked to wait.
const (
	soon  = time.Second      // a database that comes back
	later = 30 * time.Second // a disk that somebody has to make room on
)

// Explain turns any error into one that the caller may see. Where the database or the
// disk is away the answer is OVERLOADED, not INTERNAL: nothing was done, it is
// no fault of the request, and the same request works once they are back (with
// the same clientMutationId it is done once, also where only the answer to a
// commit got lost). The cause goes to the log, for INTERNAL and OVERLOADED.
func Explain(ctx context.Context, err error) *Error {
	if e, ok := AsError(err); ok {
		return e
	}
	made := func(code Code, safe string, retry time.Duration) *Error {
		return &Error{Code: code, Safe: safe, Cause: err, Retry: retry}
	}
	var bad unfit.Error
	switch {
	case errors.As(err, &bad):
		return &Error{Code: BadUserInput, Safe: string(bad)}
	case errors.Is(ctx.Err(), context.Canceled), errors.Is(err, context.Canceled): // nobody waits any more, or the server stops
		return made(Overloaded, "this was broken off before it was done: send it again", soon)
	case db.Stopped(err), errors.Is(err, context.DeadlineExceeded), errors.Is(ctx.Err(), context.DeadlineExceeded):
		return made(DeadlineExceeded, "this took too long and was stopped", 0)
	case db.Full(err):
		return made(Overloaded, "the disk of the office is full, so nothing was done: somebody has to make room", later)
	case db.Away(err):
		return made(Overloaded, "the database is away: nothing is lost, try again soon", soon)
	}
	return made(Internal, "something went wrong here; the log knows more", 0)
}

// Failure reports whether the error belongs into the log.
func (e *Error) Failure() bool {
	return e.Code == Internal || e.Code == Overloaded && e.Cause != nil
}

// AsError returns the *Error in the chain of err, and whether there is one.
func AsError(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// MarshalGQL writes the code as a GraphQL enum value.
func (c Code) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(c))) }

// UnmarshalGQL is there because gqlgen asks for it; no input has a code.
func (c *Code) UnmarshalGQL(any) error { return errors.New("an error code is no input") }
