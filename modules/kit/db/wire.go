package db

import (
	"context"
	"net"
	"time"
)

// unanswered is how long a server may still take to answer once nobody waits
// any more. One that is there ends a cancelled statement at once.
const unanswered = time.Second

// wires dials PostgreSQL and hands the connection out as it is: lib/pq waits for
// an answer without end, and only who has the wire can cut it where the
// machine or the network behind it is gone.
type wires struct{ net.Dialer }

type callKey struct{}

// call is one connection that is being made.
type call struct {
	ctx  context.Context //nolint:containedctx // of who waits for it; the one of the dialer ends with the dialling
	wire net.Conn
	stop func() bool
}

// DialContext implements pq.DialerContext.
func (w wires) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := w.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if to, ok := ctx.Value(callKey{}).(*call); ok {
		to.wire, to.stop = c, context.AfterFunc(to.ctx, func() { _ = c.Close() })
	} else { // asks the server to cancel a statement, and waits until it has
		time.AfterFunc(unanswered, func() { _ = c.Close() })
	}
	return c, nil
}

// Dial implements pq.Dialer.
func (w wires) Dial(network, address string) (net.Conn, error) {
	return w.DialContext(context.Background(), network, address)
}

// DialTimeout implements pq.Dialer.
func (w wires) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return w.DialContext(ctx, network, address)
}

// watch cuts the wire where the context ends and the server does not answer
// for a while. The returned function says that it did.
func (c *conn) watch(ctx context.Context) (answered func()) {
	if c.wire == nil || ctx.Done() == nil {
		return func() {}
	}
	wire, done := c.wire, make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(unanswered)
		defer timer.Stop()
		select {
		case <-done:
		case <-timer.C:
			_ = wire.Close()
		}
	})
	return func() {
		stop()
		close(done)
	}
}
