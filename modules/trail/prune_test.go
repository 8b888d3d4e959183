package trail_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql/schema"

	"medoffice/ent/auditevent"
	"medoffice/ent/auditgap"
	"medoffice/ent/migrate/tables"
	"medoffice/modules"
	"medoffice/modules/kit"
	"medoffice/modules/kit/clock"
	"medoffice/modules/officetest"
	"medoffice/modules/trail"
)

func TestRetentionSettings(t *testing.T) {
	r := trail.Kept()
	for _, c := range []struct{ setting, kept, problem string }{
		{"reads=7y", "7y", ""},
		{"reads=400d", "400d", ""},
		{"exports=ever", "ever", ""},
		{"reads=6", "", "an age is"},
		{"reads=0d", "", "an age is"},
		{"reads=-1y", "", "an age is"},
		{"reads=", "", "an age is"},
		{"reads=6m", "", "an age is"},
		{"reads", "", "CLASS=AGE"},
		{"looks=6y", "", "signIns"},
		{"changes=6y", "", "kept for ever"},
	} {
		err := r.Set(c.setting)
		if e, ok := kit.AsError(err); ok != (c.problem != "") || ok && !strings.Contains(e.Safe, c.problem) {
			t.Errorf("%s: %v", c.setting, err)
			continue
		}
		name, _, _ := strings.Cut(c.setting, "=")
		for _, class := range r.Classes {
			if err == nil && class.Name == name && class.Keep.String() != c.kept {
				t.Errorf("%s: kept %s", c.setting, class.Keep)
			}
		}
	}
	if first := trail.Kept().Classes[0]; first.Keep != (trail.Age{Years: 6}) {
		t.Errorf("a setting changed the default: %+v", first)
	}
	if got := (trail.Age{Years: 6}).Before(officetest.Morning); !got.Equal(time.Date(2020, 3, 2, 15, 0, 0, 0, time.UTC)) {
		t.Error(got)
	}
}

// Every action of the trail is in one class.
func TestEveryActionHasAClass(t *testing.T) {
	times := map[string]int{}
	for _, class := range trail.Kept().Classes {
		for _, a := range class.Actions {
			times[string(a)]++
		}
	}
	i := slices.IndexFunc(tables.AuditEventsTable.Columns, func(c *schema.Column) bool { return c.Name == auditevent.FieldAction })
	for _, action := range tables.AuditEventsTable.Columns[i].Enums {
		if times[action] != 1 {
			t.Errorf("%s is in %d classes", action, times[action])
		}
	}
}

// aged is an office with changes, reads and refusals of which the first were
// made seven years ago: reads, with a change in their midst.
func aged(t *testing.T, o *officetest.Office) {
	t.Helper()
	ids := patients(t, o, 2)
	nurse := o.As("NURSE")
	look := func(n int) {
		for i := range n {
			nurse.Do(chart, officetest.Vars{"id": ids[i%2]}, nil)
		}
	}
	look(3)
	add(t, o, "ines", kit.Nurse)
	sealed(t, o)
	look(2)
	o.As("STOCK_KEEPER").Send(`{ auditEvents { nodes { id } } }`, nil)
	o.Clock.Add(7 * 366 * 24 * time.Hour)
	fresh, err := o.Access.IssueToken(o.System(), "fresh", "NURSE", "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	nurse = o.With(fresh)
	look(2)
	sealed(t, o)
}

func prune(t *testing.T, o *officetest.Office) map[string]int {
	t.Helper()
	removed, err := o.Trail.Prune(o.System())
	if err != nil {
		t.Fatal(err)
	}
	sealed(t, o)
	return removed
}

func TestPrune(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		aged(t, o)
		kept := len(events(t, o, "CREATE"))
		removed := prune(t, o)
		if removed["reads"] != 5 || removed["denied"] != 1 || len(removed) != 2 {
			t.Errorf("removed %v", removed)
		}
		if len(events(t, o, "READ")) != 2 || len(events(t, o, "DENIED")) != 0 || len(events(t, o, "CREATE")) != kept {
			t.Error("the wrong events have gone")
		}
		told := events(t, o, "PRUNE")
		if len(told) != 1 || !strings.HasPrefix(told[0].Detail, "DENIED:1 READ:5 gaps:") || told[0].ActorName != "retention" || told[0].EntityID != o.Trail.Chain() {
			t.Errorf("%v", told)
		}
		if found := findings(t, o); len(found) != 0 {
			t.Fatalf("a pruned trail is not whole: %v", found)
		}
		if again := prune(t, o); len(again) != 0 || len(events(t, o, "PRUNE")) != 1 {
			t.Errorf("nothing was due, and removed were %v", again)
		}
		// What is older than that goes too, also next to a gap, and all of a chain may.
		o.Clock.Add(7 * 366 * 24 * time.Hour)
		if removed := prune(t, o); removed["reads"] != 2 {
			t.Errorf("removed %v", removed)
		}
		if found := findings(t, o); len(found) != 0 {
			t.Fatalf("a trail that was pruned twice is not whole: %v", found)
		}
		last := events(t, o, "CREATE")[0]
		behind(t, o, "UPDATE audit_events SET actor_name = 'x' WHERE id = '"+last.ID+"'")
		if found := findings(t, o); len(found) != 1 || found[0].Event != last.ID || found[0].Problem != trail.Changed {
			t.Errorf("a changed row behind a gap: %v", found)
		}
	})
}

