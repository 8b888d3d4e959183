package access

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"medoffice/ent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/tell"
)

// The measures of the trail's writer.
const (
	queued     = 256              // requests that may wait for it
	perBatch   = 2_000            // events written in one transaction
	maxPending = 50_000           // events that wait for a seal; the rest the sweep finds
	writeTime  = 10 * time.Second // of one transaction
	siblings   = 4                // operations that must be under way for a batch to wait for them
	delay      = time.Millisecond
	sweepEvery = 20 * time.Second
	sweepAge   = 30 * time.Second // younger rows are left to the process that wrote them
)

var errTrailStopped = tell.Fixed("the audit trail is closed")

// trail is the writer of the audit trail of this process. Requests that read
// at the same time share one transaction: while one batch commits, the next
// gathers. It alone knows where the chain of the process stands.
type trail struct {
	m       *Module
	queue   chan *entry
	poke    chan struct{}
	stop    chan struct{}
	stopped chan struct{}
	running atomic.Bool
	asking  atomic.Int64 // operations under way, those that wait here too
	taken   atomic.Int64 // entries so far
	batches atomic.Int64 // transactions so far

	mu      sync.Mutex // held by who writes
	chain   string
	head    head
	unsure  bool // whether the last transaction failed: head is read again
	pendmu  sync.Mutex
	pending []string // ids of committed events without a seal, oldest first
}

// entry is what one request has to tell.
type entry struct {
	session string // whose emergency accesses give the reason, "" for none
	events  []*ent.AuditEvent
	done    chan error
}

func newTrail(m *Module) *trail {
	return &trail{
		m: m, chain: id.New("chn"), queue: make(chan *entry, queued), poke: make(chan struct{}, 1),
		stop: make(chan struct{}), stopped: make(chan struct{}),
	}
}

// start seals what a crashed process has left and begins to gather.
func (t *trail) start(ctx context.Context) error {
	if err := t.sweep(ctx, 0); err != nil {
		return err
	}
	t.running.Store(true)
	go t.run(context.WithoutCancel(ctx))
	return nil
}

// close writes what waits and ends the writer. What comes later is written by
// who brings it.
func (t *trail) close(ctx context.Context) error {
	if t.running.CompareAndSwap(true, false) {
		close(t.stop)
		select {
		case <-t.stopped:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return t.write(ctx, nil)
}

// record waits until the events are in the trail.
func (t *trail) record(ctx context.Context, session string, events []*ent.AuditEvent) error {
	e := &entry{session: session, events: events, done: make(chan error, 1)}
	if !t.running.Load() {
		return t.write(ctx, []*entry{e})
	}
	select {
	case t.queue <- e:
		t.taken.Add(1)
	case <-t.stopped:
		return errTrailStopped
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-e.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-t.stopped:
	}
	select { // the last batch may have had it
	case err := <-e.done:
		return err
	default:
		return errTrailStopped
	}
}

// sealSoon has the events sealed that a transaction just committed.
func (t *trail) sealSoon(ids []string) {
	t.pendmu.Lock()
	if len(t.pending) < maxPending {
		t.pending = append(t.pending, ids...)
	}
	t.pendmu.Unlock()
	if t.running.Load() {
		select {
		case t.poke <- struct{}{}:
		default:
		}
		return
	}
	t.log(t.write(context.Background(), nil))
}

func (t *trail) log(err error) {
	if err != nil {
		t.m.Log.Error("audit trail: cannot seal, will try again", "error", tell.Error(err))
	}
}

func (t *trail) run(ctx context.Context) {
	defer close(t.stopped)
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case e := <-t.queue:
			t.serve(ctx, e)
		case <-t.poke:
			t.log(t.write(ctx, nil))
		case <-tick.C:
			t.log(t.sweep(ctx, sweepAge))
		case <-t.stop:
			for len(t.queue) > 0 {
				t.serve(ctx, <-t.queue)
			}
			return
		}
	}
}

// Asking tells the trail that an operation has begun which will have something
// to record, and returns what tells it that the operation is over.
func (m *Module) Asking() (over func()) {
	m.trail.asking.Add(1)
	return func() { m.trail.asking.Add(-1) }
}

// serve writes the entry with all that have come meanwhile.
func (t *trail) serve(ctx context.Context, first *entry) {
	batch := t.gather(first)
	err := t.write(ctx, batch)
	for _, e := range batch {
		e.done <- err
	}
}

// gather takes what has come. In an office that is busy it waits a little for
// what is about to come (PostgreSQL's commit_delay), until it has half of them:
// a commit costs as much for ten as for one. Who asks alone never waits.
func (t *trail) gather(first *entry) []*entry {
	batch, size := []*entry{first}, len(first.events)
	var late <-chan time.Time
	for size < perBatch {
		select {
		case e := <-t.queue:
			batch, size = append(batch, e), size+len(e.events)
			continue
		default:
		}
		if have := int64(len(batch)); t.asking.Load()-have < max(siblings, have) {
			return batch
		}
		if late == nil {
			timer := time.NewTimer(delay)
			defer timer.Stop()
			late = timer.C
		}
		select {
		case e := <-t.queue:
			batch, size = append(batch, e), size+len(e.events)
		case <-late:
			return batch
		case <-t.stop:
			return batch
		}
	}
	return batch
}

// write seals what waits for a seal and adds the batch to the chain, in one
// transaction. Nobody waits for anything while it has the connection.
func (t *trail) write(ctx context.Context, batch []*entry) error {
	ctx, cancel := context.WithTimeout(kit.System(ctx, "audit"), writeTime)
	defer cancel()
	t.mu.Lock()
	defer t.mu.Unlock()
	ids := t.take()
	if len(ids) == 0 && len(batch) == 0 {
		return nil
	}
	err := t.commit(ctx, func(ctx context.Context) ([]*ent.AuditEvent, []*ent.AuditEvent, error) {
		old, err := t.unsealed(ctx, ids)
		if err != nil {
			return nil, nil, err
		}
		fresh, err := t.reasons(ctx, batch)
		return old, fresh, err
	})
	if err != nil {
		t.putBack(ids)
	}
	return err
}

// take takes some of the events that wait for a seal.
func (t *trail) take() []string {
	t.pendmu.Lock()
	defer t.pendmu.Unlock()
	n := min(len(t.pending), perBatch)
	ids := t.pending[:n:n]
	t.pending = t.pending[n:]
	if len(t.pending) > 0 {
		select {
		case t.poke <- struct{}{}:
		default:
		}
	}
	return ids
}

func (t *trail) putBack(ids []string) {
	t.pendmu.Lock()
	defer t.pendmu.Unlock()
	t.pending = append(ids, t.pending...)
}
