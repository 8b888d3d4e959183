package field

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/decimal"

	"entgo.io/ent/dialect/sql"
)

// Filter is a filter input as it came.
type Filter = ask.Filter

// Error is the error of a filter or an order that cannot be used. Its text may be
// shown to the caller.
type Error struct {
	Path   []string
	Reason string
	Can    string // where not empty: the permission that the viewer lacks
}

func (e *Error) Error() string { return e.Reason }

type builder struct {
	entity *Entity
	may    func(permission string) bool
	most   *ask.Bounds
	terms  int
}

// Where turns a filter into a condition, or refuses it if it exceeds the bounds most.
// may reports whether the viewer has a permission: a filter on a field that the
// viewer may not read is refused, because it would reveal the field.
func (e *Entity) Where(f Filter, may func(permission string) bool, most *ask.Bounds) (Where, error) {
	if len(f) == 0 {
		return nil, nil
	}
	b := &builder{entity: e, may: may, most: most}
	return b.all(f, 1, []string{"filter"})
}

func (b *builder) all(f map[string]any, depth int, path []string) (Where, error) {
	if depth > b.most.FilterDepth {
		return nil, &Error{Path: path, Reason: fmt.Sprintf("a filter nests at most %d deep", b.most.FilterDepth)}
	}
	var parts []Where
	for _, name := range slices.Sorted(maps.Keys(f)) { // the same filter, the same statement
		v := f[name]
		if v == nil {
			continue
		}
		part, err := b.one(name, v, depth, append(path[:len(path):len(path)], name))
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return and(parts), nil
}

func (b *builder) one(name string, v any, depth int, path []string) (Where, error) {
	switch name {
	case "and", "or":
		items := list(v)
		parts := make([]Where, 0, len(items))
		for _, item := range items {
			m, _ := item.(map[string]any)
			part, err := b.all(m, depth+1, path)
			if err != nil {
				return nil, err
			}
			parts = append(parts, part)
		}
		if name == "or" {
			return or(parts), nil
		}
		return and(parts), nil
	case "not":
		m, _ := v.(map[string]any)
		part, err := b.all(m, depth+1, path)
		if err != nil {
			return nil, err
		}
		return not(part), nil
	}
	return b.field(name, v, path)
}

func (b *builder) field(name string, v any, path []string) (Where, error) {
	f, ok := b.entity.Fields[name]
	if !ok || !f.Filter {
		return nil, &Error{Path: path, Reason: fmt.Sprintf("%s cannot be filtered by %q", b.entity.Type, name)}
	}
	if f.Can != "" && !b.may(f.Can) {
		return nil, &Error{Path: path, Reason: "you may not filter by this field", Can: f.Can}
	}
	if b.terms++; b.terms > b.most.FilterTerms {
		return nil, &Error{Path: path, Reason: fmt.Sprintf("a filter has at most %d conditions", b.most.FilterTerms)}
	}
	var w Where
	var err error
	if longest(v) > b.most.FilterList {
		return nil, &Error{Path: path, Reason: fmt.Sprintf("a list has at most %d values", b.most.FilterList)}
	}
	switch v := v.(type) {
	case map[string]any:
		w, err = f.ops(v)
	case []any:
		w, err = f.in(v)
	default:
		if f.Match != nil {
			w, err = f.Match(v)
		} else {
			w, err = f.op("eq", v)
		}
	}
	if err != nil {
		return nil, &Error{Path: path, Reason: err.Error()}
	}
	return w, nil
}

func (f Field) ops(m map[string]any) (Where, error) {
	if f.Match != nil {
		return f.Match(m)
	}
	parts := make([]Where, 0, len(m))
	for _, op := range slices.Sorted(maps.Keys(m)) {
		if m[op] == nil {
			continue
		}
		part, err := f.op(op, m[op])
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return and(parts), nil
}

// longest is the length of the longest list of a condition.
func longest(v any) int {
	switch v := v.(type) {
	case []any:
		return len(v)
	case map[string]any:
		most := 0
		for _, one := range v {
			most = max(most, longest(one))
		}
		return most
	}
	return 0
}

// list reads a list as GraphQL does: one value is a list of one.
func list(v any) []any {
	if items, ok := v.([]any); ok {
		return items
	}
	return []any{v}
}

func (f Field) in(items []any) (Where, error) {
	values := make([]any, len(items))
	for i, item := range items {
		v, err := f.value(item)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return func(s *sql.Selector) { s.Where(sql.In(s.C(f.Column), values...)) }, nil
}

func (f Field) op(op string, raw any) (Where, error) {
	if op == "in" {
		return f.in(list(raw))
	}
	if op == "isNull" {
		return f.null(raw == true), nil
	}
	v, err := f.value(raw)
	if err != nil {
		return nil, err
	}
	compare := map[string]func(string, any) *sql.Predicate{
		"eq": sql.EQ, "gte": sql.GTE, "gt": sql.GT, "lte": sql.LTE, "lt": sql.LT,
	}[op]
	if compare != nil {
		return func(s *sql.Selector) { s.Where(compare(s.C(f.Column), v)) }, nil
	}
	if text, ok := v.(string); ok && op == "prefix" {
		return Prefix(f.Column, text), nil
	}
	return nil, fmt.Errorf("unknown condition %q", op)
}

func (f Field) null(is bool) Where {
	return func(s *sql.Selector) {
		if is {
			s.Where(sql.IsNull(s.C(f.Column)))
		} else {
			s.Where(sql.NotNull(s.C(f.Column)))
		}
	}
}

// Prefix returns the condition that a column begins with the text. It is a range,
// so that an index can be used.
func Prefix(column, text string) Where {
	return func(s *sql.Selector) {
		s.Where(sql.And(sql.GTE(s.C(column), text), sql.LT(s.C(column), text+"\U0010FFFF")))
	}
}

// value reads one value of the kind of the field as the database wants it.
func (f Field) value(raw any) (any, error) {
	switch f.Kind {
	case Time:
		s, _ := raw.(string)
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return nil, fmt.Errorf("an instant is written as in 2026-01-31T09:30:00Z")
		}
		return t, nil
	case Date:
		s, _ := raw.(string)
		d, err := date.Parse(s)
		return string(d), err
	case Decimal:
		var d decimal.Decimal
		err := d.UnmarshalGQL(raw)
		return int64(d), err
	case Int:
		if n, ok := raw.(json.Number); ok {
			return n.Int64()
		}
		return raw, nil
	}
	if text, ok := raw.(string); ok && f.Fold != nil {
		return f.Fold(text), nil
	}
	return raw, nil
}

func and(parts []Where) Where { return join(parts, sql.And) }
func or(parts []Where) Where  { return join(parts, sql.Or) }

func join(parts []Where, how func(...*sql.Predicate) *sql.Predicate) Where {
	return func(s *sql.Selector) {
		preds := make([]*sql.Predicate, 0, len(parts))
		for _, part := range parts {
			if p := predicate(s, part); p != nil {
				preds = append(preds, p)
			}
		}
		switch len(preds) {
		case 0:
		case 1: // ent loses the brackets of an Or that stands alone in an And
			s.Where(preds[0])
		default:
			s.Where(how(preds...))
		}
	}
}

// not keeps the rows for which the condition is not true, also those for which
// it is unknown because the field is null.
func not(part Where) Where {
	return func(s *sql.Selector) {
		p := predicate(s, part)
		if p == nil {
			return
		}
		s.Where(sql.P(func(b *sql.Builder) {
			b.WriteString("(")
			b.Join(p)
			b.WriteString(") IS NOT TRUE")
		}))
	}
}

// predicate runs a Where on an empty selector of the same table and takes out
// what it asked for.
func predicate(s *sql.Selector, w Where) *sql.Predicate {
	if w == nil {
		return nil
	}
	t := sql.Dialect(s.Dialect()).Select().From(s.Table())
	w(t)
	return t.P()
}
