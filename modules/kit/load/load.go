// Package load loads the edges of many rows with one statement, which avoids the
// N+1 problem. Rows of one query result know each other; when an edge of one is
// asked for, that edge is loaded for all of them. There is no timer, so the
// number of statements is always the same.
package load

import (
	"context"
	"reflect"
	"sync"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/row"
)

// Row is an ent row.
type Row interface{ LoadedWith() any }

type set struct{ rows []any }

// Together notes that these rows are of one query result.
func Together(v ent.Value) {
	s := &set{}
	rows, _ := v.(row.Rows)
	for _, r := range rows {
		s.rows = append(s.rows, r)
		r.PutLoadedWith(s)
	}
}

// Join notes that these rows belong together, although they come from several
// statements.
func Join[R ent.Subjecter](rows []R) {
	s := &set{}
	for _, row := range rows {
		s.rows = append(s.rows, row)
		row.PutLoadedWith(s)
	}
}

type scopeKey struct{}

// scope remembers what was fetched, for one request.
type scope struct{ calls sync.Map }

type callKey struct {
	set *set
	key string
}

type call struct {
	once  sync.Once
	value any
	err   error
}

// WithScope returns the context of one request.
func WithScope(ctx context.Context) context.Context {
	return context.WithValue(ctx, scopeKey{}, &scope{})
}

// Of returns what fetch finds for the row. The key names what is fetched,
// arguments included; id returns under which id it is found, "" for nothing.
func Of[R Row, V any](ctx context.Context, row R, key string, id func(R) string,
	fetch func(ctx context.Context, ids []string) (map[string]V, error),
) (V, error) {
	var none V
	mine := id(row)
	if mine == "" {
		return none, nil
	}
	together, _ := row.LoadedWith().(*set)
	sc, _ := ctx.Value(scopeKey{}).(*scope)
	if together == nil || sc == nil {
		found, err := fetch(ctx, []string{mine})
		return under(found, mine), err
	}
	entry, _ := sc.calls.LoadOrStore(callKey{together, key}, &call{})
	c := entry.(*call)
	c.once.Do(func() { c.value, c.err = fetch(ctx, ids(together, id)) })
	if c.err != nil {
		return none, c.err
	}
	found, _ := c.value.(map[string]V)
	return under(found, mine), nil
}

// under is what is found for an id. A list of nothing is an empty list.
func under[V any](found map[string]V, id string) V {
	v, ok := found[id]
	if t := reflect.TypeFor[V](); !ok && t.Kind() == reflect.Slice {
		v, _ = reflect.MakeSlice(t, 0, 0).Interface().(V)
	}
	return v
}

func ids[R Row](s *set, id func(R) string) []string {
	seen := make(map[string]bool, len(s.rows))
	list := make([]string, 0, len(s.rows))
	for _, other := range s.rows {
		row, ok := other.(R)
		if !ok {
			continue
		}
		if i := id(row); i != "" && !seen[i] {
			seen[i] = true
			list = append(list, i)
		}
	}
	return list
}

// ByID returns the rows by their ids, as Of and One need them.
func ByID[R ent.Subjecter](rows []R, err error) (map[string]R, error) {
	found := make(map[string]R, len(rows))
	for _, row := range rows {
		_, id, _ := row.Subject()
		found[id] = row
	}
	return found, err
}

// ByKey groups rows under a key, in their order.
func ByKey[R any](rows []R, err error, key func(R) string) (map[string][]R, error) {
	return ByKeys(rows, err, func(row R) []string { return []string{key(row)} })
}

// ByKeys groups rows under each of their keys, in their order.
func ByKeys[R any](rows []R, err error, keys func(R) []string) (map[string][]R, error) {
	found := map[string][]R{}
	for _, row := range rows {
		for _, key := range keys(row) {
			found[key] = append(found[key], row)
		}
	}
	return found, err
}

// Single finds rows under a key that no two of them have.
func Single[R any](rows []R, err error, key func(R) string) (map[string]R, error) {
	found := make(map[string]R, len(rows))
	for _, row := range rows {
		found[key(row)] = row
	}
	return found, err
}

// Among narrows a statement to the rows with one of the ids in a column.
func Among(column string, ids []string) func(*sql.Selector) {
	values := make([]any, len(ids))
	for i, id := range ids {
		values[i] = id
	}
	return func(s *sql.Selector) { s.Where(sql.In(s.C(column), values...)) }
}

// Each does something with each of the rows that were read, until that fails.
func Each[R any](rows []R, err error, do func(R) error) error {
	for _, row := range rows {
		if err == nil {
			err = do(row)
		}
	}
	return err
}

// One returns the row with the id, for a root field.
func One[V any](ctx context.Context, id string, fetch func(ctx context.Context, ids []string) (map[string]V, error)) (V, error) {
	found, err := fetch(ctx, []string{id})
	return found[id], err
}
