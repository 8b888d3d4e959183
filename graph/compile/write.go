package compile

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"medoffice/modules/kit"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/page"
	"medoffice/modules/kit/scalar"
)

// writer turns what the statement has returned into the answer, in one pass.
type writer struct {
	*run
	tape
	b      []byte
	steps  []step
	sight  *kit.Sight
	rows   int
	errs   gqlerror.List
	most   int // errors that are kept
	others []json.RawMessage
	in     []field.Value
	arena  []int32 // of rows and lists of tokens, taken and given back like a stack

	lastKind, lastPatient string
}

// step is a step of the path: a field, or the index of a row.
type step struct {
	name  ast.PathElement
	at    *ast.Position // of the field in the document
	index int
}

// row is a row of the answer: where each of its slots stands on the tape.
type row []int32

// slots finds the slots of the row that begins at a token. Who takes them gives
// them back: see release.
func (w *writer) slots(n *node, at int32) row {
	from := len(w.arena)
	many := len(n.slots) > perArray
	for i := at + 1; i < w.toks[at].next; i = w.toks[i].next {
		if !many {
			w.arena = append(w.arena, i)
			continue
		}
		for j := i + 1; j < w.toks[i].next; j = w.toks[j].next {
			w.arena = append(w.arena, j)
		}
	}
	return row(w.arena[from:len(w.arena):len(w.arena)])
}

// release gives back all that was taken since the arena was so long.
func (w *writer) release(mark int) { w.arena = w.arena[:mark] }

// seen tells the audit trail of a row that is shown.
func (w *writer) seen(n *node, r row) {
	w.rows++
	if n.patient < 0 || w.tape.null(r[n.patient]) {
		return
	}
	raw := w.raw(r[n.patient])
	patient := raw[1 : len(raw)-1]
	if n.typ.name == w.lastKind && string(patient) == w.lastPatient {
		return
	}
	w.lastKind, w.lastPatient = n.typ.name, string(patient)
	w.sight.Add(w.lastPatient, w.lastKind)
}

func (w *writer) object(n *node, v view, r row) {
	w.b = append(w.b, '{')
	for i := range v {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		o := &v[i]
		w.b = append(w.b, o.key...)
		w.steps = append(w.steps, step{name: o.path, at: o.at})
		w.value(n, o, r)
		w.steps = w.steps[:len(w.steps)-1]
	}
	w.b = append(w.b, '}')
}

func (w *writer) none() { w.b = append(w.b, "null"...) }

func (w *writer) value(n *node, o *out, r row) {
	switch o.kind {
	case aColumn:
		w.column(o, r[o.slot])
	case aName:
		w.b = append(w.b, o.text...)
	case aGroup:
		w.object(n, o.view, r)
	case aComputed:
		w.computed(o, r)
	case aRow:
		w.one(o, r)
	case aList:
		w.list(o, r)
	case aPage:
		w.page(o, r)
	case isDenied:
		err := kit.Can(w.ctx, o.can)
		if e, ok := kit.AsError(err); ok && e.Code == kit.Forbidden {
			w.sight.Deny(o.can)
		}
		w.failed(err)
	case isOther:
		w.b = append(w.b, w.others[o.other]...)
	case anyNode:
		w.anyNode(o, r)
	case anyNodes:
		w.anyNodes(o, r)
	}
}

// failed writes null and keeps the error with its path.
func (w *writer) failed(err error) {
	w.none()
	if len(w.errs) >= w.most {
		return
	}
	path := make(ast.Path, len(w.steps))
	for i, s := range w.steps {
		if path[i] = s.name; s.name == nil {
			path[i] = ast.PathIndex(s.index)
		}
	}
	e := &gqlerror.Error{Err: err, Message: err.Error(), Path: path}
	if at := w.steps[len(w.steps)-1].at; at != nil {
		e.Locations = []gqlerror.Location{{Line: at.Line, Column: at.Column}}
	}
	w.errs = append(w.errs, w.c.present(w.ctx, e))
}

