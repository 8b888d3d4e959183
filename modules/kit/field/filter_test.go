package field_test

import (
	"strings"
	"testing"

	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/field"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
)

var shelf = field.Entity{Type: "Book", Table: "books", Fields: map[string]field.Field{
	"title":  {Column: "title", Filter: true, Fold: strings.ToLower},
	"author": {Column: "author", Filter: true},
	"secret": {Column: "secret", Filter: true, Can: "books.secret"},
	"pages":  {Column: "pages", Kind: field.Int},
	"any": {Filter: true, Match: func(any) (field.Where, error) {
		return func(s *sql.Selector) { s.Where(sql.Or(sql.EQ("a", 1), sql.EQ("b", 2))) }, nil
	}},
}}

// A rule that follows a filter must bind stronger than any "or" of the filter.
func TestFilterCannotEscapeARule(t *testing.T) {
	for name, filter := range map[string]field.Filter{
		"match":      {"any": "x"},
		"or":         {"or": []any{map[string]any{"title": "x"}, map[string]any{"author": "y"}}},
		"nested":     {"and": map[string]any{"or": []any{map[string]any{"any": "x"}, map[string]any{"author": "y"}}}},
		"and of one": {"and": []any{map[string]any{"any": "x"}}},
	} {
		where, err := shelf.Where(filter, &field.Asker{May: func(string) bool { return true }, Most: &ask.Usual})
		if err != nil {
			t.Fatal(err)
		}
		s := sql.Dialect(dialect.SQLite).Select("id").From(sql.Table("books"))
		where(s)
		s.Where(sql.EQ("visible", true))
		text, _ := s.Query()
		_, condition, _ := strings.Cut(text, " WHERE ")
		depth, or := 0, false
		for i, c := range condition {
			switch {
			case c == '(':
				depth++
			case c == ')':
				depth--
			case depth == 0 && strings.HasPrefix(condition[i:], " OR "):
				or = true
			}
		}
		if or || !strings.HasSuffix(condition, "AND `visible`") {
			t.Errorf("%s: %s", name, condition)
		}
	}
}

func TestFilterValues(t *testing.T) {
	may := func(string) bool { return false }
	for name, c := range map[string]struct {
		filter field.Filter
		args   int // of the statement, -1 for a refusal
	}{
		"nothing":             {field.Filter{}, 0},
		"null":                {field.Filter{"title": nil}, -1},
		"null in a condition": {field.Filter{"title": map[string]any{"eq": nil}}, -1},
		"no condition":        {field.Filter{"title": map[string]any{}}, -1},
		"nothing to exclude":  {field.Filter{"not": map[string]any{}}, -1},
		"or of nothing":       {field.Filter{"or": []any{}}, -1},
		"or of null":          {field.Filter{"or": []any{nil}}, -1},
		"between":             {field.Filter{"author": map[string]any{"between": map[string]any{"from": "a", "to": "b"}}}, 2},
		"between one":         {field.Filter{"author": map[string]any{"between": map[string]any{"from": "a", "to": nil}}}, -1},
		"one letter":          {field.Filter{"author": map[string]any{"contains": "a"}}, -1},
		"letters":             {field.Filter{"author": map[string]any{"contains": "ab"}}, 1},
		"none of":             {field.Filter{"author": map[string]any{"notIn": []any{"a", "b"}}}, 2},
		"one value is a list": {field.Filter{"title": map[string]any{"in": "x"}}, 1},
		"one filter too":      {field.Filter{"and": map[string]any{"title": "x", "author": "y"}}, 2},
		"empty list":          {field.Filter{"title": map[string]any{"in": []any{}}}, 0},
		"unknown":             {field.Filter{"colour": "red"}, -1},
		"not for filters":     {field.Filter{"pages": 1}, -1},
		"not allowed":         {field.Filter{"secret": "x"}, -1},
		"not allowed within":  {field.Filter{"not": map[string]any{"or": []any{map[string]any{"secret": "x"}}}}, -1},
		"unknown condition":   {field.Filter{"title": map[string]any{"like": "x"}}, -1},
	} {
		where, err := shelf.Where(c.filter, &field.Asker{May: may, Most: &ask.Usual})
		if (err != nil) != (c.args < 0) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil || where == nil {
			continue
		}
		s := sql.Dialect(dialect.SQLite).Select("id").From(sql.Table("books"))
		where(s)
		if text, args := s.Query(); len(args) != c.args {
			t.Errorf("%s: %s %v", name, text, args)
		}
	}
}

func TestFold(t *testing.T) {
	where, err := shelf.Where(field.Filter{"title": map[string]any{"prefix": "ABC"}}, &field.Asker{Most: &ask.Usual})
	if err != nil {
		t.Fatal(err)
	}
	s := sql.Dialect(dialect.Postgres).Select("id").From(sql.Table("books"))
	where(s)
	if _, args := s.Query(); args[0] != "abc" {
		t.Error(args)
	}
}
