package transport

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// SSE answers with server-sent events, one connection to an operation.
// Source: GraphQL over SSE, distinct connections mode.
type SSE struct {
	Ping  time.Duration // between comments that keep proxies awake
	Write time.Duration // a reader that takes longer for one event is gone
}

// Supports implements graphql.Transport.
func (SSE) Supports(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept"), ",") {
		if kind, _, err := mime.ParseMediaType(strings.TrimSpace(part)); err == nil && kind == events {
			return r.Header.Get("Upgrade") == ""
		}
	}
	return false
}

// Do implements graphql.Transport.
func (s SSE) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	params, status, problem := read(w, r)
	if problem != "" {
		refuse(w, plainJSON, status, problem)
		return
	}
	params.Headers = r.Header
	w.Header().Set("Content-Type", events)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	out := &eventWriter{w: w, c: http.NewResponseController(w), within: s.Write}
	_ = out.send(":\n\n")
	op, errs := exec.CreateOperationContext(r.Context(), params)
	if errs != nil {
		_ = out.next(exec.DispatchError(graphql.WithOperationContext(r.Context(), op), errs))
		_ = out.complete()
		return
	}
	respond, ctx := exec.DispatchOperation(r.Context(), op)
	s.stream(r, out, func() *graphql.Response { return respond(ctx) })
}

// stream sends what the operation yields, and comments while it yields nothing.
func (s SSE) stream(r *http.Request, out *eventWriter, next func() *graphql.Response) {
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
			case <-r.Context().Done():
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
				_ = out.complete()
				return
			}
			err = out.next(resp)
		case <-ping.C:
			err = out.send(":\n\n")
		case <-r.Context().Done():
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
	text := body(resp)
	// One data line to an event: JSON has no raw line breaks, a scalar might.
	text = bytes.ReplaceAll(text, []byte("\n"), []byte(" "))
	return e.send(fmt.Sprintf("event: next\ndata: %s\n\n", text))
}

// complete has a data line, without which a browser's EventSource never tells it.
func (e *eventWriter) complete() error { return e.send("event: complete\ndata:\n\n") }

func (e *eventWriter) send(text string) error {
	_ = e.c.SetWriteDeadline(time.Now().Add(e.within)) // not every writer can
	if _, err := e.w.Write([]byte(text)); err != nil {
		return err
	}
	return e.c.Flush()
}
