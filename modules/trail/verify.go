package trail

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"medoffice/ent"
	"medoffice/ent/auditchain"
	"medoffice/ent/auditevent"
	"medoffice/ent/auditgap"
	"medoffice/ent/row"
	"medoffice/modules/kit"
)

// The measures of Verify.
const (
	verifyPage   = 1_000
	maxFindings  = 1_000       // a trail with more is broken anyway
	unsealedTime = time.Minute // the longest that an event may go without a seal
)

// Finding is something wrong with the audit trail.
type Finding struct {
	Chain    string // of a server process, "" where the row has none
	Position int64  // in the chain, from 1; 0 where the row has none
	Event    string // the id of the row; "" where the row is gone
	Problem  string
}

// String returns the finding in one line.
func (f Finding) String() string {
	return fmt.Sprintf("chain %q, position %d, event %q: %s", f.Chain, f.Position, f.Event, f.Problem)
}

// What may be wrong.
const (
	Changed  = "the row was changed, or the row before it"
	Gone     = "the row is missing"
	Unsealed = "the row was never sealed"
	Headless = "nobody knows where the chain ends"
	BadEnd   = "the chain does not end as it was left"
	Forged   = "rows are said to be removed, and no event tells of that"
	BadGap   = "the gap that removed rows have left was changed"
	Lost     = "the row is not found by a patient that it is about"
)

// Verify reads the whole audit trail and returns what was changed, taken out
// or put in by somebody who went past the office.
func (m *Module) Verify(ctx context.Context) ([]Finding, error) {
	v := &verifier{m: m}
	ctx = kit.System(ctx, "verify")
	names, err := m.DB.Client(ctx).AuditEvent.Query().Where(auditevent.Chain.NEQ("")).
		Unique(true).Select(auditevent.FieldChain).Strings(ctx)
	if err != nil {
		return nil, err
	}
	cut, err := m.DB.Client(ctx).AuditGap.Query().Unique(true).Select(auditgap.FieldChain).Strings(ctx)
	if err != nil {
		return nil, err
	}
	// The ends are read after the names: a chain that begins meanwhile has both.
	heads, err := m.DB.Client(ctx).AuditChain.Query().Order(auditchain.ID.Asc()).All(ctx)
	if err != nil {
		return nil, err
	}
	names = append(names, cut...)
	known := map[string]*ent.AuditChain{}
	for _, h := range heads {
		known[h.ID] = h
		names = append(names, h.ID)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if err := v.chain(ctx, name, known[name]); err != nil {
			return nil, err
		}
	}
	if err := v.prunes(ctx); err != nil {
		return nil, err
	}
	return v.found, v.unsealed(ctx)
}

type verifier struct {
	m     *Module
	found []Finding
	gaps  []*ent.AuditGap // of the chain that is followed, the next ones
}

func (v *verifier) add(f Finding) {
	if len(v.found) < maxFindings {
		v.found = append(v.found, f)
	}
}

// link is how far a chain was followed.
type link struct {
	head
	broken bool   // the hash of the row before is unknown
	atHead string // the hash found where the stored head points
}

// chain follows one chain from its first row to the end that was stored
// before the rows are read, for a running office goes on writing.
func (v *verifier) chain(ctx context.Context, name string, end *ent.AuditChain) error {
	var l link
	v.gaps = nil
	for {
		rows, err := v.m.DB.Client(ctx).AuditEvent.Query().
			Where(auditevent.Chain.EQ(name), auditevent.Position.GT(l.position)).
			Order(auditevent.Position.Asc()).Limit(verifyPage).All(ctx)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := v.skip(ctx, name, *row.Position, end, &l); err != nil {
				return err
			}
			v.row(row, &l)
			l.passed(end)
		}
		if err := v.lost(ctx, rows); err != nil {
			return err
		}
		if len(rows) < verifyPage {
			break
		}
	}
	if err := v.skip(ctx, name, math.MaxInt64, end, &l); err != nil {
		return err
	}
	v.end(name, end, l)
	return nil
}

// passed remembers what stands where the stored end of the chain points.
func (l *link) passed(end *ent.AuditChain) {
	if end != nil && l.position == end.Position {
		l.atHead = l.hash
	}
}

func (v *verifier) row(row *ent.AuditEvent, l *link) {
	f := Finding{Chain: row.Chain, Position: *row.Position, Event: row.ID}
	if *row.Position != l.position+1 {
		v.add(Finding{Chain: row.Chain, Position: l.position + 1, Problem: Gone})
		l.broken = true
	}
	switch {
	case row.Hash == nil:
		f.Problem = Unsealed
		v.add(f)
		l.broken = true
	case !l.broken && digest(row, l.hash) != *row.Hash:
		f.Problem = Changed
		v.add(f)
	}
	l.position = *row.Position
	if row.Hash != nil {
		l.hash, l.broken = *row.Hash, false
	}
}

func (v *verifier) end(name string, end *ent.AuditChain, l link) {
	f := Finding{Chain: name, Position: l.position}
	switch {
	case end == nil:
		f.Problem = Headless
	case l.position < end.Position:
		f.Position, f.Problem = l.position+1, Gone
	case l.atHead != end.Hash:
		f.Position, f.Problem = end.Position, BadEnd
	default:
		return
	}
	v.add(f)
}

// unsealed finds rows without a seal, or with a part of one.
func (v *verifier) unsealed(ctx context.Context) error {
	rows, err := v.m.DB.Client(ctx).AuditEvent.Query().Where(
		row.Or(auditevent.Chain.EQ(""), auditevent.Position.IsNil(), auditevent.Position.LT(1), auditevent.Hash.IsNil()),
		auditevent.At.LT(v.m.Clock.Now().Add(-unsealedTime)),
	).Order(auditevent.At.Asc(), auditevent.ID.Asc()).Limit(maxFindings).All(ctx)
	for _, row := range rows {
		v.add(Finding{Chain: row.Chain, Event: row.ID, Problem: Unsealed})
	}
	return err
}
