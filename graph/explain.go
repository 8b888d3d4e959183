package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/validator"

	"entgo.io/ent/dialect"

	"medoffice/graph/compile"
	"medoffice/modules"
	"medoffice/modules/kit"
)

// Explained is how a document would be answered.
type Explained struct {
	compile.Plan
	SQL  string   // of the one statement, "" for none
	Args int      // of it
	Rows []string // how the database would run it
}

// Explainer says how queries would be answered.
type Explainer struct{ engine *engine }

// NewExplainer makes one for an office.
func NewExplainer(o *modules.Office) (*Explainer, error) {
	e, err := newEngine(o, Options{})
	return &Explainer{e}, err
}

// Explain returns how the first operation of a document would be answered to the
// role, without running it.
func (x *Explainer) Explain(ctx context.Context, text string, variables map[string]any, role string) (*Explained, error) {
	e := x.engine
	known, err := e.library.parse(text, &e.table.Trusted)
	if err != nil {
		return nil, err
	}
	op := &graphql.OperationContext{RawQuery: text, Doc: known.doc, Operation: known.doc.Operations[0]}
	if op.Variables, err = validator.VariableValues(e.schema.Schema(), op.Operation, variables); err != nil {
		return nil, e.coercion(op.Operation, err)
	}
	ctx = kit.WithViewer(ctx, e.office.Access.Role(role))
	out := &Explained{Plan: e.compiler.Plan(ctx, op, text)}
	sql, args := e.compiler.Statement(ctx, op, text)
	if out.SQL, out.Args = sql, len(args); sql == "" {
		return out, nil
	}
	out.Rows, err = planOf(ctx, e.office, sql, args)
	return out, err
}

// planOf asks the database how it would run a statement.
func planOf(ctx context.Context, o *modules.Office, sql string, args []any) (lines []string, err error) {
	word := "EXPLAIN "
	if o.Deps.DB.Dialect == dialect.SQLite {
		word = "EXPLAIN QUERY PLAN "
	}
	rows, err := o.Deps.DB.Client(ctx).QueryContext(ctx, word+sql, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	depth := map[int64]int{}
	for rows.Next() {
		var line string
		if o.Deps.DB.Dialect != dialect.SQLite {
			err = rows.Scan(&line)
		} else {
			var id, parent, unused int64
			err = rows.Scan(&id, &parent, &unused, &line)
			depth[id] = depth[parent] + 1
			line = strings.Repeat("  ", depth[parent]) + line
		}
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, rows.Err()
}
