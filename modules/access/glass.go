package access

import (
	"context"
	"time"

	"medoffice/ent/auditevent"
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
	there, err := m.DB.Client(ctx).Patient.Query().Where(patient.ID.EQ(in.PatientID)).Exist(kit.Unbound(ctx))
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
	e := m.trail.Event(v, auditevent.ActionBREAK_GLASS, "BreakGlass", g.ID)
	e.PatientID, e.Purpose = &in.PatientID, reason
	if err := m.trail.Note(ctx, e); err != nil {
		return "", err
	}
	return g.ID, m.Bus.Publish(ctx, v.ID, events.GlassBroken{BreakGlassID: g.ID, PatientID: in.PatientID, ActorID: v.ID})
}
