package graph

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"medoffice/modules/kit"
	"medoffice/modules/kit/live"
	"medoffice/modules/kit/load"
)

// shared runs subscriptions so that each event is encoded once for all
// subscribers with the same document, variables and rights. Everything else it
// leaves to the generated executor.
type shared struct {
	graphql.ExecutableSchema
	present graphql.ErrorPresenterFunc
	recover graphql.RecoverFunc
}

// resumes is the argument by which subscribers of one stream differ and still
// get the same events.
const resumes = "since"

// Exec implements graphql.ExecutableSchema.
func (s shared) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	if op.Operation.Operation != ast.Subscription {
		return s.ExecutableSchema.Exec(ctx)
	}
	tapped, tap := live.WithTap(ctx)
	stock := s.ExecutableSchema.Exec(tapped)
	if tap.Source == nil { // refused, or not a stream of ours
		return stock
	}
	stream := pull(ctx, tap.Source, s.recover)
	key := streamKey(ctx, op)
	return func(ctx context.Context) *graphql.Response {
		select {
		case f, ok := <-stream.frames:
			if ok {
				return s.encode(ctx, f, key)
			}
		case <-ctx.Done():
		}
		return s.failed(ctx, stream)
	}
}

// stream is a running source. Its error is there when frames is closed.
type stream struct {
	frames chan *live.Frame
	err    error
	told   bool
}

// pull runs a source until the subscription ends. It holds one frame: a slow
// subscriber holds up its own source, which then gathers what changes.
func pull(ctx context.Context, source live.Source, rescue graphql.RecoverFunc) *stream {
	s := &stream{frames: make(chan *live.Frame)}
	go func() {
		defer close(s.frames)
		defer func() {
			if p := recover(); p != nil {
				s.err = rescue(ctx, p)
			}
		}()
		s.err = source(ctx, func(f *live.Frame) error {
			select {
			case s.frames <- f:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	return s
}

// failed says once why a stream ended that its subscriber did not end.
func (s shared) failed(ctx context.Context, st *stream) *graphql.Response {
	if ctx.Err() != nil || st.err == nil || st.told {
		return nil
	}
	st.told = true
	return &graphql.Response{Errors: gqlerror.List{s.present(ctx, st.err)}}
}

// streamKey names what a subscriber gets to see of an event.
func streamKey(ctx context.Context, op *graphql.OperationContext) string {
	variables := maps.Clone(op.Variables)
	delete(variables, resumes)
	text, _ := json.Marshal(variables) // came as JSON
	scope := kit.ViewerOf(ctx).Scope()
	return fmt.Sprintf("%x", sha256.Sum256([]byte(op.RawQuery+"\x00"+op.OperationName+"\x00"+string(text)+"\x00"+scope)))
}

func (s shared) encode(ctx context.Context, f *live.Frame, key string) *graphql.Response {
	out := f.Encode(key, func() live.Encoded {
		inner, sight := kit.WithSight(load.WithScope(live.WithSingle(ctx, f)))
		inner = graphql.WithResponseContext(inner, s.present, s.recover)
		resp := s.ExecutableSchema.Exec(inner)(inner)
		e := live.Encoded{Sight: sight, Errors: graphql.GetErrors(inner)}
		if resp != nil {
			e.Data = bytes.Clone(resp.Data)
		}
		return e
	})
	kit.SightOf(ctx).Merge(out.Sight)
	errs, _ := out.Errors.(gqlerror.List)
	resp := &graphql.Response{Data: out.Data, Errors: errs}
	if p, ok := f.Value.(live.Placed); ok {
		resp.Label = p.Place() // for transports that send it by themselves; the label is of @defer otherwise
	}
	return resp
}
