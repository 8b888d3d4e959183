package row

import (
	"context"
	"reflect"
	"slices"

	"entgo.io/ent"
	"entgo.io/ent/dialect/sql/sqlgraph"
)

// change is what the builders of changes have in common.
type change struct {
	config   *Config
	mutation *Mutation
}

// Mutation is the change as hooks see it.
func (c *change) Mutation() *Mutation { return c.mutation }

// Put gives a column a value; the setters of the generated builders call it.
func (c *change) Put(column string, v any) { c.mutation.Put(column, v) }

// Clear makes a column null; the generated builders call it.
func (c *change) Clear(column string) { c.mutation.Clear(column) }

// Add counts a column up; the generated builders call it.
func (c *change) Add(column string, v any) { c.mutation.Add(column, v) }

// PutSome gives a column a value where there is one.
func PutSome[V any](b interface{ Put(column string, v any) }, column string, v *V) {
	if v != nil {
		b.Put(column, *v)
	}
}

// run runs the change through the hooks.
func (c *change) run(ctx context.Context, do func(context.Context) (ent.Value, error)) (ent.Value, error) {
	return hooked(c.config, do).Mutate(ctx, c.mutation)
}

func hooked(c *Config, do func(context.Context) (ent.Value, error)) ent.Mutator {
	var m ent.Mutator = ent.MutateFunc(func(ctx context.Context, _ ent.Mutation) (ent.Value, error) { return do(ctx) })
	for _, h := range slices.Backward(c.guards.hooks) {
		m = h(m)
	}
	return m
}

// Create makes a row. The generated builders embed it.
type Create struct {
	change
	kind *Kind
}

// Saved gives what a change returns its type.
func Saved[R Row](r Row, err error) (saved R, _ error) {
	if err != nil {
		return saved, err
	}
	return r.(R), nil
}

// Do makes the row and returns it.
func (c *Create) Do(ctx context.Context) (Row, error) {
	c.defaults()
	v, err := c.run(ctx, func(ctx context.Context) (ent.Value, error) {
		r, spec, err := c.spec()
		if err != nil {
			return nil, err
		}
		err = constrained(sqlgraph.CreateNode(ctx, c.config.driver, spec))
		c.numbered(r, spec)
		return r, err
	})
	if err != nil {
		return nil, err
	}
	return v.(Row), nil
}

// Exec makes the row.
func (c *Create) Exec(ctx context.Context) error { _, err := c.Do(ctx); return err }

func (c *Create) defaults() {
	m := c.mutation
	for i, col := range m.table.columns {
		if m.state[i] == untouched && col.byDefault != nil {
			m.values[i], m.state[i] = col.byDefault(), set
		}
	}
}

// spec is the statement and the row as it will be.
func (c *Create) spec() (Row, *sqlgraph.CreateSpec, error) {
	m, r := c.mutation, c.kind.Row()
	r.RowBase().config = c.config
	spec := sqlgraph.NewCreateSpec(m.table.SQL, sqlgraph.NewFieldSpec(m.table.id().Column, m.table.id().Type))
	for i, col := range m.table.columns {
		if m.state[i] != set {
			if !col.optional {
				return r, nil, missing(m.table, col.name)
			}
			continue
		}
		if err := m.table.check(col, m.values[i]); err != nil {
			return r, nil, err
		}
		if i == 0 {
			spec.ID.Value = m.values[0]
		} else {
			spec.SetField(col.spec.Column, col.spec.Type, m.values[i])
		}
		put(r.Pointer(col.spec.Column), m.values[i])
	}
	return r, spec, nil
}

// numbered takes over the id that the database gave.
func (c *Create) numbered(r Row, spec *sqlgraph.CreateSpec) {
	if t := c.mutation.table; c.mutation.state[0] != set && spec.ID.Value != nil {
		put(r.Pointer(t.id().Column), reflect.ValueOf(spec.ID.Value).Convert(t.columns[0].goType).Interface())
	}
}

// Creator is a builder of one row.
type Creator interface{ create() *Create }

func (c *Create) create() *Create { return c }

// Bulk makes many rows in one statement.
type Bulk struct {
	config *Config
	each   []*Create
}

// BulkOf is the bulk of the builders.
func BulkOf[C Creator](c Client, builders []C) *Bulk {
	b := &Bulk{config: c.config, each: make([]*Create, len(builders))}
	for i, one := range builders {
		b.each[i] = one.create()
	}
	return b
}

