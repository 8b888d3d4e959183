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
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/observe"
)

// Module is one domain of the office. What else it offers is told by the small
// interfaces below; each is asked for once, when the office opens.
type Module interface {
	Name() string        // "visits": its folder, its schema file, the prefix of its permissions
	Permissions() Grants // what may be done here, and which roles may do it
}

// Starter is a module that works by itself until the context ends.
type Starter interface {
	Start(ctx context.Context) error
}

// Stopper is a module that has something to finish before the office closes.
type Stopper interface {
	Stop(ctx context.Context) error
}

// Router is a module that answers HTTP beside the graph.
type Router interface{ Routes(mux *http.ServeMux) }

// Seeder is a module with a share in the demo office.
type Seeder interface {
	Seed(ctx context.Context, demo *Demo) error
}

// Noder is a module whose types are found by id: prefix to finder.
type Noder interface{ Nodes() map[string]Finder }

// Typer is a module that declares how its types are read from the database.
type Typer interface{ Types() field.Types }

// Finder finds rows by id under the rules of the viewer; what is not there or
// not for the viewer is left out.
type Finder func(ctx context.Context, ids []string) (map[string]any, error)

// Find makes a finder of one that knows its type. It finds nothing for those who
// lack the permission to read the type.
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

// Deps is what every module is built with.
type Deps struct {
	DB    *db.DB
	Bus   *bus.Bus
	Clock clock.Clock
	Log   *slog.Logger
	Zone  *time.Location    // of the practice
	Watch *observe.Observer // may be nil: nobody watches
}

// Day is the date of an instant in the zone of the practice.
func (d Deps) Day(at time.Time) string {
	zone := d.Zone
	if zone == nil {
		zone = time.UTC
	}
	return at.In(zone).Format(time.DateOnly)
}

// Demo is the invented office that seeds fill, the same for the same seed.
type Demo struct {
	Seed     uint64
	Patients int
	Today    time.Time // midnight in the zone of the practice, in UTC
	Now      time.Time // the instant at which the demo opens; today's visits stand around it
}

// Rand is a source of chance of its own for each name, so that one module's
// seeds do not depend on how often another one threw the dice.
func (d *Demo) Rand(name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return rand.New(rand.NewPCG(d.Seed, h.Sum64()))
}

// ID draws an identifier of the prefix.
func (d *Demo) ID(r *rand.Rand, prefix string) string {
	var u [16]byte
	binary.BigEndian.PutUint64(u[:8], r.Uint64())
	binary.BigEndian.PutUint64(u[8:], r.Uint64())
	return id.From(prefix, u)
}
