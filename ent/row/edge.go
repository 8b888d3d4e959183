package row

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/sqlgraph"
)

// Edge loads what belongs to rows, in one statement for all of them.
type Edge func(ctx context.Context, c *Config, rows []Row) error

// ToOne loads for each row the one that its column names. narrow changes the query
// for them, put keeps what it found.
func ToOne(column string, to *Kind, narrow func(*Query), put func(r, e Row)) Edge {
	return func(ctx context.Context, c *Config, rows []Row) error {
		found, err := load(ctx, c, to, to.id().Column, keys(rows, column), narrow)
		if err != nil {
			return err
		}
		byID := map[string]Row{}
		for _, e := range found {
			byID[textAt(e, to.id().Column)] = e
		}
		for _, r := range rows {
			if e, ok := byID[textAt(r, column)]; ok {
				put(r, e)
			}
		}
		return nil
	}
}

// ToMany loads for each row those whose column names it.
func ToMany(column string, to *Kind, narrow func(*Query), put func(r, e Row)) Edge {
	return func(ctx context.Context, c *Config, rows []Row) error {
		found, err := load(ctx, c, to, column, keys(rows, "id"), narrow)
		if err != nil {
			return err
		}
		byID := map[string]Row{}
		for _, r := range rows {
			byID[textAt(r, "id")] = r
		}
		for _, e := range found {
			put(byID[textAt(e, column)], e)
		}
		return nil
	}
}

func load(ctx context.Context, c *Config, to *Kind, column string, keys []any, narrow func(*Query)) (Rows, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	q := NewClient(c, to).Read()
	narrow(&q)
	q.WhereP(func(s *sql.Selector) { s.Where(sql.In(s.C(column), keys...)) })
	return q.rows(ctx)
}

// keys are the different texts of a column of rows.
func keys(rows []Row, column string) (list []any) {
	seen := map[string]bool{}
	for _, r := range rows {
		if k := textAt(r, column); k != "" && !seen[k] {
			seen[k] = true
			list = append(list, k)
		}
	}
	return list
}

// Step is how an edge goes from one table to another.
type Step struct {
	From, To string // tables
	Rel      sqlgraph.Rel
	Inverse  bool
	Table    string // that holds the column
	Column   string
}

func (s Step) step() *sqlgraph.Step {
	return sqlgraph.NewStep(
		sqlgraph.From(s.From, "id"), sqlgraph.To(s.To, "id"), sqlgraph.Edge(s.Rel, s.Inverse, s.Table, s.Column),
	)
}

// Has is the condition that there is a neighbour.
func Has[P Where](s Step) P {
	return P(func(q *sql.Selector) { sqlgraph.HasNeighbors(q, s.step()) })
}

// HasWith is the condition that there is a neighbour for which the conditions hold.
func HasWith[P, N Where](s Step, ps ...N) P {
	return P(func(q *sql.Selector) {
		sqlgraph.HasNeighborsWith(q, s.step(), func(q *sql.Selector) {
			for _, p := range ps {
				p(q)
			}
		})
	})
}

// ByNeighbor orders by a column of a neighbour.
func ByNeighbor[P Where](s Step, column string, how ...sql.OrderTermOption) By[P] {
	return func(q *sql.Selector) { sqlgraph.OrderByNeighborTerms(q, s.step(), sql.OrderByField(column, how...)) }
}
