package trail

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql/sqlgraph"

	"medoffice/ent"
	"medoffice/ent/auditchain"
	"medoffice/ent/auditevent"
	"medoffice/ent/predicate"
	"medoffice/ent/row"
	"medoffice/modules/kit"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/logtext"
)

// pruneBatch bounds the events that one transaction removes, so that nobody
// waits long for it.
const pruneBatch = 2_000

// errOvertaken says that another process has removed some of the same events.
const errOvertaken = logtext.Fixed("audit trail: another process prunes")

// Prune removes the events whose class was kept long enough, and returns how
// many of each class it was.
//
// In place of each run of removed rows stays a gap: where it begins and ends in
// its chain, and the hash of its last row, to which the next row is linked.
// Cutting off whole beginnings of a chain would be simpler, but changes are
// kept for ever and stand everywhere between the reads, so that hardly anything
// would ever go; blanking rows in place would keep as many rows as there ever
// were. The removal is an event of the trail itself, sealed in the chain of this
// process, with a digest of its gaps: Verify finds a gap that no such event
// records, and one that is not as the event left it.
func (m *Module) Prune(ctx context.Context) (map[string]int, error) {
	ctx = kit.System(ctx, "retention")
	removed := map[string]int{}
	due, ok := m.retention.due(m.Clock.Now())
	if !ok {
		return removed, nil
	}
	chains, err := m.DB.Client(ctx).AuditChain.Query().Order(auditchain.ID.Asc()).IDs(ctx)
	if err != nil {
		return removed, err
	}
	for _, chain := range chains {
		err := m.pruneChain(ctx, chain, due, removed)
		if errors.Is(err, errOvertaken) || sqlgraph.IsUniqueConstraintError(err) {
			return removed, nil // what is left goes the next time
		}
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}

// due finds the sealed events that are older than their class is kept; false
// where everything is kept for ever.
func (r *Retention) due(now time.Time) (predicate.AuditEvent, bool) {
	var classes []predicate.AuditEvent
	for _, c := range r.Classes {
		if c.Keep != (Age{}) && !c.Fixed {
			classes = append(classes, row.And(auditevent.ActionColumn.In(c.Actions...), auditevent.At.LT(c.Keep.Before(now))))
		}
	}
	return row.And(auditevent.Hash.NotNil(), row.Or(classes...)), len(classes) > 0
}

func (m *Module) pruneChain(ctx context.Context, chain string, due predicate.AuditEvent, removed map[string]int) error {
	for after := int64(0); ; {
		rows, err := m.DB.Client(ctx).AuditEvent.Query().
			Where(auditevent.Chain.EQ(chain), auditevent.Position.GT(after), due).
			Order(auditevent.Position.Asc()).Limit(pruneBatch).All(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := m.remove(ctx, chain, rows); err != nil {
			return err
		}
		for _, row := range rows {
			removed[m.retention.classOf(row.Action)]++
		}
		after = *rows[len(rows)-1].Position
	}
}

func (r *Retention) classOf(a auditevent.Action) string {
	for _, c := range r.Classes {
		if slices.Contains(c.Actions, a) {
			return c.Name
		}
	}
	return ""
}

// remove puts gaps where the rows are and takes the rows away, all of them or
// none. The rows are of one chain, in its order.
func (m *Module) remove(ctx context.Context, chain string, rows []*ent.AuditEvent) error {
	e := m.Event(kit.ViewerOf(ctx), auditevent.ActionPRUNE, "AuditChain", chain)
	gaps, ids, counts := runs(chain, e.ID, rows), make([]string, len(rows)), map[string]int{}
	for i, row := range rows {
		ids[i] = row.ID
		counts[string(row.Action)]++
	}
	var detail []string
	for _, action := range slices.Sorted(maps.Keys(counts)) {
		detail = append(detail, fmt.Sprintf("%s:%d", action, counts[action]))
	}
	e.Detail = strings.Join(append(detail, gapsDigest(gaps)), " ")
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		if err := m.insertGaps(ctx, gaps); err != nil {
			return err
		}
		n, err := m.deleteEvents(ctx, ids)
		switch {
		case err != nil:
			return err
		case n != int64(len(ids)):
			return errOvertaken
		}
		if err := m.deleteSubjects(ctx, rows); err != nil {
			return err
		}
		return m.Note(ctx, e)
	})
}

