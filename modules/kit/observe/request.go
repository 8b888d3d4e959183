package observe

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// The transports.
const (
	HTTP        = "http"
	EventStream = "sse"
	WebSocket   = "websocket"
)

// The words for what is not known of a request that was refused early.
const (
	none    = "none"
	refused = "REFUSED" // it never was an operation
)

// Request is one operation, from its arrival to its answer. A nil one keeps nothing.
type Request struct {
	o          *Observer
	start      time.Time
	transport  string
	statements atomic.Int64
	events     atomic.Int64
	once       sync.Once

	mu   sync.Mutex
	told Facts
}

// Facts is what is known about a request. All of it is part of the program, or a
// number or an id of the office.
type Facts struct {
	ID        string // of the request, as the client gets it in X-Request-Id
	Viewer    string // the id of the account or token
	Operation string // query, mutation or subscription
	Document  string // the name of a trusted document, or the start of the hash of another
	Code      string // of its first error, OK without
	Cost      int    // points in the end
	Rows      int    // read
}

type requestKey struct{}

// Begin starts a request that came by the transport.
func (o *Observer) Begin(ctx context.Context, transport string) (context.Context, *Request) {
	if o == nil {
		return ctx, nil
	}
	r := &Request{o: o, start: time.Now(), transport: transport, told: Facts{Operation: none, Code: refused}}
	return context.WithValue(ctx, requestKey{}, r), r
}

// RequestOf is the request of the context, or nil.
func RequestOf(ctx context.Context) *Request {
	r, _ := ctx.Value(requestKey{}).(*Request)
	return r
}

// WithRequest returns a context whose statements are counted for the request.
func WithRequest(ctx context.Context, r *Request) context.Context {
	if r == nil {
		return ctx
	}
	return context.WithValue(ctx, requestKey{}, r)
}

// Came notes the transport of the request.
func (r *Request) Came(transport string) {
	if r != nil {
		r.transport = transport
	}
}

// Transport is how the request came, "" where nobody observes.
func (r *Request) Transport() string {
	if r == nil {
		return ""
	}
	return r.transport
}

// Document is what is noted of the document, "" before that.
func (r *Request) Document() string {
	if r == nil {
		return ""
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.told.Document
}

// Note adds facts about the request.
func (r *Request) Note(f func(*Facts)) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	f(&r.told)
}

// Event counts an event of a subscription.
func (r *Request) Event() {
	if r != nil {
		r.events.Add(1)
	}
}

// End counts and logs the request, once. The level is info, not debug: a question
// about a request id must be answered from an ordinary log.
func (r *Request) End() {
	if r != nil {
		r.once.Do(r.end)
	}
}

func (r *Request) end() {
	r.mu.Lock()
	f := r.told
	r.mu.Unlock()
	took := time.Since(r.start)
	r.o.requests.WithLabelValues(r.transport, f.Operation, f.Code).Inc()
	r.o.took.WithLabelValues(r.transport, f.Operation).Observe(took.Seconds())
	if f.Cost > 0 {
		r.o.points.WithLabelValues(f.Operation).Add(float64(f.Cost))
	}
	line := [11]slog.Attr{
		slog.String("request", f.ID), slog.String("viewer", f.Viewer), slog.String("transport", r.transport),
		slog.String("operation", f.Operation), slog.String("document", f.Document), slog.String("code", f.Code),
		slog.Int("cost", f.Cost), slog.Int("rows", f.Rows), slog.Int64("statements", r.statements.Load()),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.Int64("events", r.events.Load()),
	}
	attrs := line[:]
	if r.events.Load() == 0 {
		attrs = line[:10]
	}
	r.o.log.LogAttrs(context.Background(), slog.LevelInfo, "request", attrs...)
}
