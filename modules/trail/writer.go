package trail

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"medoffice/ent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/logtext"
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

var errTrailStopped = logtext.Fixed("the audit trail is closed")

// writer is the writer of the audit trail of this process. Requests that read
// at the same time share one transaction: while one batch commits, the next
// gathers. It alone knows where the chain of the process stands.
type writer struct {
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

// entry is what one request has to record.
type entry struct {
	session string // whose emergency accesses give the reason, "" for none
	events  []*ent.AuditEvent
	done    chan error
}

func newWriter(m *Module) *writer {
	return &writer{
		m: m, chain: id.New("chn"), queue: make(chan *entry, queued), poke: make(chan struct{}, 1),
		stop: make(chan struct{}), stopped: make(chan struct{}),
	}
}

// start seals what a crashed process has left and begins to gather.
func (w *writer) start(ctx context.Context) error {
	if err := w.sweep(ctx, 0); err != nil {
		return err
	}
	w.running.Store(true)
	go w.run(context.WithoutCancel(ctx))
	return nil
}

// close writes what waits and ends the writer. What comes later is written by
// who brings it.
func (w *writer) close(ctx context.Context) error {
	if w.running.CompareAndSwap(true, false) {
		close(w.stop)
		select {
		case <-w.stopped:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return w.write(ctx, nil)
}

// record waits until the events are in the trail.
func (w *writer) record(ctx context.Context, session string, events []*ent.AuditEvent) error {
	e := &entry{session: session, events: events, done: make(chan error, 1)}
	if !w.running.Load() {
		return w.write(ctx, []*entry{e})
	}
	select {
	case w.queue <- e:
		w.taken.Add(1)
	case <-w.stopped:
		return errTrailStopped
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-e.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-w.stopped:
	}
	select { // the last batch may have had it
	case err := <-e.done:
		return err
	default:
		return errTrailStopped
	}
}

// sealSoon has the events sealed that a transaction just committed.
func (w *writer) sealSoon(ids []string) {
	w.pendmu.Lock()
	if len(w.pending) < maxPending {
		w.pending = append(w.pending, ids...)
	}
	w.pendmu.Unlock()
	if w.running.Load() {
		select {
		case w.poke <- struct{}{}:
		default:
		}
		return
	}
	w.log(w.write(context.Background(), nil))
}

func (w *writer) log(err error) {
	if err != nil {
		w.m.Log.Error("audit trail: cannot seal, will try again", "error", logtext.Error(err))
	}
}

func (w *writer) run(ctx context.Context) {
	defer close(w.stopped)
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case e := <-w.queue:
			w.serve(ctx, e)
		case <-w.poke:
			w.log(w.write(ctx, nil))
		case <-tick.C:
			w.log(w.sweep(ctx, sweepAge))
		case <-w.stop:
			for len(w.queue) > 0 {
				w.serve(ctx, <-w.queue)
			}
			return
		}
	}
}

// Asking informs the trail that an operation has begun which will have something
// to record, and returns what informs it that the operation is over.
func (m *Module) Asking() (over func()) {
	m.writer.asking.Add(1)
	return func() { m.writer.asking.Add(-1) }
}

// serve writes the entry with all that have come meanwhile.
func (w *writer) serve(ctx context.Context, first *entry) {
	batch := w.gather(first)
	err := w.write(ctx, batch)
	for _, e := range batch {
		e.done <- err
	}
}

// gather takes what has come. In an office that is busy it waits a little for
// what is about to come (PostgreSQL's commit_delay), until it has half of them:
// a commit costs as much for ten as for one. Who asks alone never waits.
func (w *writer) gather(first *entry) []*entry {
	batch, size := []*entry{first}, len(first.events)
	var late <-chan time.Time
	for size < perBatch {
		select {
		case e := <-w.queue:
			batch, size = append(batch, e), size+len(e.events)
			continue
		default:
		}
		if have := int64(len(batch)); w.asking.Load()-have < max(siblings, have) {
			return batch
		}
		if late == nil {
			timer := time.NewTimer(delay)
			defer timer.Stop()
			late = timer.C
		}
		select {
		case e := <-w.queue:
			batch, size = append(batch, e), size+len(e.events)
		case <-late:
			return batch
		case <-w.stop:
			return batch
		}
	}
	return batch
}

// write seals what waits for a seal and adds the batch to the chain, in one
// transaction. Nobody waits for anything while it has the connection.
func (w *writer) write(ctx context.Context, batch []*entry) error {
	ctx, cancel := context.WithTimeout(kit.System(ctx, "audit"), writeTime)
	defer cancel()
	w.mu.Lock()
	defer w.mu.Unlock()
	ids := w.take()
	if len(ids) == 0 && len(batch) == 0 {
		return nil
	}
	err := w.commit(ctx, func(ctx context.Context) ([]*ent.AuditEvent, []*ent.AuditEvent, error) {
		old, err := w.unsealed(ctx, ids)
		if err != nil {
			return nil, nil, err
		}
		fresh, err := w.reasons(ctx, batch)
		return old, fresh, err
	})
	if err != nil {
		w.putBack(ids)
	}
	return err
}

// take takes some of the events that wait for a seal.
func (w *writer) take() []string {
	w.pendmu.Lock()
	defer w.pendmu.Unlock()
	n := min(len(w.pending), perBatch)
	ids := w.pending[:n:n]
	w.pending = w.pending[n:]
	if len(w.pending) > 0 {
		select {
		case w.poke <- struct{}{}:
		default:
		}
	}
	return ids
}

func (w *writer) putBack(ids []string) {
	w.pendmu.Lock()
	defer w.pendmu.Unlock()
	w.pending = append(ids, w.pending...)
}
