package inventory

import (
	"time"

	"entgo.io/ent/dialect/sql"

	entkit "medoffice/ent/kit"
	"medoffice/ent/kitline"
	"medoffice/ent/lot"
	"medoffice/ent/parlevel"
	"medoffice/ent/stockbalance"
	"medoffice/ent/visit"
	"medoffice/modules/events"
)

// LowBadge is on the card of a visit while its site has too little of something
// that visits of its type need.
const LowBadge = "STOCK_LOW"

// Minds names the facts after which other visits may need something that is not there.
func (*Module) Minds() []string {
	return []string{events.StockMoved{}.Topic(), events.StockChanged{}.Topic()}
}

// Badges implements the badges of the board: visits of a type that needs a kit,
// at a site where less may be used of an item of it than the kit takes, or than
// the site wants to have.
func (m *Module) Badges(d *sql.DialectBuilder, now time.Time) map[string]*sql.Selector {
	v, k, l, p := d.Table(visit.Table).As("low_v"), d.Table(entkit.Table).As("low_k"), d.Table(kitline.Table).As("low_l"), d.Table(parlevel.Table).As("low_p")
	s := d.Select().From(v)
	s.Join(k).On(v.C(visit.FieldTypeID), k.C(entkit.FieldVisitTypeID))
	s.Join(l).On(k.C(entkit.FieldID), l.C(kitline.FieldKitID))
	s.LeftJoin(p).OnP(sql.And(
		sql.ColumnsEQ(l.C(kitline.FieldItemID), p.C(parlevel.FieldItemID)), sql.ColumnsEQ(v.C(visit.FieldLocationID), p.C(parlevel.FieldLocationID)),
	))
	usable := m.usableAt(d, v, l, now)
	s.Where(sql.And(
		sql.EQ(v.C(visit.FieldOnBoard), true), sql.EQ(k.C(entkit.FieldActive), true), sql.EQ(l.C(kitline.FieldActive), true),
		sql.P(func(b *sql.Builder) {
			b.WriteString("(").Join(usable).WriteString(") < CASE WHEN ").Ident(p.C(parlevel.FieldMinimum)).WriteString(" > ").
				Ident(l.C(kitline.FieldQuantity)).WriteString(" THEN ").Ident(p.C(parlevel.FieldMinimum)).WriteString(" ELSE ").
				Ident(l.C(kitline.FieldQuantity)).WriteString(" END")
		}),
	))
	s.Select(sql.As(v.C(visit.FieldID), "visit_id"))
	return map[string]*sql.Selector{LowBadge: d.Select().From(s.As("low"))}
}

// usableAt sums what of the item of a line may be used now where a visit is.
func (m *Module) usableAt(d *sql.DialectBuilder, v, l *sql.SelectTable, now time.Time) *sql.Selector {
	b, o := d.Table(stockbalance.Table).As("low_b"), d.Table(lot.Table).As("low_o")
	s := d.Select().From(b)
	s.Join(o).On(b.C(stockbalance.FieldLotID), o.C(lot.FieldID))
	return s.Where(sql.And(
		sql.ColumnsEQ(b.C(stockbalance.FieldItemID), l.C(kitline.FieldItemID)),
		sql.ColumnsEQ(b.C(stockbalance.FieldLocationID), v.C(visit.FieldLocationID)),
		sql.GT(b.C(stockbalance.FieldQuantity), 0), sql.EQ(o.C(lot.FieldStatus), lot.StatusAVAILABLE),
		sql.Or(sql.IsNull(o.C(lot.FieldExpiresOn)), sql.GTE(o.C(lot.FieldExpiresOn), m.Day(now))),
		sql.Or(sql.IsNull(b.C(stockbalance.FieldBeyondUseAt)), sql.GT(b.C(stockbalance.FieldBeyondUseAt), now)),
	)).SelectExpr(sql.Raw("COALESCE(SUM(" + b.C(stockbalance.FieldQuantity) + "), 0)"))
}
