package trail

import (
	"context"
	"errors"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/auditchain"
)

// head is the end of a chain.
type head struct {
	position int64
	hash     string
}

// errMoved says that the chain does not stand where this process left it: its
// last transaction was committed although it seemed to fail, or the database
// was restored from a backup.
var errMoved = errors.New("the chain of this process is not where it was left")

// commit appends to the chain what gather returns: events that are in the
// table already, and new ones. Where the chain has moved, it goes on from there.
func (w *writer) commit(ctx context.Context, gather func(context.Context) (old, fresh []*ent.AuditEvent, err error)) error {
	end, err := w.appendAll(ctx, gather)
	if w.unsure = err != nil; errors.Is(err, errMoved) {
		end, err = w.appendAll(ctx, gather)
		w.unsure = err != nil
	}
	if err == nil {
		w.head = end
		w.batches.Add(1)
	}
	return err
}

func (w *writer) appendAll(ctx context.Context, gather func(context.Context) (old, fresh []*ent.AuditEvent, err error)) (end head, err error) {
	err = w.m.DB.Tx(ctx, func(ctx context.Context) error {
		begun, err := w.where(ctx)
		if err != nil {
			return err
		}
		end = begun
		old, fresh, err := gather(ctx)
		if err != nil || len(old)+len(fresh) == 0 {
			return err
		}
		for _, e := range append(old, fresh...) {
			seal(e, w.chain, end.position+1, end.hash)
			end = head{*e.Position, *e.Hash}
		}
		if err := w.move(ctx, begun, end); err != nil {
			return err
		}
		if len(old) > 0 {
			if err := putSeals(ctx, w.m.DB, old); err != nil {
				return err
			}
		}
		if len(fresh) > 0 {
			return insert(ctx, w.m.DB, fresh)
		}
		return nil
	})
	return end, err
}

// where is the end of the chain: as it is remembered, or, after a transaction
// of which nobody knows how it ended, as it is stored.
func (w *writer) where(ctx context.Context) (head, error) {
	if !w.unsure {
		return w.head, nil
	}
	row, err := w.m.DB.Client(ctx).AuditChain.Get(ctx, w.chain)
	if ent.IsNotFound(err) {
		return head{}, nil
	}
	if err != nil {
		return head{}, err
	}
	return head{row.Position, row.Hash}, nil
}

// move stores the new end of the chain in place of the one it was begun at, past
// the ent hooks: the trail does not record itself.
func (w *writer) move(ctx context.Context, begun, end head) error {
	b := sql.Dialect(w.m.DB.Dialect)
	text, args := b.Update(auditchain.Table).
		Set(auditchain.FieldPosition, end.position).Set(auditchain.FieldHash, end.hash).
		Where(sql.And(sql.EQ(auditchain.FieldID, w.chain),
			sql.EQ(auditchain.FieldPosition, begun.position), sql.EQ(auditchain.FieldHash, begun.hash))).Query()
	if begun.position == 0 {
		text, args = b.Insert(auditchain.Table).
			Columns(auditchain.FieldID, auditchain.FieldStartedAt, auditchain.FieldPosition, auditchain.FieldHash).
			Values(w.chain, w.m.Clock.Now(), end.position, end.hash).Query()
	}
	done, err := w.m.DB.Client(ctx).ExecContext(ctx, text, args...)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(errMoved, err)
	}
	return nil
}
