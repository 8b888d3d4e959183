package row

import (
	"context"

	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
)

// Kind is an entity with the types that are generated for it: rows R, conditions
// P, the builders C of a new row and U of a change.
type Kind[R Row, P Where, C creator[R], U any] struct {
	*Table
	Row    func() R
	Create func(Create[R]) C
	Update func(Update[R, P]) U
}

// Client reads and writes the rows of one entity.
type Client[R Row, P Where, C creator[R], U any] struct {
	config *Config
	kind   *Kind[R, P, C, U]
}

// NewClient makes the client of an entity.
func NewClient[R Row, P Where, C creator[R], U any](c *Config, k *Kind[R, P, C, U]) Client[R, P, C, U] {
	return Client[R, P, C, U]{config: c, kind: k}
}

// Query starts a query.
func (c Client[R, P, C, U]) Query() *Query[R, P] {
	return &Query[R, P]{config: c.config, table: c.kind.Table, fresh: c.kind.Row}
}

// Get reads the row with the id, or gives a NotFoundError.
func (c Client[R, P, C, U]) Get(ctx context.Context, id string) (R, error) {
	return c.Query().Where(P(sql.FieldEQ(c.kind.id().Column, id))).Only(ctx)
}

// Create starts a row.
func (c Client[R, P, C, U]) Create() C {
	return c.kind.Create(Create[R]{change{c.config, newMutation(c.kind.Table, ent.OpCreate)}, c.kind.Row})
}

// CreateBulk makes many rows in one statement.
func (c Client[R, P, C, U]) CreateBulk(each ...C) *Bulk[R] {
	b := &Bulk[R]{config: c.config, each: make([]*Create[R], len(each))}
	for i, one := range each {
		b.each[i] = one.create()
	}
	return b
}

// UpdateOneID starts a change of the row with the id.
func (c Client[R, P, C, U]) UpdateOneID(id string) U { return c.kind.change(c.config, id) }

// UpdateOne starts a change of the row.
func (c Client[R, P, C, U]) UpdateOne(r R) U {
	_, id, _ := r.Subject()
	return c.kind.change(c.config, id)
}

// Change starts a change of a row that a query has read.
func (k *Kind[R, P, C, U]) Change(r R) U {
	_, id, _ := r.Subject()
	return k.change(r.base().config, id)
}

func (k *Kind[R, P, C, U]) change(config *Config, id any) U {
	m := newMutation(k.Table, ent.OpUpdateOne)
	m.id = id
	return k.Update(Update[R, P]{change{config, m}, k.Row})
}

// ChangeMany starts a change of many rows. Only an entity that is annotated so
// has a method for it.
func ChangeMany[R Row, P Where, C creator[R], U any](c Client[R, P, C, U]) UpdateMany[P] {
	return UpdateMany[P]{change{c.config, newMutation(c.kind.Table, ent.OpUpdate)}}
}

// DeleteFrom starts a deletion. Only an entity that is annotated so has a method for it.
func DeleteFrom[R Row, P Where, C creator[R], U any](c Client[R, P, C, U]) *Delete[P] {
	return &Delete[P]{change{c.config, newMutation(c.kind.Table, ent.OpDelete)}}
}

// query reads rows of the entity for another one, under the same guards.
func (k *Kind[R, P, C, U]) query(c *Config) *Query[R, P] { return NewClient(c, k).Query() }
