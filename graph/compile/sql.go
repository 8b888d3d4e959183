package compile

import (
	"errors"
	"strconv"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	entfield "entgo.io/ent/schema/field"

	"medoffice/modules/kit/field"
	"medoffice/modules/kit/page"
)

// perArray bounds the values of one call of a JSON function: PostgreSQL takes
// 100 arguments. A longer row is an array of arrays.
const perArray = 80

// emitter writes the statement of a plan. Nothing of a request becomes text but
// the size of a page, as digits; values become arguments.
type emitter struct {
	*sql.Builder
	r        *run
	postgres bool
	later    bool // variables become arguments that are filled in for each run
	varies   bool // the text belongs to this run alone
}

// statement writes the statement of the run, and whether it is the same for
// every run of the plan.
func (r *run) statement(later bool) (text string, args []any, fixed bool) {
	d := r.c.db.Dialect
	e := &emitter{Builder: &sql.Builder{}, r: r, postgres: d == dialect.Postgres, later: later}
	e.SetDialect(d)
	e.WriteString("SELECT ")
	e.array(r.plan.root)
	text, args = e.Query()
	return text, args, !e.varies
}

// array writes the slots of a row as one value of JSON.
func (e *emitter) array(n *node) {
	if len(n.slots) == 0 {
		e.WriteString(map[bool]string{true: "json_build_array()", false: "'[]'"}[e.postgres])
		return
	}
	many := len(n.slots) > perArray
	if many {
		e.open()
	}
	for i := 0; i < len(n.slots); i += perArray {
		if i > 0 {
			e.comma()
		}
		e.open()
		for j, s := range n.slots[i:min(i+perArray, len(n.slots))] {
			if j > 0 {
				e.comma()
			}
			e.slot(n, s)
		}
		e.close()
	}
	if many {
		e.close()
	}
}

func (e *emitter) open() {
	if e.postgres {
		e.WriteString("json_build_array(")
	} else {
		e.WriteString("concat('[',")
	}
}

func (e *emitter) comma() {
	if e.postgres {
		e.WriteString(",")
	} else {
		e.WriteString(",',',")
	}
}

func (e *emitter) close() {
	if e.postgres {
		e.WriteString(")")
	} else {
		e.WriteString(",']')")
	}
}

func (n *node) table() string { return "t" + strconv.Itoa(n.number) }

func column(n *node, name string) string { return `"` + n.table() + `"."` + name + `"` }

func (e *emitter) slot(n *node, s slot) {
	switch {
	case s.count != nil:
		e.inner(s.count, e.count)
	case s.list != nil:
		e.inner(s.list, e.list)
	case e.postgres:
		e.WriteString(column(n, s.column))
	case n.typ.columns[s.column].Type == entfield.TypeJSON:
		e.WriteString("ifnull(" + column(n, s.column) + ",'null')")
	default:
		e.WriteString("json_quote(" + column(n, s.column) + ")")
	}
}

// inner writes a statement inside of the statement; one that fails is null.
func (e *emitter) inner(l *list, write func(*list, []field.Where)) {
	where, err := e.where(l)
	if err != nil {
		e.varies = true
		if !errors.Is(err, errLater) {
			e.r.fail(l, err)
		}
		e.WriteString(map[bool]string{true: "NULL", false: "'null'"}[e.postgres])
		return
	}
	if e.postgres {
		e.WriteString("(")
	} else {
		e.WriteString("ifnull((")
	}
	write(l, where)
	if e.postgres {
		e.WriteString(")")
	} else {
		e.WriteString("),'null')")
	}
}

// list writes the rows of a list, or of an edge to one row.
func (e *emitter) list(l *list, where []field.Where) {
	n := l.node
	if l.part.One != nil {
		e.WriteString("SELECT ")
		e.array(n)
		e.from(n)
		e.conditions(l, where, nil)
		if l.part.One.Column == "" {
			e.WriteString(" LIMIT 1")
		}
		return
	}
	if e.postgres {
		e.WriteString("SELECT json_agg(")
	} else {
		e.WriteString("SELECT '['||group_concat(")
	}
	e.array(n)
	if e.postgres {
		e.WriteString(")")
	} else {
		e.WriteString(",',')||']'")
	}
	if l.part.Nodes {
		e.from(n)
		e.conditions(l, where, nil)
		return
	}
	// The rows are chosen first: what hangs on them is read for those alone.
	e.WriteString(" FROM (SELECT ")
	for i, name := range e.columns(n) {
		if i > 0 {
			e.WriteString(",")
		}
		e.WriteString(column(n, name))
	}
	e.from(n)
	if l.part.Many != nil {
		e.conditions(l, where, nil)
		e.sort(l)
		e.limit(l.part.Many.Most)
	} else {
		p := e.r.pages[l]
		e.conditions(l, where, p.Page)
		for i, o := range p.OrderBy(e.selector(n)) {
			if i == 0 {
				e.WriteString(" ORDER BY ")
			} else {
				e.WriteString(",")
			}
			text, _ := o.Query()
			e.WriteString(strings.ReplaceAll(text, "`", `"`))
		}
		size := p.Size()
		if l.more {
			size++
		}
		e.limit(size)
	}
	e.WriteString(`) AS "` + n.table() + `"`)
}

