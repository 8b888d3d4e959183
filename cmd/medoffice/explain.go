package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"syscall"

	"medoffice/modules/kit/db"
)

// explain turns what goes wrong at the start into one line that says what to do.
func explain(err error, database string) error {
	var newer db.NewerError
	text := err.Error()
	switch {
	case errors.As(err, &newer):
		return newer
	case errors.Is(err, syscall.ECONNREFUSED), strings.Contains(text, "no such host"), strings.Contains(text, "timeout"):
		return fmt.Errorf("the database at %s does not answer: start PostgreSQL, or correct --database (MEDOFFICE_DATABASE)", hidden(database))
	case strings.Contains(text, "password authentication failed"), strings.Contains(text, "does not exist"):
		return fmt.Errorf("PostgreSQL at %s refuses us: check the user, the password and the database name in --database", hidden(database))
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.ENOENT),
		strings.Contains(text, "unable to open database file"),
		strings.Contains(text, "readonly database"), strings.Contains(text, "permission denied"):
		return fmt.Errorf("cannot write the database %s: give medoffice a folder that it may write, with --database", hidden(database))
	case strings.Contains(text, "file is not a database"):
		return fmt.Errorf("%s is no SQLite database: name another file with --database", hidden(database))
	}
	return err
}

// hidden is a database URL without its password.
func hidden(database string) string {
	u, err := url.Parse(database)
	if err != nil || u.User == nil {
		return database
	}
	return u.Redacted()
}
