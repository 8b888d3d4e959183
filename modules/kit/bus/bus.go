// Package bus delivers events: what happened, to every listener. An event is a
// row of the outbox, written in the transaction of the change, so it is delivered
// if and only if the change is committed. Listeners get events in the order of
// the commits, also those of other server processes, at least once.
package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/fact"
	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/db"
)

// Event is a fact as package events declares it: ids and values only.
type Event interface {
	Topic() string    // "visits.moved"
	Entity() string   // the id of what it is about
	Location() string // where it happened, "" for nowhere
}

// Cursor is a position in the order of commits.
type Cursor struct{ Xid, Seq int64 }

// String returns the cursor as text, for a client to keep.
func (c Cursor) String() string { return fmt.Sprintf("%d.%d", c.Xid, c.Seq) }

// After reports whether c is later than o.
func (c Cursor) After(o Cursor) bool { return c.Xid > o.Xid || c.Xid == o.Xid && c.Seq > o.Seq }

// ParseCursor reads what String wrote.
func ParseCursor(s string) (Cursor, error) {
	a, b, ok := strings.Cut(s, ".")
	x, err1 := strconv.ParseInt(a, 10, 64)
	q, err2 := strconv.ParseInt(b, 10, 64)
	if !ok || err1 != nil || err2 != nil || x < 0 || q < 0 {
		return Cursor{}, fmt.Errorf("bus: not a cursor")
	}
	return Cursor{x, q}, nil
}

// Fact is an event with its position, time and actor.
type Fact struct {
	Cursor   Cursor
	Topic    string
	Entity   string
	Location string
	Actor    string
	At       time.Time
	Payload  []byte
}

// Bus writes and reads the outbox.
type Bus struct {
	db    *db.DB
	clock clock.Clock
	wake  chan struct{}
	tell  chan struct{} // to other processes

	restore chan struct{} // closed when the database was put back
	once    sync.Once

	mu       sync.Mutex
	watchers map[int]func([]Fact)
	next     int
	last     Cursor
	looked   time.Time // when Run last read the outbox without a failure
	running  bool
}

// New returns a bus. It delivers nothing until Run.
func New(d *db.DB, c clock.Clock) *Bus {
	return &Bus{
		db: d, clock: c, watchers: map[int]func([]Fact){},
		wake: make(chan struct{}, 1), tell: make(chan struct{}, 1), restore: make(chan struct{}),
	}
}

// Publish writes the events to the outbox in the running transaction. They are
// delivered after its commit.
func (b *Bus) Publish(ctx context.Context, actor string, events ...Event) error {
	rows := make([]*ent.FactCreate, len(events))
	client := b.db.Client(ctx)
	for i, e := range events {
		payload, err := json.Marshal(e)
		if err != nil {
			return err
		}
		rows[i] = client.Fact.Create().SetTopic(e.Topic()).SetEntityID(e.Entity()).SetLocationID(e.Location()).
			SetActorID(actor).SetPayload(string(payload)).SetAt(b.clock.Now())
	}
	if err := client.Fact.CreateBulk(rows...).Exec(ctx); err != nil {
		return err
	}
	db.After(ctx, b.Wake)
	return nil
}

// Wake makes Run look for new events now.
func (b *Bus) Wake() {
	poke(b.wake)
	poke(b.tell)
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Watch calls f with every batch of new events, in order, until stop is called.
// f must not block.
func (b *Bus) Watch(f func([]Fact)) (stop func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.next
	b.next++
	b.watchers[n] = f
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.watchers, n)
	}
}

// Head returns the cursor of the newest event that is safe to read past. What is
// read from the database after Head contains at least all changes up to it.
func (b *Bus) Head(ctx context.Context) (Cursor, error) {
	rows, err := b.query(ctx, func(s *sql.Selector) {
		s.Where(b.settled(s))
		s.OrderBy(sql.Desc(s.C(fact.FieldXid)), sql.Desc(s.C(fact.FieldID)))
		s.Limit(1)
	})
	if err != nil || len(rows) == 0 {
		return Cursor{}, err
	}
	return rows[0].Cursor, nil
}

// Kept returns the event at the cursor, and whether it is still stored. All events
// after a stored one are stored too.
func (b *Bus) Kept(ctx context.Context, c Cursor) (Fact, bool, error) {
	rows, err := b.query(ctx, func(s *sql.Selector) {
		s.Where(sql.And(sql.EQ(s.C(fact.FieldXid), c.Xid), sql.EQ(s.C(fact.FieldID), c.Seq)))
	})
	if err != nil || len(rows) == 0 {
		return Fact{}, false, err
	}
	return rows[0], true, nil
}

// Since returns up to limit events after the cursor, oldest first.
func (b *Bus) Since(ctx context.Context, c Cursor, limit int, where ...func(*sql.Selector)) ([]Fact, error) {
	return b.query(ctx, func(s *sql.Selector) {
		xid, seq := s.C(fact.FieldXid), s.C(fact.FieldID)
		s.Where(sql.And(sql.GTE(xid, c.Xid), sql.Or(sql.GT(xid, c.Xid), sql.GT(seq, c.Seq)), b.settled(s)))
		s.OrderBy(sql.Asc(xid), sql.Asc(seq))
		s.Limit(limit)
		for _, w := range where {
			w(s)
		}
	})
}

// settled leaves out facts of transactions beside which an older one is still
// open: that one may yet commit and would be passed over (PostgreSQL hands out
// seq and xid before commit).
func (b *Bus) settled(s *sql.Selector) *sql.Predicate {
	if !b.db.Postgres() {
		return sql.GTE(s.C(fact.FieldXid), 0)
	}
	return sql.P(func(p *sql.Builder) { p.WriteString(Settled(s.C(fact.FieldXid))) })
}

// Settled is the condition of settled facts on PostgreSQL, for statements that
// read the outbox together with what it is about.
func Settled(xid string) string {
	return xid + " < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
}

func (b *Bus) query(ctx context.Context, modify func(*sql.Selector)) ([]Fact, error) {
	q := b.db.Client(ctx).Fact.Query()
	q.Modify(modify)
	rows, err := q.All(ctx)
	if err != nil {
		return nil, err
	}
	facts := make([]Fact, len(rows))
	for i, r := range rows {
		facts[i] = Fact{
			Cursor: Cursor{r.Xid, r.ID}, Topic: r.Topic, Entity: r.EntityID, Location: r.LocationID,
			Actor: r.ActorID, At: r.At, Payload: []byte(r.Payload),
		}
	}
	return facts, nil
}
