package vitals

import (
	"context"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/patient"
	"medoffice/ent/visit"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/opt"
)

// The bounds of a set.
const (
	maxReadings = 20
	ahead       = 5 * time.Minute // how far the clock of a device may be ahead of ours
)

// scene is whose signs are taken, where, when and by whom.
type scene struct {
	patient *ent.Patient
	visit   *ent.Visit // nil where there is none
	at      time.Time
	age     age
	by      string
}

func (s scene) visitID() string {
	if s.visit == nil {
		return ""
	}
	return s.visit.ID
}

func (s scene) locationID() string {
	if s.visit == nil {
		return ""
	}
	return opt.Text(s.visit.LocationID)
}

// recordVitals records a set of signs with what follows from them, publishes what
// is critical, and ticks the visit's list. It returns the ids, joined.
func (m *Module) recordVitals(ctx context.Context, in model.RecordVitalsInput) (string, error) {
	if len(in.Readings) == 0 || len(in.Readings) > maxReadings {
		return "", kit.Invalid("a set has 1 to 20 readings", "readings")
	}
	s, err := m.scene(ctx, in)
	if err != nil {
		return "", err
	}
	rows, err := s.readings(in.Readings)
	if err != nil {
		return "", err
	}
	derived, err := m.derive(ctx, s, rows)
	if err != nil {
		return "", err
	}
	rows = append(rows, derived...)
	if err := m.save(ctx, rows); err != nil {
		return "", err
	}
	if err := m.publish(ctx, s, rows); err != nil {
		return "", err
	}
	if s.visit != nil && measured(rows) {
		err = m.visits.TickVitals(ctx, s.visit.ID)
	}
	return joined(rows), err
}

// scene finds the patient and the visit and checks the time.
func (m *Module) scene(ctx context.Context, in model.RecordVitalsInput) (s scene, err error) {
	s.at, s.by = m.Clock.Now(), kit.ViewerOf(ctx).Name
	if at := in.TakenAt.Value(); at != nil {
		s.at = *at
	}
	if s.patient, err = m.patientOf(ctx, in.PatientID); err != nil {
		return s, err
	}
	if visitID := in.VisitID.Value(); visitID != nil {
		if s.visit, err = m.visitOf(ctx, *visitID, in.PatientID); err != nil {
			return s, err
		}
	}
	s.age = ageAt(s.patient.BirthDate, s.at, m.zone())
	return s, m.inTime(s)
}

// patientOf finds the chart and keeps it from being merged away meanwhile.
func (m *Module) patientOf(ctx context.Context, id string) (*ent.Patient, error) {
	q := m.DB.Client(ctx).Patient.Query().Where(patient.ID.EQ(id))
	q.Modify(func(s *sql.Selector) {
		if s.Dialect() == dialect.Postgres {
			s.ForShare()
		}
	})
	p, err := q.Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return nil, kit.Missing("patient", "patientId")
	case err != nil:
		return nil, err
	case p.Status == patient.StatusMERGED || p.Status == patient.StatusENTERED_IN_ERROR:
		return nil, kit.Refuse(kit.FailedPrecondition, "this chart is closed: use the one that took its place", "patientId")
	}
	return p, nil
}

func (m *Module) visitOf(ctx context.Context, id, patientID string) (*ent.Visit, error) {
	v, err := m.DB.Client(ctx).Visit.Get(ctx, id)
	if err != nil && !ent.IsNotFound(err) {
		return nil, err
	}
	if err != nil || v.PatientID != patientID {
		return nil, kit.Missing("visit of this patient", "visitId")
	}
	if v.Status == visit.StatusCANCELLED || v.Status == visit.StatusENTERED_IN_ERROR {
		return nil, kit.Refuse(kit.FailedPrecondition, "this visit did not take place", "visitId")
	}
	return v, nil
}

