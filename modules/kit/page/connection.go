package page

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/lib/pq"

	"medoffice/ent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
)

// CountCap is the highest total that is counted; CountCap+1 means more than that.
const CountCap = 10_000

// Connection is one page of a list, as Relay wants it.
type Connection[T any] struct {
	rows       []*T
	more       bool // there is another row in reading direction
	reverse    bool
	continued  bool // it began after a cursor
	unseen     bool // the audit trail is informed by somebody else
	cursorOf   func(*T) string
	totalCount func(ctx context.Context) (int, error)
}

// Edge is one row of a page with its cursor.
type Edge[T any] struct {
	Cursor string
	row    *T
	unseen bool
}

// Node is the row.
func (e *Edge[T]) Node(ctx context.Context) *T {
	if !e.unseen {
		kit.SightOf(ctx).Saw(any(e.row).(ent.Subjecter))
	}
	return e.row
}

// Unseen keeps the rows out of the audit trail.
func (c *Connection[T]) Unseen() *Connection[T] {
	if c != nil {
		c.unseen = true
	}
	return c
}

// Info says whether there are more pages, and the cursors to continue.
type Info struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// Nodes returns the rows of the page, and notes for the audit trail that they are
// shown.
func (c *Connection[T]) Nodes(ctx context.Context) []*T {
	if !c.unseen {
		for _, row := range c.rows {
			kit.SightOf(ctx).Saw(any(row).(ent.Subjecter))
		}
	}
	return c.rows
}

// Edges are the rows of the page with their cursors.
func (c *Connection[T]) Edges() []*Edge[T] {
	edges := make([]*Edge[T], len(c.rows))
	for i, row := range c.rows {
		edges[i] = &Edge[T]{Cursor: c.cursorOf(row), row: row, unseen: c.unseen}
	}
	return edges
}

// PageInfo reports whether there is more. It counts nothing.
func (c *Connection[T]) PageInfo() *Info {
	info := &Info{HasNextPage: c.more, HasPreviousPage: c.continued}
	if c.reverse {
		info.HasNextPage, info.HasPreviousPage = c.continued, c.more
	}
	if len(c.rows) > 0 {
		start, end := c.cursorOf(c.rows[0]), c.cursorOf(c.rows[len(c.rows)-1])
		info.StartCursor, info.EndCursor = &start, &end
	}
	return info
}

// TotalCount counts the list, up to CountCap and one.
func (c *Connection[T]) TotalCount(ctx context.Context) (*int, error) {
	n, err := c.totalCount(ctx)
	if err != nil {
		return nil, err
	}
	return &n, nil
}

// connection cuts the row too many off and turns a page that was read from the end.
func (l Lister[T, Q]) connection(p *Plan, rows []*T) *Connection[T] {
	c := &Connection[T]{more: len(rows) > p.size, reverse: p.reverse, continued: p.from != nil}
	if c.more {
		rows = rows[:p.size]
	}
	if p.reverse {
		rows = slices.Clone(rows)
		slices.Reverse(rows)
	}
	c.rows = rows
	c.cursorOf = func(row *T) string {
		_, id, _ := any(row).(ent.Subjecter).Subject()
		keys := make([]any, len(p.keys))
		for i, k := range p.keys {
			keys[i] = l.Key(row, k.name)
		}
		return p.Cursor(l.Seal, keys, id)
	}
	return c
}

// All reads a page of the whole table, narrowed by where.
func (l Lister[T, Q]) All(ctx context.Context, a Args, where ...field.Where) (*Connection[T], error) {
	p, err := l.plan(ctx, a, "")
	if err != nil {
		return nil, err
	}
	p.where = append(p.where, where...)
	rows, err := l.rows(ctx, p.apply)
	if err != nil {
		return nil, err
	}
	together(p.size, rows)
	c := l.connection(p, rows)
	c.totalCount = func(ctx context.Context) (int, error) { return l.count(ctx, p) }
	return c, nil
}

func (l Lister[T, Q]) rows(ctx context.Context, modify field.Where) ([]*T, error) {
	q := l.Query(l.DB.Client(ctx))
	q.Modify(modify)
	shown := kit.SightOf(ctx)
	ctx, _ = kit.WithSight(ctx) // not every row that is read is shown
	rows, err := q.All(ctx)
	shown.Count(len(rows))
	return rows, err
}

// together makes the rows of pages know each other, without the row too many
// of each: what belongs to that one is not read.
func together[T any](size int, pages ...[]*T) {
	var all []ent.Subjecter
	for _, rows := range pages {
		for _, row := range rows[:min(size, len(rows))] {
			all = append(all, any(row).(ent.Subjecter))
		}
	}
	load.Join(all)
}

// Child says which list of a parent is wanted: the column that points to it,
// and what else narrows the list, with a name for the narrowing.
type Child struct {
	Column string
	Name   string
	Where  field.Where
	// Through is the table that joins rows with their parents, where a row may have
	// several: with Column, the key of the order, and the id of the row.
	Through string
}

// Of reads a page for the parent, and with the same statement for all parents
// that were loaded with it.
func Of[P ent.Subjecter, T any, Q Query[T, Q]](ctx context.Context, l Lister[T, Q], parent P, child Child, a Args, keyOf func(*T) string) (*Connection[T], error) {
	return Through(ctx, l, parent, child, a, func(row *T) []string { return []string{keyOf(row)} })
}

