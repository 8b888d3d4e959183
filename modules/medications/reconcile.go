package medications

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/medicationstatement"
	"medoffice/ent/reconciliationline"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

// The bounds of one going through the list.
const (
	mostTaken = 100
	mostAdded = 50
)

// reconcileMedications goes through the whole list of what a patient takes. What the caller
// did not see is not left out by chance: every medication that is taken needs its
// line.
func (m *Module) reconcileMedications(ctx context.Context, in model.ReconcileMedicationsInput) (string, error) {
	visit := opt.Text(in.VisitID.Value())
	if err := m.somebody(ctx, in.PatientID); err != nil {
		return "", err
	}
	if visit != "" {
		found, err := m.findVisit(ctx, []string{visit})
		if err != nil || found[visit] == nil || found[visit].PatientID != in.PatientID {
			return "", orMissing(err, "visit of this patient", "visitId")
		}
	}
	if n := in.Note.Value(); n != nil && len([]rune(*n)) > mostLine {
		return "", kit.Invalid("at most 500 letters", "note")
	}
	taken, err := m.taken(ctx, in.PatientID)
	if err != nil {
		return "", err
	}
	if err := whole(taken, in.Lines); err != nil {
		return "", err
	}
	v := kit.ViewerOf(ctx)
	row, err := m.DB.Client(ctx).Reconciliation.Create().SetPatientID(in.PatientID).SetNillableVisitID(opt.Of(visit)).
		SetActorID(v.ID).SetActorName(v.Name).SetAt(m.Clock.Now()).SetNillableNote(in.Note.Value()).Save(ctx)
	if err != nil {
		return "", err
	}
	r := &going{Module: m, id: row.ID, patient: in.PatientID}
	for _, line := range in.Lines {
		if err := r.decide(ctx, taken[line.StatementID], line); err != nil {
			return "", err
		}
	}
	return row.ID, r.more(ctx, in.Added.Value())
}

// taken locks what a patient takes, as the list says.
func (m *Module) taken(ctx context.Context, patientID string) (map[string]*ent.MedicationStatement, error) {
	q := m.DB.Client(ctx).MedicationStatement.Query().Where(medicationstatement.PatientID.EQ(patientID), medicationstatement.StatusColumn.EQ(medicationstatement.StatusACTIVE)).
		Order(medicationstatement.ID.Asc())
	q.Modify(db.ForUpdate)
	rows, err := q.All(ctx)
	found := make(map[string]*ent.MedicationStatement, len(rows))
	for _, r := range rows {
		found[r.ID] = r
	}
	return found, err
}

// whole refuses lines that are not exactly those of the list.
func whole(taken map[string]*ent.MedicationStatement, lines []*model.ReconcileLineInput) error {
	seen := map[string]bool{}
	for _, line := range lines {
		if taken[line.StatementID] == nil || seen[line.StatementID] {
			return kit.Invalid("this is not on the list of what the patient takes, or is named twice", "lines")
		}
		seen[line.StatementID] = true
	}
	switch {
	case len(lines) > mostTaken:
		return kit.Invalid("at most 100 medications", "lines")
	case len(seen) < len(taken):
		return kit.Refuse(kit.FailedPrecondition, "the list has more than was gone through: look again", "lines")
	}
	return nil
}

// going is one going through a list, line by line.
type going struct {
	*Module
	id, patient string
	position    int
}

// decide writes what becomes of one medication.
func (r *going) decide(ctx context.Context, was *ent.MedicationStatement, line *model.ReconcileLineInput) error {
	var reason string
	var err error
	if line.Decision != reconciliationline.DecisionCONTINUED {
		if reason, err = act.Words(opt.Text(line.Reason.Value()), mostLine, "lines"); err != nil {
			return err
		}
	}
	switch line.Decision {
	case reconciliationline.DecisionCONTINUED:
		return r.line(ctx, was.ID, line.Decision, "", reason)
	case reconciliationline.DecisionSTOPPED, reconciliationline.DecisionCHANGED:
	default:
		return kit.Invalid("a medication of the list is continued, changed or stopped", "lines")
	}
	after := ""
	if line.Decision == reconciliationline.DecisionCHANGED {
		use := line.Change.Value()
		if use == nil {
			return kit.Invalid("tell how it is taken from now on", "lines")
		}
		made, err := r.add(ctx, use, was)
		if err != nil {
			return err
		}
		after = made.ID
	}
	err = was.Update().SetStatus(medicationstatement.StatusSTOPPED).SetStopReason(reason).SetStoppedOn(date.Date(r.Day(r.Clock.Now()))).Exec(ctx)
	if err != nil {
		return err
	}
	return r.line(ctx, was.ID, line.Decision, after, reason)
}

