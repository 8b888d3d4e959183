package access

import (
	"context"
	"strings"

	"medoffice/ent"
	"medoffice/ent/auditevent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/id"
)

// trail writes the audit trail: reads before the answer leaves, changes in
// their own transaction.
type trail struct {
	m     *Module
	chain string
}

func newTrail(m *Module) *trail { return &trail{m: m, chain: id.New("chn")} }

func (*trail) start(context.Context) error { return nil }
func (*trail) stop(context.Context) error  { return nil }

// Changed writes the changes of the running transaction; kit.Guard calls it.
func (m *Module) Changed(ctx context.Context, changes []kit.Change) error {
	client := m.DB.Client(ctx)
	rows := make([]*ent.AuditEventCreate, len(changes))
	for i, c := range changes {
		action := auditevent.ActionUPDATE
		if c.Created {
			action = auditevent.ActionCREATE
		}
		rows[i] = m.trail.row(ctx, client, action).SetEntityType(c.Kind).SetEntityID(c.ID).SetDetail(strings.Join(c.Fields, " "))
		if c.PatientID != "" {
			rows[i].SetPatientID(c.PatientID)
		}
	}
	return client.AuditEvent.CreateBulk(rows...).Exec(ctx)
}

// Looked writes whose records a request has shown, before its answer leaves.
func (m *Module) Looked(ctx context.Context, s *kit.Sight) error {
	patients := s.Patients()
	if len(patients) == 0 || kit.ViewerOf(ctx).IsSystem() {
		return nil
	}
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		client := m.DB.Client(ctx)
		var rows []*ent.AuditEventCreate
		for patient, kinds := range patients {
			rows = append(rows, m.trail.row(ctx, client, auditevent.ActionREAD).SetPatientID(patient).
				SetEntityType("Patient").SetEntityID(patient).SetDetail(strings.Join(kinds, " ")))
		}
		return client.AuditEvent.CreateBulk(rows...).Exec(ctx)
	})
}

func (t *trail) row(ctx context.Context, client *ent.Client, action auditevent.Action) *ent.AuditEventCreate {
	v := kit.ViewerOf(ctx)
	return client.AuditEvent.Create().SetAt(t.m.Clock.Now()).SetAction(action).
		SetOutcome(auditevent.OutcomeSUCCESS).SetActorID(v.ID).SetActorName(v.Name).
		SetRoles(strings.Join(v.Roles, " ")).SetOperation(v.Operation).SetPurpose(v.Purpose).
		SetRequestID(v.RequestID).SetRemoteIP(v.RemoteIP).SetChain(t.chain)
}
