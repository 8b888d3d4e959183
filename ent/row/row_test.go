package row_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"medoffice/ent"
	"medoffice/ent/location"
	"medoffice/ent/row"
	"medoffice/ent/task"
	"medoffice/ent/visittype"
	"medoffice/modules/officetest"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// inTx runs f with a client that may write, as the office itself.
func inTx(t *testing.T, o *officetest.Office, f func(ctx context.Context, c *ent.Client) error) error {
	t.Helper()
	return o.Deps.DB.Tx(o.System(), func(ctx context.Context) error { return f(ctx, o.Deps.DB.Client(ctx)) })
}

// five makes tasks A to E, due one hour after another; C has no role.
func five(t *testing.T, o *officetest.Office) (ids []string) {
	t.Helper()
	err := inTx(t, o, func(ctx context.Context, c *ent.Client) error {
		var each []*ent.TaskCreate
		for i, title := range []string{"A", "B", "C", "D", "E"} {
			made := c.Task.Create().SetAbout("test").SetKind(task.KindCALL).SetTitle(title).SetDueAt(noon.Add(time.Duration(i) * time.Hour))
			if title != "C" {
				made.SetRole([]string{"NURSE", "BILLER"}[i%2])
			}
			each = append(each, made)
		}
		rows, err := c.Task.CreateBulk(each...).Save(ctx)
		for _, r := range rows {
			_, id, _ := r.Subject()
			ids = append(ids, id)
		}
		return err
	})
	if err != nil || len(ids) != 5 {
		t.Fatal(ids, err)
	}
	return ids
}

