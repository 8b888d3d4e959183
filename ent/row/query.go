package row

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"

	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/sqlgraph"
)

// Query reads rows of the type R, with conditions of the type P. Its methods
// change it and return it; one that reads is the last.
type Query[R Row, P Where] struct {
	config    *Config
	table     *Table
	fresh     func() R
	where     []func(*sql.Selector)
	order     []func(*sql.Selector)
	modifiers []func(*sql.Selector)
	columns   []string
	limit     *int
	offset    *int
	unique    bool
	edges     []Edge[R]
}

// Type is the name of the entity.
func (q *Query[R, P]) Type() string { return q.table.Type }

// WhereP adds conditions that are not typed.
func (q *Query[R, P]) WhereP(ps ...func(*sql.Selector)) { q.where = append(q.where, ps...) }

// Where adds conditions, all of which must hold.
func (q *Query[R, P]) Where(ps ...P) *Query[R, P] {
	for _, p := range ps {
		q.where = append(q.where, p)
	}
	return q
}

// Order adds what the rows are ordered by, the most important first.
func (q *Query[R, P]) Order(by ...By[P]) *Query[R, P] {
	for _, b := range by {
		q.order = append(q.order, b)
	}
	return q
}

// Limit bounds the number of rows.
func (q *Query[R, P]) Limit(n int) *Query[R, P] { q.limit = &n; return q }

// Offset leaves the first n rows out.
func (q *Query[R, P]) Offset(n int) *Query[R, P] { q.offset = &n; return q }

// Unique leaves out rows that are the same in all selected columns.
func (q *Query[R, P]) Unique(only bool) *Query[R, P] { q.unique = only; return q }

// Modify changes the statement itself.
func (q *Query[R, P]) Modify(fs ...func(*sql.Selector)) *Query[R, P] {
	q.modifiers = append(q.modifiers, fs...)
	return q
}

// Select reads the named columns only, and the id with them.
func (q *Query[R, P]) Select(columns ...string) *Query[R, P] {
	q.columns = append(q.columns, columns...)
	return q
}

// With loads an edge of the rows too, in one statement more.
func (q *Query[R, P]) With(edges ...Edge[R]) *Query[R, P] {
	q.edges = append(q.edges, edges...)
	return q
}

// Clone returns a copy that can be changed apart.
func (q *Query[R, P]) Clone() *Query[R, P] {
	c := *q
	c.where, c.order, c.modifiers = slices.Clone(q.where), slices.Clone(q.order), slices.Clone(q.modifiers)
	c.columns, c.edges = slices.Clone(q.columns), slices.Clone(q.edges)
	return &c
}

// All reads the rows.
func (q *Query[R, P]) All(ctx context.Context) ([]R, error) {
	v, err := q.ask(ctx, func(ctx context.Context) (ent.Value, error) {
		rows, err := q.read(ctx)
		return list[R](rows), err
	})
	if err != nil {
		return nil, err
	}
	return v.(list[R]), nil
}

// First reads the first row, or gives a NotFoundError.
func (q *Query[R, P]) First(ctx context.Context) (one R, _ error) {
	rows, err := q.Limit(1).All(ctx)
	if err == nil && len(rows) == 0 {
		err = &NotFoundError{q.table.Label}
	}
	if err != nil {
		return one, err
	}
	return rows[0], nil
}

// Only reads the only row, or gives a NotFoundError or a NotSingularError.
func (q *Query[R, P]) Only(ctx context.Context) (one R, _ error) {
	rows, err := q.Limit(2).All(ctx)
	if err == nil {
		err = q.single(len(rows))
	}
	if err != nil {
		return one, err
	}
	return rows[0], nil
}

func (q *Query[R, P]) single(n int) error {
	switch n {
	case 0:
		return &NotFoundError{q.table.Label}
	case 1:
		return nil
	}
	return &NotSingularError{q.table.Label}
}

// IDs reads the ids of the rows.
func (q *Query[R, P]) IDs(ctx context.Context) (ids []string, err error) {
	err = q.Select(q.table.id().Column).Scan(ctx, &ids)
	return ids, err
}

