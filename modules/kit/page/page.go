// Package page reads lists in pages (connections). A page continues after a sealed
// cursor with the order key and the id of a row (keyset), so that deep pages cost
// as much as the first, and rows with a null key are not lost.
package page

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/cursor"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/field"
)

// Max bounds the lists that have no pages and follow no limit of the caller.
const Max = 100

// Args are the arguments of a connection field.
type Args struct {
	Filter field.Filter
	Order  []*field.Order // keys, the first counts most; none for the usual order
	First  *int
	After  *string
	Last   *int
	Before *string
}

// Query is what the queries that ent generates have in common.
type Query[T, Q any] interface {
	Modify(modifiers ...func(*sql.Selector)) Q
	All(ctx context.Context) ([]*T, error)
}

// Lister reads the pages of one type.
type Lister[T any, Q Query[T, Q]] struct {
	Entity *field.Entity
	DB     *db.DB
	Query  func(*ent.Client) Q
	Key    func(row *T, field string) any // the value of a field that orders
	Seal   *cursor.Seal
}

// Plan is a list as it will be read: narrowed, ordered, and cut to one page.
type Plan struct {
	entity  *field.Entity
	keys    []key
	where   []field.Where // filter and rule
	rules   []field.Where // of the viewer, for statements that ent does not make
	size    int
	reverse bool // last: read from the end, turn around
	from    *cursor.Position
	bind    string // what the cursors of this list are bound to
	varies  bool   // the filter holds values of the viewer
	through string // the table that joins the rows with their parents, "" where a column does
}

// plan reads the arguments; scope says which list it is, as "patient=pat_…".
func (l Lister[T, Q]) plan(ctx context.Context, a Args, scope string) (*Plan, error) {
	return Read(ctx, l.Entity, l.Seal, a, scope)
}

// Read reads the arguments of a list for the viewer of the context; scope says
// which list it is, so that its cursors fit no other.
func Read(ctx context.Context, e *field.Entity, seal *cursor.Seal, a Args, scope string) (*Plan, error) {
	p, viewer := &Plan{entity: e}, kit.ViewerOf(ctx)
	if err := p.order(a.Order, viewer); err != nil {
		return nil, err
	}
	asker := &field.Asker{May: viewer.May, Most: ask.BoundsOf(ctx), Rules: func(typ string) []field.Where { return visible(ctx, typ) }}
	filter, err := e.Where(a.Filter, asker)
	if err != nil {
		return nil, refuse(err)
	}
	p.varies = asker.Varies
	p.where = []field.Where{filter}
	if e.Rule != nil {
		p.where = append(p.where, e.Rule(ctx))
	}
	p.rules = kit.Narrow(ctx, e.Type)
	if err := p.bounds(a, ask.BoundsOf(ctx)); err != nil {
		return nil, err
	}
	p.bind = strings.Join([]string{e.Type, scope, p.orderName(), fmt.Sprint(a.Filter), viewerID(viewer)}, "\x00")
	return p, p.cursor(a, seal)
}

// visible are the rules by which rows of a type are seen that a filter reaches.
func visible(ctx context.Context, typ string) []field.Where {
	rules := kit.Narrow(ctx, typ)
	if e := field.EntityOf(typ); e != nil && e.Rule != nil {
		rules = append(rules[:len(rules):len(rules)], e.Rule(ctx))
	}
	return rules
}

func viewerID(v *kit.Viewer) string {
	if v == nil {
		return ""
	}
	return v.ID
}

func refuse(err error) error {
	var e *field.Error
	if !errors.As(err, &e) {
		return err
	}
	if e.Can != "" {
		return kit.Refuse(kit.Forbidden, e.Reason, e.Path...)
	}
	return kit.Invalid(e.Reason, e.Path...)
}

func (p *Plan) bounds(a Args, most *ask.Bounds) error {
	if a.First != nil && a.Last != nil {
		return kit.Invalid("ask for first or for last, not for both", "last")
	}
	if a.After != nil && a.Before != nil {
		return kit.Invalid("ask for what is after or for what is before, not for both", "before")
	}
	asked, name := a.First, "first"
	p.size = most.PageDefault
	if a.Last != nil || a.Before != nil && a.First == nil {
		asked, name, p.reverse = a.Last, "last", true
	}
	if asked == nil {
		return nil
	}
	if *asked < 1 || *asked > most.PageMax {
		return kit.Invalid(fmt.Sprintf("a page has 1 to %d rows", most.PageMax), name)
	}
	p.size = *asked
	return nil
}

func (p *Plan) cursor(a Args, seal *cursor.Seal) error {
	text, backwards := a.After, false
	if text == nil {
		text, backwards = a.Before, true
	}
	if text == nil {
		return nil
	}
	if backwards != p.reverse {
		return kit.Invalid("first goes with after, last with before", "first")
	}
	pos, err := seal.Open(*text, p.bind)
	if err != nil || len(pos.Keys) != len(p.keys) {
		return kit.Refuse(kit.InvalidCursor, "this cursor belongs to another list, order or viewer")
	}
	p.from = pos
	return nil
}

// apply narrows, orders and limits a statement to one page and one row more,
// which reports whether there is another page. Rows without a key come last in
// ascending order, first in descending.
func (p *Plan) apply(s *sql.Selector) {
	p.narrow(s)
	if p.from != nil {
		s.Where(p.beyond(s))
	}
	for _, o := range p.orderBy(s) {
		s.OrderExpr(o)
	}
	s.Limit(p.size + 1)
}

func (p *Plan) narrow(s *sql.Selector) {
	for _, w := range p.where {
		if w != nil {
			w(s)
		}
	}
}

// ruled narrows a statement that ent does not make.
func (p *Plan) ruled(s *sql.Selector) *sql.Selector {
	for _, w := range p.rules {
		w(s)
	}
	return s
}

// Key is the value of a nullable column in a cursor, nil for null.
func Key[T any](v *T) any {
	if v == nil {
		return nil
	}
	return *v
}
