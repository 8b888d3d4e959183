package modules

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"medoffice/ent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/logtext"
	"medoffice/modules/kit/observe"
	"medoffice/modules/trail"
)

// Config is what an office needs to open.
type Config struct {
	Database string         // a file path, sqlite:PATH or postgres://…
	Zone     *time.Location // of an office that is new; UTC where nil
	Clock    clock.Clock
	Log      *slog.Logger
	Watch    *observe.Observer // may be nil
	// Retention is how long the audit trail is kept; trail.Kept where nil.
	Retention *trail.Retention
}

// Open opens the database, brings it to the newest version and builds the
// modules. Nothing runs until Start.
func Open(ctx context.Context, c Config) (*Office, error) {
	d, err := db.Open(ctx, c.Database)
	if err != nil {
		return nil, err
	}
	d.Observe(c.Watch)
	if _, err := d.Migrate(ctx); err != nil {
		_ = d.Close()
		return nil, fmt.Errorf("cannot bring the database to the newest version: %w", err)
	}
	zone, err := officeZone(ctx, d, c.Zone)
	if err != nil {
		_ = d.Close()
		return nil, err
	}
	o, err := New(ctx, kit.Deps{DB: d, Bus: bus.New(d, c.Clock), Clock: c.Clock, Log: c.Log, Zone: zone, Watch: c.Watch})
	if err != nil {
		_ = d.Close()
		return nil, err
	}
	if c.Retention != nil {
		o.Trail.Retain(*c.Retention)
	}
	return o, nil
}

// officeZone is the time zone of the practice, or of a new office.
func officeZone(ctx context.Context, d *db.DB, fresh *time.Location) (*time.Location, error) {
	ctx = kit.System(ctx, "start")
	p, err := d.Client(ctx).Practice.Query().First(ctx)
	switch {
	case ent.IsNotFound(err) && fresh != nil:
		return fresh, nil
	case ent.IsNotFound(err):
		return time.UTC, nil
	case err != nil:
		return nil, err
	}
	zone, err := time.LoadLocation(p.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("the practice has the unknown time zone %q", p.TimeZone)
	}
	return zone, nil
}

// Start starts the bus and the modules that work by themselves. They end when
// Close is called.
func (o *Office) Start(ctx context.Context) error {
	ctx, o.cancel = context.WithCancel(kit.System(ctx, "office"))
	o.ended = make(chan struct{})
	if err := o.Deps.Bus.Ready(ctx); err != nil {
		return err
	}
	o.hide = o.Deps.Watch.Show(append(o.Deps.DB.Figures(), figures{o})...)
	go func() {
		defer close(o.ended)
		o.Deps.Bus.Run(ctx, o.Deps.Log)
	}()
	for _, m := range o.All() {
		if s, ok := m.(kit.Starter); ok {
			if err := s.Start(ctx); err != nil {
				return fmt.Errorf("%s: %w", m.Name(), err)
			}
		}
	}
	return nil
}

// stopWithin bounds what a module may still do when the office closes.
const stopWithin = 10 * time.Second

// Close ends what Start began and closes the database.
func (o *Office) Close() error {
	ctx, cancel := context.WithTimeout(kit.System(context.Background(), "office"), stopWithin)
	defer cancel()
	for _, m := range slices.Backward(o.All()) { // the trail last: it records what the others still do
		if s, ok := m.(kit.Stopper); ok {
			if err := s.Stop(ctx); err != nil {
				o.Deps.Log.Error("cannot stop", "module", m.Name(), "error", logtext.Error(err))
			}
		}
	}
	if o.hide != nil {
		o.hide()
	}
	if o.cancel != nil {
		o.cancel()
		<-o.ended
	}
	return o.Deps.DB.Close()
}