// inTime refuses what was taken in the future, before the birth of the patient
// or after the end of the visit.
func (m *Module) inTime(s scene) error {
	if s.at.After(m.Clock.Now().Add(ahead)) {
		return kit.Invalid("the time is in the future", "takenAt")
	}
	if born := s.patient.BirthDate; born != nil && *born != "" {
		y, month, d := born.First().Date()
		if s.at.Before(time.Date(y, month, d, 0, 0, 0, 0, m.zone())) {
			return kit.Invalid("the time is before the birth of the patient", "takenAt")
		}
	}
	if s.visit != nil && s.visit.EndedAt != nil && s.at.After(*s.visit.EndedAt) {
		return kit.Invalid("the time is after the end of the visit", "takenAt")
	}
	return nil
}

// save writes new rows with one statement.
func (m *Module) save(ctx context.Context, rows []*ent.VitalReading) error {
	client := m.DB.Client(ctx)
	creates := make([]*ent.VitalReadingCreate, len(rows))
	for i, row := range rows {
		creates[i] = create(client, row)
	}
	return client.VitalReading.CreateBulk(creates...).Exec(ctx)
}

func create(client *ent.Client, r *ent.VitalReading) *ent.VitalReadingCreate {
	if r.ID == "" {
		r.ID = id.New(vitalReadingEntity.Prefix)
	}
	return client.VitalReading.Create().SetID(r.ID).SetPatientID(r.PatientID).SetNillableVisitID(r.VisitID).
		SetSign(r.Sign).SetStatus(r.Status).SetCodeText(r.CodeText).SetNillableCode(r.Code).SetNillableCodeSystem(r.CodeSystem).
		SetNillableValue(r.Value).SetNillableSystolic(r.Systolic).SetNillableDiastolic(r.Diastolic).SetNillableUnit(r.Unit).
		SetNillableEnteredValue(r.EnteredValue).SetNillableEnteredUnit(r.EnteredUnit).
		SetNillableNotDoneReason(r.NotDoneReason).SetNillableInterpretation(r.Interpretation).
		SetNillableMethod(r.Method).SetNillableBodyPosition(r.BodyPosition).SetNillableBodySite(r.BodySite).SetNillableNote(r.Note).
		SetDerived(r.Derived).SetNillableDerivedFromID(r.DerivedFromID).SetNillableDerivedWithID(r.DerivedWithID).
		SetTakenAt(r.TakenAt).SetTakenBy(r.TakenBy).SetNillableSource(r.Source).
		SetNillableAcknowledgedAt(r.AcknowledgedAt).SetNillableAcknowledgedBy(r.AcknowledgedBy).
		SetNillableVoidedAt(r.VoidedAt).SetNillableVoidedBy(r.VoidedBy).SetNillableVoidReason(r.VoidReason)
}

// publish publishes the set, and each critical reading of it.
func (m *Module) publish(ctx context.Context, s scene, rows []*ent.VitalReading) error {
	set := events.VitalsRecorded{PatientID: s.patient.ID, VisitID: s.visitID(), LocationID: s.locationID()}
	facts := []bus.Event{}
	for _, r := range rows {
		set.ReadingIDs = append(set.ReadingIDs, r.ID)
		if r.Interpretation != nil && critical(*r.Interpretation) {
			facts = append(facts, events.CriticalVital{
				ReadingID: r.ID, PatientID: r.PatientID, VisitID: s.visitID(), LocationID: s.locationID(),
			})
		}
	}
	return m.Bus.Publish(ctx, kit.ViewerOf(ctx).ID, append(facts, set)...)
}

func measured(rows []*ent.VitalReading) bool {
	for _, r := range rows {
		if r.NotDoneReason == nil {
			return true
		}
	}
	return false
}

// joined is the ids of a set as one text, for act.Do.
func joined(rows []*ent.VitalReading) string {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return strings.Join(ids, ",")
}

// readSet reads the rows of joined ids, in their order.
func (m *Module) readSet(ctx context.Context, joined string) ([]*ent.VitalReading, error) {
	ids := strings.Split(joined, ",")
	found, err := m.findVitalReading(ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := make([]*ent.VitalReading, len(ids))
	for i, id := range ids {
		rows[i] = found[id]
	}
	return present(rows...), nil
}
