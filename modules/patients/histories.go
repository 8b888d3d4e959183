package patients

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/historyentry"
	"medoffice/graph/model"
	"medoffice/modules/kit"
)

func (m *Module) addHistory(ctx context.Context, in model.AddHistoryInput) (string, error) {
	p, err := m.open(ctx, in.PatientID, "patientId")
	if err != nil {
		return "", err
	}
	create, err := m.newHistory(in, p)
	if err != nil {
		return "", err
	}
	row, err := create(m.DB.Client(ctx).HistoryEntry.Create()).Save(ctx)
	if err != nil {
		return "", err
	}
	return m.changed(ctx, p.ID, "HistoryEntry", row.ID)
}

// newHistory checks an entry and returns how to make it.
func (m *Module) newHistory(in model.AddHistoryInput, p *ent.Patient) (func(*ent.HistoryEntryCreate) *ent.HistoryEntryCreate, error) {
	text, code, system, err := coded(in.Code, "code")
	if err != nil {
		return nil, err
	}
	value, err := given(in.Value, maxLine, "value")
	if err != nil {
		return nil, err
	}
	relationship, err := given(in.Relationship, maxName, "relationship")
	if err != nil {
		return nil, err
	}
	note, err := given(in.Note, maxNote, "note")
	if err != nil {
		return nil, err
	}
	birth, family := p.BirthDate, in.Kind == historyentry.KindFAMILY
	if family { // what relatives had was often there before the patient
		birth = nil
	}
	if family && relationship == nil {
		return nil, kit.Invalid("a family history tells whose it is", "relationship")
	}
	onset := in.Onset.Value()
	if err := lived(onset, birth, m.today(), "onset"); err != nil {
		return nil, err
	}
	return func(c *ent.HistoryEntryCreate) *ent.HistoryEntryCreate {
		return c.SetPatientID(p.ID).SetKind(in.Kind).SetCodeText(text).SetNillableCode(code).SetNillableCodeSystem(system).
			SetNillableValue(value).SetNillableRelationship(relationship).SetNillableNote(note).
			SetNillableOnset(onset).SetRecordedAt(m.Clock.Now())
	}, nil
}

func (m *Module) resolveHistory(ctx context.Context, in model.ResolveHistoryInput) (string, error) {
	row, err := m.holdHistory(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if err := row.Update().SetStatus(historyentry.StatusRESOLVED).Exec(ctx); err != nil {
		return "", err
	}
	return m.changed(ctx, row.PatientID, "HistoryEntry", row.ID)
}

func (m *Module) voidHistory(ctx context.Context, in model.VoidHistoryInput) (string, error) {
	row, err := m.holdHistory(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	u, err := void(ctx, row.Update().SetStatus(historyentry.StatusENTERED_IN_ERROR), m.Clock.Now(), in.Reason)
	if err != nil {
		return "", err
	}
	if err := u.Exec(ctx); err != nil {
		return "", err
	}
	return m.changed(ctx, row.PatientID, "HistoryEntry", row.ID)
}
