// Package observe is the monitoring of a server: metrics for Prometheus, spans for
// OpenTelemetry and one log line per request. It receives kinds, counts, durations
// and names that are part of the program: no value of a request, no name that a
// caller chose, nothing about a patient.
package observe

import (
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/trace"
)

// Observer collects the metrics and traces of one server process. A nil Observer
// collects nothing.
type Observer struct {
	log      *slog.Logger
	registry *prometheus.Registry
	provider trace.TracerProvider // nil where nobody collects spans
	tracer   trace.Tracer

	requests, points    *prometheus.CounterVec
	took, fields        *prometheus.HistogramVec
	queries, executions prometheus.Observer
	sockets, events     prometheus.Gauge
	subscriptions       prometheus.Gauge

	mu      sync.Mutex
	shown   int // how often figures were shown
	figures []prometheus.Collector
}

// The bounds of the histograms in seconds: of requests and fields, and of
// statements, most of which take less than a millisecond.
var (
	slow = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	fast = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}
)

// New makes an observer that logs to log and gives spans to provider, which may
// be nil.
func New(log *slog.Logger, provider trace.TracerProvider) *Observer {
	r := prometheus.NewRegistry()
	o := &Observer{log: log, registry: r, provider: provider}
	if provider != nil {
		o.tracer = provider.Tracer("medoffice")
	}
	o.requests = counter("medoffice_requests_total", "Operations that were asked for, by the code of their first error.", "transport", "operation", "code")
	o.points = counter("medoffice_cost_points_total", "Points that operations cost after what they did not need was given back.", "operation")
	o.took = histogram("medoffice_request_duration_seconds", "From the request to its answer; of a subscription, as long as it ran.", slow, "transport", "operation")
	o.fields = histogram("medoffice_root_field_duration_seconds", "Fields of Query and Mutation with all below them.", slow, "field", "outcome")
	statements := histogram("medoffice_sql_duration_seconds", "SQL statements, from the call to the last row.", fast, "kind")
	o.queries, o.executions = statements.WithLabelValues("query"), statements.WithLabelValues("exec")
	streams := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "medoffice_streams", Help: "Open WebSockets and event streams."}, []string{"transport"})
	o.sockets, o.events = streams.WithLabelValues(WebSocket), streams.WithLabelValues(EventStream)
	o.subscriptions = prometheus.NewGauge(prometheus.GaugeOpts{Name: "medoffice_subscriptions", Help: "Subscriptions that are running."})
	r.MustRegister(o.requests, o.points, o.took, o.fields, statements, streams, o.subscriptions,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector())
	return o
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func histogram(name, help string, bounds []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: bounds}, labels)
}

// Metrics returns the handler for Prometheus. It needs no sign-in, so it must not be
// served at the address of the office.
func (o *Observer) Metrics() http.Handler {
	return promhttp.HandlerFor(o.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// Show shows the figures of an office, which are counted elsewhere, in place of
// those of the one before. hide takes them away where they are still there.
func (o *Observer) Show(figures ...prometheus.Collector) (hide func()) {
	if o == nil {
		return func() {}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.take()
	o.shown++
	own := o.shown
	o.figures = figures
	o.registry.MustRegister(figures...)
	return func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.shown == own {
			o.take()
		}
	}
}

func (o *Observer) take() {
	for _, f := range o.figures {
		o.registry.Unregister(f)
	}
	o.figures = nil
}

// Subscribed counts a subscription until ended is called.
func (o *Observer) Subscribed() (ended func()) {
	if o == nil {
		return func() {}
	}
	o.subscriptions.Inc()
	return o.subscriptions.Dec
}

// Streaming counts an open stream of the transport until ended is called.
func (o *Observer) Streaming(transport string) (ended func()) {
	var g prometheus.Gauge
	switch {
	case o == nil:
	case transport == WebSocket:
		g = o.sockets
	case transport == EventStream:
		g = o.events
	}
	if g == nil {
		return func() {}
	}
	g.Inc()
	return g.Dec
}

func since(start time.Time) float64 { return time.Since(start).Seconds() }
