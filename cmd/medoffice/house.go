package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"medoffice/graph"
	"medoffice/modules"
	"medoffice/modules/kit/logtext"
)

// house keeps an office open in a server process. Where somebody restores a
// backup, the process opens the office anew behind the same address: then
// nothing of what it remembers can be of the database that was.
type house struct {
	open    func(context.Context) (*modules.Office, error)
	options graph.Options
	log     *slog.Logger

	mu  sync.Mutex
	now *opened
}

// opened is an office with its server.
type opened struct {
	*modules.Office
	server *graph.Server
	used   sync.WaitGroup // requests
}

// enter opens the door to an office that is open and starts it.
func (h *house) enter(ctx context.Context, o *modules.Office) error {
	server, err := graph.Serve(o, h.options)
	if err != nil {
		return err
	}
	if err := o.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = &opened{Office: o, server: server}
	return nil
}

// use is the office as it is open, until done is called.
func (h *house) use() (o *opened, done func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now.used.Add(1)
	return h.now, h.now.used.Done
}

// ServeHTTP implements http.Handler.
func (h *house) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o, done := h.use()
	defer done()
	o.server.ServeHTTP(w, r)
}

// keep opens the office anew each time that its database was restored.
func (h *house) keep(ctx context.Context) {
	for {
		o, done := h.use()
		done()
		select {
		case <-ctx.Done():
			return
		case <-o.Deps.Bus.Restored():
		}
		h.log.Warn("the database was restored from a backup: opening it anew")
		if !h.again(ctx) {
			return
		}
		if err := o.leave(ctx); err != nil {
			h.log.Error("cannot close the office of before", "error", logtext.Error(err))
		}
		h.log.Info("the restored office is open")
	}
}

// reopen is the pause between tries to open a restored database.
const reopen = 500 * time.Millisecond

// again tries until the office is open or the context ends. The one of before
// goes on answering meanwhile, as far as it can.
func (h *house) again(ctx context.Context) bool {
	for {
		o, err := h.open(ctx)
		if err == nil {
			if err = h.enter(ctx, o); err == nil {
				return true
			}
			err = errors.Join(err, o.Close())
		}
		if ctx.Err() != nil {
			return false
		}
		h.log.Error("cannot open the restored database, will try again", "error", logtext.Error(err))
		select {
		case <-ctx.Done():
			return false
		case <-time.After(reopen):
		}
	}
}

// leave sends away who watches, lets requests finish and closes the office.
func (o *opened) leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	o.server.Drain(ctx)
	left := make(chan struct{})
	go func() {
		o.used.Wait()
		close(left)
	}()
	select {
	case <-left:
	case <-ctx.Done():
	}
	return o.Close()
}
