package compile

import (
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
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

// seen informs the audit trail of a row that is shown.
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
	w.frame(v, func(o *out) { w.value(n, o, r) })
}

// frame writes an object: what is asked of it, each by fill, in the order of
// the document.
func (w *writer) frame(v view, fill func(*out)) {
	w.b = append(w.b, '{')
	for i := range v {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		o := &v[i]
		w.b = append(w.b, o.key...)
		w.steps = append(w.steps, step{name: o.path, at: o.at})
		fill(o)
		w.steps = w.steps[:len(w.steps)-1]
	}
	w.b = append(w.b, '}')
}

// array writes a list of so many, each by fill.
func (w *writer) array(many int, fill func(i int)) {
	w.b = append(w.b, '[')
	for i := range many {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.steps = append(w.steps, step{index: i})
		fill(i)
		w.steps = w.steps[:len(w.steps)-1]
	}
	w.b = append(w.b, ']')
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
	w.each(o.list.node, o.view, w.items(r[o.slot]))
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
	w.array(len(items), func(i int) { w.shown(n, v, items[i]) })
}
