// Package live serves subscriptions. A module gives the source of its events.
// Each event is read from the database once, and encoded once for all subscribers
// with the same document and the same rights.
package live

import (
	"context"
	"sync"

	"medoffice/modules/kit"
)

// Frame is one event of a stream, shared by all subscribers that receive it.
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

// Encoded is the data of a response, the records that it shows, and its errors.
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

// Placed is a value with a cursor, after which a subscriber can continue.
type Placed interface{ Place() string }

type placeKey struct{}

// WithPlace returns a context with the cursor after which a subscriber continues.
func WithPlace(ctx context.Context, place string) context.Context {
	return context.WithValue(ctx, placeKey{}, place)
}

// Place returns the cursor after which the subscriber continues, nil if it starts.
func Place(ctx context.Context) *string {
	if place, ok := ctx.Value(placeKey{}).(string); ok {
		return &place
	}
	return nil
}

// Source calls send with each frame for one subscriber, in order, until the context
// ends or send fails.
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
