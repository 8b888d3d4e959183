package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/spf13/pflag"

	"medoffice/modules/kit/logtext"
	"medoffice/modules/kit/observe"
)

// watchFlags set what those who run the office see of it. Traces are set in the
// environment: OTEL_EXPORTER_OTLP_ENDPOINT and its kin.
type watchFlags struct {
	metricsAddr string
	pprof       bool
}

func (f *watchFlags) flags(to *pflag.FlagSet) {
	to.StringVar(&f.metricsAddr, "metrics-addr", "", "Serve /metrics for Prometheus on `HOST:PORT`, as 127.0.0.1:9090; off if empty. It needs no sign-in: keep it off the network of the office")
	fromEnv(to, "metrics-addr", "MEDOFFICE_METRICS_ADDR")
	to.Var(toggle{&f.pprof}, "pprof", "Also serve /debug/pprof/ there, for profiles of the running program")
	fromEnv(to, "pprof", "MEDOFFICE_PPROF")
}

// watch is what a server process shows of itself, beside the office.
type watch struct {
	*observe.Observer
	log  *slog.Logger
	srv  *http.Server
	addr string
	send func(context.Context) error
}

var errPprof = errors.New("--pprof needs --metrics-addr (MEDOFFICE_METRICS_ADDR): profiles are not shown where the office is")

// open listens for Prometheus and finds the collector of traces.
func (f *watchFlags) open(ctx context.Context, log *slog.Logger) (*watch, error) {
	if f.pprof && f.metricsAddr == "" {
		return nil, errPprof
	}
	provider, send, err := observe.Collector(ctx, log)
	if err != nil {
		return nil, err
	}
	w := &watch{Observer: observe.New(log, provider), log: log, send: send}
	if f.metricsAddr == "" {
		return w, nil
	}
	l, err := listenAt(f.metricsAddr, "--metrics-addr (MEDOFFICE_METRICS_ADDR)")
	if err != nil {
		return nil, err
	}
	w.addr, w.srv = l.Addr().String(), &http.Server{Handler: f.pages(w.Observer), ReadHeaderTimeout: headersWithin, IdleTimeout: idleFor}
	go w.serve(l)
	return w, nil
}

func (w *watch) serve(l net.Listener) {
	if err := w.srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		w.log.Error("metrics: cannot serve", "error", logtext.Error(err))
	}
}

func (f *watchFlags) pages(o *observe.Observer) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", o.Metrics())
	if f.pprof {
		mux.HandleFunc("/debug/pprof/", pprof.Index)
		mux.HandleFunc("/debug/pprof/cmdline", noCommandLine)
		mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	}
	return mux
}

// noCommandLine hides the page that would show the password in --database.
func noCommandLine(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "not here", http.StatusNotFound)
}

// sendWithin bounds how long the last spans may take to leave.
const sendWithin = 3 * time.Second

// close stops listening and sends the spans that wait.
func (w *watch) close() {
	ctx, cancel := context.WithTimeout(context.Background(), sendWithin)
	defer cancel()
	if w.srv != nil {
		_ = w.srv.Close()
	}
	if err := w.send(ctx); err != nil { // a collector that is gone must not make the exit fail
		w.log.Warn("traces: cannot send the last ones", "error", logtext.Error(err))
	}
}

func (w *watch) announce(out io.Writer) {
	if w.addr != "" {
		fmt.Fprintf(out, "metrics at http://%s/metrics\n", w.addr)
	}
}
