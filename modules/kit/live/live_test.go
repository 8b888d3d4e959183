package live_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"medoffice/modules/kit/live"
)

// A thousand subscribers who see the same share one encoding; who sees
// something else gets another one.
func TestFrameIsEncodedOnceForEachKey(t *testing.T) {
	var f live.Frame
	var times atomic.Int64
	var all sync.WaitGroup
	for n := range 1_000 {
		key := []string{"nurse", "screen"}[n%2]
		all.Go(func() {
			got := f.Encode(key, func() live.Encoded {
				times.Add(1)
				return live.Encoded{Data: []byte(key)}
			})
			if string(got.Data) != key {
				t.Errorf("%s got what is for %s", key, got.Data)
			}
		})
	}
	all.Wait()
	if times.Load() != 2 {
		t.Errorf("encoded %d times for 2 keys", times.Load())
	}
}

func TestStreamEndsWithItsSubscriber(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	events := live.Stream[int](ctx, func(ctx context.Context, send func(*live.Frame) error) error {
		for {
			if err := send(&live.Frame{Value: 1}); err != nil {
				ended <- err
				return err
			}
		}
	})
	if got := <-events; got != 1 {
		t.Fatal(got)
	}
	cancel()
	if err := <-ended; err == nil {
		t.Fatal("the source went on")
	}
	for range events { // ends when the source has ended
	}
}
