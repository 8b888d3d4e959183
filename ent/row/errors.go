package row

import (
	"errors"
	"fmt"

	"entgo.io/ent/dialect/sql/sqlgraph"
)

// NotFoundError says that a query which expects a row found none.
type NotFoundError struct{ label string }

func (e *NotFoundError) Error() string { return "ent: " + e.label + " not found" }

// IsNotFound reports whether the error is, or wraps, a NotFoundError.
func IsNotFound(err error) bool {
	var e *NotFoundError
	return errors.As(err, &e)
}

// NotSingularError says that a query which expects one row found several.
type NotSingularError struct{ label string }

func (e *NotSingularError) Error() string { return "ent: " + e.label + " not singular" }

// IsNotSingular reports whether the error is, or wraps, a NotSingularError.
func IsNotSingular(err error) bool {
	var e *NotSingularError
	return errors.As(err, &e)
}

// ValidationError says that a value does not fit its column.
type ValidationError struct {
	Name string // of the column
	err  error
}

func (e *ValidationError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *ValidationError) Unwrap() error { return e.err }

// IsValidationError reports whether the error is, or wraps, a ValidationError.
func IsValidationError(err error) bool {
	var e *ValidationError
	return errors.As(err, &e)
}

// ConstraintError says that a constraint of the database refused a change.
type ConstraintError struct{ wrap error }

func (e *ConstraintError) Error() string { return "ent: constraint failed: " + e.wrap.Error() }

// Unwrap returns the cause.
func (e *ConstraintError) Unwrap() error { return e.wrap }

// IsConstraintError reports whether the error is, or wraps, a ConstraintError.
func IsConstraintError(err error) bool {
	var e *ConstraintError
	return errors.As(err, &e)
}

// constrained names what a constraint of the database refused.
func constrained(err error) error {
	if err != nil && sqlgraph.IsConstraintError(err) {
		return &ConstraintError{wrap: err}
	}
	return err
}

func missing(t *Table, column string) error {
	return &ValidationError{Name: column, err: fmt.Errorf(`ent: missing required field "%s.%s"`, t.Type, column)}
}