// A chain that was pruned to its last row is whole, and an end that was cut off is found.
func TestPruneToTheEnd(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			url := officetest.Database(t, engine)
			first := officetest.Open(t, url)
			first.As("STOCK_KEEPER").Send(`{ auditEvents { nodes { id } } }`, nil)
			sealed(t, first)
			o := officetest.Open(t, url)
			o.Clock.Add(7 * 366 * 24 * time.Hour)
			r := trail.Kept()
			r.Classes[5].Keep, r.Classes[5].Fixed = trail.Age{Years: 6}, false
			o.Trail.Retain(r)
			prune(t, o)
			if n := officetest.Must(o.Deps.DB.Client(o.System()).AuditEvent.Query().Where(auditevent.Chain.EQ(first.Trail.Chain())).Count(o.System())); n != 0 {
				t.Fatalf("%d events of the old chain are left", n)
			}
			if found := findings(t, o); len(found) != 0 {
				t.Fatal(found)
			}
			behind(t, o, "UPDATE audit_chains SET hash = 'beef', position = position WHERE id = '"+first.Trail.Chain()+"'")
			if found := findings(t, o); len(found) != 1 || found[0].Problem != trail.BadEnd {
				t.Error(found)
			}
		})
	}
}

func TestVerifyFindsForgedGaps(t *testing.T) {
	for _, c := range []struct{ name, change, problem string }{
		{"another hash", "UPDATE audit_gaps SET hash = 'beef' WHERE id = '%[1]s'", trail.Changed},
		{"another hash, told", "UPDATE audit_gaps SET hash = 'beef' WHERE id = '%[1]s'", trail.BadGap},
		{"longer", "UPDATE audit_gaps SET last_position = last_position + 1 WHERE id = '%[1]s'", trail.Forged},
		{"shorter", "UPDATE audit_gaps SET last_position = last_position - 1 WHERE id = '%[1]s'", trail.Gone},
		{"taken out", "DELETE FROM audit_gaps WHERE id = '%[1]s'", trail.Gone},
		{"of another event", "UPDATE audit_gaps SET event_id = 'aud_x' WHERE id = '%[1]s'", trail.Forged},
		{
			"put over a live row", "INSERT INTO audit_gaps (id, chain, first_position, last_position, hash, event_id) " +
				"SELECT 'gap_x', chain, position, position, hash, '%[2]s' FROM audit_events WHERE id = '%[3]s'", trail.BadGap,
		},
		{
			"put over a row that was taken out", "INSERT INTO audit_gaps (id, chain, first_position, last_position, hash, event_id) " +
				"SELECT 'gap_x', chain, position, position, hash, 'aud_x' FROM audit_events WHERE id = '%[3]s'; DELETE FROM audit_events WHERE id = '%[3]s'", trail.Forged,
		},
		{"the event of the prune changed", "UPDATE audit_events SET detail = 'READ:5' WHERE id = '%[2]s'", trail.BadGap},
		{"the event of the prune taken out", "DELETE FROM audit_events WHERE id = '%[2]s'", trail.Forged},
	} {
		t.Run(c.name, func(t *testing.T) {
			officetest.Each(t, func(t *testing.T, o *officetest.Office) {
				aged(t, o)
				prune(t, o)
				gap := officetest.Must(o.Deps.DB.Client(o.System()).AuditGap.Query().Order(auditgap.FirstPosition.Asc()).First(o.System()))
				if gap.LastPosition == gap.FirstPosition {
					t.Fatalf("the first gap is of one row: %v", gap)
				}
				for _, statement := range []string{
					"UPDATE audit_gaps SET hash = 'beef'", "DELETE FROM audit_gaps",
					"DELETE FROM audit_events WHERE id = '" + events(t, o, "CREATE")[0].ID + "'",
				} {
					if _, err := o.Deps.DB.SQL().Exec(statement); err == nil {
						t.Fatalf("the database let it be: %s", statement)
					}
				}
				for _, trigger := range []string{"audit_gaps_stay", "audit_gaps_write_once"} {
					drop := "DROP TRIGGER " + trigger
					if o.Deps.DB.Postgres() {
						drop += " ON audit_gaps"
					}
					if _, err := o.Deps.DB.SQL().Exec(drop); err != nil {
						t.Fatal(err)
					}
				}
				behind(t, o, fmt.Sprintf(c.change, gap.ID, events(t, o, "PRUNE")[0].ID, events(t, o, "READ")[0].ID))
				if found := findings(t, o); !slices.ContainsFunc(found, func(f trail.Finding) bool { return f.Problem == c.problem }) {
					t.Errorf("%v", found)
				}
			})
		})
	}
}

