// Package compile answers a query over rows with one SQL statement: it turns
// the document into the text of a statement that returns all rows as nested
// arrays, and turns those into the answer in one pass. What it cannot compile,
// it leaves to the resolvers, root field by root field.
package compile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"medoffice/graph/limit"
	"medoffice/modules/kit"
	"medoffice/modules/kit/cursor"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/observe"
)

// planBytes bounds the plans that are kept.
const planBytes = 32 << 20

// Compiler makes statements of documents.
type Compiler struct {
	catalog *catalog
	db      *db.DB
	seal    *cursor.Seal
	present graphql.ErrorPresenterFunc
	recover graphql.RecoverFunc
	watch   *observe.Observer
	errors  int
	plans   *limit.Cache[*plan]
	asks    *limit.Cache[*asks]
	writers sync.Pool
}

// Config is what a compiler works with.
type Config struct {
	Schema  *ast.Schema
	Types   field.Types
	DB      *db.DB
	Seal    *cursor.Seal
	Present graphql.ErrorPresenterFunc
	Recover graphql.RecoverFunc
	Watch   *observe.Observer // may be nil
	Errors  int               // most errors of an answer
}

// New checks the declarations against the schema.
func New(c Config) (*Compiler, error) {
	known, err := newCatalog(c.Schema, c.Types)
	if err != nil {
		return nil, err
	}
	return &Compiler{
		catalog: known, db: c.DB, seal: c.Seal, present: c.Present, recover: c.Recover, watch: c.Watch, errors: max(c.Errors, 1),
		plans: limit.NewCache[*plan](planBytes), asks: limit.NewCache[*asks](planBytes / 8),
		writers: sync.Pool{New: func() any { return new(writer) }},
	}, nil
}

// Run answers a query, or reports that nothing of it is compiled. others runs the
// root fields that are left to resolvers, as one operation.
func (c *Compiler) Run(ctx context.Context, op *graphql.OperationContext, key string,
	others func(ctx context.Context, set ast.SelectionSet) *graphql.Response,
) (resp *graphql.Response, done bool) {
	p := c.plan(ctx, op, key)
	if p.simple || len(p.others) == len(p.view) {
		return nil, false
	}
	r := &run{ctx: ctx, plan: p, op: op, c: c}
	w := c.writers.Get().(*writer)
	defer c.writers.Put(w)
	*w = writer{run: r, tape: w.tape, steps: w.steps[:0], in: w.in[:0], arena: w.arena[:0], sight: kit.SightOf(ctx), most: c.errors}
	resp = &graphql.Response{}
	if len(p.others) > 0 {
		set := make(ast.SelectionSet, len(p.others))
		for i, o := range p.others {
			set[i] = o.field
		}
		rest := others(ctx, set)
		w.errs = rest.Errors
		var ok bool
		if w.others, ok = parts(rest.Data, p.others); !ok {
			return rest, true
		}
	}
	before := len(w.errs)
	watched := w.begin()
	if err := w.careful(); err != nil {
		w.b, w.errs = nil, w.errs[:before:before]
		w.refuse(err)
	}
	watched()
	resp.Data, resp.Errors = w.b, w.errs
	w.run, w.b = nil, nil
	return resp, true
}

// parts takes the answer of the resolvers apart.
func parts(data json.RawMessage, list []other) ([]json.RawMessage, bool) {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(data, &values); err != nil || values == nil {
		return nil, false
	}
	out := make([]json.RawMessage, len(list))
	for i, o := range list {
		out[i] = values[o.field.Alias]
	}
	return out, true
}

// begin has every root field that is compiled observed, until written says that
// they are written. They share the statement, which runs for the first of them.
func (w *writer) begin() (written func()) {
	if w.c.watch == nil {
		return func() {}
	}
	ctx, done := w.ctx, make([]func(bool), len(w.plan.view))
	for i, o := range w.plan.view {
		if o.kind == aName || o.kind == isOther {
			continue
		}
		var own context.Context
		own, done[i] = w.c.watch.Field(ctx, "Query."+o.name)
		if w.ctx == ctx {
			w.ctx = own
		}
	}
	return func() {
		for i, o := range w.plan.view {
			if done[i] != nil {
				done[i](slices.ContainsFunc(w.errs, func(err *gqlerror.Error) bool { return len(err.Path) > 0 && err.Path[0] == o.path }))
			}
		}
	}
}

// careful answers, and makes an ordinary error of a panic.
func (w *writer) careful() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = w.c.recover(w.ctx, p)
		}
	}()
	return w.answer()
}

// answer runs the statement and writes what it returns.
func (w *writer) answer() error {
	r := w.run
	if len(r.plan.root.slots) == 0 {
		if err := w.tape.read([]byte("[]")); err != nil {
			return err
		}
		w.object(r.plan.root, r.plan.view, nil)
		return nil
	}
	text, args := r.plan.text, r.plan.args
	if r.plan.fixed {
		args = r.fill(args)
	} else {
		text, args, _ = r.statement(false)
	}
	rows, err := r.c.db.Client(r.ctx).QueryContext(r.ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		return errors.Join(errTape, rows.Err())
	}
	var src []byte
	if err := rows.Scan(&src); err != nil {
		return err
	}
	if err := rows.Close(); err != nil {
		return err
	}
	if err := w.tape.read(src); err != nil {
		return err
	}
	w.b = make([]byte, 0, 2*len(src)+256)
	w.object(r.plan.root, r.plan.view, w.slots(r.plan.root, 0))
	w.sight.Count(w.rows)
	return nil
}

// refuse answers every compiled root field with null and the error, or its own.
func (w *writer) refuse(err error) {
	w.b = append(w.b, '{')
	for i := range w.plan.view {
		o := &w.plan.view[i]
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = append(w.b, o.key...)
		w.steps = append(w.steps[:0], step{name: o.path, at: o.at})
		switch own := w.run.errs[o.list]; {
		case o.kind == aName || o.kind == isOther || o.kind == isDenied:
			w.value(nil, o, nil)
		case own != nil:
			w.failed(own)
		default:
			w.failed(err)
		}
	}
	w.b = append(w.b, '}')
}

// fill puts the values of the variables in.
func (r *run) fill(args []any) []any {
	filled := make([]any, len(args))
	for i, a := range args {
		if l, ok := a.(later); ok {
			a = plain(r.op.Variables[l.variable])
		}
		filled[i] = a
	}
	return filled
}

// plain is a value as its resolver would get it: identifiers may come as numbers.
func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		return v.String()
	case int64, int:
		return fmt.Sprint(v)
	}
	return v
}
