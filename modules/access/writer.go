package access

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/auditchain"
	"medoffice/ent/auditevent"
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
	taken   atomic.Int64 // entries so far
	batches atomic.Int64 // transactions so far

	mu      sync.Mutex // held by who writes
	chain   string
	head    head
	unsure  bool // whether the last transaction failed: head is read again
	pendmu  sync.Mutex
	pending []string // ids of committed events without a seal, oldest first
}

// head is the end of a chain.
type head struct {
	position int64
	hash     string
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

// serve writes the entry with all that have come meanwhile.
func (t *trail) serve(ctx context.Context, first *entry) {
	batch, size := []*entry{first}, len(first.events)
	for len(t.queue) > 0 && size < perBatch {
		e := <-t.queue
		batch, size = append(batch, e), size+len(e.events)
	}
	err := t.write(ctx, batch)
	for _, e := range batch {
		e.done <- err
	}
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

// commit appends to the chain what gather returns: events that are in the
// table already, and new ones.
func (t *trail) commit(ctx context.Context, gather func(context.Context) (old, fresh []*ent.AuditEvent, err error)) error {
	var end head
	err := t.m.DB.Tx(ctx, func(ctx context.Context) error {
		var err error
		if end, err = t.where(ctx); err != nil {
			return err
		}
		old, fresh, err := gather(ctx)
		if err != nil || len(old)+len(fresh) == 0 {
			return err
		}
		begun := end.position > 0
		for _, e := range append(old, fresh...) {
			seal(e, t.chain, end.position+1, end.hash)
			end = head{*e.Position, *e.Hash}
		}
		if len(old) > 0 {
			if err := putSeals(ctx, t.m.DB, old); err != nil {
				return err
			}
		}
		if len(fresh) > 0 {
			if err := insert(ctx, t.m.DB, fresh); err != nil {
				return err
			}
		}
		return t.move(ctx, begun, end)
	})
	t.unsure = err != nil
	if err == nil {
		t.head = end
		t.batches.Add(1)
	}
	return err
}

// where is the end of the chain: as it is remembered, or, after a transaction
// of which nobody knows how it ended, as it is stored.
func (t *trail) where(ctx context.Context) (head, error) {
	if !t.unsure {
		return t.head, nil
	}
	row, err := t.m.DB.Client(ctx).AuditChain.Get(ctx, t.chain)
	if ent.IsNotFound(err) {
		return head{}, nil
	}
	if err != nil {
		return head{}, err
	}
	return head{row.Position, row.Hash}, nil
}

// move stores the end of the chain, past the ent hooks: the trail does not
// record itself.
func (t *trail) move(ctx context.Context, begun bool, end head) error {
	b := sql.Dialect(t.m.DB.Dialect)
	text, args := b.Update(auditchain.Table).
		Set(auditchain.FieldPosition, end.position).Set(auditchain.FieldHash, end.hash).
		Where(sql.EQ(auditchain.FieldID, t.chain)).Query()
	if !begun {
		text, args = b.Insert(auditchain.Table).
			Columns(auditchain.FieldID, auditchain.FieldStartedAt, auditchain.FieldPosition, auditchain.FieldHash).
			Values(t.chain, t.m.Clock.Now(), end.position, end.hash).Query()
	}
	_, err := t.m.DB.Client(ctx).ExecContext(ctx, text, args...)
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

// unsealed reads those of the events that have no seal yet, and locks them:
// another process may be sweeping.
func (t *trail) unsealed(ctx context.Context, ids []string) ([]*ent.AuditEvent, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	q := t.m.DB.Client(ctx).AuditEvent.Query().Where(among(ids), auditevent.HashIsNil()).Order(auditevent.ByID())
	q.Modify(skipLocked)
	return q.All(ctx)
}

// sweep seals what no process has sealed in the given time.
func (t *trail) sweep(ctx context.Context, age time.Duration) error {
	ctx = kit.System(ctx, "audit")
	for {
		n, err := t.sweepSome(ctx, age)
		if err != nil || n < perBatch {
			return err
		}
	}
}

func (t *trail) sweepSome(ctx context.Context, age time.Duration) (n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.m.Clock.Now() // a row from the future is from before the clock was set back
	due := auditevent.And(auditevent.HashIsNil(), auditevent.Or(auditevent.AtLTE(now.Add(-age)), auditevent.AtGT(now.Add(age))))
	waiting, err := t.m.DB.Client(ctx).AuditEvent.Query().Where(due).Exist(ctx)
	if err != nil || !waiting {
		return 0, err
	}
	err = t.commit(ctx, func(ctx context.Context) (old, fresh []*ent.AuditEvent, err error) {
		q := t.m.DB.Client(ctx).AuditEvent.Query().Where(due).Order(auditevent.ByAt(), auditevent.ByID()).Limit(perBatch)
		q.Modify(skipLocked)
		old, err = q.All(ctx)
		n = len(old)
		return old, nil, err
	})
	return n, err
}
