package trail

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/breakglass"
)

// reasons gives the events of a batch the reasons of the emergency accesses
// that are open.
func (w *writer) reasons(ctx context.Context, batch []*entry) ([]*ent.AuditEvent, error) {
	var events []*ent.AuditEvent
	var sessions []string
	for _, e := range batch {
		events = append(events, e.events...)
		if e.session != "" {
			sessions = append(sessions, e.session)
		}
	}
	if len(sessions) == 0 {
		return events, nil
	}
	open, err := w.m.DB.Client(ctx).BreakGlass.Query().
		Where(breakglass.SessionID.In(sessions...), breakglass.Until.GT(w.m.Clock.Now())).
		Order(breakglass.At.Asc()).All(ctx)
	if err != nil {
		return nil, err
	}
	why := map[[2]string]string{} // session and patient to reason, the latest
	for _, g := range open {
		why[[2]string{g.SessionID, g.PatientID}] = g.Reason
	}
	for _, e := range batch {
		for _, row := range e.events {
			if row.PatientID != nil {
				if reason := why[[2]string{e.session, *row.PatientID}]; reason != "" {
					row.Purpose = reason
				}
			}
		}
	}
	return events, nil
}
