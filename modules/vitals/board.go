package vitals

import (
	"context"

	"medoffice/ent/vitalreading"
	"medoffice/modules/kit"
)

// CriticalBadge is on the card of a visit while a critical reading of it waits
// to be acknowledged.
const CriticalBadge = "CRITICAL_VITALS"

// criticals are the meanings for which somebody has to look now.
var criticals = []vitalreading.Interpretation{
	vitalreading.InterpretationLL, vitalreading.InterpretationHH, vitalreading.InterpretationAA,
}

// Badges tells which of the visits have a critical reading that nobody has
// acknowledged, with one statement. It shows no reading, so it counts as no
// look into a chart.
func (m *Module) Badges(ctx context.Context, visitIDs []string) (map[string][]string, error) {
	if len(visitIDs) == 0 {
		return map[string][]string{}, nil
	}
	ids, err := m.DB.Client(ctx).VitalReading.Query().Where(
		vitalreading.VisitIDIn(visitIDs...), vitalreading.InterpretationIn(criticals...),
		vitalreading.StatusEQ(vitalreading.StatusFINAL), vitalreading.AcknowledgedAtIsNil(),
	).Unique(true).Select(vitalreading.FieldVisitID).Strings(kit.Unbound(ctx))
	badges := make(map[string][]string, len(ids))
	for _, id := range ids {
		badges[id] = []string{CriticalBadge}
	}
	return badges, err
}
