package graph

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"medoffice/modules/kit"
	"medoffice/modules/kit/id"
)

var errPanic = kit.Refuse(kit.Internal, "something went wrong here; the log knows more")

// recovered makes an ordinary error of a panic. The log gets where it was and
// of which type, and not what it said: that may be a value of a request.
func recovered(log *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, p any) error {
		fell(log, requestID(ctx), p)
		return errPanic
	}
}

func fell(log *slog.Logger, request string, p any) {
	log.Error("panic", "request", request, "type", fmt.Sprintf("%T", p), "stack", stack())
}

// stack is where the caller's goroutine is: functions and lines, without the
// arguments that debug.Stack shows.
func stack() string {
	var places [64]uintptr
	frames := runtime.CallersFrames(places[:runtime.Callers(4, places[:])])
	var b strings.Builder
	for {
		f, more := frames.Next()
		fmt.Fprintf(&b, "%s %s:%d\n", f.Function, f.File, f.Line)
		if !more {
			return b.String()
		}
	}
}

// careful runs the engine for the transports. What panics between the fields,
// where the generated code does not recover, would end the process where it
// runs for a socket.
type careful struct{ *engine }

// CreateOperationContext implements graphql.GraphExecutor.
func (c careful) CreateOperationContext(ctx context.Context, p *graphql.RawParams) (op *graphql.OperationContext, errs gqlerror.List) {
	defer func() {
		if p := recover(); p != nil {
			op, errs = &graphql.OperationContext{}, listed(c.recover(ctx, p))
		}
	}()
	return c.engine.CreateOperationContext(ctx, p)
}

// DispatchOperation implements graphql.GraphExecutor.
func (c careful) DispatchOperation(ctx context.Context, op *graphql.OperationContext) (respond graphql.ResponseHandler, inner context.Context) {
	defer func() {
		if p := recover(); p != nil {
			respond, inner = graphql.OneShot(c.fallen(ctx, p)), ctx
		}
	}()
	next, inner := c.engine.DispatchOperation(ctx, op)
	over := false
	return func(ctx context.Context) (resp *graphql.Response) {
		if over {
			return nil
		}
		defer func() {
			if p := recover(); p != nil {
				over, resp = true, c.fallen(ctx, p)
			}
		}()
		return next(ctx)
	}, inner
}

// DispatchError implements graphql.GraphExecutor.
func (c careful) DispatchError(ctx context.Context, list gqlerror.List) (resp *graphql.Response) {
	defer func() {
		if p := recover(); p != nil {
			resp = c.fallen(ctx, p)
		}
	}()
	return c.engine.DispatchError(ctx, list)
}

func (c careful) fallen(ctx context.Context, p any) *graphql.Response {
	return &graphql.Response{Errors: gqlerror.List{c.present(ctx, listed(c.recover(ctx, p))[0])}}
}

// calm answers a panic outside of the executor, which net/http would write
// into its log with its value.
func calm(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			switch p {
			case nil:
				return
			case http.ErrAbortHandler: // the value itself, by which a handler ends a connection
				panic(p)
			}
			request := cmp.Or(w.Header().Get("X-Request-Id"), id.New("req"))
			fell(log, request, p)
			w.Header().Set("Content-Type", "application/graphql-response+json; charset=utf-8")
			w.Header().Set("Cache-Control", "no-store")
			w.WriteHeader(http.StatusInternalServerError)
			_ = json.NewEncoder(w).Encode(map[string]any{"errors": []map[string]any{{
				"message": errPanic.Safe, "extensions": map[string]any{"code": kit.Internal, "requestId": request},
			}}})
		}()
		next.ServeHTTP(w, r)
	})
}
