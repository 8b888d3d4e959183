package row

import (
	"fmt"
	"io"
	"slices"
	"strconv"
)

// OneOf refuses a value that the enum does not have; label is that of the entity.
func OneOf[E ~string](label, field string, e E, values ...E) error {
	if slices.Contains(values, e) {
		return nil
	}
	return fmt.Errorf("%s: invalid enum value for %s field: %q", label, field, e)
}

// WriteEnum writes the value as a GraphQL enum value.
func WriteEnum[E ~string](w io.Writer, e E) { _, _ = io.WriteString(w, strconv.Quote(string(e))) }

// ReadEnum reads a GraphQL enum value.
func ReadEnum[E ~string](into *E, v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("an enum value is a name")
	}
	*into = E(s)
	return nil
}
