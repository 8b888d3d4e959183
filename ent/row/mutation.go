package row

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
)

// Mutation is a change of rows on its way: the values by column. It implements
// ent.Mutation for the hooks.
type Mutation struct {
	table  *Table
	op     ent.Op
	id     any // of one row
	values []any
	state  []state
	added  map[int]any
	where  []func(*sql.Selector)
}

type state byte

const (
	untouched state = iota
	set
	cleared
)

func newMutation(t *Table, op ent.Op) *Mutation {
	n := len(t.columns)
	return &Mutation{table: t, op: op, values: make([]any, n), state: make([]state, n)}
}

// at is the place of a column. That there is none is a bug of the caller.
func (m *Mutation) at(name string) int {
	i, ok := m.table.index[name]
	if !ok {
		panic("row: " + m.table.Type + " has no column " + name)
	}
	return i
}

// Put gives a column a value of its Go type, which nobody checks.
func (m *Mutation) Put(name string, v any) {
	i := m.at(name)
	m.values[i], m.state[i] = v, set
	delete(m.added, i)
}

// Clear makes a column null, whether it may be or not.
func (m *Mutation) Clear(name string) {
	i := m.at(name)
	m.values[i], m.state[i] = nil, cleared
}

// Add counts a column up.
func (m *Mutation) Add(name string, v any) {
	if m.added == nil {
		m.added = map[int]any{}
	}
	m.added[m.at(name)] = v
}

// Op is what is done: create, update, delete.
func (m *Mutation) Op() ent.Op { return m.op }

// SetOp changes what is done.
func (m *Mutation) SetOp(op ent.Op) { m.op = op }

// Type is the name of the entity.
func (m *Mutation) Type() string { return m.table.Type }

// Has reports whether the entity has the column.
func (m *Mutation) Has(column string) bool { return m.table.Has(column) }

// ID is the id of the row that is made or changed, nil where several are.
func (m *Mutation) ID() any {
	if m.state[0] == set {
		return m.values[0]
	}
	return m.id
}

func (m *Mutation) in(want state) (names []string) {
	for i, c := range m.table.columns {
		if i > 0 && m.state[i] == want {
			names = append(names, c.name)
		}
	}
	return names
}

// Fields are the columns that get a value.
func (m *Mutation) Fields() []string { return m.in(set) }

// ClearedFields are the columns that become null.
func (m *Mutation) ClearedFields() []string { return m.in(cleared) }

// Field is the new value of a column, if it gets one.
func (m *Mutation) Field(name string) (ent.Value, bool) {
	i, ok := m.table.index[name]
	if !ok || m.state[i] != set {
		return nil, false
	}
	return m.values[i], true
}

// SetField gives a column a value of its Go type.
func (m *Mutation) SetField(name string, v ent.Value) error {
	i, ok := m.table.index[name]
	if !ok {
		return fmt.Errorf("ent: unknown %s field %s", m.table.Type, name)
	}
	if want := m.table.columns[i].goType; reflect.TypeOf(v) != want {
		return fmt.Errorf("ent: unexpected type %T for field %s", v, name)
	}
	m.Put(name, v)
	return nil
}

// ClearField makes a column null.
func (m *Mutation) ClearField(name string) error {
	i, ok := m.table.index[name]
	if !ok || !m.table.columns[i].optional {
		return fmt.Errorf("ent: unknown %s nullable field %s", m.table.Type, name)
	}
	m.Clear(name)
	return nil
}

// FieldCleared reports whether a column becomes null.
func (m *Mutation) FieldCleared(name string) bool {
	i, ok := m.table.index[name]
	return ok && m.state[i] == cleared
}

// ResetField forgets what was said about a column.
func (m *Mutation) ResetField(name string) error {
	i, ok := m.table.index[name]
	if !ok {
		return fmt.Errorf("ent: unknown %s field %s", m.table.Type, name)
	}
	m.values[i], m.state[i] = nil, untouched
	delete(m.added, i)
	return nil
}

// AddedFields are the columns that are counted up or down.
func (m *Mutation) AddedFields() (names []string) {
	for i, c := range m.table.columns {
		if _, ok := m.added[i]; ok {
			names = append(names, c.name)
		}
	}
	return names
}

// AddedField is by how much a column is counted up.
func (m *Mutation) AddedField(name string) (ent.Value, bool) {
	v, ok := m.added[m.table.index[name]]
	return v, ok && m.table.Has(name)
}

// AddField counts a column up.
func (m *Mutation) AddField(name string, v ent.Value) error {
	if !m.table.Has(name) {
		return fmt.Errorf("ent: unknown %s numeric field %s", m.table.Type, name)
	}
	m.Add(name, v)
	return nil
}

// WhereP narrows the rows that are changed.
func (m *Mutation) WhereP(ps ...func(*sql.Selector)) { m.where = append(m.where, ps...) }

// Edges are columns here: a change has none of its own.

// AddedEdges is always empty.
func (m *Mutation) AddedEdges() []string { return nil }

// AddedIDs is always empty.
func (m *Mutation) AddedIDs(string) []ent.Value { return nil }

// RemovedEdges is always empty.
func (m *Mutation) RemovedEdges() []string { return nil }

// RemovedIDs is always empty.
func (m *Mutation) RemovedIDs(string) []ent.Value { return nil }

// ClearedEdges is always empty.
func (m *Mutation) ClearedEdges() []string { return nil }

// EdgeCleared is always false.
func (m *Mutation) EdgeCleared(string) bool { return false }

// ClearEdge always fails.
func (m *Mutation) ClearEdge(name string) error { return fmt.Errorf("ent: unknown edge %s", name) }

// ResetEdge always fails.
func (m *Mutation) ResetEdge(name string) error { return fmt.Errorf("ent: unknown edge %s", name) }

// OldField always fails: a verb reads the row before it changes it.
func (m *Mutation) OldField(context.Context, string) (ent.Value, error) {
	return nil, errors.New("ent: old values are not kept")
}

var _ ent.Mutation = (*Mutation)(nil)
