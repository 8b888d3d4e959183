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

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"medoffice/graph"
	"medoffice/modules"
	"medoffice/modules/kit"
)

type serveFlags struct {
	addr     string
	farewell time.Duration
	graph    graphFlags
	oidc     oidcFlags
	mail     mailFlags
	watch    watchFlags
}

func serveCommand(c *commands) *cobra.Command {
	var s serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the office.",
		RunE:  func(cmd *cobra.Command, _ []string) error { return s.run(cmd.Context(), c) },
	}
	f := cmd.Flags()
	addrFlag(f, &s.addr)
	f.DurationVar(&s.farewell, "farewell", 10*time.Second, "How much `TIME` running requests may take when the server is told to stop")
	fromEnv(f, "farewell", "MEDOFFICE_FAREWELL")
	s.graph.flags(f)
	s.oidc.flags(f)
	s.mail.flags(f)
	s.watch.flags(f)
	return cmd
}

func addrFlag(f *pflag.FlagSet, addr *string) {
	f.StringVar(addr, "addr", "127.0.0.1:8080", "Listen on `HOST:PORT`")
	fromEnv(f, "addr", "MEDOFFICE_ADDR")
}

func (s *serveFlags) run(ctx context.Context, c *commands) error {
	options, err := s.graph.options()
	if err != nil {
		return err
	}
	sender, err := s.mail.open()
	if err != nil {
		return err
	}
	listener, err := listen(s.addr)
	if err != nil {
		return err
	}
	w, err := s.watch.open(ctx, c.log())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer w.close()
	h := &house{options: options, log: w.log, open: func(ctx context.Context) (*modules.Office, error) {
		o, err := c.openWatched(ctx, nil, w.Observer)
		if err != nil {
			return nil, err
		}
		if err := s.oidc.open(o); err != nil {
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
	return h.serve(ctx, o, listener, s.farewell, func(url string) {
		if !known {
			fmt.Fprintln(c.out, "Nobody can sign in yet: add the first account with  medoffice user add NAME --role ADMIN")
		}
		fmt.Fprintf(c.out, "medoffice is open at %s (the graph: %s%s)\n", url, url, graph.Path)
		w.announce(c.out)
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
