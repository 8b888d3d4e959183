package graph

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"medoffice/modules/kit"
	"medoffice/modules/kit/logtext"
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
			log.Error("request failed", "request", request, "path", own.Path.String(), "error", logtext.Error(own.Err))
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
