package limit_test

import (
	"testing"
	"time"

	"medoffice/graph/limit"
)

// A clock that is set back neither fills a bucket nor keeps it from filling.
func TestBucketsWhenTheClockStepsBack(t *testing.T) {
	l := limit.Defaults().Interactive
	now := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	for _, step := range []time.Duration{-time.Second, -5 * time.Hour, -72 * time.Hour} {
		b := limit.NewBuckets(10)
		if s := b.Take("a", l.Bucket, &l, now); s.Wait != 0 || s.Available != 0 {
			t.Fatalf("%+v", s)
		}
		back := now.Add(step)
		if s := b.Take("a", 1, &l, back); s.Wait <= 0 || s.Wait > time.Second || s.Full.After(back.Add(time.Minute)) {
			t.Errorf("%v: refilled, or locked out: %+v", step, s)
		}
		if s := b.Take("a", l.Refill, &l, back.Add(time.Second)); s.Wait != 0 {
			t.Errorf("%v: does not fill any more: %+v", step, s)
		}
		for i := range 100 { // to and fro makes it no fuller than full
			b.Back("a", l.Bucket, &l, now.Add(time.Duration(i%2)*step))
		}
		if s := b.Take("a", 0, &l, now); s.Available > l.Bucket {
			t.Errorf("%v: holds %d of %d", step, s.Available, l.Bucket)
		}
	}
}
