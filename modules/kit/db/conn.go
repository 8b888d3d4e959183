package db

import (
	"container/list"
	"context"
	"database/sql/driver"
	"io"
	"net"
	"sync/atomic"
	"time"

	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/logtext"
	"medoffice/modules/kit/observe"
)

// connector opens connections that keep their prepared statements. It spares
// lib/pq two round trips a query and SQLite the parsing, and ent sees nothing of it.
type connector struct {
	driver.Connector
	instant  func(time.Time) driver.Value
	timeouts bool // the server knows statement_timeout
	engine   string
	seen     *atomic.Pointer[observe.Observer]
}

// statementsPerConn bounds the statements one connection keeps.
const statementsPerConn = 128

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	own := &call{ctx: ctx, stop: func() bool { return true }}
	inner, err := c.Connector.Connect(context.WithValue(ctx, callKey{}, own))
	if cut := !own.stop(); cut && err == nil {
		_ = inner.Close()
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	return &conn{
		Conn: inner, wire: own.wire, instant: c.instant, timeouts: c.timeouts, engine: c.engine, seen: c.seen,
		kept: map[string]*list.Element{}, order: list.New(),
	}, nil
}

type conn struct {
	driver.Conn
	wire    net.Conn // to PostgreSQL; nil for SQLite
	instant func(time.Time) driver.Value
	engine  string
	seen    *atomic.Pointer[observe.Observer]
	kept    map[string]*list.Element // of *kept, by text
	order   *list.List               // most recently used first

	timeouts bool
	timeout  time.Duration // of a statement, as it is set
	inTx     bool
}

// Engine is the connection as the driver of the engine gave it, for what is not SQL.
func (c *conn) Engine() driver.Conn { return c.Conn }

type kept struct {
	text string
	stmt driver.Stmt
	busy bool
}

// statement returns the prepared statement of the text and a function that
// gives it back.
func (c *conn) statement(ctx context.Context, text string) (driver.Stmt, func(), error) {
	if e, ok := c.kept[text]; ok {
		k := e.Value.(*kept)
		if !k.busy {
			c.order.MoveToFront(e)
			k.busy = true
			return k.stmt, func() { k.busy = false }, nil
		}
	}
	stmt, err := c.prepare(ctx, text)
	if err != nil {
		return nil, nil, err
	}
	if _, running := c.kept[text]; running {
		return stmt, func() { _ = stmt.Close() }, nil // its rows are still being read
	}
	k := &kept{text: text, stmt: stmt, busy: true}
	c.kept[text] = c.order.PushFront(k)
	c.forgetOldest()
	return stmt, func() { k.busy = false }, nil
}

func (c *conn) forgetOldest() {
	for e := c.order.Back(); e != nil && c.order.Len() > statementsPerConn; {
		previous := e.Prev()
		if k := e.Value.(*kept); !k.busy {
			c.order.Remove(e)
			delete(c.kept, k.text)
			_ = k.stmt.Close()
		}
		e = previous
	}
}

func (c *conn) prepare(ctx context.Context, text string) (driver.Stmt, error) {
	if p, ok := c.Conn.(driver.ConnPrepareContext); ok {
		return p.PrepareContext(ctx, text)
	}
	return c.Prepare(text)
}

// QueryContext implements driver.QueryerContext.
func (c *conn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	countStatement(ctx, text)
	seen := c.seen.Load().Statement(ctx, c.engine, text, true)
	answered := c.watch(ctx)
	got, done, err := c.query(ctx, text, args)
	if err != nil {
		answered()
		seen.End(true)
		return nil, err
	}
	return wrapRows(got, func() { answered(); done() }, seen), nil
}

func (c *conn) query(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, func(), error) {
	if err := c.bound(ctx); err != nil {
		return nil, nil, err
	}
	stmt, done, err := c.statement(ctx, text)
	if err != nil {
		return nil, nil, err
	}
	got, err := stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		done()
		c.drop(text, err)
	}
	return got, done, err
}

