// Package live carries subscriptions. A module gives the source of its events;
// each event is read from the database once and encoded once for all
// subscribers that asked for the same and may see the same.
package live

import (
	"context"
	"sync"

	"medoffice/modules/kit"
)

// Frame is one event of a stream, shared by all who get it.
type Frame struct {
	Value any // the value of the subscription field
	mu    sync.Mutex
	memo  map[string]*encoding
}

// encoding is a frame as one kind of subscriber gets it.
type encoding struct {
	once sync.Once
	out  Encoded
}

// Encoded is the data of a response, whose records it shows and what went wrong.
type Encoded struct {
	Data   []byte
	Sight  *kit.Sight
	Errors any
}

// Encode returns the frame for the key, made by encode at the first call.
func (f *Frame) Encode(key string, encode func() Encoded) Encoded {
	f.mu.Lock()
	if f.memo == nil {
		f.memo = map[string]*encoding{}
	}
	e := f.memo[key]
	if e == nil {
		e = &encoding{}
		f.memo[key] = e
	}
	f.mu.Unlock()
	e.once.Do(func() { e.out = encode() })
	return e.out
}

// Placed is a value that has a place in its stream, after which a subscriber
// can go on.
type Placed interface{ Place() string }

type placeKey struct{}

// WithPlace tells where a subscriber was who comes back.
func WithPlace(ctx context.Context, place string) context.Context {
	return context.WithValue(ctx, placeKey{}, place)
}

// Place is where the subscriber was, nil where it begins.
func Place(ctx context.Context) *string {
	if place, ok := ctx.Value(placeKey{}).(string); ok {
		return &place
	}
	return nil
}

// Source gives the frames of one subscriber to send, in order, until the
// context ends or send fails.
type Source func(ctx context.Context, send func(*Frame) error) error

type (
	tapKey    struct{}
	singleKey struct{}
)

// Tap takes the source out of a resolver instead of running it.
type Tap struct{ Source Source }

// WithTap returns a context in which Stream only hands its source over.
func WithTap(ctx context.Context) (context.Context, *Tap) {
	t := &Tap{}
	return context.WithValue(ctx, tapKey{}, t), t
}

// WithSingle returns a context in which Stream yields this frame alone.
func WithSingle(ctx context.Context, f *Frame) context.Context {
	return context.WithValue(ctx, singleKey{}, f)
}

// Single returns the frame of WithSingle, if there is one: the resolver has
// checked everything before and need only stream it.
func Single(ctx context.Context) *Frame {
	f, _ := ctx.Value(singleKey{}).(*Frame)
	return f
}

// Stream is what a subscription resolver returns.
func Stream[T any](ctx context.Context, source Source) <-chan T {
	if f := Single(ctx); f != nil {
		c := make(chan T, 1)
		c <- f.Value.(T)
		close(c)
		return c
	}
	if t, ok := ctx.Value(tapKey{}).(*Tap); ok {
		t.Source = source
		c := make(chan T)
		close(c)
		return c
	}
	c := make(chan T)
	go func() {
		defer close(c)
		_ = source(ctx, func(f *Frame) error {
			select {
			case c <- f.Value.(T):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	return c
}
