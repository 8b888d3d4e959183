package terminology

import (
	"context"
	"fmt"
	"strings"

	"medoffice/ent"
	"medoffice/ent/concept"
	"medoffice/graph/model"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/page"
	"medoffice/modules/kit/person"

	"entgo.io/ent/dialect/sql"
)

// Code is one code of a system with its name.
type Code struct{ System, Code, Display string }

// Put adds codes, and renames those that are there, in the running transaction.
func (m *Module) Put(ctx context.Context, codes ...Code) error {
	c := m.DB.Client(ctx)
	for _, s := range codes {
		row, err := c.Concept.Query().Where(concept.System.EQ(s.System), concept.Code.EQ(s.Code)).First(ctx)
		switch {
		case err == nil && row.Display == s.Display:
		case err == nil:
			err = row.Update().SetDisplay(s.Display).SetFolded(person.Fold(s.Display)).Exec(ctx)
		case ent.IsNotFound(err):
			err = create(c, s).Exec(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Lookup finds the names of codes of one system; what is not known is left out.
func (m *Module) Lookup(ctx context.Context, system string, codes ...string) (map[string]string, error) {
	rows, err := m.DB.Client(ctx).Concept.Query().Where(concept.System.EQ(system), concept.Code.In(codes...)).All(ctx)
	found := make(map[string]string, len(rows))
	for _, row := range rows {
		found[row.Code] = row.Display
	}
	return found, err
}

func (q Query) Concepts(ctx context.Context, system string, search *string, first *int, after *string, last *int, before *string) (*model.ConceptConnection, error) {
	filter := field.Filter{"system": system, "active": true}
	if search != nil {
		filter["search"] = *search
	}
	return q.conceptList().All(ctx, page.Args{Filter: filter, First: first, After: after, Last: last, Before: before})
}

// The bounds of a search.
const (
	maxSearch = 200
	maxWords  = 8
)

// match finds codes by words of the name in any order, or the beginning of the code.
func match(v any) (field.Where, error) {
	text, _ := v.(string)
	words := strings.Fields(person.Fold(text))
	if len(text) > maxSearch || len(words) > maxWords {
		return nil, fmt.Errorf("a search has at most %d letters and %d words", maxSearch, maxWords)
	}
	return func(s *sql.Selector) {
		for _, w := range words {
			up := strings.ToUpper(w)
			s.Where(sql.Or(
				sql.Contains(s.C(concept.FieldFolded), w),
				sql.And(sql.GTE(s.C(concept.FieldCode), up), sql.LT(s.C(concept.FieldCode), up+"\U0010FFFF")),
			))
		}
	}, nil
}