// ExecContext implements driver.ExecerContext. A text without arguments may
// hold several statements, as migrations do, and is not kept.
func (c *conn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	countStatement(ctx, text)
	seen := c.seen.Load().Statement(ctx, c.engine, text, false)
	answered := c.watch(ctx)
	got, err := c.exec(ctx, text, args)
	answered()
	seen.End(err != nil)
	return got, err
}

func (c *conn) exec(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.bound(ctx); err != nil {
		return nil, err
	}
	if e, ok := c.Conn.(driver.ExecerContext); ok && len(args) == 0 {
		return e.ExecContext(ctx, text, args)
	}
	stmt, done, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	got, err := stmt.(driver.StmtExecContext).ExecContext(ctx, args)
	done()
	if err != nil {
		c.drop(text, err)
	}
	return got, err
}

// drop forgets a statement that failed: its plan may belong to an older schema.
func (c *conn) drop(text string, _ error) {
	e, ok := c.kept[text]
	if !ok || e.Value.(*kept).busy {
		return
	}
	c.order.Remove(e)
	delete(c.kept, text)
	_ = e.Value.(*kept).stmt.Close()
}

// CheckNamedValue gives instants the one form in which the database keeps them.
func (c *conn) CheckNamedValue(v *driver.NamedValue) error {
	if valuer, ok := v.Value.(driver.Valuer); ok {
		value, err := driver.DefaultParameterConverter.ConvertValue(valuer)
		if err != nil {
			return err
		}
		v.Value = value
	}
	switch t := v.Value.(type) {
	case time.Time:
		v.Value = c.instant(clock.Cut(t))
		return nil
	case *time.Time:
		if t == nil {
			v.Value = nil
			return nil
		}
		v.Value = c.instant(clock.Cut(*t))
		return nil
	}
	value, err := driver.DefaultParameterConverter.ConvertValue(v.Value)
	v.Value = value
	return err
}

// BeginTx implements driver.ConnBeginTx.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	b, ok := c.Conn.(driver.ConnBeginTx)
	if !ok {
		return nil, logtext.Fixed("db: the driver has no transactions")
	}
	defer c.watch(ctx)()
	if err := c.bound(ctx); err != nil {
		return nil, err
	}
	begun, err := b.BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	c.inTx = true
	return tx{begun, c, ctx}, nil
}

// ResetSession implements driver.SessionResetter.
func (c *conn) ResetSession(ctx context.Context) error {
	if r, ok := c.Conn.(driver.SessionResetter); ok {
		return r.ResetSession(ctx)
	}
	return nil
}

// IsValid implements driver.Validator.
func (c *conn) IsValid() bool {
	v, ok := c.Conn.(driver.Validator)
	return !ok || v.IsValid()
}

// Ping implements driver.Pinger.
func (c *conn) Ping(ctx context.Context) error {
	if p, ok := c.Conn.(driver.Pinger); ok {
		return p.Ping(ctx)
	}
	return nil
}

// rows gives its statement back when it is closed, once. The column methods that
// database/sql asks for by type are passed on.
type rows struct {
	driver.Rows
	done   func()
	seen   observe.Statement
	failed bool
}

type typedRows struct {
	rows
	driver.RowsColumnTypeDatabaseTypeName
}

func wrapRows(inner driver.Rows, done func(), seen observe.Statement) driver.Rows {
	r := rows{Rows: inner, done: done, seen: seen}
	if t, ok := inner.(driver.RowsColumnTypeDatabaseTypeName); ok {
		return &typedRows{r, t}
	}
	return &r
}

func (r *rows) Next(dest []driver.Value) error {
	err := r.Rows.Next(dest)
	r.failed = r.failed || err != nil && err != io.EOF //nolint:errorlint // drivers return it bare
	return err
}

func (r *rows) Close() error {
	err := r.Rows.Close()
	if r.done != nil {
		r.done()
		r.done = nil
		r.seen.End(r.failed || err != nil)
	}
	return err
}

// The embedded interface repeats Rows; the wrapper's own methods win.
func (r *typedRows) Columns() []string              { return r.Rows.Columns() }
func (r *typedRows) Close() error                   { return r.rows.Close() }
func (r *typedRows) Next(dest []driver.Value) error { return r.rows.Next(dest) }
