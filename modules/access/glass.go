package access

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/auditevent"
	"medoffice/ent/breakglass"
	"medoffice/ent/patient"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
)

// GlassStaysBroken is how long an emergency access lasts.
const GlassStaysBroken = 4 * time.Hour

// breakGlass opens a chart in an emergency. The writer of the trail puts the
// reason beside every look at the chart from this session until it ends.
func (m *Module) breakGlass(ctx context.Context, in model.BreakGlassInput) (string, error) {
	reason, err := plain(in.Reason, 10, 500, "reason")
	if err != nil {
		return "", err
	}
	there, err := m.DB.Client(ctx).Patient.Query().Where(patient.ID(in.PatientID)).Exist(kit.Unbound(ctx))
	if err != nil {
		return "", err
	}
	if !there {
		return "", kit.Missing("patient", "patientId")
	}
	v, now := kit.ViewerOf(ctx), m.Clock.Now()
	g, err := m.DB.Client(ctx).BreakGlass.Create().SetActorID(v.ID).SetSessionID(v.SessionID).
		SetPatientID(in.PatientID).SetReason(reason).SetAt(now).SetUntil(now.Add(GlassStaysBroken)).Save(ctx)
	if err != nil {
		return "", err
	}
	v.Glass = true // for what this request shows yet
	e := about(m.event(v, auditevent.ActionBREAK_GLASS, "BreakGlass", g.ID), in.PatientID)
	e.Purpose = reason
	if err := m.note(ctx, e); err != nil {
		return "", err
	}
	return g.ID, m.Bus.Tell(ctx, v.ID, events.GlassBroken{BreakGlassID: g.ID, PatientID: in.PatientID, ActorID: v.ID})
}

func (m *Module) readGlass(ctx context.Context, id string) (*ent.BreakGlass, error) {
	return m.DB.Client(ctx).BreakGlass.Get(ctx, id)
}

// reasons gives the events of a batch the reasons of the emergency accesses
// that are open.
func (t *trail) reasons(ctx context.Context, batch []*entry) ([]*ent.AuditEvent, error) {
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
	open, err := t.m.DB.Client(ctx).BreakGlass.Query().
		Where(breakglass.SessionIDIn(sessions...), breakglass.UntilGT(t.m.Clock.Now())).
		Order(breakglass.ByAt()).All(ctx)
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
