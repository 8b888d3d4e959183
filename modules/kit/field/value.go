package field

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"medoffice/modules/kit/date"
	"medoffice/modules/kit/decimal"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
)

// leastContained is the shortest text that is looked for anywhere in another.
const leastContained = 2

// comparisons are the conditions with one value.
var comparisons = map[string]func(string, any) *sql.Predicate{
	"eq": sql.EQ, "ne": sql.NEQ, "gte": sql.GTE, "gt": sql.GT, "lte": sql.LTE, "lt": sql.LT,
}

func (f Field) ops(m map[string]any) (Where, error) {
	parts := make([]Where, 0, len(m))
	for _, op := range slices.Sorted(maps.Keys(m)) {
		part, err := f.op(op, m[op])
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return and(parts), nil
}

func (f Field) op(op string, raw any) (Where, error) {
	switch op {
	case "in", "notIn":
		return f.in(list(raw), op == "notIn")
	case "isNull":
		return f.null(raw == true), nil
	case "between":
		return f.between(raw)
	}
	v, err := f.value(raw)
	if err != nil {
		return nil, err
	}
	if compare := comparisons[op]; compare != nil {
		return func(s *sql.Selector) { s.Where(compare(s.C(f.Column), v)) }, nil
	}
	text, ok := v.(string)
	switch {
	case ok && op == "prefix":
		return Prefix(f.Column, text), nil
	case ok && op == "contains":
		return f.contains(text)
	}
	return nil, fmt.Errorf("unknown condition %q", op)
}

func (f Field) in(items []any, not bool) (Where, error) {
	values := make([]any, len(items))
	for i, item := range items {
		v, err := f.value(item)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return func(s *sql.Selector) {
		if not {
			s.Where(sql.NotIn(s.C(f.Column), values...))
			return
		}
		s.Where(sql.In(s.C(f.Column), values...))
	}, nil
}

// between is the condition that the value is in a range, ends included.
func (f Field) between(raw any) (Where, error) {
	m, _ := raw.(map[string]any)
	from, err := f.op("gte", m["from"])
	if err != nil {
		return nil, err
	}
	to, err := f.op("lte", m["to"])
	return and([]Where{from, to}), err
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

// contains is the condition that the column has the text somewhere, letter by letter.
func (f Field) contains(text string) (Where, error) {
	if utf8.RuneCountInString(text) < leastContained {
		return nil, fmt.Errorf("write at least %d letters", leastContained)
	}
	return func(s *sql.Selector) {
		find := "instr("
		if s.Dialect() == dialect.Postgres {
			find = "strpos("
		}
		column := s.C(f.Column)
		s.Where(sql.P(func(b *sql.Builder) { b.WriteString(find + column + ", ").Arg(text).WriteString(") > 0") }))
	}, nil
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
	if raw == nil {
		return nil, errors.New("a value is missing here")
	}
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
