package transport

import (
	"encoding/json"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"medoffice/modules/kit"
)

// What no test brings about at will has its place in the tables as well.
func TestStatusOfCodes(t *testing.T) {
	for code, want := range map[kit.Code]status{
		kit.Overloaded:        {503, 503, 503},
		kit.DeadlineExceeded:  {504, 504, 504},
		kit.Internal:          {500, 500, 500},
		kit.RateLimited:       {429, 429, 429},
		kit.PersistedRequired: {403, 403, 200},
		kit.CostLimitExceeded: {400, 422, 200},
		kit.LimitExceeded:     {400, 422, 200},
		kit.NotFound:          {400, 422, 200}, // of a field, never of a request
		"":                    {400, 422, 200},
	} {
		resp := &graphql.Response{Errors: gqlerror.List{{Message: "x", Extensions: map[string]any{"code": string(code)}}}}
		got := status{
			now: HTTP{}.statusOf(graphqlJSON, resp), draft: HTTP{Draft: true}.statusOf(graphqlJSON, resp), plain: HTTP{}.statusOf(plainJSON, resp),
		}
		if got != want {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
		resp.Data = json.RawMessage("null")
		if n := (HTTP{}).statusOf(graphqlJSON, resp); n != 200 {
			t.Errorf("%s after the execution began: %d", code, n)
		}
	}
}
