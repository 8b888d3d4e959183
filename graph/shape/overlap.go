package shape

import "github.com/vektah/gqlparser/v2/ast"

// MostOverlaps bounds the pairs of fields of one name that validation would
// compare (OverlappingFieldsCanBeMerged is quadratic); mostSteps bounds the
// counting.
const (
	MostOverlaps = 5_000
	mostSteps    = 100_000
)

type counter struct {
	doc            *ast.QueryDocument
	pairs, repeats int
	steps          int
}

// overlaps counts the pairs of fields with the same response name that stand
// in one selection, fragments opened, and in what is merged of them; and how
// often one field is asked for under different names in a selection.
func overlaps(doc *ast.QueryDocument) (pairs, repeats int) {
	c := &counter{doc: doc}
	for _, op := range doc.Operations {
		c.all(op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		c.all(f.SelectionSet)
	}
	if c.steps > mostSteps {
		c.pairs = endless
	}
	return c.pairs, c.repeats
}

// all counts a selection as written and every one below it.
func (c *counter) all(set ast.SelectionSet) {
	c.merged([]ast.SelectionSet{set})
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			c.all(s.SelectionSet)
		case *ast.InlineFragment:
			c.all(s.SelectionSet)
		}
		if c.full() {
			return
		}
	}
}

// merged counts selections that become one.
func (c *counter) merged(sets []ast.SelectionSet) {
	byKey, names := map[string][]*ast.Field{}, map[string]map[string]bool{}
	seen := map[string]bool{}
	for _, set := range sets {
		c.open(set, seen, func(f *ast.Field) {
			byKey[f.Alias] = append(byKey[f.Alias], f)
			if names[f.Name] == nil {
				names[f.Name] = map[string]bool{}
			}
			names[f.Name][f.Alias] = true
		})
	}
	for _, aliases := range names {
		c.repeats = max(c.repeats, len(aliases))
	}
	for _, fields := range byKey {
		n := len(fields)
		c.pairs = min(c.pairs+n*(n-1)/2, endless)
		if n < 2 || c.full() {
			continue
		}
		below := make([]ast.SelectionSet, 0, n)
		for _, f := range fields {
			if len(f.SelectionSet) > 0 {
				below = append(below, f.SelectionSet)
			}
		}
		if len(below) > 1 {
			c.merged(below)
		}
	}
}

func (c *counter) open(set ast.SelectionSet, seen map[string]bool, each func(*ast.Field)) {
	for _, selection := range set {
		if c.steps++; c.full() {
			return
		}
		switch s := selection.(type) {
		case *ast.Field:
			each(s)
		case *ast.InlineFragment:
			c.open(s.SelectionSet, seen, each)
		case *ast.FragmentSpread:
			if f := c.doc.Fragments.ForName(s.Name); f != nil && !seen[s.Name] {
				seen[s.Name] = true
				c.open(f.SelectionSet, seen, each)
			}
		}
	}
}

func (c *counter) full() bool { return c.steps > mostSteps || c.pairs > MostOverlaps }
