package modules

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/db"
)

// Config is what an office needs to open.
type Config struct {
	Database string // a file path, sqlite:PATH or postgres://…
	Clock    clock.Clock
	Log      *slog.Logger
}

// Open opens the database, brings it to the newest version and builds the
// modules. Nothing runs until Start.
func Open(ctx context.Context, c Config) (*Office, error) {
	d, err := db.Open(ctx, c.Database)
	if err != nil {
		return nil, err
	}
	if _, err := d.Migrate(ctx); err != nil {
		_ = d.Close()
		return nil, fmt.Errorf("cannot bring the database to the newest version: %w", err)
	}
	o, err := New(ctx, kit.Deps{DB: d, Bus: bus.New(d, c.Clock), Clock: c.Clock, Log: c.Log})
	if err != nil {
		_ = d.Close()
		return nil, err
	}
	return o, nil
}

// Start starts the bus and the modules that work by themselves. They end when
// Close is called.
func (o *Office) Start(ctx context.Context) error {
	ctx, o.cancel = context.WithCancel(kit.System(ctx, "office"))
	o.ended = make(chan struct{})
	if err := o.Deps.Bus.Ready(ctx); err != nil {
		return err
	}
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
	for _, m := range o.All() {
		if s, ok := m.(kit.Stopper); ok {
			if err := s.Stop(ctx); err != nil {
				o.Deps.Log.Error("cannot stop", "module", m.Name(), "error", err.Error())
			}
		}
	}
	if o.cancel != nil {
		o.cancel()
		<-o.ended
	}
	return o.Deps.DB.Close()
}
