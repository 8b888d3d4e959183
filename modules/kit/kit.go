// Package kit is the ground that all modules stand on. It knows nothing of
// medicine: a module, who asks, what may go wrong, and how rows are guarded.
package kit

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/cursor"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/observe"
)

// Module is one domain of the office. It may also implement any of the small
// interfaces below; the office checks each of them once, when it opens.
type Module interface {
	Name() string        // "visits": its folder, its schema file, the prefix of its permissions
	Permissions() Grants // what may be done here, and which roles may do it
}

// Starter is a module with work of its own, such as listening to events, until
// the context ends.
type Starter interface {
	Start(ctx context.Context) error
}

// Stopper is a module that must finish something before the office closes.
type Stopper interface {
	Stop(ctx context.Context) error
}

// Router is a module with HTTP addresses of its own, such as downloads.
type Router interface{ Routes(mux *http.ServeMux) }

// Seeder is a module that adds data to the demo office.
type Seeder interface {
	Seed(ctx context.Context, demo *Demo) error
}

// Noder is a module whose types can be found by id. It returns a finder for each
// prefix of ids.
type Noder interface{ Nodes() map[string]Finder }

// Typer is a module that declares how its GraphQL types are read from the database.
type Typer interface{ Types() field.Types }

// Finder finds rows by id, under the row rules of the viewer. Rows that do not
// exist or that the viewer may not see are left out.
type Finder func(ctx context.Context, ids []string) (map[string]any, error)

// Find makes a Finder of a function for one type. It finds nothing for a viewer
// without the permission do.
func Find[T any](do string, find func(ctx context.Context, ids []string) (map[string]T, error)) Finder {
	return func(ctx context.Context, ids []string) (map[string]any, error) {
		if !ViewerOf(ctx).May(do) {
			return nil, nil
		}
		rows, err := find(ctx, ids)
		found := make(map[string]any, len(rows))
		for id, row := range rows {
			found[id] = row
		}
		return found, err
	}
}

// Deps is what every module needs: database, clock, log, event bus and time zone.
type Deps struct {
	DB    *db.DB
	Bus   *bus.Bus
	Clock clock.Clock
	Log   *slog.Logger
	Zone  *time.Location    // of the practice
	Seal  *cursor.Seal      // encrypts the cursors of lists
	Watch *observe.Observer // may be nil: nobody watches
}

// Day returns the date of an instant in the time zone of the practice, as
// 2006-01-02.
func (d Deps) Day(at time.Time) string {
	zone := d.Zone
	if zone == nil {
		zone = time.UTC
	}
	return at.In(zone).Format(time.DateOnly)
}

// Demo is the office with invented data that the seeds fill. The same seed gives
// the same data.
type Demo struct {
	Seed     uint64
	Patients int
	Today    time.Time // midnight in the zone of the practice, in UTC
	Now      time.Time // the instant at which the demo opens; today's visits stand around it
}

// Rand returns a random generator for the name. Each module has its own, so that
// its data do not depend on how many numbers another module drew.
func (d *Demo) Rand(name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return rand.New(rand.NewPCG(d.Seed, h.Sum64()))
}

// ID returns a new identifier with the prefix, made from r.
func (d *Demo) ID(r *rand.Rand, prefix string) string {
	var u [16]byte
	binary.BigEndian.PutUint64(u[:8], r.Uint64())
	binary.BigEndian.PutUint64(u[8:], r.Uint64())
	return id.From(prefix, u)
}
