package db_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the yardstick
	_ "github.com/lib/pq"

	"medoffice/modules/kit/db"
	"medoffice/modules/officetest"
)

// BenchmarkPointRead reads one row by its id through database/sql: our
// connector over lib/pq, plain lib/pq and pgx, side by side.
func BenchmarkPointRead(b *testing.B) {
	ctx := context.Background()
	url := officetest.Database(b, "postgres")
	d, err := db.Open(ctx, url)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	err = d.Tx(ctx, func(ctx context.Context) error {
		return d.Client(ctx).Request.Create().SetID("a").SetInputHash("h").SetResultID("r").SetAt(time.Now()).Exec(ctx)
	})
	if err != nil {
		b.Fatal(err)
	}
	pools := []struct {
		name string
		pool *sql.DB
	}{{"ours", d.SQL()}, {"pgx", openPlain(b, "pgx", url)}, {"lib-pq", openPlain(b, "postgres", url)}}
	for _, p := range pools {
		b.Run(p.name, func(b *testing.B) {
			for b.Loop() {
				var hash string
				if err := p.pool.QueryRowContext(ctx, "SELECT result_id FROM requests WHERE id = $1", "a").Scan(&hash); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func openPlain(b *testing.B, driver, url string) *sql.DB {
	pool, err := sql.Open(driver, url)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = pool.Close() })
	return pool
}

// BenchmarkPointReadSQLite is the same on the embedded database.
func BenchmarkPointReadSQLite(b *testing.B) {
	d := openEmpty(b, "sqlite")
	ctx := context.Background()
	for b.Loop() {
		if _, err := d.Client(ctx).Request.Query().Exist(ctx); err != nil {
			b.Fatal(err)
		}
	}
}
