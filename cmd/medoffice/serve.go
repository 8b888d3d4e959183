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
	Addr     string        `help:"Where to listen." default:"127.0.0.1:8080" env:"MEDOFFICE_ADDR"`
	Farewell time.Duration `help:"How long requests may take to finish when the server is told to stop." default:"10s" env:"MEDOFFICE_FAREWELL"`
	Graph    graphFlags    `embed:""`
	OIDC     oidcFlags     `embed:"" prefix:"oidc-"`
}

// Run implements the command.
func (s *serveCommand) Run(ctx context.Context, c *commands, con console) error {
	options, err := s.Graph.options()
	if err != nil {
		return err
	}
	listener, err := listen(s.Addr)
	if err != nil {
		return err
	}
	o, err := c.open(ctx, con, nil)
	if err != nil {
		_ = listener.Close()
		return err
	}
	if err := s.OIDC.open(o); err != nil {
		return errors.Join(err, listener.Close(), o.Close())
	}
	known, err := o.Access.AnyAccount(kit.System(ctx, "start"))
	if err != nil {
		return errors.Join(err, listener.Close(), o.Close())
	}
	return serve(ctx, o, options, listener, s.Farewell, func(url string) {
		if !known {
			fmt.Fprintln(con.out, "Nobody can sign in yet: add the first account with  medoffice user add NAME --role ADMIN")
		}
		fmt.Fprintf(con.out, "medoffice is open at %s (the graph: %s%s)\n", url, url, graph.Path)
	})
}

func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is taken: another program listens there; choose another with --addr (MEDOFFICE_ADDR)", addr)
	case err != nil:
		return nil, fmt.Errorf("cannot listen at %s: check --addr (MEDOFFICE_ADDR): %w", addr, err)
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
func serve(ctx context.Context, o *modules.Office, options graph.Options, l net.Listener, within time.Duration, ready func(url string)) error {
	handler, err := graph.Serve(o, options)
	if err == nil {
		err = o.Start(context.WithoutCancel(ctx))
	}
	if err != nil {
		return errors.Join(err, l.Close(), o.Close())
	}
	sockets, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	srv := &http.Server{
		Handler: handler, ReadHeaderTimeout: headersWithin, IdleTimeout: idleFor,
		ErrorLog:    slog.NewLogLogger(o.Deps.Log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return sockets },
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	ready("http://" + l.Addr().String())
	select {
	case err = <-failed:
	case <-ctx.Done():
		leave(srv, handler, within, hangUp)
	}
	return errors.Join(err, o.Close())
}

// leave takes no new connections, sends those who watch away to come back and
// lets queries and mutations be answered. What takes longer than the farewell
// is broken off and rolled back; its caller is told to send it again.
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
