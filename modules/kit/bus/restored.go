package bus

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/fact"
	"medoffice/modules/kit/db"
)

// restoredTopic is the one fact that the bus publishes about itself: the database was
// put back to an earlier state.
const restoredTopic = "outbox.restored"

// ahead is how far the numbers of a restored outbox start behind those that
// were given already, so that no cursor of before means a fact of after.
const ahead = 1_000_000

// Restored is closed when the database under this process was put back to an
// earlier state. What the process remembers of it is then wrong: open it anew.
func (b *Bus) Restored() <-chan struct{} { return b.restore }

// noticed looks for the fact that reports a restored database.
func (b *Bus) noticed(facts []Fact) {
	for _, f := range facts {
		if f.Topic == restoredTopic {
			b.once.Do(func() { close(b.restore) })
		}
	}
}

// Newest returns the highest number that the outbox has given.
func Newest(ctx context.Context, d *db.DB) (seq int64, err error) {
	err = d.SQL().QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM outbox").Scan(&seq)
	return seq, err
}

// RestoredSQL makes the outbox of a backup one that running processes go on
// with: empty but for the fact that informs them, which is newer than all that
// was delivered to them, of which newest was the last. Who resumes a stream from
// before gets the whole picture.
func RestoredSQL(postgres bool, newest int64, now time.Time) []string {
	row := fmt.Sprintf("INSERT INTO outbox (seq, topic, entity_id, at) SELECT greater + %d, '%s', '', '%s' FROM (%s) n",
		ahead, restoredTopic, now.UTC().Format(db.SQLiteTime),
		fmt.Sprintf("SELECT CASE WHEN most > %[1]d THEN most ELSE %[1]d END AS greater FROM (SELECT coalesce(max(seq), 0) AS most FROM outbox) m", newest))
	list := []string{row, "DELETE FROM outbox WHERE topic <> '" + restoredTopic + "' OR seq < (SELECT max(seq) FROM outbox)"}
	if postgres { // SQLite's AUTOINCREMENT follows by itself
		list = append(list, "SELECT setval(pg_get_serial_sequence('outbox', 'seq'), (SELECT max(seq) FROM outbox))",
			"SELECT pg_notify('"+channel+"', '')")
	}
	return list
}

// foreign drops facts of transactions that this PostgreSQL has not begun yet.
// A database that was restored from a dump has them, and they would never settle.
func (b *Bus) foreign(ctx context.Context) error {
	if !b.db.Postgres() {
		return nil
	}
	_, err := b.db.SQL().ExecContext(ctx,
		"DELETE FROM outbox WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
	return err
}

// after are the facts behind a cursor, settled or not.
func after(c Cursor) func(*sql.Selector) {
	return func(s *sql.Selector) {
		xid, seq := s.C(fact.FieldXid), s.C(fact.FieldID)
		s.Where(sql.And(sql.GTE(xid, c.Xid), sql.Or(sql.GT(xid, c.Xid), sql.GT(seq, c.Seq))))
	}
}
