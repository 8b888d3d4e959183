// Package logtext turns an error into a text that may be logged. The text of an error
// may contain a value that somebody typed: the database quotes it, a parser
// repeats it, a wrapper names a person. So a log never gets the text, but the
// kinds and codes in the chain of the error, and the names of our own tables.
package logtext

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"syscall"

	"github.com/lib/pq"
	"modernc.org/sqlite"
)

// Fixed is an error with a fixed text, without any value, which may be logged.
// Declare it as a constant.
type Fixed string

func (f Fixed) Error() string { return string(f) }

// Texter is an error that says itself what of it may be logged.
type Texter interface {
	error
	LogText() string
}

// fixed are the errors of others whose text is fixed too.
var fixed = []error{
	context.Canceled, context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
	sql.ErrNoRows, sql.ErrTxDone, sql.ErrConnDone, driver.ErrBadConn,
}

// Error returns what of the error may be logged, from the outermost error to its
// cause, each as a code or a kind; "" for nil.
func Error(err error) string {
	var parts []string
	walk(err, &parts)
	return strings.Join(parts, ": ")
}

// FromDatabase reports whether the error is one of the database, whose text may
// quote a value.
func FromDatabase(err error) bool {
	var p *pq.Error
	var s *sqlite.Error
	return errors.As(err, &p) || errors.As(err, &s)
}

func walk(err error, parts *[]string) {
	if err == nil {
		return
	}
	text, last := one(err)
	if text != "" {
		*parts = append(*parts, text)
	}
	if last {
		return
	}
	switch w := err.(type) { //nolint:errorlint // one link of the chain after the other
	case interface{ Unwrap() error }:
		walk(w.Unwrap(), parts)
	case interface{ Unwrap() []error }:
		for _, each := range w.Unwrap() {
			walk(each, parts)
		}
	}
}

// one is what may be said of one link of a chain, and whether the rest of the
// chain adds nothing.
func one(err error) (text string, last bool) {
	switch e := err.(type) { //nolint:errorlint // one link of the chain after the other
	case Texter:
		return e.LogText(), false
	case Fixed:
		return string(e), true
	case *pq.Error:
		return postgres(e), true
	case *sqlite.Error:
		return lite(e), true
	case syscall.Errno:
		return e.Error(), true
	case *net.OpError:
		return e.Op + " " + e.Net, false
	case *net.DNSError:
		return "name lookup", true
	}
	for _, f := range fixed {
		if err == f { //nolint:errorlint // this link itself
			return f.Error(), true
		}
	}
	if wraps(err) {
		return "", false
	}
	return fmt.Sprintf("%T", err), true
}

func wraps(err error) bool {
	switch w := err.(type) { //nolint:errorlint // this link itself
	case interface{ Unwrap() error }:
		return w.Unwrap() != nil
	case interface{ Unwrap() []error }:
		return len(w.Unwrap()) > 0
	}
	return false
}

// postgres leaves out Message, Detail, Hint and Where: they quote values.
func postgres(e *pq.Error) string {
	text := "postgres " + string(e.Code)
	for _, name := range []string{e.Table, e.Column, e.Constraint} {
		if name != "" {
			text += " " + name
		}
	}
	return text
}

func lite(e *sqlite.Error) string {
	text := "sqlite " + strconv.Itoa(e.Code())
	if name := sqlite.ErrorCodeString[e.Code()&0xff]; name != "" {
		text += " " + name
	}
	return text
}
