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

// Query reads rows of one entity. The generated queries embed it and give its
// methods their types: generic types would be compiled again, with all of their
// methods for all entities, in every package that knows a client.
type Query struct {
	config    *Config
	kind      *Kind
	where     []func(*sql.Selector)
	order     []func(*sql.Selector)
	modifiers []func(*sql.Selector)
	columns   []string
	limit     *int
	offset    *int
	unique    bool
	edges     []Edge
}

// Type is the name of the entity.
func (q *Query) Type() string { return q.kind.Type }

// WhereP adds conditions that are not typed.
func (q *Query) WhereP(ps ...func(*sql.Selector)) { q.where = append(q.where, ps...) }

// AddWhere adds conditions, all of which must hold.
func AddWhere[P Where](q *Query, ps []P) {
	for _, p := range ps {
		q.where = append(q.where, p)
	}
}

// AddOrder adds what the rows are ordered by, the most important first.
func AddOrder[P Where](q *Query, by []By[P]) {
	for _, b := range by {
		q.order = append(q.order, b)
	}
}

// AddLimit bounds the number of rows.
func (q *Query) AddLimit(n int) { q.limit = &n }

// AddOffset leaves the first n rows out.
func (q *Query) AddOffset(n int) { q.offset = &n }

// AddUnique leaves out rows that are the same in all selected columns.
func (q *Query) AddUnique(only bool) { q.unique = only }

// AddModifiers changes the statement itself.
func (q *Query) AddModifiers(fs []func(*sql.Selector)) { q.modifiers = append(q.modifiers, fs...) }

// AddColumns reads the named columns only, and the id with them.
func (q *Query) AddColumns(columns []string) { q.columns = append(q.columns, columns...) }

// AddEdges loads edges of the rows too, each in one statement more.
func (q *Query) AddEdges(edges []Edge) { q.edges = append(q.edges, edges...) }

// Copy returns a copy that can be changed apart.
func (q *Query) Copy() Query {
	c := *q
	c.where, c.order, c.modifiers = slices.Clone(q.where), slices.Clone(q.order), slices.Clone(q.modifiers)
	c.columns, c.edges = slices.Clone(q.columns), slices.Clone(q.edges)
	return c
}

// All reads the rows.
func All[R Row](ctx context.Context, q *Query) ([]R, error) {
	rows, err := q.rows(ctx)
	if err != nil {
		return nil, err
	}
	typed := make([]R, len(rows))
	for i, r := range rows {
		typed[i] = r.(R)
	}
	return typed, nil
}

// ByID reads the rows with the ids, by their ids.
func ByID[R Row](ctx context.Context, c Client, ids []string) (map[string]R, error) {
	q := c.Read()
	q.WhereP(sql.FieldIn(c.kind.id().Column, ids...))
	found := make(map[string]R, len(ids))
	rows, err := q.rows(ctx)
	for _, r := range rows {
		_, id, _ := r.Subject()
		found[id] = r.(R)
	}
	return found, err
}

func (q *Query) rows(ctx context.Context) (Rows, error) {
	v, err := q.ask(ctx, func(ctx context.Context) (ent.Value, error) {
		rows, err := q.read(ctx)
		return Rows(rows), err
	})
	if err != nil {
		return nil, err
	}
	return v.(Rows), nil
}

// First reads the first row, or gives a NotFoundError.
func First[R Row](ctx context.Context, q *Query) (one R, _ error) {
	q.AddLimit(1)
	rows, err := q.rows(ctx)
	if err == nil && len(rows) == 0 {
		err = &NotFoundError{q.kind.Label}
	}
	if err != nil {
		return one, err
	}
	return rows[0].(R), nil
}

// Only reads the only row, or gives a NotFoundError or a NotSingularError.
func Only[R Row](ctx context.Context, q *Query) (one R, _ error) {
	q.AddLimit(2)
	rows, err := q.rows(ctx)
	if err == nil {
		err = q.single(len(rows))
	}
	if err != nil {
		return one, err
	}
	return rows[0].(R), nil
}

func (q *Query) single(n int) error {
	switch n {
	case 0:
		return &NotFoundError{q.kind.Label}
	case 1:
		return nil
	}
	return &NotSingularError{q.kind.Label}
}

// IDs reads the ids of the rows.
func (q *Query) IDs(ctx context.Context) (ids []string, err error) {
	q.AddColumns([]string{q.kind.id().Column})
	err = q.Scan(ctx, &ids)
	return ids, err
}

// FirstID reads the id of the first row, or gives a NotFoundError.
func (q *Query) FirstID(ctx context.Context) (string, error) {
	q.AddLimit(1)
	ids, err := q.IDs(ctx)
	if err == nil && len(ids) == 0 {
		err = &NotFoundError{q.kind.Label}
	}
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// OnlyID reads the id of the only row, or gives a NotFoundError or a NotSingularError.
func (q *Query) OnlyID(ctx context.Context) (string, error) {
	q.AddLimit(2)
	ids, err := q.IDs(ctx)
	if err == nil {
		err = q.single(len(ids))
	}
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// Exist reports whether there is a row.
func (q *Query) Exist(ctx context.Context) (bool, error) {
	var found []any
	q.AddLimit(1)
	q.AddColumns([]string{q.kind.id().Column})
	err := q.Scan(ctx, &found)
	return len(found) > 0, err
}

// Count counts the rows.
func (q *Query) Count(ctx context.Context) (int, error) {
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
func (q *Query) Strings(ctx context.Context) (values []string, err error) {
	err = q.Scan(ctx, &values)
	return values, err
}

// Scan reads what was selected into a slice of values or of structs.
func (q *Query) Scan(ctx context.Context, into any) error {
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
func (q *Query) ask(ctx context.Context, run func(context.Context) (ent.Value, error)) (ent.Value, error) {
	var end ent.Querier = ent.QuerierFunc(func(ctx context.Context, _ ent.Query) (ent.Value, error) { return run(ctx) })
	for _, i := range q.config.guards.inters {
		if t, ok := i.(ent.Traverser); ok {
			if err := t.Traverse(ctx, q); err != nil {
				return nil, err
			}
		}
	}
	for _, c := range q.columns {
		if !q.kind.Has(c) {
			return nil, &ValidationError{Name: c, err: fmt.Errorf("ent: invalid field %q for query", c)}
		}
	}
	for _, i := range slices.Backward(q.config.guards.inters) {
		end = i.Intercept(end)
	}
	return end.Query(ctx, q)
}

func (q *Query) read(ctx context.Context) ([]Row, error) {
	rows, spec := []Row{}, q.spec()
	if len(q.columns) > 0 {
		spec.Node.Columns = q.kind.and(q.columns)
	}
	var next Row // the row that is being read
	spec.ScanValues = func(columns []string) ([]any, error) {
		next = q.kind.Row()
		next.RowBase().config = q.config
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

func (q *Query) spec() *sqlgraph.QuerySpec {
	spec := sqlgraph.NewQuerySpec(q.kind.SQL, q.kind.Names, q.kind.id())
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
func (q *Query) selector() *sql.Selector {
	d := sql.Dialect(q.config.driver.Dialect())
	t, columns := d.Table(q.kind.SQL), q.columns
	if len(columns) == 0 {
		columns = q.kind.Names
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
