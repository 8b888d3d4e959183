package patients

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/problem"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
)

func (m *Module) addProblem(ctx context.Context, in model.AddProblemInput) (string, error) {
	p, err := m.open(ctx, in.PatientID, "patientId")
	if err != nil {
		return "", err
	}
	text, code, system, err := coded(in.Code, "code")
	if err != nil {
		return "", err
	}
	note, err := given(in.Note, maxNote, "note")
	if err != nil {
		return "", err
	}
	if in.Status == problem.StatusENTERED_IN_ERROR {
		return "", kit.Invalid("a new problem is not an error", "status")
	}
	onset, abatement := in.Onset.Value(), in.Abatement.Value()
	if err := m.span(onset, abatement, p.BirthDate); err != nil {
		return "", err
	}
	row, err := m.DB.Client(ctx).Problem.Create().SetPatientID(p.ID).SetStatus(in.Status).
		SetCodeText(text).SetNillableCode(code).SetNillableCodeSystem(system).SetNillableNote(note).
		SetNillableOnset(onset).SetNillableAbatement(abatement).SetRecordedAt(m.Clock.Now()).Save(ctx)
	if err != nil {
		return "", err
	}
	return m.changed(ctx, p.ID, "Problem", row.ID)
}

// span checks the beginning and the end of a problem.
func (m *Module) span(onset, abatement, birth *date.Date) error {
	if err := lived(onset, birth, m.today(), "onset"); err != nil {
		return err
	}
	if err := lived(abatement, birth, m.today(), "abatement"); err != nil {
		return err
	}
	return ordered(onset, abatement, "abatement")
}

func (m *Module) updateProblem(ctx context.Context, in model.UpdateProblemInput) (string, error) {
	row, err := m.holdProblem(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	p, err := m.DB.Client(ctx).Patient.Get(ctx, row.PatientID)
	if err != nil {
		return "", err
	}
	u := row.Update()
	if err := problemStatus(u, in); err != nil {
		return "", err
	}
	onset, abatement := row.Onset, row.Abatement
	if in.Onset.IsSet() {
		if onset = in.Onset.Value(); onset == nil {
			u.ClearOnset()
		} else {
			u.SetOnset(*onset)
		}
	}
	if in.Abatement.IsSet() {
		if abatement = in.Abatement.Value(); abatement == nil {
			u.ClearAbatement()
		} else {
			u.SetAbatement(*abatement)
		}
	}
	if in.Onset.IsSet() || in.Abatement.IsSet() {
		if err := m.span(onset, abatement, p.BirthDate); err != nil {
			return "", err
		}
	}
	if err := u.Exec(ctx); err != nil {
		return "", err
	}
	return m.changed(ctx, row.PatientID, "Problem", row.ID)
}

// problemStatus changes the status and the note.
func problemStatus(u *ent.ProblemUpdateOne, in model.UpdateProblemInput) error {
	if in.Status.IsSet() {
		s := in.Status.Value()
		if s == nil || *s == problem.StatusENTERED_IN_ERROR {
			return kit.Invalid("a problem is active, inactive or over; an error is voided", "status")
		}
		u.SetStatus(*s)
	}
	return change(in.Note, maxNote, "note", u.SetNote, u.ClearNote)
}

func (m *Module) voidProblem(ctx context.Context, in model.VoidProblemInput) (string, error) {
	row, err := m.holdProblem(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	u, err := void(ctx, row.Update().SetStatus(problem.StatusENTERED_IN_ERROR), m.Clock.Now(), in.Reason)
	if err != nil {
		return "", err
	}
	if err := u.Exec(ctx); err != nil {
		return "", err
	}
	return m.changed(ctx, row.PatientID, "Problem", row.ID)
}
