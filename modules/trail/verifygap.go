package trail

import (
	"context"
	"strings"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/auditevent"
	"medoffice/ent/auditgap"
	"medoffice/ent/predicate"
	"medoffice/ent/row"
)

// skip goes over the gaps up to the position before next.
func (v *verifier) skip(ctx context.Context, chain string, next int64, end *ent.AuditChain, l *link) error {
	for l.position+1 < next {
		g, err := v.gap(ctx, chain, l.position+1)
		if err != nil || g == nil {
			return err
		}
		if g.LastPosition >= next {
			v.add(Finding{Chain: chain, Position: g.FirstPosition, Problem: Forged})
			return nil
		}
		l.head, l.broken = head{g.LastPosition, g.Hash}, false
		l.passed(end)
	}
	return nil
}

// gap finds the gap over a position, nil where there is none. It may begin
// before, where rows went that were read already.
func (v *verifier) gap(ctx context.Context, chain string, position int64) (*ent.AuditGap, error) {
	if g := v.covering(position); g != nil {
		return g, nil
	}
	query := func(p predicate.AuditGap, o row.By[predicate.AuditGap], most int) ([]*ent.AuditGap, error) {
		return v.m.DB.Client(ctx).AuditGap.Query().Where(auditgap.Chain.EQ(chain), p).Order(o).Limit(most).All(ctx)
	}
	before, err := query(auditgap.FirstPosition.LTE(position), auditgap.FirstPosition.Desc(), 1)
	if err != nil {
		return nil, err
	}
	after, err := query(auditgap.FirstPosition.GT(position), auditgap.FirstPosition.Asc(), verifyPage)
	v.gaps = append(before, after...)
	return v.covering(position), err
}

// covering drops the gaps that lie behind.
func (v *verifier) covering(position int64) *ent.AuditGap {
	for len(v.gaps) > 0 && v.gaps[0].LastPosition < position {
		v.gaps = v.gaps[1:]
	}
	if len(v.gaps) > 0 && v.gaps[0].FirstPosition <= position {
		return v.gaps[0]
	}
	return nil
}

// prunes compares the gaps with what the events of their removal say.
func (v *verifier) prunes(ctx context.Context) error {
	for after := ""; ; {
		events, err := v.m.DB.Client(ctx).AuditEvent.Query().
			Where(auditevent.ActionColumn.EQ(auditevent.ActionPRUNE), auditevent.ID.GT(after)).
			Order(auditevent.ID.Asc()).Limit(verifyPage).All(ctx)
		if err != nil {
			return err
		}
		for _, e := range events {
			if err := v.prune(ctx, e); err != nil {
				return err
			}
			after = e.ID
		}
		if len(events) < verifyPage {
			return v.orphans(ctx)
		}
	}
}

func (v *verifier) prune(ctx context.Context, e *ent.AuditEvent) error {
	gaps, err := v.m.DB.Client(ctx).AuditGap.Query().Where(auditgap.EventID.EQ(e.ID)).
		Order(auditgap.Chain.Asc(), auditgap.FirstPosition.Asc()).All(ctx)
	if err == nil && !strings.HasSuffix(e.Detail, gapsDigest(gaps)) {
		v.add(Finding{Chain: e.EntityID, Event: e.ID, Problem: BadGap})
	}
	return err
}

// orphans finds gaps that no event of a removal records.
func (v *verifier) orphans(ctx context.Context) error {
	q := v.m.DB.Client(ctx).AuditGap.Query().Where(func(s *sql.Selector) {
		e := sql.Table(auditevent.Table)
		s.Where(sql.NotIn(s.C(auditgap.FieldEventID), sql.Select(e.C(auditevent.FieldID)).From(e).
			Where(sql.EQ(e.C(auditevent.FieldAction), auditevent.ActionPRUNE))))
	})
	gaps, err := q.Order(auditgap.Chain.Asc(), auditgap.FirstPosition.Asc()).Limit(maxFindings).All(ctx)
	for _, g := range gaps {
		v.add(Finding{Chain: g.Chain, Position: g.FirstPosition, Problem: Forged})
	}
	return err
}
