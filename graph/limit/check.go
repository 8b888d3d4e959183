package limit

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/graph/shape"
	"medoffice/modules/kit"
)

// check is one number against its limit. A caller is informed of the first that
// fails, with the limit and never with a part of the document.
type check struct {
	code    kit.Code
	n, most int
	unit    string
}

func all(checks ...check) error {
	for _, c := range checks {
		if Over(c.n, c.most) {
			return kit.Refuse(c.code, fmt.Sprintf("the document has more than %d %s", c.most, c.unit))
		}
	}
	return nil
}

// CheckText refuses a document for its length, before it is parsed.
func (l *Limits) CheckText(text string) error {
	return all(check{kit.QueryTooLong, len(text), l.Text, "bytes"})
}

// CheckShape refuses a document for what it is made of, before it is validated.
func (l *Limits) CheckShape(s *shape.Shape) error {
	err := all(
		check{kit.QueryTooLong, s.Tokens, l.Tokens, "tokens"},
		check{kit.LimitExceeded, s.Fragments, l.Fragments, "fragments"},
		check{kit.LimitExceeded, s.Directives, l.Directives, "directives"},
		check{kit.LimitExceeded, s.Stacked, l.Stacked, "directives on one thing"},
		check{kit.LimitExceeded, s.Aliases, l.Aliases, "aliases"},
		check{kit.LimitExceeded, s.Repeats, l.Repeats, "names for one field in a selection"},
	)
	if err == nil && l.Repeats != None {
		err = all(check{kit.LimitExceeded, s.Overlaps, shape.MostOverlaps, "pairs of fields of the same name"})
	}
	for _, op := range s.Operations {
		if err != nil {
			break
		}
		err = all(
			check{kit.DepthLimitExceeded, op.Depth, l.Depth, "fields within fields"},
			check{kit.CostLimitExceeded, op.Selections, l.Selections, "selections"},
		)
		if err == nil && op.Kind == ast.Mutation {
			err = all(check{kit.LimitExceeded, op.Roots, l.Mutations, "mutations"})
		}
	}
	return err
}

// CheckPrice refuses an operation for what it costs.
func (l *Limits) CheckPrice(p shape.Price) error {
	return all(
		check{kit.CostLimitExceeded, p.Cost, l.Cost, "points of cost"},
		check{kit.CostLimitExceeded, p.Nodes, l.Nodes, "rows to read"},
	)
}
