// Package scalar reads and writes the scalars of the graph whose Go types belong to
// other packages, such as time.Time.
package scalar

import (
	"io"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/kit/unfit"
)

// Layout is how an instant looks in the graph, and in SQLite.
const Layout = "2006-01-02T15:04:05.000Z"

// MarshalDateTime writes an instant.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		_, _ = io.WriteString(w, `"`+t.UTC().Format(Layout)+`"`)
	})
}

// UnmarshalDateTime reads an instant of any zone and cuts it to milliseconds.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, ok := v.(string)
	if !ok {
		return time.Time{}, unfit.Error("an instant is a string")
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, unfit.Error("an instant is written as in 2026-01-31T09:30:00Z")
	}
	return clock.Cut(t), nil
}

// Check returns why a value cannot be read as the scalar with the name; nil if it
// can, or if the scalar is not known here.
func Check(name string, v any) (err error) {
	switch name {
	case "DateTime":
		_, err = UnmarshalDateTime(v)
	case "Date":
		err = new(date.Date).UnmarshalGQL(v)
	case "Decimal":
		err = new(decimal.Decimal).UnmarshalGQL(v)
	}
	return err
}