// runs are the gaps that the rows leave.
func runs(chain, event string, rows []*ent.AuditEvent) (gaps []*ent.AuditGap) {
	var last *ent.AuditGap
	for _, row := range rows {
		if last == nil || *row.Position != last.LastPosition+1 {
			last = &ent.AuditGap{ID: id.New("gap"), Chain: chain, FirstPosition: *row.Position, EventID: event}
			gaps = append(gaps, last)
		}
		last.LastPosition, last.Hash = *row.Position, *row.Hash
	}
	return gaps
}

// gapsDigest is SHA-256 over the gaps of one removal, in the order of their chain.
func gapsDigest(gaps []*ent.AuditGap) string {
	h := sha256.New()
	for _, g := range gaps {
		_, _ = fmt.Fprintf(h, "%s %d %d %s\n", g.Chain, g.FirstPosition, g.LastPosition, g.Hash)
	}
	return "gaps:" + hex.EncodeToString(h.Sum(nil))
}

const (
	gapsSQLite = `INSERT INTO audit_gaps (id, chain, first_position, last_position, hash, event_id) SELECT value->>'id', value->>'chain',
value->>'first_position', value->>'last_position', value->>'hash', value->>'event_id' FROM json_each(?)`
	gapsPostgres = `INSERT INTO audit_gaps (id, chain, first_position, last_position, hash, event_id)
SELECT id, chain, first_position, last_position, hash, event_id FROM json_populate_recordset(NULL::audit_gaps, $1)`
	deleteSQLite   = `DELETE FROM audit_events WHERE id IN (SELECT value FROM json_each(?))`
	deletePostgres = `DELETE FROM audit_events WHERE id IN (SELECT json_array_elements_text($1))`
)

func (m *Module) insertGaps(ctx context.Context, gaps []*ent.AuditGap) error {
	_, err := m.execJSON(ctx, gapsSQLite, gapsPostgres, gaps)
	return err
}

func (m *Module) deleteEvents(ctx context.Context, ids []string) (int64, error) {
	return m.execJSON(ctx, deleteSQLite, deletePostgres, ids)
}

// execJSON runs a statement past the ent hooks with one parameter, and returns
// how many rows it was about.
func (m *Module) execJSON(ctx context.Context, onSQLite, onPostgres string, parameter any) (int64, error) {
	text, err := json.Marshal(parameter)
	if err != nil {
		return 0, err
	}
	statement := onSQLite
	if m.DB.Postgres() {
		statement = onPostgres
	}
	result, err := m.DB.Client(ctx).ExecContext(ctx, statement, string(text))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// keeper removes old events of the trail from time to time.
type keeper struct {
	cancel  context.CancelFunc
	stopped chan struct{}
}

func (m *Module) startKeeper(ctx context.Context) {
	ctx, m.keeper.cancel = context.WithCancel(context.WithoutCancel(ctx))
	m.keeper.stopped = make(chan struct{})
	first, every := m.retention.First, m.retention.Every
	go func() {
		defer close(m.keeper.stopped)
		next := time.NewTimer(first)
		defer next.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-next.C:
			}
			m.pruneNow(ctx)
			next.Reset(every)
		}
	}()
}

func (m *Module) pruneNow(ctx context.Context) {
	removed, err := m.Prune(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		m.Log.Error("audit trail: cannot prune, will try again", "error", logtext.Error(err))
	case len(removed) > 0:
		m.Log.Info("audit trail: pruned", "events", removed)
	}
}

func (k *keeper) close() {
	if k.cancel != nil {
		k.cancel()
		<-k.stopped
		k.cancel = nil
	}
}
