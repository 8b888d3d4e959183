package field

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"medoffice/modules/kit/ask"
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

// Asker is who asks for a list, as far as filters need it.
type Asker struct {
	May func(permission string) bool
	// Rules narrow the rows of a type to those that the asker may see; nil where all
	// may be seen.
	Rules func(typ string) []Where
	Most  *ask.Bounds
	// Varies is set where the condition holds more than what the filter says, such as
	// values of the asker.
	Varies bool
}

// builder makes the condition of one filter.
type builder struct {
	*Asker
	terms, tables int
}

// Where turns a filter into a condition, or refuses it: if it exceeds the bounds, if a
// value is missing, if the asker may not read what it compares, because it would
// reveal that.
func (e *Entity) Where(f Filter, a *Asker) (Where, error) {
	if len(f) == 0 {
		return nil, nil
	}
	b := &builder{Asker: a}
	return b.all(e, f, 1, []string{"filter"})
}

func (b *builder) all(e *Entity, f map[string]any, depth int, path []string) (Where, error) {
	if depth > b.Most.FilterDepth {
		return nil, &Error{Path: path, Reason: fmt.Sprintf("a filter nests at most %d deep", b.Most.FilterDepth)}
	}
	var parts []Where
	for _, name := range slices.Sorted(maps.Keys(f)) { // the same filter, the same statement
		part, err := b.one(e, name, f[name], depth, append(path[:len(path):len(path)], name))
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return and(parts), nil
}

func (b *builder) one(e *Entity, name string, v any, depth int, path []string) (Where, error) {
	if v == nil {
		return nil, missing(path)
	}
	switch name {
	case "and", "or":
		parts, err := b.several(e, list(v), depth, path)
		if name == "or" {
			return or(parts), err
		}
		return and(parts), err
	case "not":
		part, err := b.part(e, v, depth, path)
		return not(part), err
	}
	if edge, ok := e.Edges[name]; ok {
		return b.edge(edge, v, depth, path)
	}
	return b.field(e, name, v, path)
}

// missing is the refusal of a condition without a value: as a condition that always
// holds, it would return everything where a variable was forgotten.
func missing(path []string) error {
	return &Error{Path: path, Reason: "a value is missing here: leave the condition out if it shall not be one"}
}

func (b *builder) several(e *Entity, items []any, depth int, path []string) ([]Where, error) {
	if len(items) == 0 {
		return nil, missing(path)
	}
	parts := make([]Where, 0, len(items))
	for i, item := range items {
		part, err := b.part(e, item, depth, append(path[:len(path):len(path)], strconv.Itoa(i)))
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// part is the condition of a part of a filter, which says at least something.
func (b *builder) part(e *Entity, v any, depth int, path []string) (Where, error) {
	m, _ := v.(map[string]any)
	if len(m) == 0 {
		return nil, missing(path)
	}
	return b.all(e, m, depth+1, path)
}

func (b *builder) field(e *Entity, name string, v any, path []string) (Where, error) {
	f, ok := e.Fields[name]
	if !ok || !f.Filter {
		return nil, &Error{Path: path, Reason: fmt.Sprintf("%s cannot be filtered by %q", e.Type, name)}
	}
	if err := b.permitted(f.Can, path); err != nil {
		return nil, err
	}
	if m, grouped := v.(map[string]any); grouped && f.Group != nil {
		return b.group(f, m, path)
	}
	return b.value(f, v, path)
}

func (b *builder) permitted(can string, path []string) error {
	if can != "" && !b.May(can) {
		return &Error{Path: path, Reason: "you may not filter by this field", Can: can}
	}
	return nil
}

// group is the condition on columns that are one field.
func (b *builder) group(f Field, m map[string]any, path []string) (Where, error) {
	if len(m) == 0 {
		return nil, missing(path)
	}
	var parts []Where
	for _, name := range slices.Sorted(maps.Keys(m)) {
		at := append(path[:len(path):len(path)], name)
		one, ok := f.Group[name]
		if !ok {
			return nil, &Error{Path: at, Reason: fmt.Sprintf("there is no %q to filter by", name)}
		}
		part, err := b.value(one, m[name], at)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return and(parts), nil
}

// value is the condition on one column, or what a match makes of it.
func (b *builder) value(f Field, v any, path []string) (w Where, err error) {
	if b.terms++; b.terms > b.Most.FilterTerms {
		return nil, &Error{Path: path, Reason: fmt.Sprintf("a filter has at most %d conditions", b.Most.FilterTerms)}
	}
	if longest(v) > b.Most.FilterList {
		return nil, &Error{Path: path, Reason: fmt.Sprintf("a list has at most %d values", b.Most.FilterList)}
	}
	if at, ok := lacks(v, path); ok {
		return nil, missing(at)
	}
	m, ops := v.(map[string]any)
	switch {
	case f.Match != nil:
		w, err = f.Match(v)
	case ops:
		w, err = f.ops(m)
	default:
		w, err = f.op("eq", v)
	}
	if err != nil {
		return nil, &Error{Path: path, Reason: err.Error()}
	}
	return w, nil
}

// lacks finds a condition without a value.
func lacks(v any, path []string) ([]string, bool) {
	m, ok := v.(map[string]any)
	if !ok {
		return path, v == nil
	}
	for _, op := range slices.Sorted(maps.Keys(m)) {
		if m[op] == nil {
			return append(path[:len(path):len(path)], op), true
		}
	}
	return path, len(m) == 0
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
