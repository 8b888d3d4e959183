package transport

import (
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/modules/kit"
)

// status is what HTTP says of a response that has no data, by the code of its
// first error: in application/graphql-response+json, in the same by the draft
// of August 2026, and in application/json, whose old clients take everything
// but 200 for a broken network where the document is at fault.
type status struct{ now, draft, plain int }

var statuses = map[kit.Code]status{
	kit.ParseFailed:        {400, 400, 200},
	kit.ValidationFailed:   {400, 422, 200},
	kit.BadUserInput:       {400, 422, 200},
	kit.DepthLimitExceeded: {400, 422, 200},
	kit.CostLimitExceeded:  {400, 422, 200},
	kit.LimitExceeded:      {400, 422, 200},
	kit.PersistedNotFound:  {400, 422, 200},
	kit.PersistedRequired:  {403, 403, 200},
	kit.Forbidden:          {403, 403, 200},
	kit.Unauthenticated:    {401, 401, 200},
	kit.MethodNotAllowed:   {405, 405, 405},
	kit.QueryTooLong:       {413, 413, 413},
	kit.PayloadTooLarge:    {413, 413, 413},
	kit.RateLimited:        {429, 429, 429},
	kit.Overloaded:         {503, 503, 503},
	kit.DeadlineExceeded:   {504, 504, 504},
	kit.Internal:           {500, 500, 500},
}

// partial is the status of the draft for data with errors, null or not.
const partial = 294

// statusOf finds the status of a response.
func (h HTTP) statusOf(kind string, resp *graphql.Response) int {
	if resp.Data != nil || len(resp.Errors) == 0 {
		if h.Draft && kind == graphqlJSON && len(resp.Errors) > 0 {
			return partial
		}
		return http.StatusOK
	}
	code, _ := resp.Errors[0].Extensions["code"].(string)
	s, ok := statuses[kit.Code(code)]
	if !ok {
		s = status{400, 422, 200}
	}
	switch {
	case kind == plainJSON:
		return s.plain
	case h.Draft:
		return s.draft
	}
	return s.now
}

// retryAfter gives a refused client in a header what the error gives it in the
// body: how many seconds to wait.
func retryAfter(header http.Header, resp *graphql.Response) {
	if resp.Data != nil || len(resp.Errors) == 0 {
		return
	}
	if seconds, ok := resp.Errors[0].Extensions["retryAfter"].(int); ok {
		header.Set("Retry-After", strconv.Itoa(seconds))
	}
}
