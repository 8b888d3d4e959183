package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"medoffice/modules/kit"
)

// subscribe starts an operation of any kind.
func (s *session) subscribe(m *message) bool {
	var in *request
	if m.ID == nil || *m.ID == "" || len(*m.ID) > longestID || decode(bytes.NewReader(m.Payload), &in) != nil || in == nil {
		s.close(closeBad, "Invalid message")
		return false
	}
	id := *m.ID
	ctx, cancel := context.WithCancel(s.ctx)
	own := &running{cancel}
	s.mu.Lock()
	taken, full := s.running[id] != nil, over(s.count+1, s.caps.Operations)
	draining := s.draining
	if !taken && !full && !draining {
		s.running[id] = own
		s.count++
		s.acts.Add(1)
	}
	s.mu.Unlock()
	switch {
	case draining: // the socket closes soon, and the client asks elsewhere
		cancel()
		return true
	case taken:
		cancel()
		s.close(closeTaken, "Subscriber already exists")
		return false
	case full:
		cancel()
		return s.fail(id, gqlerror.List{{
			Message:    "too many operations on one socket: end some",
			Extensions: map[string]any{"code": string(kit.LimitExceeded)},
		}})
	}
	s.all.Go(func() {
		defer cancel()
		settled := sync.OnceFunc(s.acts.Done)
		defer settled()
		s.operate(graphql.StartOperationTrace(ctx), id, own, in, settled)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.count--
		if s.running[id] == own {
			delete(s.running, id)
		}
	})
	return true
}

// stop ends an operation; its id is free at once.
func (s *session) stop(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if op := s.running[id]; op != nil {
		op.cancel()
		delete(s.running, id)
	}
}

// ended forgets an operation before its last message goes out, after which the
// client may use the id again. It is false where the client has stopped it.
func (s *session) ended(id string, own *running) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running[id] != own {
		return false
	}
	delete(s.running, id)
	return true
}

func (s *session) holds(id string, own *running) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running[id] == own
}

func (s *session) operate(ctx context.Context, id string, own *running, in *request, settled func()) {
	params, problem := in.params()
	if problem != nil {
		if s.ended(id, own) {
			s.fail(id, gqlerror.List{{Message: problem.text, Extensions: map[string]any{"code": string(problem.code)}}})
		}
		return
	}
	op, errs := s.exec.CreateOperationContext(ctx, params)
	if errs != nil {
		resp := s.exec.DispatchError(graphql.WithOperationContext(ctx, op), errs)
		if s.ended(id, own) {
			s.fail(id, resp.Errors)
		}
		return
	}
	stream := op.Operation.Operation == ast.Subscription
	if stream {
		settled() // nobody waits for its end
	}
	respond, inner := s.exec.DispatchOperation(ctx, op)
	for {
		resp := respond(inner)
		if resp == nil {
			break
		}
		if resp.Data == nil && len(resp.Errors) > 0 { // it never began, or its source broke
			if s.ended(id, own) {
				s.fail(id, resp.Errors)
			}
			return
		}
		if !s.holds(id, own) || !s.next(id, resp) {
			return
		}
		if !stream {
			break
		}
	}
	if ctx.Err() == nil && s.ended(id, own) {
		b := buffers.Get().(*bytes.Buffer)
		defer release(b)
		frame(b, "complete", id)
		b.WriteByte('}')
		s.write(b.Bytes())
	}
}

func (s *session) next(id string, resp *graphql.Response) bool {
	b := buffers.Get().(*bytes.Buffer)
	defer release(b)
	frame(b, "next", id)
	b.WriteString(`,"payload":`)
	body(b, resp)
	b.WriteByte('}')
	return s.write(b.Bytes())
}

func (s *session) fail(id string, errs gqlerror.List) bool {
	text, err := json.Marshal(errs)
	if err != nil {
		text = []byte(`[{"message":"something went wrong here","extensions":{"code":"INTERNAL"}}]`)
	}
	b := buffers.Get().(*bytes.Buffer)
	defer release(b)
	frame(b, "error", id)
	b.WriteString(`,"payload":`)
	b.Write(text)
	b.WriteByte('}')
	return s.write(b.Bytes())
}
