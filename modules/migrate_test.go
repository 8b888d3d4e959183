package modules_test

import (
	"context"
	"strings"
	"testing"

	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"

	"medoffice/ent/migrate/tables"
	"medoffice/modules/kit/db"
	"medoffice/modules/officetest"
)

// The migrations are written by hand. What they make must be what the ent
// schema says, on both engines.
func TestMigrationsMakeTheSchema(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			ctx := context.Background()
			d, err := db.Open(ctx, officetest.Empty(t, engine))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = d.Close() }()
			if _, err := d.Migrate(ctx); err != nil {
				t.Fatal(err)
			}
			var missing strings.Builder
			planned := tables.NewSchema(entsql.OpenDB(d.Dialect, d.SQL()))
			if err := planned.WriteTo(ctx, &missing, schema.WithDropColumn(true)); err != nil {
				t.Fatal(err)
			}
			text := strings.NewReplacer("BEGIN;", "", "COMMIT;", "").Replace(missing.String())
			if strings.TrimSpace(text) != "" {
				t.Errorf("the migrations differ from ent/schema; a new migration would be:\n%s", text)
			}
		})
	}
}
