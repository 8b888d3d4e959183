package db

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/lib/pq"

	"medoffice/ent"
)

type txKey struct{}

// running is the transaction of a context.
type running struct {
	tx     *ent.Tx
	before []func(context.Context) error
	after  []func()
	doubt  []func()
	notes  map[any]any
}

// Client returns the ent client of the running transaction, or the one for reading.
func (d *DB) Client(ctx context.Context) *ent.Client {
	if r, ok := ctx.Value(txKey{}).(*running); ok {
		return r.tx.Client()
	}
	return d.read
}

// InTx reports whether a transaction is running in the context.
func InTx(ctx context.Context) bool { return ctx.Value(txKey{}) != nil }

// tries bounds how often a transaction runs that the database gave up for
// another one.
const tries = 4

// Tx runs f in a transaction and commits what it wrote if it returns nil.
// Inside another Tx it joins that one. On a deadlock or a serialization
// failure f runs again, so it must depend on nothing but the database.
func (d *DB) Tx(ctx context.Context, f func(context.Context) error) error {
	if InTx(ctx) {
		return f(ctx)
	}
	var err error
	for try := range tries {
		if err = d.once(ctx, f); !retryable(err) {
			return err
		}
		pause := time.Duration(1+rand.IntN(10<<try)) * time.Millisecond
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return err
}

func retryable(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

func (d *DB) once(ctx context.Context, f func(context.Context) error) (err error) {
	tx, err := d.write.Tx(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	r := &running{tx: tx, notes: map[any]any{}}
	committed := false
	defer func() {
		if !committed {
			_ = tx.Rollback()
		}
	}()
	inside := context.WithValue(ctx, txKey{}, r)
	if err := f(inside); err != nil {
		return err
	}
	for _, last := range r.before {
		if err := last(inside); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		for _, f := range r.doubt {
			f()
		}
		return fmt.Errorf("commit: %w", err)
	}
	committed = true
	for _, next := range r.after {
		next()
	}
	return nil
}

// Before runs f at the end of the running transaction, before its commit.
func Before(ctx context.Context, f func(context.Context) error) {
	if r, ok := ctx.Value(txKey{}).(*running); ok {
		r.before = append(r.before, f)
	}
}

// After runs f after the commit of the running transaction, or now if there is none.
func After(ctx context.Context, f func()) {
	if r, ok := ctx.Value(txKey{}).(*running); ok {
		r.after = append(r.after, f)
		return
	}
	f()
}

// Doubt runs f if it is not known whether the running transaction was committed,
// because the answer to its commit was lost.
func Doubt(ctx context.Context, f func()) {
	if r, ok := ctx.Value(txKey{}).(*running); ok {
		r.doubt = append(r.doubt, f)
	}
}

// Note returns a value that lives as long as the running transaction. The first
// call with the key makes it by start. Outside a transaction it returns nil.
func Note[T any](ctx context.Context, key any, start func() *T) *T {
	r, ok := ctx.Value(txKey{}).(*running)
	if !ok {
		return nil
	}
	if got, ok := r.notes[key]; ok {
		return got.(*T)
	}
	made := start()
	r.notes[key] = made
	return made
}

// Alone takes a lock with the name until the transaction ends: it waits for every
// other transaction that holds it, in this process or another. On SQLite, only one
// transaction writes at a time anyway.
func (d *DB) Alone(ctx context.Context, name string) error {
	if !d.Postgres() {
		return nil
	}
	_, err := d.Client(ctx).ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", name)
	return err
}
