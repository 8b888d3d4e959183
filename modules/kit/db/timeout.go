package db

import (
	"context"
	"database/sql/driver"
	"strconv"
	"time"
)

type timeoutKey struct{}

// WithStatementTimeout limits the time of each statement that runs with the
// context. On PostgreSQL it sets statement_timeout, so that the server stops even
// if the request to cancel is lost. SQLite stops when the context ends.
func WithStatementTimeout(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, timeoutKey{}, d)
}

// bound sets the timeout of the context on the connection, where it is another
// than before. A setting made in a transaction would be gone with its rollback,
// so it is made before one begins.
func (c *conn) bound(ctx context.Context) error {
	d, ok := ctx.Value(timeoutKey{}).(time.Duration)
	if !ok || !c.timeouts || c.inTx || d == c.timeout {
		return nil
	}
	e, ok := c.Conn.(driver.ExecerContext)
	if !ok {
		return nil
	}
	if _, err := e.ExecContext(ctx, "SET statement_timeout = "+strconv.FormatInt(d.Milliseconds(), 10), nil); err != nil {
		return err
	}
	c.timeout = d
	return nil
}

// tx informs its connection when it has ended.
type tx struct {
	driver.Tx
	conn *conn
	ctx  context.Context //nolint:containedctx // database/sql ends a transaction without one
}

func (t tx) Commit() error {
	t.conn.inTx = false
	defer t.conn.watch(t.ctx)()
	return t.Tx.Commit()
}

func (t tx) Rollback() error {
	t.conn.inTx = false
	defer t.conn.watch(t.ctx)()
	return t.Tx.Rollback()
}
