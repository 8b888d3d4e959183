// Package row is what all entities of ent have in common, written once: how a
// table is described, typed columns, queries, changes, clients. The generated
// packages hold only what differs: names, Go types and setters.
package row

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql/sqlgraph"
	"entgo.io/ent/schema/field"
)

// Table describes the table of one entity.
type Table struct {
	Type    string // "Task": the name of the Go type, in hooks and in the audit trail
	Label   string // "task": the name in errors
	SQL     string // "tasks"
	Names   []string
	columns []column
	index   map[string]int
}

// column is one column of a table, the id included.
type column struct {
	name      string
	spec      *sqlgraph.FieldSpec
	goType    reflect.Type
	optional  bool
	nullable  bool
	immutable bool
	byDefault func() any // nil for none
	enum      []string
}

// Stored is what the database keeps in a column.
type Stored struct {
	Name     string
	Type     field.Type
	Nullable bool
}

// Stored describes the columns of the table.
func (t *Table) Stored() []Stored {
	all := make([]Stored, len(t.columns))
	for i, c := range t.columns {
		all[i] = Stored{c.spec.Column, c.spec.Type, c.nullable}
	}
	return all
}

// Declared is a column as the schema declares it.
type Declared struct {
	Name      string
	Key       string // in the database, where it is not the name
	Type      field.Type
	Optional  bool // a new row need not have a value
	Nullable  bool
	Immutable bool
	Default   any // a value, or a function that makes one; nil for none
	Enum      []string
}

// Now is the default of instants.
func Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// Describe makes the description of an entity. A row of the type shows the Go types
// of the columns.
func Describe(name, label, table string, zero Row, columns ...Declared) *Table {
	t := &Table{Type: name, Label: label, SQL: table, index: map[string]int{}}
	for _, c := range columns {
		t.add(c, zero)
	}
	return t
}

func (t *Table) add(d Declared, zero Row) {
	key := cmp.Or(d.Key, d.Name)
	c := column{
		name: d.Name, spec: sqlgraph.NewFieldSpec(key, d.Type), goType: typeOf(zero, key),
		optional: d.Optional || d.Name == "id", nullable: d.Nullable, immutable: d.Immutable, enum: d.Enum,
	}
	if d.Default != nil {
		c.byDefault = maker(d.Default, c.goType)
	}
	t.index[d.Name], t.index[key] = len(t.columns), len(t.columns)
	t.columns = append(t.columns, c)
	t.Names = append(t.Names, key)
}

// typeOf is the Go type of a column's values: string for *string too.
func typeOf(zero Row, key string) reflect.Type {
	p := zero.Pointer(key)
	if p == nil {
		panic("row: no place for the column " + key)
	}
	if w, ok := p.(wrapper); ok {
		return w.valueType()
	}
	t := reflect.TypeOf(p).Elem()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// maker makes default values of the Go type of the column.
func maker(byDefault any, t reflect.Type) func() any {
	switch f := byDefault.(type) {
	case func() string:
		if t.Kind() == reflect.String && t.PkgPath() == "" {
			return func() any { return f() }
		}
	}
	v := reflect.ValueOf(byDefault)
	if v.Kind() == reflect.Func {
		return func() any { return v.Call(nil)[0].Convert(t).Interface() }
	}
	fixed := v.Convert(t).Interface()
	return func() any { return fixed }
}

// Has reports whether the table has the column.
func (t *Table) Has(name string) bool { _, ok := t.index[name]; return ok }

// id is the column of the primary key.
func (t *Table) id() *sqlgraph.FieldSpec { return t.columns[0].spec }

// check refuses a value that the column does not take.
func (t *Table) check(c column, value any) error {
	if len(c.enum) > 0 && !slices.Contains(c.enum, reflect.ValueOf(value).String()) {
		return &ValidationError{Name: c.name, err: fmt.Errorf(
			`ent: validator failed for field "%s.%s": %s: invalid enum value for %s field: %q`, t.Type, c.name, t.Label, c.name, value)}
	}
	return nil
}
