package billing

import (
	"context"

	"medoffice/ent/visit"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/opt"
)

// VisitOver charges a visit when it is over and the patient was seen, and takes
// that back when it turns out not to be, in the running transaction.
func (m *Module) VisitOver(ctx context.Context, visitID string, seen bool) error {
	if !seen {
		return m.Uncapture(ctx, visitID)
	}
	v, err := m.DB.Client(ctx).Visit.Query().Where(visit.ID.EQ(visitID)).Only(kit.Unbound(ctx))
	if err != nil || v.LocationID == nil {
		return err
	}
	return m.Capture(ctx, handover.Act{
		ID: v.ID, Kind: handover.ActVisit, PatientID: v.PatientID, VisitID: v.ID, LocationID: *v.LocationID,
		ProviderID: opt.Text(v.ProviderID), Quantity: 1, At: m.Clock.Now(),
	})
}