func (e *emitter) limit(n int) {
	if n > 0 {
		e.WriteString(" LIMIT " + strconv.Itoa(n))
	}
}

// columns are those that the row shows and that its edges hang on.
func (e *emitter) columns(n *node) []string {
	list := []string{"id"}
	seen := map[string]bool{"id": true}
	add := func(name string) {
		if name != "" && !seen[name] {
			seen[name] = true
			list = append(list, name)
		}
	}
	for _, s := range n.slots {
		add(s.column)
		if s.list != nil {
			s.list.hangs(add)
		}
	}
	return list
}

// hangs names the columns of the parent that the list needs.
func (l *list) hangs(add func(column string)) {
	none := func(string) string { return "" }
	parent := func(name string) string { add(name); return "" }
	if l.part.One != nil && l.part.One.Column != "" {
		add(l.part.One.Column)
	}
	if l.part.Many == nil {
		return
	}
	if l.part.Many.Match != nil {
		l.part.Many.Match(none, parent)
	}
	for _, s := range l.part.Many.Sort {
		if s.By != nil {
			s.By(none, parent)
		}
	}
}

func (e *emitter) from(n *node) {
	e.WriteString(` FROM "` + n.typ.table + `" AS "` + n.table() + `"`)
}

func (e *emitter) selector(n *node) *sql.Selector {
	d := sql.Dialect(e.r.c.db.Dialect)
	return d.Select().From(d.Table(n.typ.table).As(n.table()))
}

// conditions writes the edge to the parent and what narrows the list.
func (e *emitter) conditions(l *list, where []field.Where, from field.Where) {
	word := " WHERE "
	if link := l.link(); link != "" {
		e.WriteString(word + link)
		word = " AND "
	}
	s := e.selector(l.node)
	for _, w := range append(where[:len(where):len(where)], from) {
		if w != nil {
			w(s)
		}
	}
	if p := s.P(); p != nil {
		e.WriteString(word + "(")
		e.Join(p)
		e.WriteString(")")
	}
}

// link is the condition that joins the rows with those that have them.
func (l *list) link() string {
	child := func(name string) string { return column(l.node, name) }
	parent := func(name string) string { return column(l.parent, name) }
	switch {
	case l.part.One != nil && l.part.One.Column != "":
		return child("id") + " = " + parent(l.part.One.Column)
	case l.part.One != nil && l.part.One.Back != "":
		return child(l.part.One.Back) + " = " + parent("id")
	case l.part.Many != nil && l.part.Many.Match != nil:
		return l.part.Many.Match(child, parent)
	case l.part.Many != nil && l.part.Many.Column != "":
		return child(l.part.Many.Column) + " = " + parent("id")
	case l.part.Page != nil && l.part.Page.Column != "":
		return child(l.part.Page.Column) + " = " + parent("id")
	}
	return ""
}

func (e *emitter) sort(l *list) {
	child := func(name string) string { return column(l.node, name) }
	parent := func(name string) string { return column(l.parent, name) }
	word := " ORDER BY "
	for _, s := range l.part.Many.Sort {
		e.WriteString(word)
		word = ", "
		switch {
		case s.By != nil:
			e.WriteString(s.By(child, parent))
		case s.Is != "":
			e.WriteString("(" + child(s.Column) + " = '" + s.Is + "')")
		case s.Set:
			e.WriteString("(" + child(s.Column) + " IS NOT NULL)")
		default:
			e.WriteString(child(s.Column))
		}
		if s.Desc {
			e.WriteString(" DESC")
		}
	}
}

// count writes how many rows a list has, up to the cap and one. What belongs to
// one row is counted whole: that is little, and done in the index alone.
func (e *emitter) count(l *list, where []field.Where) {
	if l.part.Page.Column != "" {
		least := "min"
		if e.postgres {
			least = "least"
		}
		e.WriteString("SELECT " + least + "(count(*), " + strconv.Itoa(page.CountCap+1) + ")")
		e.from(l.node)
		e.conditions(l, where, nil)
		return
	}
	e.WriteString("SELECT count(*) FROM (SELECT 1 AS one")
	e.from(l.node)
	e.conditions(l, where, nil)
	e.limit(page.CountCap + 1)
	e.WriteString(") AS counted")
}
