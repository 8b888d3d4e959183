package kit

import (
	"context"
	"maps"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/intercept"
)

// Rule narrows a statement to the rows that a viewer may see, nil where the
// viewer sees all of them.
type Rule func(v *Viewer) func(*sql.Selector)

// Rules are the rows that may be seen, by the name of the ent type. Guard hangs
// them on every query of the type, wherever it stands.
type Rules map[string][]Rule

// Ruler is a module that bounds who sees which rows.
type Ruler interface{ Rules() Rules }

// Add takes the rules of a module over.
func (r Rules) Add(more Rules) {
	for kind := range maps.Keys(more) {
		r[kind] = append(r[kind], more[kind]...)
	}
}

// Narrow is what the rules of the viewer of the context add to a statement over
// rows of the type that ent does not make, such as a count.
func Narrow(ctx context.Context, kind string) (where []func(*sql.Selector)) {
	v := ViewerOf(ctx)
	if v == nil {
		return nil
	}
	for _, rule := range v.Rules[kind] {
		if w := rule(v); w != nil {
			where = append(where, w)
		}
	}
	return where
}

// Unbound returns a context in which the viewer sees all rows. It is for what
// must hold for the whole office, such as that a number is given once, and
// never for what is shown.
func Unbound(ctx context.Context) context.Context {
	v := *ViewerOf(ctx)
	v.Rules = nil
	return WithViewer(ctx, &v)
}

// ruled hangs the rules of the rows on all queries.
var ruled = intercept.TraverseFunc(func(ctx context.Context, q intercept.Query) error {
	q.WhereP(Narrow(ctx, q.Type())...)
	return nil
})

var _ ent.Interceptor = ruled