// Save makes the rows and returns them.
func (b *Bulk) Save(ctx context.Context) (Rows, error) {
	rows, specs := make(Rows, len(b.each)), make([]*sqlgraph.CreateSpec, len(b.each))
	// The hooks of each row stand around those of the next, the statement is inside
	// of all: every hook runs before it and after it.
	var step func(ctx context.Context, i int) error
	step = func(ctx context.Context, i int) error {
		if i == len(b.each) {
			err := constrained(sqlgraph.BatchCreate(ctx, b.config.driver, &sqlgraph.BatchCreateSpec{Nodes: specs}))
			for i, c := range b.each {
				c.numbered(rows[i], specs[i])
			}
			return err
		}
		c := b.each[i]
		c.defaults()
		_, err := c.run(ctx, func(ctx context.Context) (ent.Value, error) {
			var err error
			if rows[i], specs[i], err = c.spec(); err != nil {
				return nil, err
			}
			return rows[i], step(ctx, i+1)
		})
		return err
	}
	if len(b.each) == 0 {
		return rows, nil
	}
	return rows, step(ctx, 0)
}

// Exec makes the rows.
func (b *Bulk) Exec(ctx context.Context) error { _, err := b.Save(ctx); return err }

// Narrow adds conditions to a change, all of which must hold.
func Narrow[P Where](m *Mutation, ps []P) {
	for _, p := range ps {
		m.where = append(m.where, p)
	}
}

// Update changes one row. The generated builders embed it.
type Update struct {
	change
	kind *Kind
}

// Do changes the row and returns it as it is then; a NotFoundError where it is not.
func (u *Update) Do(ctx context.Context) (Row, error) {
	v, err := u.run(ctx, func(ctx context.Context) (ent.Value, error) {
		r := u.kind.Row()
		r.RowBase().config = u.config
		spec := sqlgraph.NewUpdateSpec(u.mutation.table.SQL, u.mutation.table.Names, sqlgraph.NewFieldSpec(u.mutation.table.id().Column, u.mutation.table.id().Type))
		spec.Node.ID.Value = u.mutation.id
		if err := u.mutation.fill(spec); err != nil {
			return nil, err
		}
		spec.ScanValues = func(columns []string) ([]any, error) { return places(r, columns), nil }
		spec.Assign = func([]string, []any) error { return nil }
		return r, u.mutation.changed(sqlgraph.UpdateNode(ctx, u.config.driver, spec))
	})
	if err != nil {
		return nil, err
	}
	return v.(Row), nil
}

// Exec changes the row.
func (u *Update) Exec(ctx context.Context) error { _, err := u.Do(ctx); return err }

// fill gives a statement what changes.
func (m *Mutation) fill(spec *sqlgraph.UpdateSpec) error {
	if len(m.where) > 0 {
		spec.Predicate = all(m.where)
	}
	for i, c := range m.table.columns {
		switch m.state[i] {
		case set:
			if err := m.table.check(c, m.values[i]); err != nil {
				return err
			}
			spec.SetField(c.spec.Column, c.spec.Type, m.values[i])
		case cleared:
			spec.ClearField(c.spec.Column, c.spec.Type)
		}
		if n, ok := m.added[i]; ok {
			spec.AddField(c.spec.Column, c.spec.Type, n)
		}
	}
	return nil
}

func (m *Mutation) changed(err error) error {
	if _, ok := err.(*sqlgraph.NotFoundError); ok { //nolint:errorlint // as sqlgraph returns it
		return &NotFoundError{m.table.Label}
	}
	return constrained(err)
}

// UpdateMany changes all rows that its conditions name.
type UpdateMany struct{ change }

// Save changes the rows and returns how many.
func (u *UpdateMany) Save(ctx context.Context) (int, error) {
	v, err := u.run(ctx, func(ctx context.Context) (ent.Value, error) {
		spec := sqlgraph.NewUpdateSpec(u.mutation.table.SQL, u.mutation.table.Names, sqlgraph.NewFieldSpec(u.mutation.table.id().Column, u.mutation.table.id().Type))
		if err := u.mutation.fill(spec); err != nil {
			return nil, err
		}
		n, err := sqlgraph.UpdateNodes(ctx, u.config.driver, spec)
		return n, u.mutation.changed(err)
	})
	if err != nil {
		return 0, err
	}
	return v.(int), nil
}

// Exec changes the rows.
func (u *UpdateMany) Exec(ctx context.Context) error { _, err := u.Save(ctx); return err }

// Delete deletes all rows that its conditions name.
type Delete struct{ change }

// Exec deletes the rows and returns how many they were.
func (d *Delete) Exec(ctx context.Context) (int, error) {
	v, err := d.run(ctx, func(ctx context.Context) (ent.Value, error) {
		t := d.mutation.table
		spec := sqlgraph.NewDeleteSpec(t.SQL, sqlgraph.NewFieldSpec(t.id().Column, t.id().Type))
		if len(d.mutation.where) > 0 {
			spec.Predicate = all(d.mutation.where)
		}
		n, err := sqlgraph.DeleteNodes(ctx, d.config.driver, spec)
		return n, constrained(err)
	})
	if err != nil {
		return 0, err
	}
	return v.(int), nil
}
