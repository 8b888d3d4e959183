package observe

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"medoffice/modules/kit/logtext"
)

// longestText bounds the text of a statement in a span, in bytes.
const longestText = 4_096

// Traced reports whether the environment asks for traces, by the variables of
// OpenTelemetry: OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT.
func Traced() bool {
	if strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") || os.Getenv("OTEL_TRACES_EXPORTER") == "none" {
		return false
	}
	return cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")) != ""
}

// Collector gives spans to the collector that the environment names, over
// OTLP/HTTP. Where there is none, provider is nil. stop sends what waits.
func Collector(ctx context.Context, log *slog.Logger) (provider trace.TracerProvider, stop func(context.Context) error, err error) {
	if !Traced() {
		return nil, func(context.Context) error { return nil }, nil
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces: cannot send", "error", logtext.Error(err)) }))
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("traces: %w: check OTEL_EXPORTER_OTLP_ENDPOINT", err)
	}
	named, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "medoffice")), resource.WithFromEnv())
	if err != nil {
		return nil, nil, fmt.Errorf("traces: %w: check OTEL_RESOURCE_ATTRIBUTES", err)
	}
	p := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(named))
	return p, p.Shutdown, nil
}

// SecretPath is the beginning of addresses that are secrets themselves. They are
// not traced, because a trace contains the address.
const SecretPath = "/calendar/"

// Edge is what every HTTP request goes through first. A request gets a span;
// a stream does not, for it would last as long as somebody watches: each
// operation on it begins a trace of its own.
func (o *Observer) Edge(next http.Handler) http.Handler {
	if o == nil {
		return next
	}
	h := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, _ := o.Begin(r.Context(), HTTP)
		next.ServeHTTP(w, r.WithContext(ctx))
	}))
	if o.provider == nil {
		return h
	}
	return otelhttp.NewHandler(h, "http", otelhttp.WithTracerProvider(o.provider),
		otelhttp.WithMeterProvider(metricnoop.NewMeterProvider()), otelhttp.WithPropagators(propagation.TraceContext{}),
		otelhttp.WithFilter(func(r *http.Request) bool {
			return !strings.HasPrefix(r.URL.Path, SecretPath) && r.Header.Get("Upgrade") == "" && !strings.Contains(r.Header.Get("Accept"), "text/event-stream")
		}))
}

// Operation begins the span of an operation.
func (o *Observer) Operation(ctx context.Context, kind, document string) (context.Context, func()) {
	if o == nil || o.tracer == nil {
		return ctx, func() {}
	}
	ctx, span := o.tracer.Start(ctx, kind, trace.WithAttributes(
		attribute.String("graphql.operation.type", kind), attribute.String("graphql.document", document)))
	return ctx, func() { span.End() }
}

// Field observes a root field, as "Query.patients".
func (o *Observer) Field(ctx context.Context, name string) (context.Context, func(failed bool)) {
	if o == nil {
		return ctx, func(bool) {}
	}
	start := time.Now()
	var span trace.Span
	if o.tracer != nil {
		ctx, span = o.tracer.Start(ctx, name)
	}
	return ctx, func(failed bool) {
		outcome := "ok"
		if failed {
			outcome = "error"
		}
		o.fields.WithLabelValues(name, outcome).Observe(since(start))
		if span != nil {
			if failed {
				span.SetStatus(codes.Error, "")
			}
			span.End()
		}
	}
}

// Statement is a SQL statement that is running.
type Statement struct {
	o     *Observer
	start time.Time
	query bool
	span  trace.Span
}

// Statement observes a statement of the engine, sqlite or postgresql. Its text
// holds no values: they travel as arguments. Work of the office itself, which
// belongs to no trace, gets no span.
func (o *Observer) Statement(ctx context.Context, engine, text string, query bool) Statement {
	if o == nil {
		return Statement{}
	}
	if r := RequestOf(ctx); r != nil {
		r.statements.Add(1)
	}
	s := Statement{o: o, start: time.Now(), query: query}
	if o.tracer != nil && trace.SpanFromContext(ctx).IsRecording() {
		verb, _, _ := strings.Cut(strings.TrimSpace(text), " ")
		_, s.span = o.tracer.Start(ctx, "sql "+verb, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
			attribute.String("db.system.name", engine), attribute.String("db.query.text", text[:min(len(text), longestText)])))
	}
	return s
}

// End ends the statement.
func (s Statement) End(failed bool) {
	if s.o == nil {
		return
	}
	to := s.o.executions
	if s.query {
		to = s.o.queries
	}
	to.Observe(since(s.start))
	if s.span != nil {
		if failed { // without the text of the error: it may show a value
			s.span.SetStatus(codes.Error, "")
		}
		s.span.End()
	}
}