func (w *writer) column(o *out, at int32) {
	switch {
	case w.tape.null(at) && o.format == asTexts:
		w.b = append(w.b, "[]"...)
	case w.tape.null(at):
		w.none()
	default:
		w.scalar(o.format, at)
	}
}

func (w *writer) scalar(f format, at int32) {
	raw := w.raw(at)
	switch f {
	case asText:
		w.string(at)
	case asNumber:
		w.b = append(w.b, raw...)
	case asBool:
		w.b = strconv.AppendBool(w.b, raw[0] == 't' || raw[0] == '1')
	case asInstant:
		w.b = append(w.b, '"')
		w.b = appendInstant(w.b, raw[1:len(raw)-1])
		w.b = append(w.b, '"')
	case asDecimal:
		n, _ := strconv.ParseInt(string(raw), 10, 64)
		w.b = append(w.b, '"')
		w.b = decimal.Decimal(n).Append(w.b)
		w.b = append(w.b, '"')
	case asTexts:
		w.b = append(w.b, '[')
		for i := at + 1; i < w.toks[at].next; i = w.toks[i].next {
			if i > at+1 {
				w.b = append(w.b, ',')
			}
			w.string(i)
		}
		w.b = append(w.b, ']')
	}
}

// string writes a text. The database escapes some letters in its own way.
func (w *writer) string(at int32) {
	if !w.toks[at].escaped {
		w.b = append(w.b, w.raw(at)...)
		return
	}
	w.b = field.Write(w.b, w.unescaped(at))
}

// unescaped is the text of a token.
func (w *writer) unescaped(at int32) []byte {
	raw := w.raw(at)
	if !w.toks[at].escaped {
		return raw[1 : len(raw)-1]
	}
	var s string
	_ = json.Unmarshal(raw, &s) // the database wrote it
	return []byte(s)
}

// appendInstant writes an instant with milliseconds in UTC. SQLite holds it so;
// PostgreSQL writes as few digits as it needs, and the offset of its session.
func appendInstant(b, raw []byte) []byte {
	const whole = len("2006-01-02T15:04:05")
	if len(raw) == len(scalar.Layout) && raw[len(raw)-1] == 'Z' {
		return append(b, raw...)
	}
	if rest := raw[min(whole, len(raw)):]; len(raw) >= whole+6 && raw[4] == '-' && string(rest[len(rest)-6:]) == "+00:00" {
		digits := rest[:len(rest)-6]
		b = append(b, raw[:whole]...)
		b = append(b, '.')
		for i := 1; i <= 3; i++ {
			if i < len(digits) {
				b = append(b, digits[i])
			} else {
				b = append(b, '0')
			}
		}
		return append(b, 'Z')
	}
	return instantOf(raw).AppendFormat(b, scalar.Layout)
}

func instantOf(raw []byte) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, string(raw))
	return t.UTC()
}

func (w *writer) computed(o *out, r row) {
	w.in = w.in[:0]
	for _, slot := range o.needs {
		v := field.Value{Set: !w.tape.null(r[slot])}
		if v.Set && w.toks[r[slot]].kind == '"' {
			v.Text = w.unescaped(r[slot])
		} else if v.Set {
			v.Text = w.raw(r[slot])
		}
		w.in = append(w.in, v)
	}
	w.b = o.compute.Append(w.ctx, w.b, w.in)
}

func (w *writer) one(o *out, r row) {
	if err := w.run.errs[o.list]; err != nil {
		w.failed(err)
		return
	}
	at := r[o.slot]
	if w.tape.null(at) {
		w.none()
		return
	}
	w.shown(o.list.node, o.view, at)
}

// shown writes a row of the database, which is then seen.
func (w *writer) shown(n *node, v view, at int32) {
	defer w.release(len(w.arena))
	r := w.slots(n, at)
	w.seen(n, r)
	w.object(n, v, r)
}

func (w *writer) list(o *out, r row) {
	if err := w.run.errs[o.list]; err != nil {
		w.failed(err)
		return
	}
	defer w.release(len(w.arena))
	w.b = append(w.b, '[')
	w.each(o.list.node, o.view, w.items(r[o.slot]))
	w.b = append(w.b, ']')
}

