package load_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"medoffice/ent"
	"medoffice/modules/kit/load"
	"medoffice/modules/officetest"
)

// fetcher counts its calls and finds a word for each id but those in lacks.
type fetcher struct {
	mu    sync.Mutex
	calls [][]string
	lacks string
	err   error
}

func (f *fetcher) fetch(_ context.Context, ids []string) (map[string]*string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, ids)
	found := map[string]*string{}
	for _, id := range ids {
		if word := "the neighbour of " + id; id != f.lacks {
			found[id] = &word
		}
	}
	return found, f.err
}

func id(l *ent.Location) string { return l.ID }

// locations makes n and reads them with one statement of a request.
func locations(t *testing.T, o *officetest.Office, n int) (context.Context, []*ent.Location) {
	t.Helper()
	err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
		for i := range n {
			if err := o.Deps.DB.Client(ctx).Location.Create().SetName(fmt.Sprint("Street ", i)).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx := load.WithScope(o.System())
	return ctx, read(t, ctx, o)
}

func read(t *testing.T, ctx context.Context, o *officetest.Office) []*ent.Location {
	t.Helper()
	rows, err := o.Deps.DB.Client(ctx).Location.Query().All(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// ask asks for the neighbours of the rows under a name, and checks them.
func ask(t *testing.T, ctx context.Context, f *fetcher, name string, rows []*ent.Location) {
	t.Helper()
	for _, row := range rows {
		got, err := load.Of(ctx, row, name, id, f.fetch)
		if err != nil || got == nil || *got != "the neighbour of "+row.ID {
			t.Fatalf("%s: %v %v", row.ID, got, err)
		}
	}
}

// Rows of one statement fetch once for each name under which they are asked,
// arguments included.
func TestOneFetchForRowsOfOneStatement(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ctx, rows := locations(t, o, 7)
		f := &fetcher{}
		for range 3 {
			ask(t, ctx, f, "rooms first=1", rows)
		}
		if len(f.calls) != 1 || len(f.calls[0]) != 7 {
			t.Fatalf("%v", f.calls)
		}
		ask(t, ctx, f, "rooms first=2", rows) // another alias, other arguments
		ask(t, ctx, f, "rooms first=1", rows)
		if len(f.calls) != 2 {
			t.Errorf("%v", f.calls)
		}
		ask(t, load.WithScope(o.System()), f, "rooms first=1", rows) // another request
		if len(f.calls) != 3 {
			t.Errorf("%v", f.calls)
		}
	})
}

func TestOneFetchAtOnce(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ctx, rows := locations(t, o, 5)
		f := &fetcher{}
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				row := rows[i%len(rows)]
				if got, err := load.Of(ctx, row, "rooms", id, f.fetch); err != nil || got == nil || !strings.HasSuffix(*got, row.ID) {
					t.Errorf("%v %v", got, err)
				}
			})
		}
		all.Wait()
		if len(f.calls) != 1 {
			t.Errorf("%d fetches", len(f.calls))
		}
	})
}

// An id that several rows have is fetched once, and none is no fetch.
func TestSharedAndMissingIDs(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ctx, rows := locations(t, o, 4)
		f := &fetcher{}
		shared := func(l *ent.Location) string {
			switch l.ID {
			case rows[0].ID:
				return ""
			case rows[1].ID:
				return "alone"
			}
			return "shared"
		}
		for i, want := range []string{"", "alone", "shared", "shared"} {
			got, err := load.Of(ctx, rows[i], "owner", shared, f.fetch)
			if err != nil || (want == "") != (got == nil) || got != nil && *got != "the neighbour of "+want {
				t.Errorf("row %d: %v %v", i, got, err)
			}
			if i == 0 && len(f.calls) != 0 {
				t.Error("nothing was fetched for nobody")
			}
		}
		if len(f.calls) != 1 || !slices.Equal(slices.Sorted(slices.Values(f.calls[0])), []string{"alone", "shared"}) {
			t.Errorf("%v", f.calls)
		}
	})
}

