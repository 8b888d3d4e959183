package live

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/modules/kit/bus"
)

// Feed is a stream of events of the outbox, for one subscriber.
type Feed struct {
	Bus    *bus.Bus
	Facts  func(*sql.Selector)                                                  // which of them
	Begin  func(ctx context.Context, head bus.Cursor) (*Frame, error)           // what a stream begins with
	Pass   func(ctx context.Context, f bus.Fact, send func(*Frame) error) error // what becomes of one
	Again  time.Duration                                                        // a fact of another process is found by then, should its call get lost
	Resume *bus.Cursor                                                          // after which fact the subscriber goes on, nil to begin
}

// perRead bounds the facts that a subscriber reads at once.
const perRead = 100

// Follow sends a first frame with the present cursor, then every event in the order
// of commits. A subscriber whose cursor is no longer stored starts again.
func (f Feed) Follow(ctx context.Context, send func(*Frame) error) error {
	poked := make(chan struct{}, 1)
	defer f.Bus.Watch(func([]bus.Fact) {
		select {
		case poked <- struct{}{}:
		default:
		}
	})()
	at, err := f.start(ctx, send)
	if err != nil {
		return err
	}
	for {
		if err := f.catchUp(ctx, &at, send); err != nil {
			return err
		}
		select {
		case <-poked:
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(f.Again):
		}
	}
}

func (f Feed) start(ctx context.Context, send func(*Frame) error) (bus.Cursor, error) {
	if f.Resume != nil {
		if _, ok, err := f.Bus.Kept(ctx, *f.Resume); err == nil && ok {
			return *f.Resume, nil
		}
	}
	head, err := f.Bus.Head(ctx)
	if err != nil {
		return head, err
	}
	first, err := f.Begin(ctx, head)
	if err != nil {
		return head, err
	}
	return head, send(first)
}

func (f Feed) catchUp(ctx context.Context, at *bus.Cursor, send func(*Frame) error) error {
	for {
		facts, err := f.Bus.Since(ctx, *at, perRead, f.Facts)
		if err != nil {
			return err
		}
		for _, fact := range facts {
			*at = fact.Cursor
			if err := f.Pass(ctx, fact, send); err != nil {
				return err
			}
		}
		if len(facts) < perRead {
			return nil
		}
	}
}

// Since returns the cursor after which a subscriber continues: that of the
// connection, or the one given as argument. Nil means from the start.
func Since(ctx context.Context, told *string) (*bus.Cursor, error) {
	if last := Place(ctx); last != nil {
		told = last
	}
	if told == nil {
		return nil, nil //nolint:nilnil // the beginning
	}
	c, err := bus.ParseCursor(*told)
	return &c, err
}