// items are the tokens of the values of an array.
func (w *writer) items(at int32) []int32 {
	if w.tape.null(at) {
		return nil
	}
	from := len(w.arena)
	for i := at + 1; i < w.toks[at].next; i = w.toks[i].next {
		w.arena = append(w.arena, i)
	}
	return w.arena[from:len(w.arena):len(w.arena)]
}

func (w *writer) each(n *node, v view, items []int32) {
	for i, at := range items {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.steps = append(w.steps, step{index: i})
		w.shown(n, v, at)
		w.steps = w.steps[:len(w.steps)-1]
	}
}

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
	w.b = append(w.b, '{')
	for i := range o.view {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		sub := &o.view[i]
		w.b = append(w.b, sub.key...)
		w.steps = append(w.steps, step{name: sub.path, at: sub.at})
		w.ofPage(&s, sub, r)
		w.steps = w.steps[:len(w.steps)-1]
	}
	w.b = append(w.b, '}')
}

func (w *writer) ofPage(s *shownPage, o *out, r row) {
	switch o.kind {
	case aName:
		w.b = append(w.b, o.text...)
	case aTotal:
		w.b = append(w.b, w.raw(r[o.slot])...)
	case aNodes:
		w.b = append(w.b, '[')
		w.each(s.node, o.view, s.items)
		w.b = append(w.b, ']')
	case aEdges:
		w.edges(s, o)
	case anInfo:
		w.info(s, o)
	}
}

func (w *writer) edges(s *shownPage, o *out) {
	w.b = append(w.b, '[')
	for i, at := range s.items {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.steps = append(w.steps, step{index: i})
		w.edge(s, o, at)
		w.steps = w.steps[:len(w.steps)-1]
	}
	w.b = append(w.b, ']')
}

func (w *writer) edge(s *shownPage, o *out, at int32) {
	w.b = append(w.b, '{')
	for j := range o.view {
		if j > 0 {
			w.b = append(w.b, ',')
		}
		sub := &o.view[j]
		w.b = append(w.b, sub.key...)
		switch sub.kind {
		case aName:
			w.b = append(w.b, sub.text...)
		case aCursor:
			w.cursor(s, at)
		case anEdgeNode:
			w.steps = append(w.steps, step{name: sub.path, at: sub.at})
			w.shown(s.node, sub.view, at)
			w.steps = w.steps[:len(w.steps)-1]
		}
	}
	w.b = append(w.b, '}')
}

func (w *writer) cursor(s *shownPage, at int32) {
	defer w.release(len(w.arena))
	r := w.slots(s.node, at)
	var key any
	if k := r[s.key]; !w.tape.null(k) {
		switch s.plan.Key().Kind {
		case field.Time:
			raw := w.raw(k)
			key = instantOf(raw[1 : len(raw)-1])
		case field.Int, field.Decimal:
			key = json.Number(w.raw(k))
		case field.Bool:
			key = w.raw(k)[0] == 't' || w.raw(k)[0] == '1'
		default:
			key = string(w.unescaped(k))
		}
	}
	w.b = append(w.b, '"')
	w.b = append(w.b, s.plan.Cursor(w.c.seal, key, string(w.unescaped(r[s.node.id])))...)
	w.b = append(w.b, '"')
}

func (w *writer) info(s *shownPage, o *out) {
	next, previous := s.more, s.plan.Continued()
	if s.plan.Reverse() {
		next, previous = previous, next
	}
	w.b = append(w.b, '{')
	for i := range o.view {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		sub := &o.view[i]
		w.b = append(w.b, sub.key...)
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
	}
	w.b = append(w.b, '}')
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
	w.b = append(w.b, '[')
	for i, want := range w.wanted(o) {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		p, ok := found[want]
		if !ok {
			w.none()
			continue
		}
		w.steps = append(w.steps, step{index: i})
		w.shown(p.l.node, o.views[id.Prefix(want)], p.at)
		w.steps = w.steps[:len(w.steps)-1]
	}
	w.b = append(w.b, ']')
}
