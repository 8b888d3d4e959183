package row

import (
	"context"
	stdsql "database/sql"
	"fmt"

	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
)

// Config is what the clients of all entities share.
type Config struct {
	driver dialect.Driver
	guards *guards
}

// guards are the hooks of changes and the interceptors of queries.
type guards struct {
	hooks  []ent.Hook
	inters []ent.Interceptor
}

// execer is what the drivers and transactions of ent/dialect/sql are beside their
// interfaces.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (stdsql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*stdsql.Rows, error)
}

// NewConfig makes the configuration of a client on a driver.
func NewConfig(driver dialect.Driver) *Config { return &Config{driver: driver, guards: &guards{}} }

// Use hangs hooks on all changes.
func (c *Config) Use(hooks ...ent.Hook) { c.guards.hooks = append(c.guards.hooks, hooks...) }

// Intercept hangs interceptors on all queries.
func (c *Config) Intercept(inters ...ent.Interceptor) {
	c.guards.inters = append(c.guards.inters, inters...)
}

// Close closes the database.
func (c *Config) Close() error { return c.driver.Close() }

// ExecContext runs a statement that ent does not make, past hooks.
func (c *Config) ExecContext(ctx context.Context, query string, args ...any) (stdsql.Result, error) {
	return c.driver.(execer).ExecContext(ctx, query, args...)
}

// QueryContext runs a query that ent does not make, past interceptors.
func (c *Config) QueryContext(ctx context.Context, query string, args ...any) (*stdsql.Rows, error) {
	return c.driver.(execer).QueryContext(ctx, query, args...)
}

// Begin starts a transaction and returns the configuration of its client.
func (c *Config) Begin(ctx context.Context) (*Config, *Tx, error) {
	tx, err := c.driver.Tx(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("ent: starting a transaction: %w", err)
	}
	d := &txDriver{tx: tx, dialect: c.driver.Dialect()}
	return &Config{driver: d, guards: c.guards}, &Tx{tx: tx}, nil
}

// Tx is a running transaction.
type Tx struct{ tx dialect.Tx }

// Commit keeps what the transaction did.
func (t *Tx) Commit() error { return t.tx.Commit() }

// Rollback undoes what the transaction did.
func (t *Tx) Rollback() error { return t.tx.Rollback() }

// txDriver runs what builders do inside the transaction, which they neither
// begin nor end.
type txDriver struct {
	tx      dialect.Tx
	dialect string
}

func (d *txDriver) Tx(context.Context) (dialect.Tx, error) { return d, nil }
func (d *txDriver) Dialect() string                        { return d.dialect }
func (*txDriver) Close() error                             { return nil }
func (*txDriver) Commit() error                            { return nil }
func (*txDriver) Rollback() error                          { return nil }

func (d *txDriver) Exec(ctx context.Context, query string, args, v any) error {
	return d.tx.Exec(ctx, query, args, v)
}

func (d *txDriver) Query(ctx context.Context, query string, args, v any) error {
	return d.tx.Query(ctx, query, args, v)
}

func (d *txDriver) ExecContext(ctx context.Context, query string, args ...any) (stdsql.Result, error) {
	return d.tx.(execer).ExecContext(ctx, query, args...)
}

func (d *txDriver) QueryContext(ctx context.Context, query string, args ...any) (*stdsql.Rows, error) {
	return d.tx.(execer).QueryContext(ctx, query, args...)
}

// TraverseFunc is called with every query before it runs, and may narrow it.
type TraverseFunc func(ctx context.Context, q Asked) error

// Asked is a query, whatever its entity.
type Asked interface {
	Type() string                     // "Task"
	WhereP(ps ...func(*sql.Selector)) // narrows it
}

// Intercept returns the next querier: what Traverse does comes before.
func (TraverseFunc) Intercept(next ent.Querier) ent.Querier { return next }

// Traverse implements ent.Traverser.
func (f TraverseFunc) Traverse(ctx context.Context, q ent.Query) error { return f(ctx, q.(Asked)) }

// Rows is what a query for rows returns to interceptors.
type Rows []Row