// FirstID reads the id of the first row, or gives a NotFoundError.
func (q *Query[R, P]) FirstID(ctx context.Context) (string, error) {
	ids, err := q.Limit(1).IDs(ctx)
	if err == nil && len(ids) == 0 {
		err = &NotFoundError{q.table.Label}
	}
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// OnlyID reads the id of the only row, or gives a NotFoundError or a NotSingularError.
func (q *Query[R, P]) OnlyID(ctx context.Context) (string, error) {
	ids, err := q.Limit(2).IDs(ctx)
	if err == nil {
		err = q.single(len(ids))
	}
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// Exist tells whether there is a row.
func (q *Query[R, P]) Exist(ctx context.Context) (bool, error) {
	var found []any
	err := q.Limit(1).Select(q.table.id().Column).Scan(ctx, &found)
	return len(found) > 0, err
}

// Count counts the rows.
func (q *Query[R, P]) Count(ctx context.Context) (int, error) {
	v, err := q.ask(ctx, func(ctx context.Context) (ent.Value, error) {
		spec := q.spec()
		spec.Node.Columns = q.columns
		if len(q.columns) > 0 {
			spec.Unique = q.unique
		}
		return sqlgraph.CountNodes(ctx, q.config.driver, spec)
	})
	if err != nil {
		return 0, err
	}
	return v.(int), nil
}

// Strings reads the selected column of texts.
func (q *Query[R, P]) Strings(ctx context.Context) (values []string, err error) {
	err = q.Scan(ctx, &values)
	return values, err
}

// Scan reads what was selected into a slice of values or of structs.
func (q *Query[R, P]) Scan(ctx context.Context, into any) error {
	_, err := q.ask(ctx, func(ctx context.Context) (ent.Value, error) {
		s := q.selector()
		if err := s.Err(); err != nil {
			return nil, err
		}
		rows, text, args := &sql.Rows{}, "", []any(nil)
		text, args = s.Query()
		if err := q.config.driver.Query(ctx, text, args, rows); err != nil {
			return nil, err
		}
		defer func() { _ = rows.Close() }()
		return reflect.ValueOf(into).Elem().Interface(), sql.ScanSlice(rows, into)
	})
	return err
}

// ask runs the query through the interceptors.
func (q *Query[R, P]) ask(ctx context.Context, run func(context.Context) (ent.Value, error)) (ent.Value, error) {
	var end ent.Querier = ent.QuerierFunc(func(ctx context.Context, _ ent.Query) (ent.Value, error) { return run(ctx) })
	for _, i := range q.config.guards.inters {
		if t, ok := i.(ent.Traverser); ok {
			if err := t.Traverse(ctx, q); err != nil {
				return nil, err
			}
		}
	}
	for _, c := range q.columns {
		if !q.table.Has(c) {
			return nil, &ValidationError{Name: c, err: fmt.Errorf("ent: invalid field %q for query", c)}
		}
	}
	for _, i := range slices.Backward(q.config.guards.inters) {
		end = i.Intercept(end)
	}
	return end.Query(ctx, q)
}

func (q *Query[R, P]) read(ctx context.Context) ([]R, error) {
	rows, spec := []R{}, q.spec()
	if len(q.columns) > 0 {
		spec.Node.Columns = q.table.and(q.columns)
	}
	var next R // the row that is being read
	spec.ScanValues = func(columns []string) ([]any, error) {
		next = q.fresh()
		next.base().config = q.config
		return places(next, columns), nil
	}
	spec.Assign = func([]string, []any) error {
		rows = append(rows, next)
		return nil
	}
	if err := sqlgraph.QueryNodes(ctx, q.config.driver, spec); err != nil {
		return nil, err
	}
	for _, e := range q.edges {
		if err := e(ctx, q.config, rows); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// and are the columns with the id before them.
func (t *Table) and(columns []string) []string {
	all := []string{t.id().Column}
	for _, c := range columns {
		if c != all[0] {
			all = append(all, c)
		}
	}
	return all
}

func (q *Query[R, P]) spec() *sqlgraph.QuerySpec {
	spec := sqlgraph.NewQuerySpec(q.table.SQL, q.table.Names, q.table.id())
	spec.Unique, spec.Modifiers = q.unique, q.modifiers
	if len(q.where) > 0 {
		spec.Predicate = all(q.where)
	}
	if len(q.order) > 0 {
		spec.Order = all(q.order)
	}
	if q.limit != nil {
		spec.Limit = *q.limit
	}
	if q.offset != nil {
		spec.Offset = *q.offset
	}
	return spec
}

func all(fs []func(*sql.Selector)) func(*sql.Selector) {
	return func(s *sql.Selector) {
		for _, f := range fs {
			f(s)
		}
	}
}

// selector is the statement of a query for values.
func (q *Query[R, P]) selector() *sql.Selector {
	d := sql.Dialect(q.config.driver.Dialect())
	t, columns := d.Table(q.table.SQL), q.columns
	if len(columns) == 0 {
		columns = q.table.Names
	}
	s := d.Select(t.Columns(columns...)...).From(t)
	if q.unique {
		s.Distinct()
	}
	all(q.modifiers)(s)
	all(q.where)(s)
	all(q.order)(s)
	if q.offset != nil { // which is not read without a limit
		s.Offset(*q.offset).Limit(math.MaxInt32)
	}
	if q.limit != nil {
		s.Limit(*q.limit)
	}
	return s
}