func TestCreate(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		err := inTx(t, o, func(ctx context.Context, c *ent.Client) error {
			made, err := c.Task.Create().SetAbout("test").SetKind(task.KindCALL).SetTitle("Call").SetDueAt(noon).Save(ctx)
			if err != nil {
				return err
			}
			read, err := c.Task.Get(ctx, made.ID)
			if err != nil {
				return err
			}
			for _, r := range []*ent.Task{made, read} { // what is returned is what is stored
				if !strings.HasPrefix(r.ID, "tsk_") || r.Status != task.StatusREQUESTED || r.Version != 1 || r.Urgent || r.Role != nil ||
					!r.DueAt.Equal(noon) || r.CreatedBy != "system" || r.UpdatedAt.IsZero() {
					t.Errorf("%+v", *r)
				}
			}
			if text := made.String(); text != "Task("+made.ID+")" {
				t.Errorf("a row says %q", text)
			}
			kind, err := c.VisitType.Create().SetName("Check-up").SetChecklist([]string{"scales", "cuff"}).Save(ctx)
			if err != nil {
				return err
			}
			again, err := c.VisitType.Get(ctx, kind.ID)
			if err != nil || !slices.Equal(again.Checklist, []string{"scales", "cuff"}) {
				t.Errorf("a column of JSON: %v %v", again, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestCreateRefuses(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		for want, set := range map[string]func(*ent.TaskCreate){
			`ent: missing required field "Task.kind"`: func(c *ent.TaskCreate) { c.SetAbout("test").SetTitle("x").SetDueAt(noon) },
			`ent: validator failed for field "Task.kind": task: invalid enum value for kind field: "DANCE"`: func(c *ent.TaskCreate) {
				c.SetAbout("test").SetTitle("x").SetDueAt(noon).SetKind("DANCE")
			},
		} {
			err := inTx(t, o, func(ctx context.Context, c *ent.Client) error {
				made := c.Task.Create()
				set(made)
				return made.Exec(ctx)
			})
			if !ent.IsValidationError(err) || err.Error() != want {
				t.Errorf("%v, not %s", err, want)
			}
		}
		err := inTx(t, o, func(ctx context.Context, c *ent.Client) error {
			site, err := c.Location.Create().SetName("Here").Save(ctx)
			if err != nil {
				return err
			}
			return c.Location.Create().SetID(site.ID).SetName("Twice").Exec(ctx)
		})
		if !ent.IsConstraintError(err) {
			t.Errorf("an id twice: %v", err)
		}
	})
}

func TestUpdate(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id := five(t, o)[0]
		err := inTx(t, o, func(ctx context.Context, c *ent.Client) error {
			after, err := c.Task.UpdateOneID(id).Where(task.StatusColumn.EQ(task.StatusREQUESTED)).SetStatus(task.StatusACCEPTED).
				SetAcceptedAt(noon).ClearRole().SetNillableProof(nil).Save(ctx)
			if err != nil {
				return err
			}
			if after.Status != task.StatusACCEPTED || after.Role != nil || after.AcceptedAt == nil || after.Version != 2 || after.Title != "A" || after.Proof != nil {
				t.Errorf("%+v", *after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = inTx(t, o, func(ctx context.Context, c *ent.Client) error {
			return c.Task.UpdateOneID(id).Where(task.StatusColumn.EQ(task.StatusREQUESTED)).SetStatus(task.StatusCANCELLED).Exec(ctx)
		})
		if !ent.IsNotFound(err) {
			t.Errorf("a condition that does not hold: %v", err)
		}
		if r := officetest.Must(o.Deps.DB.Client(o.System()).Task.Get(o.System(), id)); r.Status != task.StatusACCEPTED || r.Version != 2 {
			t.Errorf("it was changed all the same: %+v", *r)
		}
	})
}

func TestQueries(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ids := five(t, o)
		ctx := o.System()
		tasks := func() *ent.TaskQuery { return o.Deps.DB.Client(ctx).Task.Query().Where(task.About.EQ("test")) }
		titles := func(q *ent.TaskQuery) (all string) {
			for _, r := range officetest.Must(q.All(ctx)) {
				all += r.Title
			}
			return all
		}
		for want, q := range map[string]*ent.TaskQuery{
			"ABCDE": tasks().Order(task.DueAt.Asc()),
			"EDCBA": tasks().Order(task.DueAt.Desc()),
			"CD":    tasks().Order(task.DueAt.Asc()).Offset(2).Limit(2),
			"C":     tasks().Where(task.Role.IsNil()),
			"ABDE":  tasks().Where(task.Role.NotNil()).Order(task.Title.Asc()),
			"AE":    tasks().Where(task.Role.EQ("NURSE")).Order(task.Title.Asc()),
			"BD":    tasks().Where(task.Role.NEQ("NURSE")).Order(task.Title.Asc()),
			"AB":    tasks().Where(task.DueAt.LT(noon.Add(2 * time.Hour))).Order(task.Title.Asc()),
			"ABC":   tasks().Where(task.DueAt.LTE(noon.Add(2 * time.Hour))).Order(task.Title.Asc()),
			"DE":    tasks().Where(task.DueAt.GT(noon.Add(2 * time.Hour))).Order(task.Title.Asc()),
			"BCD":   tasks().Where(task.ID.In(ids[1], ids[2], ids[3])).Order(task.Title.Asc()),
			"BE":    tasks().Where(task.ID.NotIn(ids[0], ids[2], ids[3])).Order(task.Title.Asc()),
			"":      tasks().Where(task.ID.In()),
			"AD":    tasks().Where(row.Or(task.Title.EQ("A"), row.And(task.Role.EQ("BILLER"), row.Not(task.Title.EQ("B"))))).Order(task.Title.Asc()),
			"D":     tasks().Where(row.HasPrefix(task.Title, "D")),
			"E":     tasks().Where(row.Contains(task.Title, "E")),
		} {
			if got := titles(q); got != want {
				t.Errorf("%q, not %q", got, want)
			}
		}
		base := tasks().Where(task.Role.EQ("NURSE"))
		if one := titles(base.Clone().Where(task.Title.EQ("A"))); one != "A" || officetest.Must(base.Count(ctx)) != 2 {
			t.Errorf("a clone changes what it comes from: %q", one)
		}
		if roles := officetest.Must(tasks().Unique(true).Where(task.Role.NotNil()).Select(task.FieldRole).Strings(ctx)); len(roles) != 2 {
			t.Error(roles)
		}
		if got := officetest.Must(tasks().Order(task.DueAt.Asc()).IDs(ctx)); !slices.Equal(got, ids) {
			t.Error(got)
		}
		if r := officetest.Must(tasks().Select(task.FieldTitle).Order(task.DueAt.Asc()).First(ctx)); r.ID != ids[0] || r.Title != "A" || r.About != "" {
			t.Errorf("some columns: %+v", *r)
		}
		if !officetest.Must(tasks().Exist(ctx)) || officetest.Must(tasks().Where(task.Title.EQ("F")).Exist(ctx)) {
			t.Error("Exist")
		}
	})
}

func TestOnlyAndFirst(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ids := five(t, o)
		ctx := o.System()
		tasks := func(title string) *ent.TaskQuery {
			return o.Deps.DB.Client(ctx).Task.Query().Where(task.About.EQ("test"), row.HasPrefix(task.Title, title)).Order(task.DueAt.Asc())
		}
		_, none := tasks("F").Only(ctx)
		_, many := tasks("").Only(ctx)
		_, first := tasks("F").First(ctx)
		_, noID := tasks("F").FirstID(ctx)
		_, manyIDs := tasks("").OnlyID(ctx)
		if !ent.IsNotFound(none) || !ent.IsNotSingular(many) || !ent.IsNotFound(first) || !ent.IsNotFound(noID) || !ent.IsNotSingular(manyIDs) {
			t.Error(none, many, first, noID, manyIDs)
		}
		if id := officetest.Must(tasks("").FirstID(ctx)); id != ids[0] {
			t.Error(id)
		}
		if _, err := tasks("").Select("no_such").All(ctx); !ent.IsValidationError(err) {
			t.Error(err)
		}
	})
}

func TestEdges(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		err := inTx(t, o, func(ctx context.Context, c *ent.Client) error {
			for i := range 3 {
				site, err := c.Location.Create().SetName(fmt.Sprint("Site ", i)).Save(ctx)
				if err != nil {
					return err
				}
				for n := range i {
					if err := c.Room.Create().SetLocationID(site.ID).SetName(fmt.Sprint("Room ", n)).SetPosition(n).SetStatusSince(noon).Exec(ctx); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx := o.System()
		sites := func() *ent.LocationQuery {
			return o.Deps.DB.Client(ctx).Location.Query().Where(row.HasPrefix(location.Name, "Site")).Order(location.Name.Asc())
		}
		for i, s := range officetest.Must(sites().With(ent.WithLocationRooms(func(q *ent.RoomQuery) { q.Limit(100) })).All(ctx)) {
			if len(s.Edges.Rooms) != i {
				t.Errorf("%s has %d rooms, not %d", s.Name, len(s.Edges.Rooms), i)
			}
		}
		if n := officetest.Must(sites().Where(location.HasRooms()).Count(ctx)); n != 2 {
			t.Errorf("%d sites have rooms", n)
		}
	})
}

func TestMutationRefuses(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		_ = inTx(t, o, func(_ context.Context, c *ent.Client) error {
			m := c.VisitType.Create().Mutation()
			for what, err := range map[string]error{
				"an unknown column":              m.SetField("no_such", "x"),
				"another type":                   m.SetField(visittype.FieldMinutes, "x"),
				"null in a column that never is": m.ClearField(visittype.FieldName),
			} {
				if err == nil {
					t.Errorf("%s is taken", what)
				}
			}
			if err := m.SetField(visittype.FieldMinutes, 30); err != nil || !slices.Equal(m.Fields(), []string{visittype.FieldMinutes}) {
				t.Error(m.Fields(), err)
			}
			defer func() {
				if recover() == nil {
					t.Error("a column that is not there is set")
				}
			}()
			m.Put("no_such", "x")
			return nil
		})
	})
}
