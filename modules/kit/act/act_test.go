package act_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"medoffice/ent"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
	"medoffice/modules/officetest"
)

// input is what a mutation is given.
type input struct {
	Name             string
	ClientMutationID *string
}

// desk makes locations, which are as good as anything.
type desk struct {
	*officetest.Office
	t testing.TB

	mu  sync.Mutex
	ran int
}

func at(t testing.TB, o *officetest.Office) *desk { return &desk{Office: o, t: t} }

func (d *desk) open(ctx context.Context, in input) (string, error) {
	d.mu.Lock()
	d.ran++
	d.mu.Unlock()
	if !db.InTx(ctx) {
		d.t.Error("the verb runs outside a transaction")
	}
	row, err := d.Deps.DB.Client(ctx).Location.Create().SetName(in.Name).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

func (d *desk) read(ctx context.Context, id string) (*ent.Location, error) {
	if db.InTx(ctx) {
		d.t.Error("the answer is read inside the transaction")
	}
	return d.Deps.DB.Client(ctx).Location.Get(ctx, id)
}

// count is how many locations there are.
func (d *desk) count() int {
	d.t.Helper()
	n, err := d.Deps.DB.Client(d.System()).Location.Query().Count(d.System())
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

// do runs a verb that must not fail.
func (d *desk) do(ctx context.Context, in input, verb func(context.Context, input) (string, error)) (*ent.Location, []model.UserError) {
	d.t.Helper()
	row, problems, err := act.Do(ctx, d.Deps, in, verb, d.read)
	if err != nil {
		d.t.Fatal(err)
	}
	return row, problems
}

// refuses runs a verb that must be refused as data, and leave nothing.
func (d *desk) refuses(ctx context.Context, in input, verb func(context.Context, input) (string, error)) model.UserError {
	d.t.Helper()
	before := d.count()
	row, problems := d.do(ctx, in, verb)
	if row != nil || len(problems) != 1 {
		d.t.Fatalf("%+v %+v", row, problems)
	}
	if d.count() != before {
		d.t.Error("what was refused is there")
	}
	return problems[0]
}

// after opens a location, and then fails.
func (d *desk) after(err error) func(context.Context, input) (string, error) {
	return func(ctx context.Context, in input) (string, error) {
		if _, err := d.open(ctx, in); err != nil {
			return "", err
		}
		return "", err
	}
}

func key(s string) *string { return &s }

func TestDone(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		d := at(t, o)
		row, problems := d.do(o.System(), input{Name: "North"}, d.open)
		if row == nil || row.Name != "North" || problems == nil || len(problems) != 0 || d.count() != 1 {
			t.Fatalf("%+v %+v", row, problems)
		}
		broken := errors.New("broken")
		_, problems, err := act.Do(o.System(), d.Deps, input{Name: "South"}, d.open,
			func(context.Context, string) (*ent.Location, error) { return nil, broken })
		if !errors.Is(err, broken) || len(problems) != 0 || d.count() != 2 {
			t.Errorf("what cannot be read again is done: %v %v", problems, err)
		}
	})
}

// A refusal is data of the answer, and nothing was done.
func TestRefusalsAreData(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		d := at(t, o)
		p, ok := d.refuses(o.System(), input{Name: "a"}, d.after(kit.Invalid("too short", "address", "city"))).(model.InputError)
		if !ok || p.Code != kit.BadUserInput || p.Message != "too short" || strings.Join(p.Path, ".") != "address.city" {
			t.Errorf("%+v", p)
		}
		for _, code := range []kit.Code{kit.NotFound, kit.Conflict, kit.AlreadyExists, kit.FailedPrecondition, kit.RoomOccupied} {
			if p, ok := d.refuses(o.System(), input{Name: "a"}, d.after(kit.Refuse(code, "no"))).(model.InputError); !ok || p.Code != code {
				t.Errorf("%s: %+v", code, p)
			}
		}
		own := kit.Refuse(kit.RoomOccupied, "no")
		own.Make = func(context.Context) any { return model.InputError{Message: "of its own type", Code: kit.RoomOccupied} }
		if p := d.refuses(o.System(), input{Name: "a"}, d.after(own)).(model.InputError); p.Message != "of its own type" {
			t.Errorf("%+v", p)
		}
	})
}

// A stale version comes with the row as it is now, if it can be found.
func TestStaleBringsTheRow(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		d := at(t, o)
		row, _ := d.do(o.System(), input{Name: "North"}, d.open)
		stale := d.after(kit.Fresh(row.ID, 2, 1))
		if p, ok := d.refuses(o.System(), input{Name: "a"}, stale).(model.StaleVersionError); !ok || p.Current != nil || p.Code != kit.StaleVersion {
			t.Errorf("%+v", p)
		}
		find := act.WithFinder(o.System(), func(ctx context.Context, id string) (any, error) { return d.read(ctx, id) })
		p, ok := d.refuses(find, input{Name: "a"}, stale).(model.StaleVersionError)
		if fresh, is := p.Current.(*ent.Location); !ok || !is || fresh.ID != row.ID {
			t.Errorf("%+v", p)
		}
	})
}

