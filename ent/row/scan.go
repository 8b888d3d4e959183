package row

import (
	stdsql "database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"entgo.io/ent/dialect/sql"
)

// Row is one row of an entity, as its generated type gives it.
type Row interface {
	Subjecter
	// Pointer is where the value of a column is read to, nil for no such column.
	Pointer(column string) any
	RowBase() *Base
}

// Subjecter says what a row is and whose chart it belongs to.
type Subjecter interface {
	Subject() (kind, id, patientID string) // patientID is "" for nobody's
	LoadedWith() any
	PutLoadedWith(set any)
}

// Base is what every row carries beside its columns.
type Base struct {
	config *Config
	set    any
}

func (b *Base) RowBase() *Base { return b }

// IsNode marks the row as a Node of the graph.
func (b *Base) IsNode() {}

// LoadedWith is the set of rows that the same statement loaded.
func (b *Base) LoadedWith() any { return b.set }

// PutLoadedWith remembers that set.
func (b *Base) PutLoadedWith(set any) { b.set = set }

// Text is a row for a log or a test: what it is, never what it says.
func Text(r Subjecter) string {
	kind, id, _ := r.Subject()
	return kind + "(" + id + ")"
}

// wrapper is a place that needs more than the driver does.
type wrapper interface {
	valueType() reflect.Type
	put(v any)
}

// maybe is the place of a column that may be null, read as the zero value.
type maybe[T any] struct{ at *T }

// Maybe reads null as the zero value.
func Maybe[T any](at *T) any { return maybe[T]{at} }

func (m maybe[T]) Scan(src any) error {
	var v stdsql.Null[T]
	err := v.Scan(src)
	*m.at = v.V
	return err
}

func (m maybe[T]) valueType() reflect.Type { return reflect.TypeFor[T]() }
func (m maybe[T]) put(v any)               { *m.at = v.(T) }

// encoded is the place of a column of JSON.
type encoded[T any] struct{ at *T }

// JSON reads a column of JSON; null is the zero value.
func JSON[T any](at *T) any { return encoded[T]{at} }

func (e encoded[T]) Scan(src any) error {
	switch text := src.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(text), e.at)
	case []byte:
		if len(text) == 0 {
			return nil
		}
		return json.Unmarshal(text, e.at)
	}
	return fmt.Errorf("row: a column of JSON is %T", src)
}

func (e encoded[T]) valueType() reflect.Type { return reflect.TypeFor[T]() }
func (e encoded[T]) put(v any)               { *e.at = v.(T) }

// places are where one row of a query is read to. What the query selects beside
// the columns of the table is read and left.
func places(r Row, columns []string) []any {
	list := make([]any, len(columns))
	for i, c := range columns {
		if list[i] = r.Pointer(c); list[i] == nil {
			list[i] = new(sql.UnknownType)
		}
	}
	return list
}

// put stores a value where a column of the row is kept.
func put(at, value any) {
	switch p := at.(type) {
	case wrapper:
		p.put(value)
	case *string:
		if v, ok := value.(string); ok {
			*p = v
			return
		}
	case **string:
		if v, ok := value.(string); ok {
			*p = &v
			return
		}
	case *time.Time:
		*p = value.(time.Time)
	case **time.Time:
		v := value.(time.Time)
		*p = &v
	case *int:
		*p = value.(int)
	case *int64:
		*p = value.(int64)
	case *bool:
		*p = value.(bool)
	default:
		place, v := reflect.ValueOf(at).Elem(), reflect.ValueOf(value)
		if place.Kind() == reflect.Pointer {
			place.Set(reflect.New(place.Type().Elem()))
			place = place.Elem()
		}
		place.Set(v)
	}
}

// textAt is the text of a column that holds an id, "" for null.
func textAt(r Row, column string) string {
	switch p := r.Pointer(column).(type) {
	case *string:
		return *p
	case **string:
		if *p != nil {
			return **p
		}
	}
	return ""
}

// Deref is the text, or "" for null.
func Deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
