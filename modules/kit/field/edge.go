package field

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"entgo.io/ent/dialect/sql"
)

// edge is the condition on rows of another type that belong to the row. Rows there
// that the asker may not see are as if they were not there.
func (b *builder) edge(e Edge, v any, depth int, path []string) (Where, error) {
	if err := b.permitted(e.Can, path); err != nil {
		return nil, err
	}
	m, _ := v.(map[string]any)
	if len(m) == 0 {
		return nil, missing(path)
	}
	to := EntityOf(e.To)
	if !e.Many {
		fits, err := b.there(to, m, depth, path)
		if err != nil {
			return nil, err
		}
		return e.some(b.far(to), fits), nil
	}
	var parts []Where
	for _, name := range slices.Sorted(maps.Keys(m)) {
		at := append(path[:len(path):len(path)], name)
		if m[name] == nil {
			return nil, missing(at)
		}
		part, err := b.amount(e, to, name, m[name], depth, at)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return and(parts), nil
}

// amount is the condition on how many of the rows there fit.
func (b *builder) amount(e Edge, to *Entity, name string, v any, depth int, path []string) (Where, error) {
	if name == "count" {
		compare, err := b.value(Field{Column: "n", Kind: Int}, v, path) // n counts the rows
		if err != nil {
			return nil, err
		}
		return e.count(b.far(to), compare), nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, missing(path)
	}
	fits, err := b.there(to, m, depth, path)
	if err != nil {
		return nil, err
	}
	switch name {
	case "some":
		return e.some(b.far(to), fits), nil
	case "none":
		return e.none(b.far(to), fits), nil
	case "every":
		if fits == nil {
			return nil, missing(path)
		}
		return e.none(b.far(to), not(fits)), nil
	}
	return nil, &Error{Path: path, Reason: fmt.Sprintf("unknown condition %q", name)}
}

// there is the condition on a row of the other type, nil for none.
func (b *builder) there(to *Entity, m map[string]any, depth int, path []string) (Where, error) {
	if b.terms++; b.terms > b.Most.FilterTerms {
		return nil, &Error{Path: path, Reason: fmt.Sprintf("a filter has at most %d conditions", b.Most.FilterTerms)}
	}
	if len(m) == 0 {
		return nil, nil
	}
	return b.all(to, m, depth+1, path)
}

// far is a table that a filter reaches, under a name of its own, with the rules of
// its rows.
type far struct {
	table, name string
	rules       []Where
}

func (b *builder) far(to *Entity) far {
	b.tables++
	f := far{table: to.Table, name: "f" + strconv.Itoa(b.tables)}
	if b.Rules != nil {
		f.rules = b.Rules(to.Type)
	}
	b.Varies = b.Varies || len(f.rules) > 0
	return f
}

// rows selects from the table what the rules and the condition leave.
func (f far) rows(s *sql.Selector, fits Where) *sql.Selector {
	d := sql.Dialect(s.Dialect())
	in := d.Select().From(d.Table(f.table).As(f.name))
	for _, w := range append(f.rules[:len(f.rules):len(f.rules)], fits) {
		if w != nil {
			w(in)
		}
	}
	return in
}

// ends are the column of the row there and the column here that are the same.
func (e Edge) ends() (there, here string) {
	if e.Back {
		return e.Column, "id"
	}
	return "id", e.Column
}

// some is a semi-join: the ids of the rows that fit are read once.
func (e Edge) some(f far, fits Where) Where {
	there, here := e.ends()
	return func(s *sql.Selector) {
		in := f.rows(s, fits)
		s.Where(sql.In(s.C(here), in.Select(in.C(there))))
	}
}

// none is an anti-join.
func (e Edge) none(f far, fits Where) Where {
	return func(s *sql.Selector) {
		in := f.rows(s, fits)
		s.Where(sql.NotExists(e.joined(in, s).Select().AppendSelectExpr(sql.Expr("1"))))
	}
}

// joined narrows the rows there to those of the row here.
func (e Edge) joined(in, s *sql.Selector) *sql.Selector {
	there, here := e.ends()
	left, right := in.C(there), s.C(here)
	return in.Where(sql.P(func(b *sql.Builder) { b.WriteString(left + " = " + right) }))
}

// count compares the number of the rows there.
func (e Edge) count(f far, compare Where) Where {
	return func(s *sql.Selector) {
		d := sql.Dialect(s.Dialect())
		in := e.joined(f.rows(s, nil), s).Select(sql.As(sql.Count("*"), "n"))
		n := f.name + "n"
		fits := predicate(d.Select().From(d.Table(n)), compare)
		s.Where(sql.P(func(b *sql.Builder) {
			b.WriteString("EXISTS (SELECT 1 FROM (").Join(in).WriteString(") AS ").Ident(n).WriteString(" WHERE ").Join(fits).WriteString(")")
		}))
	}
}