// Two processes that prune at the same time remove each event once, while
// others read and write.
func TestPruneByTwo(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			url := officetest.Database(t, engine)
			a, b := officetest.Open(t, url), officetest.Open(t, url)
			aged(t, a)
			b.Clock.Add(7 * 366 * 24 * time.Hour)
			fresh, err := b.Access.IssueToken(b.System(), "reader", "NURSE", "", time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			ids := officetest.Must(b.Deps.DB.Client(b.System()).Patient.Query().IDs(b.System()))
			var all sync.WaitGroup
			for _, o := range []*officetest.Office{a, b} {
				all.Go(func() {
					if _, err := o.Trail.Prune(o.System()); err != nil {
						t.Error(err)
					}
				})
				all.Go(func() {
					for range 10 {
						b.With(fresh).Do(chart, officetest.Vars{"id": ids[0]}, nil)
						if found, err := o.Trail.Verify(o.System()); err != nil || len(found) != 0 {
							t.Errorf("in the middle: %v %v", found, err)
						}
					}
				})
			}
			all.Wait()
			sealed(t, a)
			if found := findings(t, a); len(found) != 0 {
				t.Error(found)
			}
			if n := len(events(t, a, "DENIED")); n != 0 {
				t.Errorf("%d old events are left", n)
			}
		})
	}
}

// A server prunes by itself.
func TestPruneByItself(t *testing.T) {
	url := officetest.Database(t, "sqlite")
	o := officetest.Open(t, url)
	aged(t, o)
	r, log := trail.Kept(), &officetest.Log{}
	r.First = time.Millisecond
	second, err := modules.Open(t.Context(), modules.Config{
		Database: url, Clock: clock.NewFake(o.Clock.Now()), Log: slog.New(slog.NewJSONHandler(log, nil)), Retention: &r,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); !strings.Contains(log.String(), `"reads":5`); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it does not prune: %s", log)
		}
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
	if found := findings(t, o); len(found) != 0 || len(events(t, o, "READ")) != 2 {
		t.Error(found)
	}
}
