package visits

import (
	"context"
	"strings"

	"medoffice/ent"
	"medoffice/ent/visit"
	"medoffice/ent/visitnote"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

// mostText bounds a note, in bytes.
const mostText = 50_000

func checkText(s string) error {
	if strings.TrimSpace(s) == "" || len(s) > mostText {
		return kit.Invalid("a note has 1 to 50000 characters", "text")
	}
	return nil
}

// writeNote begins a draft.
func (m *Module) writeNote(ctx context.Context, in model.WriteNoteInput) (string, error) {
	if err := checkText(in.Text); err != nil {
		return "", err
	}
	v, err := m.DB.Client(ctx).Visit.Query().Where(visit.ID.EQ(in.VisitID)).Only(ctx)
	if ent.IsNotFound(err) {
		return "", kit.Missing("visit", "visitId")
	}
	if err != nil {
		return "", err
	}
	n, err := m.newNote(ctx, v.ID, v.PatientID, in.Kind, in.Text).Save(ctx)
	if err != nil {
		return "", err
	}
	return n.ID, nil
}

func (m *Module) newNote(ctx context.Context, visitID, patientID string, kind visitnote.Kind, said string) *ent.VisitNoteCreate {
	who := kit.ViewerOf(ctx)
	return m.DB.Client(ctx).VisitNote.Create().SetVisitID(visitID).SetPatientID(patientID).SetKind(kind).
		SetText(said).SetAuthorID(who.ID).SetAuthorName(who.Name)
}

func (m *Module) lockNote(ctx context.Context, id string, version int) (*ent.VisitNote, error) {
	q := m.DB.Client(ctx).VisitNote.Query().Where(visitnote.ID.EQ(id))
	q.Modify(db.ForUpdate)
	n, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return nil, kit.Missing("note", "noteId")
	}
	if err != nil {
		return nil, err
	}
	return n, kit.Fresh(n.ID, n.Version, version)
}

// lockDraft finds a draft for its author.
func (m *Module) lockDraft(ctx context.Context, id string, version int) (*ent.VisitNote, error) {
	n, err := m.lockNote(ctx, id, version)
	if err != nil {
		return nil, err
	}
	if n.Status != visitnote.StatusDRAFT {
		return nil, kit.Refuse(kit.FailedPrecondition, "the note is signed: amend it", "noteId")
	}
	if n.AuthorID != kit.ViewerOf(ctx).ID {
		return nil, kit.Denied("change the draft of somebody else")
	}
	return n, nil
}

// updateNote goes on writing a draft.
func (m *Module) updateNote(ctx context.Context, in model.UpdateNoteInput) (string, error) {
	if err := checkText(in.Text); err != nil {
		return "", err
	}
	n, err := m.lockDraft(ctx, in.NoteID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	return n.ID, n.Update().SetText(in.Text).Exec(ctx)
}

// signNote signs a draft.
func (m *Module) signNote(ctx context.Context, in model.SignNoteInput) (string, error) {
	n, err := m.lockDraft(ctx, in.NoteID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	err = n.Update().SetStatus(visitnote.StatusSIGNED).SetSignedAt(m.Clock.Now()).SetSignedBy(kit.ViewerOf(ctx).ID).Exec(ctx)
	if err != nil {
		return "", err
	}
	return n.ID, m.signed(ctx, n)
}

func (m *Module) signed(ctx context.Context, n *ent.VisitNote) error {
	v, err := m.DB.Client(ctx).Visit.Get(ctx, n.VisitID)
	if err != nil {
		return err
	}
	return m.publish(ctx, events.NoteSigned{NoteID: n.ID, VisitID: n.VisitID, PatientID: n.PatientID, LocationID: opt.Text(v.LocationID)})
}

// amendNote signs a new note in the place of a signed one, which stays.
func (m *Module) amendNote(ctx context.Context, in model.AmendNoteInput) (string, error) {
	if err := checkText(in.Text); err != nil {
		return "", err
	}
	old, err := m.lockNote(ctx, in.NoteID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if old.Status != visitnote.StatusSIGNED {
		return "", kit.Refuse(kit.FailedPrecondition, "only a signed note is amended, and only the newest", "noteId")
	}
	if err := old.Update().SetStatus(visitnote.StatusAMENDED).Exec(ctx); err != nil {
		return "", err
	}
	n, err := m.newNote(ctx, old.VisitID, old.PatientID, old.Kind, in.Text).SetAmendsID(old.ID).
		SetStatus(visitnote.StatusSIGNED).SetSignedAt(m.Clock.Now()).SetSignedBy(kit.ViewerOf(ctx).ID).Save(ctx)
	if err != nil {
		return "", err
	}
	return n.ID, m.signed(ctx, n)
}

// voidNote marks a note as a mistake. The note that it amended stands again.
func (m *Module) voidNote(ctx context.Context, in model.VoidNoteInput) (string, error) {
	n, err := m.lockNote(ctx, in.NoteID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if viewer := kit.ViewerOf(ctx); n.AuthorID != viewer.ID && !viewer.May(VoidNotes) {
		return "", kit.Denied(VoidNotes)
	}
	if n.Status != visitnote.StatusDRAFT && n.Status != visitnote.StatusSIGNED {
		return "", kit.Refuse(kit.FailedPrecondition, "only the newest note is marked as a mistake", "noteId")
	}
	if err := n.Update().SetStatus(visitnote.StatusENTERED_IN_ERROR).Exec(ctx); err != nil {
		return "", err
	}
	if n.AmendsID == nil {
		return n.ID, nil
	}
	old, err := m.DB.Client(ctx).VisitNote.Get(ctx, *n.AmendsID)
	if err != nil {
		return "", err
	}
	return n.ID, old.Update().SetStatus(visitnote.StatusSIGNED).Exec(ctx)
}
