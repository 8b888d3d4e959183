package page

import (
	"fmt"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"medoffice/modules/kit"
	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/field"
)

// mostKeys bounds the fields by which a list is ordered.
const mostKeys = 5

// key is one field by which a list is ordered.
type key struct {
	field.Field
	name  string
	desc  bool
	first bool // rows without a value come first
}

// order reads by what the list is ordered.
func (p *Plan) order(wanted []*field.Order, viewer *kit.Viewer) error {
	if len(wanted) == 0 {
		wanted = []*field.Order{&p.entity.Default}
	}
	if len(wanted) > mostKeys {
		return kit.Invalid(fmt.Sprintf("a list is ordered by at most %d fields", mostKeys), "orderBy")
	}
	seen := map[string]bool{}
	for _, o := range wanted {
		f, err := p.entity.Key(*o)
		if err != nil {
			return kit.Invalid(err.Error(), "orderBy")
		}
		if seen[o.Field] {
			return kit.Invalid("a list is ordered by each field once", "orderBy")
		}
		if seen[o.Field] = true; f.Can != "" && !viewer.May(f.Can) {
			return kit.Denied("order by a field you may not read")
		}
		p.keys = append(p.keys, key{f, o.Field, o.Desc, o.Nulls == ask.First || o.Nulls == "" && o.Desc})
	}
	return nil
}

// orderName is the order in words, to which cursors are bound.
func (p *Plan) orderName() string {
	var b strings.Builder
	for _, k := range p.keys {
		fmt.Fprint(&b, k.name, " ", k.desc, " ", k.first, ",")
	}
	return b.String()
}

// down and ahead report how the rows are read: in descending order of the key, and
// those without a value first. A page that is read from the end is read backwards.
func (k key) down(p *Plan) bool  { return k.desc != p.reverse }
func (k key) ahead(p *Plan) bool { return k.first != p.reverse }

// orderBy is the order in which the rows are read, which ends with the id.
func (p *Plan) orderBy(s *sql.Selector) (terms []sql.Querier) {
	dir := ""
	for _, k := range p.keys {
		dir = direction(k.down(p))
		terms = append(terms, sql.Expr(s.C(k.Column)+dir+p.nulls(k, s.Dialect())))
		if k.Column == "id" {
			return terms
		}
	}
	return append(terms, sql.Expr(s.C("id")+dir))
}

func direction(down bool) string {
	if down {
		return " DESC"
	}
	return " ASC"
}

// nulls says where rows without a value come, where the database would put them
// elsewhere. PostgreSQL puts them last in ascending order and first in descending;
// SQLite is always asked, in the words by which it still reads them from an index.
func (p *Plan) nulls(k key, engine string) string {
	switch {
	case !k.Nullable, engine == dialect.Postgres && k.ahead(p) == k.down(p):
		return ""
	case k.ahead(p):
		return " NULLS FIRST"
	}
	return " NULLS LAST"
}

// beyond is the keyset condition: what comes after the position.
func (p *Plan) beyond(s *sql.Selector) *sql.Predicate {
	if k := p.keys[0]; len(p.keys) == 1 && k.ahead(p) == k.down(p) {
		return p.beyondOne(s, k)
	}
	var after, same []*sql.Predicate
	for i, k := range p.keys {
		value := p.from.Keys[i]
		if later := p.later(s, k, value); later != nil {
			after = append(after, all(append(same[:len(same):len(same)], later)))
		}
		if k.Column == "id" {
			return sql.Or(after...)
		}
		if value == nil {
			same = append(same, sql.IsNull(s.C(k.Column)))
		} else {
			same = append(same, sql.EQ(s.C(k.Column), value))
		}
	}
	op := sql.GT
	if p.keys[len(p.keys)-1].down(p) {
		op = sql.LT
	}
	return sql.Or(append(after, all(append(same, op(s.C("id"), p.from.ID))))...)
}

// all joins conditions. One alone stays as it is, for ent loses the brackets of an Or
// that stands alone in an And.
func all(list []*sql.Predicate) *sql.Predicate {
	if len(list) == 1 {
		return list[0]
	}
	return sql.And(list...)
}

// later is the condition that a row comes after a value of one key, nil where none does.
func (p *Plan) later(s *sql.Selector, k key, value any) *sql.Predicate {
	column := s.C(k.Column)
	op := sql.GT
	if k.down(p) {
		op = sql.LT
	}
	switch {
	case value == nil && k.ahead(p):
		return sql.NotNull(column)
	case value == nil:
		return nil
	case k.Nullable && !k.ahead(p):
		return sql.Or(op(column, value), sql.IsNull(column))
	}
	return op(column, value)
}

// beyondOne is the condition for one key in the usual order. Rows are compared as
// pairs, which the index of the order serves as one range.
func (p *Plan) beyondOne(s *sql.Selector, k key) *sql.Predicate {
	op, sign := sql.GT, " > "
	if k.down(p) {
		op, sign = sql.LT, " < "
	}
	column, id, value := s.C(k.Column), s.C("id"), p.from.Keys[0]
	if k.Column == "id" {
		return op(id, p.from.ID)
	}
	if value == nil { // among the rows without a key
		among := sql.And(sql.IsNull(column), op(id, p.from.ID))
		if k.down(p) {
			return sql.Or(among, sql.NotNull(column))
		}
		return among
	}
	later := sql.P(func(b *sql.Builder) {
		b.WriteString("(" + column + ", " + id + ")" + sign + "(").Arg(value).Comma().Arg(p.from.ID).WriteString(")")
	})
	if k.Nullable && !k.down(p) {
		return sql.Or(later, sql.IsNull(column))
	}
	return later
}
