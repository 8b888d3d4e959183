package trail

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/auditevent"
	"medoffice/ent/row"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
)

// unsealed reads those of the events that have no seal yet, and locks them:
// another process may be sweeping.
func (w *writer) unsealed(ctx context.Context, ids []string) ([]*ent.AuditEvent, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	q := w.m.DB.Client(ctx).AuditEvent.Query().Where(among(ids), auditevent.Hash.IsNil()).Order(auditevent.ID.Asc())
	q.Modify(db.SkipLocked)
	return q.All(ctx)
}

// sweep seals what no process has sealed in the given time.
func (w *writer) sweep(ctx context.Context, age time.Duration) error {
	ctx = kit.System(ctx, "audit")
	for {
		n, err := w.sweepSome(ctx, age)
		if err != nil || n < perBatch {
			return err
		}
	}
}

func (w *writer) sweepSome(ctx context.Context, age time.Duration) (n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.m.Clock.Now() // a row from the future is from before the clock was set back
	due := row.And(auditevent.Hash.IsNil(), row.Or(auditevent.At.LTE(now.Add(-age)), auditevent.At.GT(now.Add(age))))
	waiting, err := w.m.DB.Client(ctx).AuditEvent.Query().Where(due).Exist(ctx)
	if err != nil || !waiting {
		return 0, err
	}
	err = w.commit(ctx, func(ctx context.Context) (old, fresh []*ent.AuditEvent, err error) {
		q := w.m.DB.Client(ctx).AuditEvent.Query().Where(due).Order(auditevent.At.Asc(), auditevent.ID.Asc()).Limit(perBatch)
		q.Modify(db.SkipLocked)
		old, err = q.All(ctx)
		n = len(old)
		return old, nil, err
	})
	return n, err
}