// more writes what the patient takes beside.
func (r *going) more(ctx context.Context, list []*model.MedicationUseInput) error {
	if len(list) > mostAdded {
		return kit.Invalid("at most 50 medications", "added")
	}
	for _, use := range list {
		made, err := r.add(ctx, use, nil)
		if err != nil {
			return err
		}
		if err := r.line(ctx, made.ID, reconciliationline.DecisionADDED, "", ""); err != nil {
			return err
		}
	}
	return r.publish(ctx, events.PatientChanged{PatientID: r.patient, Kind: "Reconciliation", RowID: r.id})
}

func (r *going) line(ctx context.Context, statement string, d reconciliationline.Decision, after, reason string) error {
	r.position++
	return r.DB.Client(ctx).ReconciliationLine.Create().SetReconciliationID(r.id).SetStatementID(statement).SetDecision(d).
		SetNillableReplacedByID(opt.Of(after)).SetNillableReason(opt.Of(reason)).SetPosition(r.position).Exec(ctx)
}

// add puts a medication on the list, in place of another one or new.
func (r *going) add(ctx context.Context, use *model.MedicationUseInput, was *ent.MedicationStatement) (*ent.MedicationStatement, error) {
	c := r.DB.Client(ctx).MedicationStatement.Create().SetPatientID(r.patient).SetRecordedAt(r.Clock.Now()).
		SetNillableDose(use.Dose.Value()).SetNillableRoute(use.Route.Value()).SetNillableFrequency(use.Frequency.Value()).
		SetNillableStartedOn(use.StartedOn.Value())
	for _, text := range []*string{use.Dose.Value(), use.Route.Value(), use.Frequency.Value()} {
		if text != nil && len([]rune(*text)) > mostLine {
			return nil, kit.Invalid("at most 500 letters", "dose")
		}
	}
	if was != nil {
		c.SetChangedFromID(was.ID).SetOrigin(was.Origin)
	}
	id, named := opt.Text(use.MedicationID.Value()), use.Code.Value()
	switch {
	case id != "":
		found, err := r.findMedication(ctx, []string{id})
		if err != nil || found[id] == nil {
			return nil, orMissing(err, "medication", "medicationId")
		}
		c.SetMedicationID(id).SetCodeText(found[id].Name)
	case named != nil:
		text, err := act.Words(named.Text, mostLine, "code")
		if err != nil {
			return nil, err
		}
		code, system := named.Code.Value(), named.System.Value()
		if (code == nil) != (system == nil) || len(opt.Text(code)) > mostLine || len(opt.Text(system)) > mostLine {
			return nil, kit.Invalid("a code needs its system", "code", "system")
		}
		c.SetCodeText(text).SetNillableCode(code).SetNillableCodeSystem(system)
	case was != nil:
		c.SetNillableMedicationID(was.MedicationID).SetCodeText(was.CodeText).SetNillableCode(was.Code).SetNillableCodeSystem(was.CodeSystem)
	default:
		return nil, kit.Invalid("tell which medication", "medicationId")
	}
	return c.Save(ctx)
}

// voidMedicationStatement marks a medication of the list as never so.
func (m *Module) voidMedicationStatement(ctx context.Context, in model.VoidMedicationStatementInput) (string, error) {
	reason, err := act.Words(in.Reason, mostLine, "reason")
	if err != nil {
		return "", err
	}
	q := m.DB.Client(ctx).MedicationStatement.Query().Where(medicationstatement.ID.EQ(in.ID))
	q.Modify(db.ForUpdate)
	row, err := act.Found(q.Only(ctx))("medication of the list", "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if row.Status == medicationstatement.StatusENTERED_IN_ERROR {
		return "", kit.Refuse(kit.FailedPrecondition, "this was marked as an error already", "id")
	}
	err = row.Update().SetStatus(medicationstatement.StatusENTERED_IN_ERROR).SetVoidedAt(m.Clock.Now()).
		SetVoidedBy(kit.ViewerOf(ctx).ID).SetVoidReason(reason).Exec(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, m.publish(ctx, events.PatientChanged{PatientID: row.PatientID, Kind: "MedicationStatement", RowID: row.ID})
}
