package transport

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"medoffice/modules/kit"
	"medoffice/modules/kit/live"
)

// SSE answers with server-sent events, one connection to an operation. An event
// that has a place in its stream carries it as its id, and a client that comes
// back with Last-Event-ID goes on after it.
// Source: GraphQL over SSE, distinct connections mode.
type SSE struct {
	Caps    func(ctx context.Context) Caps
	Streams *Streams
	HTTP    HTTP
	Ping    time.Duration // between comments that keep proxies awake
	Write   time.Duration // a reader that takes longer for one event is gone
}

// Supports implements graphql.Transport.
func (SSE) Supports(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		if kind, _, err := mime.ParseMediaType(strings.TrimSpace(part)); err == nil && kind == events {
			return r.Header.Get("Upgrade") == ""
		}
	}
	return false
}

// Do implements graphql.Transport.
func (s SSE) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	private(w.Header())
	params, p := s.HTTP.read(w, r)
	if p != nil {
		refuse(w, r, plainJSON, p)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	ends := make(chan struct{})
	leave, ok := s.Streams.enter(s.Caps(ctx), sync.OnceFunc(func() { close(ends) }))
	if !ok {
		w.Header().Set("Retry-After", "5")
		if s.Streams.ending() {
			refuse(w, r, plainJSON, &problem{http.StatusServiceUnavailable, kit.Overloaded, "the server restarts"})
			return
		}
		refuse(w, r, plainJSON, &problem{http.StatusTooManyRequests, kit.RateLimited, "too many streams are open"})
		return
	}
	defer leave()
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		ctx = live.WithPlace(ctx, last)
	}
	params.Headers = r.Header
	op, errs := exec.CreateOperationContext(ctx, params)
	if errs == nil && r.Method == http.MethodGet && op.Operation.Operation == ast.Mutation {
		refuse(w, r, plainJSON, fits(w, r, op))
		return
	}
	w.Header().Set("Content-Type", events)
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	out := &eventWriter{w: w, c: http.NewResponseController(w), within: s.Write}
	_ = out.send([]byte("retry: 1000\n\n")) // milliseconds, until a browser asks again
	if errs != nil {
		_ = out.next(exec.DispatchError(graphql.WithOperationContext(ctx, op), errs))
		_ = out.complete()
		return
	}
	respond, inner := exec.DispatchOperation(ctx, op)
	until := ends
	if op.Operation.Operation != ast.Subscription {
		until = nil // what was asked for is answered also by a server that stops
	}
	s.stream(ctx, until, out, func() *graphql.Response { return respond(inner) })
}

// stream sends what the operation yields, and comments while it yields nothing.
// Where the server ends it, it ends without complete: the client comes back.
func (s SSE) stream(ctx context.Context, ends <-chan struct{}, out *eventWriter, next func() *graphql.Response) {
	responses := make(chan *graphql.Response)
	go func() {
		defer close(responses)
		for {
			resp := next()
			if resp == nil {
				return
			}
			select {
			case responses <- resp:
			case <-ctx.Done():
				return
			}
		}
	}()
	ping := time.NewTicker(s.Ping)
	defer ping.Stop()
	for {
		var err error
		select {
		case resp, ok := <-responses:
			if !ok {
				if ctx.Err() == nil {
					_ = out.complete()
				}
				return
			}
			err = out.next(resp)
		case <-ping.C:
			err = out.send([]byte(":\n\n"))
		case <-ends:
			return
		case <-ctx.Done():
			return
		}
		if err != nil {
			return // the context of the request ends with this connection
		}
	}
}

type eventWriter struct {
	w      http.ResponseWriter
	c      *http.ResponseController
	within time.Duration
}

func (e *eventWriter) next(resp *graphql.Response) error {
	b := buffers.Get().(*bytes.Buffer)
	defer release(b)
	b.WriteString("event: next\n")
	if resp.Label != "" {
		b.WriteString("id: ")
		b.WriteString(resp.Label)
		b.WriteByte('\n')
	}
	b.WriteString("data: ")
	from := b.Len()
	body(b, resp)
	text := b.Bytes()[from:]
	for i, c := range text { // one data line to an event: JSON has no raw line breaks, a scalar might
		if c == '\n' || c == '\r' {
			text[i] = ' '
		}
	}
	b.WriteString("\n\n")
	return e.send(b.Bytes())
}

// complete has a data line, without which a browser's EventSource never reports it.
func (e *eventWriter) complete() error { return e.send([]byte("event: complete\ndata:\n\n")) }

func (e *eventWriter) send(text []byte) error {
	_ = e.c.SetWriteDeadline(time.Now().Add(e.within)) // not every writer can
	if _, err := e.w.Write(text); err != nil {
		return err
	}
	return e.c.Flush()
}
