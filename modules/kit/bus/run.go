package bus

import (
	"context"
	"log/slog"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/lib/pq"

	"medoffice/ent/fact"
	"medoffice/modules/kit/logtext"
)

// The rhythm of the bus.
const (
	poll     = time.Second            // looks at the outbox even when nobody woke it
	shortest = 2 * time.Millisecond   // the pauses while facts wait for an older
	longest  = 100 * time.Millisecond // transaction to end
	coalesce = 10 * time.Millisecond  // gathers wake-ups for other processes
	batch    = 500                    // facts read with one statement
	keep     = 48 * time.Hour         // how long a client may be away and still resume
	channel  = "medoffice_outbox"     // of LISTEN and NOTIFY: a wake-up, never news itself
	listen   = 30 * time.Second       // a dead listener is noticed within this
	tidy     = time.Hour              // between looks for facts that are too old
	patience = 10 * time.Second       // with a database that does not answer
	stuck    = 15 * time.Second       // who has not read the outbox for so long does not run
	mostLag  = 1_000                  // facts that are counted as not yet delivered
)

// Ready notes the end of the outbox: Run delivers what comes after it.
func (b *Bus) Ready(ctx context.Context) (err error) {
	if err = b.foreign(ctx); err != nil {
		return err
	}
	head, err := b.Head(ctx)
	if err == nil {
		b.reached(head)
	}
	return err
}

func (b *Bus) reached(c Cursor) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = c
}

func (b *Bus) place() Cursor {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.last
}

// Lag returns the number of events that this process has not delivered yet, at
// most a thousand, and the age of the oldest.
func (b *Bus) Lag(ctx context.Context) (facts int, age time.Duration, err error) {
	last := b.place()
	rows, err := b.db.Client(ctx).Fact.Query().Where(after(last)).Order(fact.Xid.Asc(), fact.ID.Asc()).
		Limit(mostLag).Select(fact.FieldAt).All(ctx)
	if err != nil || len(rows) == 0 {
		return 0, 0, err
	}
	return len(rows), max(b.clock.Now().Sub(rows[0].At), 0), nil
}

// Running reports whether Run runs and has read the outbox recently.
func (b *Bus) Running() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.running && time.Since(b.looked) < stuck
}

func (b *Bus) run(running bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running, b.looked = running, time.Now()
}

// Forget deletes the events that are too old to resume from, and returns their
// number. The newest one stays: it is the position of listeners who missed
// nothing.
func (b *Bus) Forget(ctx context.Context) (n int, err error) {
	err = b.db.Tx(ctx, func(ctx context.Context) error {
		head, err := b.Head(ctx)
		if err != nil {
			return err
		}
		n, err = b.db.Client(ctx).Fact.Delete().Where(fact.At.LT(b.clock.Now().Add(-keep)), func(s *sql.Selector) {
			xid, seq := s.C(fact.FieldXid), s.C(fact.FieldID)
			s.Where(sql.And(sql.LTE(xid, head.Xid), sql.Or(sql.LT(xid, head.Xid), sql.LT(seq, head.Seq))))
		}).Exec(ctx)
		return err
	})
	return n, err
}

// Run delivers new events to the watchers until the context ends.
func (b *Bus) Run(ctx context.Context, log *slog.Logger) {
	b.run(true)
	defer b.run(false)
	if b.db.Postgres() {
		stop := b.hear(ctx, log)
		defer stop()
		shouting := make(chan struct{})
		go func() {
			defer close(shouting)
			b.shout(ctx, log)
		}()
		defer func() { <-shouting }()
	}
	tick, broom := time.NewTicker(poll), time.NewTicker(tidy)
	defer tick.Stop()
	defer broom.Stop()
	for pause := shortest; ; {
		waiting, err := b.drain(ctx)
		if err != nil && ctx.Err() == nil {
			log.Warn("outbox: cannot read", "error", logtext.Error(err))
		}
		if err == nil {
			b.run(true)
		}
		var again <-chan time.Time
		if waiting {
			again = time.After(pause)
			pause = min(2*pause, longest)
		} else {
			pause = shortest
		}
		select {
		case <-ctx.Done():
			return
		case <-again:
		case <-b.wake:
			pause = shortest
		case <-tick.C:
		case <-broom.C:
			if _, err := b.Forget(ctx); err != nil && ctx.Err() == nil {
				log.Warn("outbox: cannot tidy", "error", logtext.Error(err))
			}
		}
	}
}

// drain delivers all settled facts, and reports whether there are others that still wait
// for an older transaction.
func (b *Bus) drain(ctx context.Context) (waiting bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		facts, err := b.Since(ctx, b.place(), batch)
		if err != nil {
			return false, err
		}
		if len(facts) == 0 {
			return b.unsettled(ctx)
		}
		b.reached(facts[len(facts)-1].Cursor)
		b.noticed(facts)
		for _, f := range b.listeners() {
			f(facts)
		}
	}
}

func (b *Bus) unsettled(ctx context.Context) (bool, error) {
	if !b.db.Postgres() {
		return false, nil
	}
	return b.db.Client(ctx).Fact.Query().Where(after(b.place())).Exist(ctx)
}

func (b *Bus) listeners() []func([]Fact) {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]func([]Fact), 0, len(b.watchers))
	for _, f := range b.watchers {
		list = append(list, f)
	}
	return list
}

// hear wakes the bus when another process wrote. What is lost while the
// connection is down, the next poll finds.
func (b *Bus) hear(ctx context.Context, log *slog.Logger) (stop func()) {
	l := pq.NewListener(b.db.DSN, 50*time.Millisecond, 5*time.Second, func(_ pq.ListenerEventType, err error) {
		if err != nil {
			log.Warn("outbox: listener", "error", logtext.Error(err))
		}
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := l.Listen(channel); err != nil && ctx.Err() == nil {
			log.Warn("outbox: cannot listen", "error", logtext.Error(err))
		}
		tick := time.NewTicker(listen)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-l.Notify: // nil after a reconnect: look as well
				poke(b.wake)
			case <-tick.C:
				_ = l.Ping()
			}
		}
	}()
	return func() { _ = l.Close(); <-done }
}

// shout wakes the other processes, after commit and outside the business
// transaction: NOTIFY inside it would make all commits wait in one line.
func (b *Bus) shout(ctx context.Context, log *slog.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.tell:
		}
		if err := b.notify(ctx); err != nil && ctx.Err() == nil {
			log.Warn("outbox: cannot notify", "error", logtext.Error(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(coalesce):
		}
	}
}

func (b *Bus) notify(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := b.db.SQL().ExecContext(ctx, "SELECT pg_notify('"+channel+"', '')")
	return err
}
