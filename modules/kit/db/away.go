package db

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/lib/pq"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Stopped reports whether the database stopped a statement because it took too
// long.
func Stopped(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && e.Code == "57014"
}

// Full reports whether the disk of the database is full.
func Full(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		return p.Code == "53100"
	}
	code := sqliteCode(err)
	return code&0xff == sqlite3.SQLITE_FULL || code == sqlite3.SQLITE_IOERR_WRITE
}

// Away reports whether the database cannot work now and may later: it is stopped,
// starting, out of connections, unreachable, locked by another program, or cannot
// write to its disk. The running transaction is rolled back then, except for a
// commit whose answer was lost.
func Away(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		switch class := string(p.Code.Class()); {
		case class == "08", class == "53", class == "58": // connection, resources, system
			return true
		case strings.HasPrefix(string(p.Code), "57P"): // shut down, crashed, not yet started
			return true
		}
		return false
	}
	switch sqliteCode(err) & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		return true
	}
	var n *net.OpError
	return errors.As(err, &n) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}
