package compile

import (
	"encoding/json"
	"slices"
	"strconv"

	"medoffice/modules/kit/field"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/page"
)

// shownPage is a page of a connection while it is written.
type shownPage struct {
	*list
	plan  *page.Plan
	items []int32
	more  bool
}

func (w *writer) page(o *out, r row) {
	l := o.list
	p, err := w.run.page(l)
	if err != nil {
		w.failed(err)
		return
	}
	defer w.release(len(w.arena))
	s := shownPage{list: l, plan: p}
	if l.rows >= 0 {
		s.items = w.items(r[l.rows])
		if s.more = len(s.items) > p.Size(); s.more {
			s.items = s.items[:p.Size()]
		}
		if p.Reverse() {
			slices.Reverse(s.items)
		}
	}
	w.frame(o.view, func(sub *out) { w.ofPage(&s, sub, r) })
}

func (w *writer) ofPage(s *shownPage, o *out, r row) {
	switch o.kind {
	case aName:
		w.b = append(w.b, o.text...)
	case aTotal:
		w.b = append(w.b, w.raw(r[o.slot])...)
	case aNodes:
		w.each(s.node, o.view, s.items)
	case aEdges:
		w.array(len(s.items), func(i int) { w.edge(s, o, s.items[i]) })
	case anInfo:
		w.info(s, o)
	}
}

func (w *writer) edge(s *shownPage, o *out, at int32) {
	w.frame(o.view, func(sub *out) {
		switch sub.kind {
		case aName:
			w.b = append(w.b, sub.text...)
		case aCursor:
			w.cursor(s, at)
		case anEdgeNode:
			w.shown(s.node, sub.view, at)
		}
	})
}

func (w *writer) cursor(s *shownPage, at int32) {
	defer w.release(len(w.arena))
	r := w.slots(s.node, at)
	keys := make([]any, len(s.keys))
	for i, of := range s.plan.Keys() {
		keys[i] = w.keyOf(of.Kind, r[s.keys[i]])
	}
	w.b = append(w.b, '"')
	w.b = append(w.b, s.plan.Cursor(w.c.seal, keys, string(w.unescaped(r[s.node.id])))...)
	w.b = append(w.b, '"')
}

// keyOf is the value of a key of the order as the row of a resolver would have it.
func (w *writer) keyOf(kind field.Kind, k int32) any {
	if w.tape.null(k) {
		return nil
	}
	switch kind {
	case field.Time:
		raw := w.raw(k)
		return instantOf(raw[1 : len(raw)-1])
	case field.Int, field.Decimal:
		return json.Number(w.raw(k))
	case field.Bool:
		return w.raw(k)[0] == 't' || w.raw(k)[0] == '1'
	}
	return string(w.unescaped(k))
}

func (w *writer) info(s *shownPage, o *out) {
	next, previous := s.more, s.plan.Continued()
	if s.plan.Reverse() {
		next, previous = previous, next
	}
	w.frame(o.view, func(sub *out) {
		switch {
		case sub.kind == aName:
			w.b = append(w.b, sub.text...)
		case sub.kind == hasNext:
			w.b = strconv.AppendBool(w.b, next)
		case sub.kind == hasPrevious:
			w.b = strconv.AppendBool(w.b, previous)
		case len(s.items) == 0:
			w.none()
		case sub.kind == startCursor:
			w.cursor(s, s.items[0])
		case sub.kind == endCursor:
			w.cursor(s, s.items[len(s.items)-1])
		}
	})
}

func (w *writer) anyNode(o *out, r row) {
	for _, l := range o.lists {
		for _, at := range w.items(r[l.rows]) {
			w.shown(l.node, o.views[l.typ.Prefix], at)
			return
		}
	}
	w.none()
}

// wanted are the ids that the arguments of nodes name.
func (w *writer) wanted(o *out) []string { return idsIn(o.field.ArgumentMap(w.op.Variables)) }

func (w *writer) anyNodes(o *out, r row) {
	type place struct {
		l  *list
		at int32
	}
	found := map[string]place{}
	for _, l := range o.lists {
		for _, at := range w.items(r[l.rows]) {
			slots := w.slots(l.node, at)
			found[string(w.unescaped(slots[l.node.id]))] = place{l, at}
		}
	}
	ids := w.wanted(o)
	w.array(len(ids), func(i int) {
		if p, ok := found[ids[i]]; ok {
			w.shown(p.l.node, o.views[id.Prefix(ids[i])], p.at)
		} else {
			w.none()
		}
	})
}
