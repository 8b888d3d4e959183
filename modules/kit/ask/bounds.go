package ask

import "context"

// Bounds are the limits of pages and filters of one request.
type Bounds struct {
	PageDefault int // rows of a page where none are asked for
	PageMax     int // rows of a page
	FilterDepth int // levels of and, or, not, and of edges
	FilterTerms int // conditions
	FilterList  int // values of a list in a condition
}

// Usual holds where nothing else is said.
var Usual = Bounds{PageDefault: 25, PageMax: 100, FilterDepth: 6, FilterTerms: 50, FilterList: 250}

type boundsKey struct{}

// Within puts the bounds of a request, which depend on who asks, into its context.
func Within(ctx context.Context, b *Bounds) context.Context {
	return context.WithValue(ctx, boundsKey{}, b)
}

// BoundsOf returns the bounds of the context.
func BoundsOf(ctx context.Context) *Bounds {
	if b, ok := ctx.Value(boundsKey{}).(*Bounds); ok {
		return b
	}
	return &Usual
}
