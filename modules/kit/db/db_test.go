package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"medoffice/ent"
	"medoffice/modules/kit/db"
	"medoffice/modules/officetest"
)

func each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) { f(t, openEmpty(t, engine)) })
	}
}

func openEmpty(t testing.TB, engine string) *db.DB {
	d, err := db.Open(context.Background(), officetest.Database(t, engine))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// Instants are stored so that they sort, compare and print in SQL.
func TestInstantsAreTextInOneForm(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		zone := time.FixedZone("far", 5*3600)
		given := time.Date(2026, 3, 2, 1, 2, 3, 45_678_901, zone)
		err := d.Tx(ctx, func(ctx context.Context) error {
			return d.Client(ctx).Request.Create().SetID("a").SetInputHash("").SetResultID("").SetAt(given).Exec(ctx)
		})
		if err != nil {
			t.Fatal(err)
		}
		row := officetest.Must(d.Client(ctx).Request.Get(ctx, "a"))
		if want := time.Date(2026, 3, 1, 20, 2, 3, 45_000_000, time.UTC); !row.At.Equal(want) {
			t.Errorf("read %s, want %s", row.At, want)
		}
		if d.Postgres() {
			return
		}
		var text string
		if err := d.SQL().QueryRowContext(ctx, "SELECT CAST(at AS TEXT) FROM requests").Scan(&text); err != nil {
			t.Fatal(err)
		}
		if text != "2026-03-01T20:02:03.045Z" {
			t.Errorf("stored as %q", text)
		}
	})
}

func TestSixteenWritersAreNeverRefused(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		put := func(id string, n string) error {
			return d.Tx(ctx, func(ctx context.Context) error {
				if _, err := d.Client(ctx).Request.Get(ctx, id); err != nil && !ent.IsNotFound(err) {
					return err // read, then write: what a deferred transaction would fail at
				}
				return d.Client(ctx).Request.Create().SetID(id + n).SetInputHash("").SetResultID("").SetAt(time.Now()).Exec(ctx)
			})
		}
		const writers, each = 16, 50
		errs := make(chan error, writers*each)
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for n := range each {
					errs <- put(string(rune('a'+w)), string(rune('0'+n)))
				}
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		if n := officetest.Must(d.Client(ctx).Request.Query().Count(ctx)); n != writers*each {
			t.Errorf("%d rows, want %d", n, writers*each)
		}
	})
}

func TestTxRollsBackAndRunsItsLastActs(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		boom := errors.New("boom")
		after := 0
		add := func(ctx context.Context, id string) error {
			return d.Client(ctx).Request.Create().SetID(id).SetInputHash("").SetResultID("").SetAt(time.Now()).Exec(ctx)
		}
		err := d.Tx(ctx, func(ctx context.Context) error {
			db.After(ctx, func() { after++ })
			db.Before(ctx, func(context.Context) error { return boom })
			return add(ctx, "lost")
		})
		if !errors.Is(err, boom) || after != 0 {
			t.Errorf("err %v, after %d", err, after)
		}
		err = d.Tx(ctx, func(ctx context.Context) error {
			db.After(ctx, func() { after++ })
			return d.Tx(ctx, func(ctx context.Context) error { return add(ctx, "kept") })
		})
		if err != nil || after != 1 {
			t.Errorf("err %v, after %d", err, after)
		}
		if ids := officetest.Must(d.Client(ctx).Request.Query().IDs(ctx)); len(ids) != 1 || ids[0] != "kept" {
			t.Errorf("rows: %v", ids)
		}
	})
}

func TestMigrateTwiceAtOnceAndFromTheFuture(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if done, err := d.Migrate(ctx); err != nil || len(done) != 0 {
					t.Errorf("%v, %v", done, err)
				}
			})
		}
		wg.Wait()
		if _, err := d.SQL().ExecContext(ctx, "INSERT INTO schema_migrations (version, name, hash, applied_at) VALUES (999, 'future', '', '')"); err != nil {
			t.Fatal(err)
		}
		var newer db.NewerError
		if _, err := d.Migrate(ctx); !errors.As(err, &newer) {
			t.Errorf("a newer database was taken: %v", err)
		}
	})
}

func TestNothingClinicalIsDeleted(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		err := d.Tx(ctx, func(ctx context.Context) error {
			return d.Client(ctx).Patient.Create().SetMrn("1").SetFamilyName("Doe").Exec(ctx)
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.SQL().ExecContext(ctx, "DELETE FROM patients"); err == nil {
			t.Error("a patient was deleted")
		}
	})
}
