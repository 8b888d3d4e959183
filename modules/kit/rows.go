package kit

import (
	"context"
	"maps"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/row"
)

// Rule returns the condition for the rows that the viewer may see; nil if the
// viewer may see all of them.
type Rule func(v *Viewer) func(*sql.Selector)

// Rules are the row rules by the name of the ent type. Guard adds them to every
// query of the type.
type Rules map[string][]Rule

// Ruler is a module with row rules.
type Ruler interface{ Rules() Rules }

// Add adds the rules of a module.
func (r Rules) Add(more Rules) {
	for kind := range maps.Keys(more) {
		r[kind] = append(r[kind], more[kind]...)
	}
}

// Narrow returns the row rules of the viewer of the context for the type, for a
// statement that ent does not make, such as a count.
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

// Unbound returns a context without row rules. Use it for checks over the whole
// office, such as the uniqueness of a number, and never for data that is shown.
func Unbound(ctx context.Context) context.Context {
	v := *ViewerOf(ctx)
	v.Rules = nil
	return WithViewer(ctx, &v)
}

// ruled hangs the rules of the rows on all queries.
var ruled = row.TraverseFunc(func(ctx context.Context, q row.Asked) error {
	q.WhereP(Narrow(ctx, q.Type())...)
	return nil
})

var _ ent.Interceptor = ruled
