package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"medoffice/graph"
	"medoffice/modules"
	"medoffice/modules/kit"
)

type serveCommand struct {
	Addr     string        `help:"The address to listen on." default:"127.0.0.1:8080" env:"MEDOFFICE_ADDR"`
	Farewell time.Duration `help:"How long running requests may take when the server is told to stop." default:"10s" env:"MEDOFFICE_FAREWELL"`
	Graph    graphFlags    `embed:""`
	OIDC     oidcFlags     `embed:"" prefix:"oidc-"`
	Mail     mailFlags     `embed:"" prefix:"mail-"`
	Watch    watchFlags    `embed:""`
}

// Run implements the command.
func (s *serveCommand) Run(ctx context.Context, c *commands, con console) error {
	options, err := s.Graph.options()
	if err != nil {
		return err
	}
	sender, err := s.Mail.open()
	if err != nil {
		return err
	}
	listener, err := listen(s.Addr)
	if err != nil {
		return err
	}
	w, err := s.Watch.open(ctx, c.log(con.err))
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer w.close()
	h := &house{options: options, log: w.log, open: func(ctx context.Context) (*modules.Office, error) {
		o, err := c.openWatched(ctx, con, nil, w.Observer)
		if err != nil {
			return nil, err
		}
		if err := s.OIDC.open(o); err != nil {
			return nil, errors.Join(err, o.Close())
		}
		if sender != nil {
			o.Letters.SendThrough(sender)
		}
		return o, nil
	}}
	o, err := h.open(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	known, err := o.Access.AnyAccount(kit.System(ctx, "start"))
	if err != nil {
		return errors.Join(err, listener.Close(), o.Close())
	}
	return h.serve(ctx, o, listener, s.Farewell, func(url string) {
		if !known {
			fmt.Fprintln(con.out, "Nobody can sign in yet: add the first account with  medoffice user add NAME --role ADMIN")
		}
		fmt.Fprintf(con.out, "medoffice is open at %s (the graph: %s%s)\n", url, url, graph.Path)
		w.announce(con.out)
	})
}

func listen(addr string) (net.Listener, error) { return listenAt(addr, "--addr (MEDOFFICE_ADDR)") }

// listenAt listens at the address of a flag.
func listenAt(addr, flag string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is taken: another program listens there; choose another with %s", addr, flag)
	case err != nil:
		return nil, fmt.Errorf("cannot listen at %s: check %s: %w", addr, flag, err)
	}
	return l, nil
}

// The bounds of a connection and of the farewell.
const (
	headersWithin = 10 * time.Second
	idleFor       = 2 * time.Minute
	farewell      = 10 * time.Second
	lastWords     = time.Second // for the answers of who is broken off
)

// serve runs the office until the context ends, then lets requests finish
// within the time of the farewell.
func (h *house) serve(ctx context.Context, o *modules.Office, l net.Listener, within time.Duration, ready func(url string)) error {
	if err := h.enter(ctx, o); err != nil {
		return errors.Join(err, l.Close(), o.Close())
	}
	sockets, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	srv := &http.Server{
		Handler: h, ReadHeaderTimeout: headersWithin, IdleTimeout: idleFor,
		ErrorLog:    slog.NewLogLogger(o.Deps.Log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return sockets },
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	keeping, stop := context.WithCancel(ctx)
	kept := make(chan struct{})
	go func() { defer close(kept); h.keep(keeping) }()
	ready("http://" + l.Addr().String())
	var err error
	select {
	case err = <-failed:
		stop()
		<-kept
	case <-ctx.Done():
		stop()
		<-kept // in the middle of opening it anew
		leave(srv, h.now.server, within, hangUp)
	}
	return errors.Join(err, h.now.Close())
}

// leave takes no new connections, sends those who watch away to come back and
// lets queries and mutations be answered. What takes longer than the farewell
// is broken off and rolled back; its caller is asked to send it again.
func leave(srv *http.Server, handler *graph.Server, within time.Duration, hangUp func()) {
	last, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	closed := make(chan error, 1)
	go func() { closed <- srv.Shutdown(last) }()
	handler.Drain(last)
	if err := <-closed; err == nil && last.Err() == nil {
		return
	}
	hangUp()
	words, cancel := context.WithTimeout(context.Background(), lastWords)
	defer cancel()
	handler.Drain(words)
	_ = srv.Shutdown(words) // waits; whatever is left then is cut off
	_ = srv.Close()
}
