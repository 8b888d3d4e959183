package vitals

import (
	"context"
	"fmt"
	"time"

	"medoffice/ent"
	"medoffice/ent/patient"
	"medoffice/ent/vitalreading"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/kit/opt"
)

// Put takes a reading in that was made elsewhere, in the running transaction,
// and notifies nobody: what was critical then is no news now. The reading is
// recognised by its source. Units, code and meaning are brought to those of
// the office; a sign or a unit that it does not know is kept as OTHER. The same
// again changes nothing; a reading that says something else takes the place of
// the old one, which stays as entered in error. A value that nobody can have
// is refused (IMPLAUSIBLE), and so is the change of a reading that somebody
// marked here (CONFLICT).
func (m *Module) Put(ctx context.Context, row *ent.VitalReading) (id string, created, updated bool, err error) {
	if opt.Text(row.Source) == "" || row.PatientID == "" {
		return "", false, false, kit.Invalid("an imported reading has a source and a patient")
	}
	p, err := m.chart(ctx, row.PatientID)
	if err != nil {
		return "", false, false, err
	}
	r := *row
	r.PatientID = p.ID
	if err := m.normalise(ctx, p.BirthDate, &r); err != nil {
		return "", false, false, err
	}
	old, err := m.DB.Client(ctx).VitalReading.Query().Where(vitalreading.Source.EQ(*r.Source)).Only(ctx)
	if ent.IsNotFound(err) {
		err = create(m.DB.Client(ctx), &r).Exec(ctx)
		return r.ID, err == nil, false, err
	}
	if err != nil {
		return "", false, false, err
	}
	return m.replace(ctx, old, &r)
}

// replace puts a reading in the place of an older one of the same source.
func (m *Module) replace(ctx context.Context, old, r *ent.VitalReading) (id string, created, updated bool, err error) {
	wrong := old.Status == vitalreading.StatusENTERED_IN_ERROR
	switch {
	case said(old) == said(r) && (wrong || old.Status == r.Status):
		return old.ID, false, false, nil
	case wrong:
		return old.ID, false, false, kit.Refuse(kit.Conflict, "this reading was marked as entered in error here")
	case said(old) == said(r):
		_, err = m.void(ctx, old, "entered in error where it came from")
		return old.ID, false, err == nil, err
	}
	if _, err = m.void(ctx, old, "replaced where it came from"); err != nil {
		return old.ID, false, false, err
	}
	// FHIR's way to name an older version of a resource.
	past := fmt.Sprintf("%s/_history/%d", *old.Source, old.Version)
	if err = m.DB.Client(ctx).VitalReading.UpdateOneID(old.ID).SetSource(past).Exec(ctx); err != nil {
		return old.ID, false, false, err
	}
	r.ID = ""
	err = create(m.DB.Client(ctx), r).Exec(ctx)
	return r.ID, false, err == nil, err
}

// normalise fills in what the office knows of an imported reading.
func (m *Module) normalise(ctx context.Context, born *date.Date, r *ent.VitalReading) error {
	known := signOf(r.Sign)
	if r.Sign == "" && r.Code != nil {
		known = signOfCode(*r.Code)
	}
	if r.Status == "" {
		r.Status = vitalreading.StatusFINAL
	}
	if r.Status == vitalreading.StatusENTERED_IN_ERROR && r.VoidedAt == nil {
		now, by, why := m.Clock.Now(), kit.ViewerOf(ctx).ID, "entered in error where it came from"
		r.VoidedAt, r.VoidedBy, r.VoidReason = &now, &by, &why
	}
	if known == nil || !known.fits(r) {
		r.Sign = vitalreading.SignOTHER
		return named(r)
	}
	r.Sign = known.sign
	if r.Code == nil {
		code, system := known.code, loinc
		r.Code, r.CodeSystem = &code, &system
	}
	if r.CodeText == "" {
		r.CodeText = known.display
	}
	return m.understand(known, born, r)
}

func named(r *ent.VitalReading) error {
	if r.CodeText == "" {
		r.CodeText = opt.Text(r.Code)
	}
	if r.CodeText == "" {
		return kit.Invalid("an imported reading has a code or a text")
	}
	return nil
}

// fits reports whether the numbers and the unit of an imported reading are those
// of the sign.
func (s *sign) fits(r *ent.VitalReading) bool {
	_, ok := s.unitOf(opt.Text(r.Unit))
	if s.lower == nil {
		return ok && r.Systolic == nil && r.Diastolic == nil
	}
	return ok && r.Value == nil && (r.Systolic == nil) == (r.Diastolic == nil)
}

// understand brings the numbers to the unit of the office and says what they
// mean, where the source does not.
func (m *Module) understand(known *sign, born *date.Date, r *ent.VitalReading) error {
	if r.Value == nil && r.Systolic == nil {
		r.Unit = nil
		return nil
	}
	u, _ := known.unitOf(opt.Text(r.Unit))
	if r.EnteredUnit == nil {
		entered, code := number(r), u.code
		r.EnteredValue, r.EnteredUnit = &entered, &code
	}
	unit, a := known.unit(), ageAt(born, r.TakenAt, m.zone())
	var means *vitalreading.Interpretation
	for _, n := range []struct {
		of *part
		to **decimal.Decimal
	}{{&known.value, first(&r.Value, &r.Systolic)}, {known.lower, &r.Diastolic}} {
		if *n.to == nil {
			continue
		}
		if err := known.number(*n.of, u, **n.to, a, "value", n.to, &means); err != nil {
			return err
		}
	}
	r.Unit = &unit
	if r.Interpretation == nil {
		r.Interpretation = means
	}
	return nil
}

func first(value, systolic **decimal.Decimal) **decimal.Decimal {
	if *value != nil {
		return value
	}
	return systolic
}

// number is the number of a reading as people write it.
func number(r *ent.VitalReading) string {
	if r.Systolic != nil && r.Diastolic != nil {
		return r.Systolic.String() + "/" + r.Diastolic.String()
	}
	return show(r.Value)
}

type chartsKey struct{}

// chart is the patient of an imported reading, or the one into whose chart it
// was merged; it is asked for once a transaction.
func (m *Module) chart(ctx context.Context, id string) (*ent.Patient, error) {
	known := db.Note(ctx, chartsKey{}, func() *map[string]*ent.Patient { return &map[string]*ent.Patient{} })
	if known != nil && (*known)[id] != nil {
		return (*known)[id], nil
	}
	p, err := m.DB.Client(ctx).Patient.Get(ctx, id)
	for hops := 0; err == nil && p.Status == patient.StatusMERGED && p.MergedIntoID != nil && hops < 10; hops++ {
		p, err = m.DB.Client(ctx).Patient.Get(ctx, *p.MergedIntoID)
	}
	if ent.IsNotFound(err) {
		return nil, kit.Missing("patient")
	}
	if err == nil && known != nil {
		(*known)[id] = p
	}
	return p, err
}

// said is what a reading says, for comparison.
func said(r *ent.VitalReading) [15]string {
	return [...]string{
		r.PatientID, show(r.VisitID), string(r.Sign), r.CodeText, show(r.Code), show(r.CodeSystem),
		show(r.Value), number(r), show(r.Unit), show(r.NotDoneReason), show(r.Method), show(r.BodyPosition),
		show(r.BodySite), show(r.Note), r.TakenAt.UTC().Truncate(time.Millisecond).String(),
	}
}

// show writes an optional value; what is missing is no text, and so never 0.
func show[T any](p *T) string {
	if p == nil {
		return ""
	}
	return fmt.Sprint(*p)
}