// Through is Of for rows that may have several parents.
func Through[P ent.Subjecter, T any, Q Query[T, Q]](ctx context.Context, l Lister[T, Q], parent P, child Child, a Args, keysOf func(*T) []string) (*Connection[T], error) {
	p, err := l.plan(ctx, a, child.Column+child.Name)
	if err != nil {
		return nil, err
	}
	p.where, p.through = append(p.where, child.Where), child.Through
	key := fmt.Sprint(l.Entity.Type, child.Column, child.Name, argsKey(a))
	parentID := func(p P) string { _, id, _ := p.Subject(); return id }
	rows, err := load.Of(ctx, parent, key, parentID, func(ctx context.Context, ids []string) (map[string][]*T, error) {
		rows, err := l.rows(ctx, p.among(child.Column, ids))
		found, err := load.ByKeys(rows, err, keysOf)
		together(p.size, slices.Collect(maps.Values(found))...)
		return found, err
	})
	if err != nil {
		return nil, err
	}
	c := l.connection(p, rows)
	c.totalCount = func(ctx context.Context) (int, error) {
		n, err := load.Of(ctx, parent, "count "+key, parentID, func(ctx context.Context, ids []string) (map[string]int, error) {
			return l.countAmong(ctx, p, child.Column, ids)
		})
		return min(n, CountCap+1), err
	}
	return c, nil
}

func argsKey(a Args) string {
	text, _ := json.Marshal(a) // plain values
	return string(text)
}

// among reads a page for each of several parents: the top rows of each come
// from the index (LATERAL), on SQLite from a window.
func (p *Plan) among(column string, parents []string) field.Where {
	if len(parents) == 1 && p.through == "" {
		return func(s *sql.Selector) {
			s.Where(sql.EQ(s.C(column), parents[0]))
			p.apply(s)
		}
	}
	return func(s *sql.Selector) {
		for _, o := range p.orderBy(s) {
			s.OrderExpr(o)
		}
		if s.Dialect() == dialect.Postgres {
			s.Where(p.lateral(s, column, parents))
		} else {
			s.Where(p.window(s, column, parents))
		}
	}
}

func (p *Plan) inner(s *sql.Selector, name string) *sql.Selector {
	d := sql.Dialect(s.Dialect())
	t := d.Table(cmp.Or(p.through, p.entity.Table)).As(name)
	return p.allowed(d.Select(t.C("id")).From(t))
}

// allowed narrows a statement on the rows, or on the table that joins them with
// their parents, to what the viewer may see.
func (p *Plan) allowed(s *sql.Selector) *sql.Selector {
	if p.through == "" || len(p.rules) == 0 {
		return p.ruled(s)
	}
	d := sql.Dialect(s.Dialect())
	t := d.Table(p.entity.Table).As("allowed")
	return s.Where(sql.In(s.C("id"), p.ruled(d.Select(t.C("id")).From(t))))
}

func (p *Plan) lateral(s *sql.Selector, column string, parents []string) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		in := p.inner(s, "c")
		p.apply(in)
		in.Where(sql.P(func(b *sql.Builder) { b.WriteString(in.C(column) + ` = "parents"."id"`) }))
		b.WriteString(s.C("id") + ` IN (SELECT "top"."id" FROM unnest(`)
		b.Arg(pq.Array(parents))
		b.WriteString(`::text[]) AS "parents"("id") CROSS JOIN LATERAL (`)
		b.Join(in)
		b.WriteString(`) AS "top")`)
	})
}

func (p *Plan) window(s *sql.Selector, column string, parents []string) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		in := p.inner(s, "c")
		p.narrow(in)
		if p.from != nil {
			in.Where(p.beyond(in))
		}
		values := make([]any, len(parents))
		for i, parent := range parents {
			values[i] = parent
		}
		in.Where(sql.In(in.C(column), values...))
		order := make([]string, 0, mostKeys+1)
		for _, o := range p.orderBy(in) {
			text, _ := o.Query()
			order = append(order, text)
		}
		in.AppendSelectExpr(sql.Expr("row_number() OVER (PARTITION BY " + in.C(column) +
			" ORDER BY " + strings.Join(order, ", ") + ") AS `n`"))
		b.WriteString(s.C("id") + " IN (SELECT `id` FROM (")
		b.Join(in)
		b.WriteString(") WHERE `n` <= ")
		b.Arg(p.size + 1)
		b.WriteString(")")
	})
}

func (l Lister[T, Q]) count(ctx context.Context, p *Plan) (int, error) {
	d := sql.Dialect(l.DB.Dialect)
	in := d.Select("id").From(d.Table(l.Entity.Table))
	p.narrow(p.ruled(in))
	in.Limit(CountCap + 1)
	text, args := d.Select(sql.Count("*")).From(in.As("t")).Query()
	rows, err := l.DB.Client(ctx).QueryContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return sql.ScanInt(rows)
}

func (l Lister[T, Q]) countAmong(ctx context.Context, p *Plan, column string, parents []string) (map[string]int, error) {
	d := sql.Dialect(l.DB.Dialect)
	t := d.Table(cmp.Or(p.through, l.Entity.Table))
	in := d.Select(t.C(column), sql.As(sql.Count("*"), "n")).From(t).GroupBy(t.C(column))
	p.narrow(p.allowed(in))
	values := make([]any, len(parents))
	for i, parent := range parents {
		values[i] = parent
	}
	in.Where(sql.In(t.C(column), values...))
	text, args := in.Query()
	rows, err := l.DB.Client(ctx).QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	found := map[string]int{}
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		found[id] = n
	}
	return found, rows.Err()
}
