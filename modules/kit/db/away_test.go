package db_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"medoffice/modules/kit/db"
	"medoffice/modules/officetest"
)

// What keeps the database from working for a while is known as such, and what
// is wrong with a statement is not.
func TestAway(t *testing.T) {
	ctx := context.Background()
	write := func(d *db.DB, n int) error {
		return d.Tx(ctx, func(ctx context.Context) error {
			return d.Client(ctx).Request.Create().SetID(fmt.Sprint(n)).SetInputHash(strings.Repeat("x", 4_000)).
				SetResultID("").SetAt(time.Now()).Exec(ctx)
		})
	}
	t.Run("disk full", func(t *testing.T) {
		d := openEmpty(t, "sqlite")
		if _, err := d.SQL().ExecContext(ctx, "PRAGMA max_page_count = 1"); err != nil { // as many as there are
			t.Fatal(err)
		}
		var err error
		n := 0
		for ; n < 1_000 && err == nil; n++ {
			err = write(d, n)
		}
		if !db.Full(err) || !db.Away(err) {
			t.Fatalf("%d: %v", n, err)
		}
		if _, err := d.SQL().ExecContext(ctx, "PRAGMA max_page_count = 1000000"); err != nil {
			t.Fatal(err)
		}
		if err := write(d, n-1); err != nil {
			t.Errorf("with room again: %v", err)
		}
		if rows := officetest.Must(d.Client(ctx).Request.Query().Count(ctx)); rows != n {
			t.Errorf("%d rows, want %d", rows, n)
		}
	})
	t.Run("unreachable", func(t *testing.T) {
		_, err := db.Open(ctx, "postgres://nobody@127.0.0.1:1/x?sslmode=disable")
		if !db.Away(err) || db.Full(err) {
			t.Error(err)
		}
	})
	t.Run("thrown out", func(t *testing.T) {
		d := openEmpty(t, "postgres")
		err := d.Tx(ctx, func(ctx context.Context) error {
			_, err := d.Client(ctx).ExecContext(ctx, "SELECT pg_terminate_backend(pg_backend_pid())")
			return err
		})
		if !db.Away(err) {
			t.Error(err)
		}
	})
	each(t, func(t *testing.T, d *db.DB) {
		_, err := d.SQL().ExecContext(ctx, "SELECT nothing FROM nowhere")
		if err == nil || db.Away(err) || db.Full(err) {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(ctx, 0)
		defer cancel()
		if _, err := d.SQL().ExecContext(ctx, "SELECT 1"); err == nil || db.Away(err) {
			t.Error(err)
		}
	})
}

// BenchmarkCommit is the price of a commit that survives a power cut (FULL, as
// an office has it), one that survives the process (NORMAL), and none (OFF).
func BenchmarkCommit(b *testing.B) {
	ctx := context.Background()
	for _, mode := range []string{"FULL", "NORMAL", "OFF"} {
		b.Run(mode, func(b *testing.B) {
			d, err := db.Open(ctx, b.TempDir()+"/office.db?_pragma=synchronous("+mode+")")
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = d.Close() }()
			if _, err := d.Migrate(ctx); err != nil {
				b.Fatal(err)
			}
			n := 0
			for b.Loop() {
				n++
				err := d.Tx(ctx, func(ctx context.Context) error {
					return d.Client(ctx).Request.Create().SetID(fmt.Sprint(n)).SetInputHash("").SetResultID("").SetAt(time.Now()).Exec(ctx)
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Every way to name a database keeps what it has acknowledged through a power cut.
func TestSQLiteIsDurable(t *testing.T) {
	for _, query := range []string{"", "?_pragma=cache_size(-1000)"} {
		d, err := db.Open(context.Background(), t.TempDir()+"/office.db"+query)
		if err != nil {
			t.Fatal(err)
		}
		var mode int
		err = d.SQL().QueryRowContext(context.Background(), "PRAGMA synchronous").Scan(&mode)
		_ = d.Close()
		if err != nil || mode != 2 {
			t.Errorf("%q: synchronous is %d, %v", query, mode, err)
		}
	}
}
