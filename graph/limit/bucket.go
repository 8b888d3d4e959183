package limit

import (
	"container/list"
	"math"
	"sync"
	"time"
)

// Buckets holds the points that callers have left. A bucket fills up with time;
// a caller who was not seen for long has a full one, so that the oldest can be
// forgotten.
type Buckets struct {
	most  int
	mu    sync.Mutex
	known map[string]*list.Element // of *bucket
	order *list.List               // latest first
}

type bucket struct {
	caller string
	points float64
	at     time.Time
}

// NewBuckets keeps the buckets of so many callers.
func NewBuckets(callers int) *Buckets {
	return &Buckets{most: max(callers, 1), known: map[string]*list.Element{}, order: list.New()}
}

// State is what a caller has left.
type State struct {
	Available int           // points
	Wait      time.Duration // until what was asked for is there, 0 where it was
	Full      time.Time     // when the bucket is full again
}

// Take takes points out of a caller's bucket, if they are there. What costs
// more than a bucket holds takes a full one, and the caller is in debt.
func (b *Buckets) Take(caller string, points int, l *Limits, now time.Time) State {
	if l.Bucket == None {
		return State{Available: None, Full: now}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	k := b.of(caller, l, now)
	short := float64(min(points, l.Bucket)) - k.points
	if short <= 0 {
		k.points -= float64(points)
		short = 0
	}
	return k.state(short, l)
}

// Back gives points back that were not needed.
func (b *Buckets) Back(caller string, points int, l *Limits, now time.Time) State {
	if l.Bucket == None {
		return State{Available: None, Full: now}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	k := b.of(caller, l, now)
	k.points = min(k.points+float64(points), float64(l.Bucket))
	return k.state(0, l)
}

func (k *bucket) state(short float64, l *Limits) State {
	return State{Available: max(int(k.points), 0), Wait: fill(short, l), Full: k.at.Add(fill(float64(l.Bucket)-k.points, l))}
}

// fill is how long points take to come back.
func fill(points float64, l *Limits) time.Duration {
	if points <= 0 {
		return 0
	}
	if l.Refill <= 0 {
		return time.Duration(math.MaxInt32) * time.Second
	}
	return time.Duration(points / float64(l.Refill) * float64(time.Second))
}

// of is the caller's bucket, filled up to now. A clock that steps back fills nothing.
func (b *Buckets) of(caller string, l *Limits, now time.Time) *bucket {
	if e, ok := b.known[caller]; ok {
		b.order.MoveToFront(e)
		k := e.Value.(*bucket)
		if passed := now.Sub(k.at); passed > 0 {
			k.points = min(k.points+passed.Seconds()*float64(max(l.Refill, 0)), float64(l.Bucket))
		}
		k.at = now
		return k
	}
	k := &bucket{caller: caller, points: float64(l.Bucket), at: now}
	b.known[caller] = b.order.PushFront(k)
	if b.order.Len() > b.most {
		oldest := b.order.Back()
		b.order.Remove(oldest)
		delete(b.known, oldest.Value.(*bucket).caller)
	}
	return k
}
