package graph

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"medoffice/modules/kit"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/tell"
)

// present turns an error into what the caller may know: a safe text and a
// code. The cause goes to the log, without arguments, variables or names.
func present(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		var own *gqlerror.Error
		if !errors.As(err, &own) {
			own = gqlerror.WrapPath(graphql.GetPath(ctx), err)
		}
		if own.Err == nil { // of the parser, the validator or gqlgen itself
			if own.Extensions == nil {
				own.Extensions = map[string]any{}
			}
			if _, ok := own.Extensions["code"]; !ok {
				own.Extensions["code"] = string(kit.BadUserInput)
			}
			return own
		}
		safe := kit.Explain(ctx, own.Err)
		request := requestID(ctx)
		if safe.Failure() {
			log.Error("request failed", "request", request, "path", own.Path.String(), "error", tell.Error(own.Err))
		}
		if safe.Code == kit.Forbidden {
			kit.SightOf(ctx).Deny(cmp.Or(safe.Lacks, safe.Safe))
		}
		out := &gqlerror.Error{Message: safe.Safe, Path: own.Path, Locations: own.Locations}
		out.Extensions = map[string]any{"code": string(safe.Code)}
		if safe.Retry > 0 {
			out.Extensions["retryAfter"] = int(math.Ceil(safe.Retry.Seconds()))
		}
		if len(safe.Path) > 0 {
			out.Extensions["argument"] = safe.Path
		}
		if request != "" {
			out.Extensions["requestId"] = request
		}
		return out
	}
}

func requestID(ctx context.Context) string {
	if v := kit.ViewerOf(ctx); v != nil {
		return v.RequestID
	}
	return ""
}

// recovered makes an ordinary error of a panic. The stack goes to the log, the
// value, which may be anybody's name, does not.
func recovered(log *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, p any) error {
		fell(log, requestID(ctx), p)
		return kit.Refuse(kit.Internal, "something went wrong here; the log knows more")
	}
}

func fell(log *slog.Logger, request string, p any) {
	log.Error("panic", "request", request, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
}

// calm answers a panic outside of the executor, which net/http would write
// into its log with its value.
func calm(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			switch {
			case p == nil:
				return
			case p == http.ErrAbortHandler: //nolint:errorlint // the value itself, by which a handler ends a connection
				panic(p)
			}
			request := cmp.Or(w.Header().Get("X-Request-Id"), id.New("req"))
			fell(log, request, p)
			w.Header().Set("Content-Type", "application/graphql-response+json; charset=utf-8")
			w.Header().Set("Cache-Control", "no-store")
			w.WriteHeader(http.StatusInternalServerError)
			_ = json.NewEncoder(w).Encode(map[string]any{"errors": []map[string]any{{
				"message": "something went wrong here; the log knows more", "extensions": map[string]any{"code": kit.Internal, "requestId": request},
			}}})
		}()
		next.ServeHTTP(w, r)
	})
}