// Rows of two statements do not know each other, until they are joined.
func TestJoin(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ctx, rows := locations(t, o, 3)
		all := append(rows, read(t, ctx, o)...)
		f := &fetcher{}
		ask(t, ctx, f, "rooms", all)
		if len(f.calls) != 2 {
			t.Fatalf("%v", f.calls)
		}
		load.Join(all)
		ask(t, ctx, f, "rooms", all)
		if len(f.calls) != 3 || len(f.calls[2]) != 3 {
			t.Errorf("%v", f.calls)
		}
	})
}

// Without a scope, as in a program that is no request, nothing is remembered:
// each row fetches for itself alone.
func TestWithoutScope(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		_, rows := locations(t, o, 3)
		f := &fetcher{}
		ask(t, o.System(), f, "rooms", rows)
		ask(t, o.System(), f, "rooms", rows[:1])
		if len(f.calls) != 4 || !slices.Equal(f.calls[3], []string{rows[0].ID}) {
			t.Errorf("%v", f.calls)
		}
	})
}

// A row that no statement loaded, such as one that was just made by hand,
// fetches for itself.
func TestRowOfNoStatement(t *testing.T) {
	f := &fetcher{}
	ask(t, load.WithScope(t.Context()), f, "rooms", []*ent.Location{{ID: "loc_1"}, {ID: "loc_2"}})
	if len(f.calls) != 2 {
		t.Errorf("%v", f.calls)
	}
}

// A failure is that of all rows, and no reason to try again for each.
func TestFailureIsForAll(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ctx, rows := locations(t, o, 3)
		f := &fetcher{err: errors.New("broken")}
		for _, row := range rows {
			if got, err := load.Of(ctx, row, "rooms", id, f.fetch); !errors.Is(err, f.err) || got != nil {
				t.Errorf("%v %v", got, err)
			}
		}
		if len(f.calls) != 1 {
			t.Errorf("%v", f.calls)
		}
	})
}

// What is not there is nil, and a list of nothing is empty and not nil.
func TestNothingFound(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ctx, rows := locations(t, o, 2)
		f := &fetcher{lacks: rows[0].ID}
		if got, err := load.Of(ctx, rows[0], "one", id, f.fetch); got != nil || err != nil {
			t.Errorf("%v %v", got, err)
		}
		ask(t, ctx, f, "one", rows[1:])
		none := func(context.Context, []string) (map[string][]string, error) { return nil, nil }
		for _, c := range []context.Context{ctx, o.System()} {
			if got, err := load.Of(c, rows[0], "many", id, none); got == nil || len(got) != 0 || err != nil {
				t.Errorf("%v %v", got, err)
			}
		}
		if got, err := load.One(ctx, rows[0].ID, f.fetch); got != nil || err != nil {
			t.Errorf("%v %v", got, err)
		}
		if got, err := load.One(ctx, rows[1].ID, f.fetch); got == nil || err != nil {
			t.Errorf("%v %v", got, err)
		}
	})
}

func TestGrouping(t *testing.T) {
	broken := errors.New("broken")
	byID, err := load.ByID([]*ent.Location{{ID: "loc_1", Name: "a"}, {ID: "loc_2", Name: "b"}}, broken)
	if len(byID) != 2 || byID["loc_2"].Name != "b" || !errors.Is(err, broken) {
		t.Errorf("%v %v", byID, err)
	}
	letters := func(word string) []string { return strings.Split(word, "") }
	byKeys, err := load.ByKeys([]string{"ab", "b", "ca"}, broken, letters)
	want := map[string][]string{"a": {"ab", "ca"}, "b": {"ab", "b"}, "c": {"ca"}}
	if !maps.EqualFunc(byKeys, want, slices.Equal) || !errors.Is(err, broken) {
		t.Errorf("%v %v", byKeys, err)
	}
	byKey, _ := load.ByKey([]string{"ab", "b", "ac"}, nil, func(word string) string { return word[:1] })
	if !maps.EqualFunc(byKey, map[string][]string{"a": {"ab", "ac"}, "b": {"b"}}, slices.Equal) {
		t.Errorf("%v", byKey)
	}
}