// What a constraint of the database refuses is data too.
func TestConstraintsAreData(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		d := at(t, o)
		patient := func(ctx context.Context, in input) (string, error) {
			row, err := d.Deps.DB.Client(ctx).Patient.Create().SetMrn(in.Name).SetFamilyName("Any").Save(ctx)
			if err != nil {
				return "", err
			}
			return row.ID, nil
		}
		nobodys := func(ctx context.Context, in input) (string, error) {
			row, err := d.Deps.DB.Client(ctx).Room.Create().SetName(in.Name).SetLocationID("loc_none").SetStatusSince(d.Clock.Now()).Save(ctx)
			if err != nil {
				return "", err
			}
			return row.ID, nil
		}
		if _, _, err := act.Do(o.System(), d.Deps, input{Name: "m1"}, patient, func(context.Context, string) (int, error) { return 0, nil }); err != nil {
			t.Fatal(err)
		}
		if p, ok := d.refuses(o.System(), input{Name: "m1"}, patient).(model.InputError); !ok || p.Code != kit.AlreadyExists {
			t.Errorf("%+v", p)
		}
		if p, ok := d.refuses(o.System(), input{Name: "Room 1"}, nobodys).(model.InputError); !ok || p.Code != kit.NotFound {
			t.Errorf("%+v", p)
		}
	})
}

// What is no refusal, and what the caller may not do at all, fails the request.
func TestFailuresAreErrors(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		d := at(t, o)
		for name, failure := range map[string]error{
			"unknown": errors.New("broken"), "denied": kit.Denied("locations.open"), "nobody": kit.Refuse(kit.Unauthenticated, "sign in first"),
			"internal": kit.Refuse(kit.Internal, "broken"), "late": kit.Refuse(kit.DeadlineExceeded, "late"),
		} {
			row, problems, err := act.Do(o.System(), d.Deps, input{Name: "a", ClientMutationID: key(name)}, d.after(failure), d.read)
			if !errors.Is(err, failure) || row != nil || problems != nil || d.count() != 0 {
				t.Errorf("%s: %+v %+v %v", name, row, problems, err)
			}
		}
	})
}

// The same request is done once for each caller, whatever came of it in between.
func TestReplay(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		d := at(t, o)
		in := input{Name: "North", ClientMutationID: key("k1")}
		if p := d.refuses(o.System(), in, d.after(kit.Invalid("not yet"))).(model.InputError); p.Code != kit.BadUserInput {
			t.Errorf("%+v", p)
		}
		first, _ := d.do(o.System(), in, d.open) // a refusal is not remembered
		ran := d.ran
		for range 3 {
			if again, problems := d.do(o.System(), in, d.open); again == nil || again.ID != first.ID || len(problems) != 0 {
				t.Fatalf("%+v %+v", again, problems)
			}
		}
		if d.ran != ran || d.count() != 1 {
			t.Errorf("it was done %d times", d.count())
		}
		p := d.refuses(o.System(), input{Name: "Other", ClientMutationID: in.ClientMutationID}, d.open).(model.InputError)
		if p.Code != kit.Conflict || strings.Join(p.Path, ".") != "clientMutationId" || d.ran != ran {
			t.Errorf("another input: %+v", p)
		}
		other := kit.WithViewer(o.System(), &kit.Viewer{ID: "somebody else"})
		if theirs, _ := d.do(other, in, d.open); theirs == nil || theirs.ID == first.ID {
			t.Errorf("another caller got %+v", theirs)
		}
		for _, without := range []input{{Name: "West"}, {Name: "West", ClientMutationID: key("")}} {
			one, _ := d.do(o.System(), without, d.open)
			if two, _ := d.do(o.System(), without, d.open); one.ID == two.ID {
				t.Error("a request without a key was not done again")
			}
		}
	})
}

// The same request many times at once is done once, and all get its result.
func TestReplayAtOnce(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		d := at(t, o)
		var all sync.WaitGroup
		ids := make([]string, 12)
		for i := range ids {
			all.Go(func() {
				row, problems, err := act.Do(o.System(), d.Deps, input{Name: "North", ClientMutationID: key("at once")}, d.open, d.read)
				if err != nil || len(problems) != 0 {
					t.Errorf("%+v %v", problems, err)
					return
				}
				ids[i] = row.ID
			})
		}
		all.Wait()
		for _, id := range ids {
			if id == "" || id != ids[0] {
				t.Errorf("results %v", ids)
				break
			}
		}
		if n := d.count(); n != 1 {
			t.Errorf("it was done %d times", n)
		}
	})
}

func TestWords(t *testing.T) {
	for _, c := range []struct {
		text, want string
		ok         bool
	}{{"  Ida ", "Ida", true}, {"", "", false}, {" \t\n", "", false}, {"éééé", "éééé", true}, {"ééééé", "", false}} {
		got, err := act.Words(c.text, 4, "name")
		e, refused := kit.AsError(err)
		if got != c.want || c.ok != (err == nil) || !c.ok && (!refused || e.Code != kit.BadUserInput || e.Path[0] != "name") {
			t.Errorf("%q: %q %v", c.text, got, err)
		}
	}
}
