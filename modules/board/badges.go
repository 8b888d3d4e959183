package board

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"medoffice/ent"
)

// Badge is something to mind about a visit.
type Badge string

// What there is to mind.
const (
	CriticalVitals Badge = "CRITICAL_VITALS" // a vital sign is critical, and nobody has acknowledged it
	OrderWaiting   Badge = "ORDER_WAITING"   // somebody is asked to do something
	DoseDue        Badge = "DOSE_DUE"        // a dose is to be given by now
	StockLow       Badge = "STOCK_LOW"       // something that the visit needs is out or runs out
)

var badges = []Badge{CriticalVitals, OrderWaiting, DoseDue, StockLow}

// MarshalGQL writes the badge as a GraphQL enum value.
func (b Badge) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(b))) }

// UnmarshalGQL reads the badge.
func (b *Badge) UnmarshalGQL(v any) error {
	s, _ := v.(string)
	if !slices.Contains(badges, Badge(s)) {
		return fmt.Errorf("not a badge")
	}
	*b = Badge(s)
	return nil
}

// Badger knows what to mind about visits: for each badge a selection of rows, of
// which each names in visit_id a visit that has it.
type Badger interface {
	Badges(d *entsql.DialectBuilder, now time.Time) map[string]*entsql.Selector
}

// Minder is a source of badges that change with facts which name no visit: with
// one of these topics, at the site or everywhere, any card may show other badges.
type Minder interface{ Minds() []string }

// minded are the topics after which all cards are looked at again.
func (l *Loader) minded() (topics []string) {
	for _, who := range l.Badges {
		if m, ok := who.(Minder); ok {
			topics = append(topics, m.Minds()...)
		}
	}
	return topics
}

// mark asks for the badges of all visits with one statement. It shows no row, so
// it counts as no look into a chart.
func (l *Loader) mark(ctx context.Context, p *Picture, rows []*ent.Visit) error {
	all := l.marks(rows)
	if all == nil {
		return nil
	}
	text, args := all.Query()
	found, err := l.DB.Client(ctx).QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { _ = found.Close() }()
	of := map[string][]Badge{}
	for found.Next() {
		var visit string
		var b Badge
		if err := found.Scan(&visit, &b); err != nil {
			return err
		}
		if !slices.Contains(of[visit], b) {
			of[visit] = append(of[visit], b)
		}
	}
	p.each(func(v *Visit) {
		v.Badges = append(v.Badges, of[v.row.ID]...)
		slices.Sort(v.Badges)
	})
	return found.Err()
}

// marks selects visits with their badges, nil where there can be none.
func (l *Loader) marks(rows []*ent.Visit) (all *entsql.Selector) {
	if len(rows) == 0 {
		return nil
	}
	ids := make([]any, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	for _, who := range l.Badges {
		marked := who.Badges(entsql.Dialect(l.DB.Dialect), l.Clock.Now())
		for _, name := range slices.Sorted(maps.Keys(marked)) {
			s := marked[name]
			s.Select("visit_id").AppendSelectExpr(entsql.Raw("'" + name + "'")).Where(entsql.In("visit_id", ids...))
			if all == nil {
				all = s
			} else {
				all.UnionAll(s)
			}
		}
	}
	return all
}
