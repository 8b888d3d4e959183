// Package row is what all entities of ent have in common, written once: how a
// table is described, typed columns, queries, changes, clients. The generated
// packages hold only what differs: names, Go types and setters.
package row

import (
	"fmt"
	"reflect"
	"slices"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/dialect/sql/sqlgraph"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Table describes the table of one entity. It is read from the schema when the
// program starts, so that defaults and validators are given nowhere else.
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
	checks    []func(any) error
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

// Describe reads the description of an entity from its schema. A row of the
// type shows the Go types of the columns.
func Describe(name, label, table string, s ent.Interface, zero Row) *Table {
	t := &Table{Type: name, Label: label, SQL: table, index: map[string]int{}}
	var fields []ent.Field
	for _, m := range s.Mixin() {
		fields = append(fields, m.Fields()...)
	}
	fields = append(fields, s.Fields()...)
	for _, f := range fields {
		t.add(f.Descriptor(), zero)
	}
	if !t.Has("id") { // as ent does
		t.add(field.Int("id").Descriptor(), zero)
	}
	t.lift(t.index["id"])
	return t
}

// lift puts the id first, where ent selects it.
func (t *Table) lift(i int) {
	id := t.columns[i]
	t.columns = slices.Insert(slices.Delete(t.columns, i, i+1), 0, id)
	for i, c := range t.columns {
		t.index[c.name] = i
		t.Names = append(t.Names, c.spec.Column)
		t.index[c.spec.Column] = i
	}
}

func (t *Table) add(d *field.Descriptor, zero Row) {
	if d.Err != nil {
		panic(fmt.Sprintf("row: %s.%s: %v", t.Type, d.Name, d.Err))
	}
	key := d.Name
	if d.StorageKey != "" {
		key = d.StorageKey
	}
	c := column{
		name: d.Name, spec: sqlgraph.NewFieldSpec(key, d.Info.Type), goType: typeOf(zero, key),
		optional: d.Optional || d.Name == "id" || byDatabase(d), nullable: d.Optional, immutable: d.Immutable,
	}
	for _, e := range d.Enums {
		c.enum = append(c.enum, e.V)
	}
	for _, v := range d.Validators {
		c.checks = append(c.checks, validator(v))
	}
	if d.Default != nil {
		c.byDefault = maker(d.Default, c.goType)
	}
	t.index[d.Name] = len(t.columns)
	t.columns = append(t.columns, c)
}

// byDatabase reports whether the database fills the column in.
func byDatabase(d *field.Descriptor) bool {
	return slices.ContainsFunc(d.Annotations, func(a schema.Annotation) bool {
		e, ok := a.(entsql.Annotation)
		if p, is := a.(*entsql.Annotation); is {
			e, ok = *p, true
		}
		return ok && (e.DefaultExpr != "" || len(e.DefaultExprs) > 0)
	})
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

func validator(f any) func(any) error {
	v := reflect.ValueOf(f)
	return func(value any) error {
		err, _ := v.Call([]reflect.Value{reflect.ValueOf(value).Convert(v.Type().In(0))})[0].Interface().(error)
		return err
	}
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
	for _, check := range c.checks {
		if err := check(value); err != nil {
			return &ValidationError{Name: c.name, err: fmt.Errorf(`ent: validator failed for field "%s.%s": %w`, t.Type, c.name, err)}
		}
	}
	return nil
}
