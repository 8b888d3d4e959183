package compile

import (
	"github.com/99designs/gqlgen/graphql"

	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/field"
)

// page makes the plan of a connection: rows only where some of them are wanted,
// one row more only where the next page is asked about, a count only for totalCount.
func (b *builder) page(n *node, f graphql.CollectedField, p field.Part) out {
	o := b.out(f, aPage)
	l := b.list(n, f, p, b.types[p.Page.Entity.Type])
	l.node = b.node(l.typ)
	o.list = l
	def := f.Definition.Type.Name()
	rows := false
	for _, sub := range graphql.CollectFields(b.op, f.Selections, []string{def}) {
		switch sub.Name {
		case "__typename":
			o.view = append(o.view, b.name(sub, def))
		case "totalCount":
			if l.total < 0 {
				l.total = n.take(slot{count: l})
			}
			c := b.out(sub, aTotal)
			c.slot = l.total
			o.view = append(o.view, c)
		case "nodes":
			rows = true
			v := b.out(sub, aNodes)
			v.view = b.view(l.node, sub.Selections)
			o.view = append(o.view, v)
		case "edges":
			rows = true
			o.view = append(o.view, b.edges(l, sub))
		case "pageInfo":
			rows = true
			o.view = append(o.view, b.info(l, sub))
		default:
			panic(cannot("a connection has no field " + sub.Name))
		}
	}
	if rows {
		l.rows = n.take(slot{list: l})
	}
	o.slot = l.rows
	return o
}

func (b *builder) edges(l *list, f graphql.CollectedField) out {
	o := b.out(f, aEdges)
	def := f.Definition.Type.Name()
	for _, sub := range graphql.CollectFields(b.op, f.Selections, []string{def}) {
		switch sub.Name {
		case "__typename":
			o.view = append(o.view, b.name(sub, def))
		case "cursor":
			b.cursor(l)
			o.view = append(o.view, b.out(sub, aCursor))
		case "node":
			e := b.out(sub, anEdgeNode)
			e.view = b.view(l.node, sub.Selections)
			o.view = append(o.view, e)
		default:
			panic(cannot("an edge has no field " + sub.Name))
		}
	}
	return o
}

func (b *builder) info(l *list, f graphql.CollectedField) out {
	o := b.out(f, anInfo)
	def := f.Definition.Type.Name()
	kinds := map[string]kind{
		"hasNextPage": hasNext, "hasPreviousPage": hasPrevious, "startCursor": startCursor, "endCursor": endCursor,
	}
	for _, sub := range graphql.CollectFields(b.op, f.Selections, []string{def}) {
		k, known := kinds[sub.Name]
		switch {
		case sub.Name == "__typename":
			o.view = append(o.view, b.name(sub, def))
			continue
		case !known:
			panic(cannot("a page tells nothing of " + sub.Name))
		case k == hasNext || k == hasPrevious:
			l.more = true
		default:
			b.cursor(l)
		}
		o.view = append(o.view, b.out(sub, k))
	}
	return o
}

// cursor reads what a cursor is made of: the keys of the order, and the id.
func (b *builder) cursor(l *list) {
	e := l.part.Page.Entity
	order := []*ask.Order{&e.Default}
	if a, err := pageArgs(l.field.ArgumentMap(b.op.Variables)); err == nil && len(a.Order) > 0 {
		order = a.Order
	}
	l.node.id, l.keys = l.node.column("id"), nil
	for _, o := range order {
		if key, err := e.Key(*o); err == nil { // otherwise the list fails when it is read
			l.keys = append(l.keys, l.node.column(key.Column))
		}
	}
}
