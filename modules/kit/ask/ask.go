// Package ask holds what a client asks of a list, as it came: a filter and an
// order, and how much one request may ask. They are types of their own package because the executor that gqlgen
// writes has variables named field.
package ask

import (
	"io"

	"medoffice/modules/kit/unfit"
)

// Filter is a filter input: field names to conditions, with and, or and not.
// The schema has checked its shape; kit/field checks the rest.
type Filter map[string]any

// UnmarshalGQL takes the filter over.
func (f *Filter) UnmarshalGQL(v any) error {
	m, ok := v.(map[string]any)
	if !ok {
		return unfit.Error("a filter is an object")
	}
	*f = m
	return nil
}

// MarshalGQL is there because gqlgen asks for it; no output has a filter.
func (Filter) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, "null") }

// Order is one key of the wanted order of a list: a field and a direction. Rows that
// are equal in all keys are ordered by id.
type Order struct {
	Field string // "startedAt"
	Desc  bool
	Nulls Nulls
}

// Nulls says where the rows without a value come.
type Nulls string

// The places of rows without a value: last in ascending order and first in
// descending, if nothing is said.
const (
	First Nulls = "FIRST"
	Last  Nulls = "LAST"
)

// UnmarshalGQL reads an order input: {field: STARTED_AT, direction: DESC}.
func (o *Order) UnmarshalGQL(v any) error {
	m, ok := v.(map[string]any)
	if !ok {
		return unfit.Error("an order is an object")
	}
	name, ok := m["field"].(string)
	if !ok {
		return unfit.Error("an order has a field")
	}
	o.Field = camel(name)
	o.Desc = m["direction"] == "DESC"
	nulls, _ := m["nulls"].(string)
	o.Nulls = Nulls(nulls)
	return nil
}

// MarshalGQL is there because gqlgen asks for it; no output has an order.
func (Order) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, "null") }

// camel turns STARTED_AT into startedAt.
func camel(s string) string {
	b := make([]byte, 0, len(s))
	up := false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '_':
			up = true
		case up || c < 'A' || c > 'Z':
			b, up = append(b, c), false
		default:
			b = append(b, c+'a'-'A')
		}
	}
	return string(b)
}
