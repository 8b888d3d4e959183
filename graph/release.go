package graph

import (
	"context"
	"encoding/json"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"medoffice/graph/limit"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/observe"
)

// prepare gives an operation what it carries along.
func (e *engine) prepare(ctx context.Context, t *ticket) context.Context {
	op := graphql.GetOperationContext(ctx)
	ctx = kit.WithOperation(ctx, op.Operation.Name)
	ctx = load.WithScope(observe.WithRequest(ctx, t.seen))
	ctx, _ = kit.WithSight(ctx)
	ctx = act.WithFinder(ctx, func(ctx context.Context, id string) (any, error) {
		row, err := e.own.find(ctx, id)
		return row, err
	})
	ctx = db.WithStatementTimeout(ctx, t.limits.Statement)
	l := t.limits
	return ask.Within(ctx, &ask.Bounds{
		PageDefault: l.PageDefault, PageMax: l.PageMax,
		FilterDepth: l.FilterDepth, FilterTerms: l.FilterTerms, FilterList: l.List,
	})
}

// release lets an answer go out only when the audit trail knows whose records
// it shows, and when it is not too large. A stream records each patient once.
func (e *engine) release(ctx context.Context, t *ticket, resp *graphql.Response) *graphql.Response {
	if err := e.office.Trail.Looked(ctx, kit.SightOf(ctx)); err != nil {
		return e.unwritten(ctx, err)
	}
	if limit.Over(len(resp.Data), t.limits.Response) {
		refused := kit.Refuse(kit.PayloadTooLarge, "the answer is too large: ask for less at once")
		resp = &graphql.Response{Errors: gqlerror.List{e.present(ctx, refused)}}
	}
	if most := max(e.table.Server.Errors, 1); len(resp.Errors) > most {
		resp.Errors = resp.Errors[:most]
	}
	if t.bytes != nil {
		resp.Extensions = map[string]any{"cost": json.RawMessage(t.bytes)}
	}
	return resp
}

// again is the pause of an event whose audit events cannot be written yet.
const again = 200 * time.Millisecond

// outlast lets an event of a stream wait while the audit trail cannot be
// written because the database is away. Watching goes on where it was then;
// what else goes wrong, release reports.
func (e *engine) outlast(ctx context.Context) {
	for {
		err := e.office.Trail.Looked(ctx, kit.SightOf(ctx))
		if err == nil || !db.Away(err) {
			return
		}
		select {
		case <-time.After(again):
		case <-ctx.Done():
			return
		}
	}
}

// unwritten is the answer where the audit trail cannot be written: nothing.
func (e *engine) unwritten(ctx context.Context, err error) *graphql.Response {
	refused := *kit.Explain(ctx, err)
	if refused.Code == kit.Internal || refused.Code == kit.Overloaded {
		refused.Safe = "the audit trail cannot be written, so nothing is shown"
	}
	return &graphql.Response{Errors: gqlerror.List{e.present(ctx, &refused)}}
}

// cost is the extension that says what a document cost, in the words that
// clients know (Shopify's extensions.cost).
func (t *ticket) cost(actual int) json.RawMessage {
	type throttle struct {
		Maximum   int `json:"maximumAvailable"`
		Available int `json:"currentlyAvailable"`
		Restore   int `json:"restoreRate"`
	}
	out := struct {
		Requested int       `json:"requestedQueryCost"`
		Actual    int       `json:"actualQueryCost"`
		Throttle  *throttle `json:"throttleStatus,omitempty"`
	}{Requested: t.price.Cost, Actual: actual}
	if t.limits.Bucket != limit.None {
		out.Throttle = &throttle{t.limits.Bucket, t.state.Available, t.limits.Refill}
	}
	text, _ := json.Marshal(out) // three numbers and three numbers
	return text
}

// RateLimit implements the field.
func (q ownQuery) RateLimit(ctx context.Context) (*model.RateLimit, error) {
	t := ticketOf(graphql.GetOperationContext(ctx))
	r := &model.RateLimit{Cost: t.price.Cost, NodeCount: t.price.Nodes, ResetAt: t.state.Full}
	if t.limits.Bucket != limit.None {
		r.Limit, r.Remaining, r.RestoreRate = &t.limits.Bucket, &t.state.Available, &t.limits.Refill
	}
	return r, nil
}
