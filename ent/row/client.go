package row

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
)

// Kind is an entity: its table, and how a row of it is made.
type Kind struct {
	*Table
	Row func() Row
}

// Client reads and writes the rows of one entity. The generated clients embed it.
type Client struct {
	config *Config
	kind   *Kind
}

// NewClient makes the client of an entity.
func NewClient(c *Config, k *Kind) Client { return Client{config: c, kind: k} }

// Read starts a query.
func (c Client) Read() Query { return Query{config: c.config, kind: c.kind} }

// ReadOne starts a query for the row with the id.
func (c Client) ReadOne(id string) *Query {
	q := c.Read()
	q.WhereP(sql.FieldEQ(c.kind.id().Column, id))
	return &q
}

// Make starts a row.
func (c Client) Make() Create {
	return Create{change{c.config, newMutation(c.kind.Table, ent.OpCreate)}, c.kind}
}

// Change starts a change of the row with the id.
func (c Client) Change(id string) Update {
	m := newMutation(c.kind.Table, ent.OpUpdateOne)
	m.id = id
	return Update{change{c.config, m}, c.kind}
}

// ChangeRow starts a change of a row that was read or made.
func ChangeRow(k *Kind, r Row) Update {
	_, id, _ := r.Subject()
	return Client{r.RowBase().config, k}.Change(id)
}

// ChangeMany starts a change of many rows. Only an entity that is annotated so
// has a method for it.
func (c Client) ChangeMany() UpdateMany {
	return UpdateMany{change{c.config, newMutation(c.kind.Table, ent.OpUpdate)}}
}

// DeleteMany starts a deletion. Only an entity that is annotated so has a method for it.
func (c Client) DeleteMany() Delete {
	return Delete{change{c.config, newMutation(c.kind.Table, ent.OpDelete)}}
}
