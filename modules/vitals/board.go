package vitals

import (
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/vitalreading"
)

// CriticalBadge is on the card of a visit while a critical reading of it waits
// to be acknowledged.
const CriticalBadge = "CRITICAL_VITALS"

// criticals are the meanings for which somebody has to look now.
var criticals = []vitalreading.Interpretation{
	vitalreading.InterpretationLL, vitalreading.InterpretationHH, vitalreading.InterpretationAA,
}

// Badges implements the badges of the board: visits with a critical reading that
// nobody has acknowledged.
func (m *Module) Badges(d *sql.DialectBuilder, _ time.Time) map[string]*sql.Selector {
	t := d.Table(vitalreading.Table)
	s := d.Select().From(t)
	meanings := make([]any, len(criticals))
	for i, c := range criticals {
		meanings[i] = c
	}
	return map[string]*sql.Selector{CriticalBadge: s.Where(sql.And(
		sql.In(s.C(vitalreading.FieldInterpretation), meanings...),
		sql.EQ(s.C(vitalreading.FieldStatus), vitalreading.StatusFINAL), sql.IsNull(s.C(vitalreading.FieldAcknowledgedAt)),
	))}
}
