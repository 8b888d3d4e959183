package patients

import (
	"context"
	"math/rand/v2"
	"time"

	"medoffice/ent"
	"medoffice/ent/patient"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/date"
)

// seedBatch is how many charts of the demo are written in one transaction.
const seedBatch = 25

// Seed implements kit.Seeder: invented people with charts of many years.
func (m *Module) Seed(ctx context.Context, demo *kit.Demo) error {
	r := demo.Rand("patients")
	for done := 0; done < demo.Patients; done += seedBatch {
		n := min(seedBatch, demo.Patients-done)
		err := m.DB.Tx(ctx, func(ctx context.Context) error { return m.seedSome(ctx, demo, r, n) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *Module) seedSome(ctx context.Context, demo *kit.Demo, r *rand.Rand, n int) error {
	b := &sheaf{c: m.DB.Client(ctx)}
	var told []bus.Event
	for range n {
		l := &life{r: r, demo: demo, zone: m.Zone, b: b}
		mrn, err := m.DrawMRN(ctx)
		if err != nil {
			return err
		}
		l.person(mrn)
		l.card()
		l.allergies()
		l.problems()
		l.histories()
		l.vaccines()
		l.consents()
		told = append(told, events.PatientRegistered{PatientID: l.id})
	}
	if err := b.save(ctx); err != nil {
		return err
	}
	return m.publish(ctx, told...)
}

// sheaf gathers the rows of several charts, to be written together.
type sheaf struct {
	c             *ent.Client
	patients      []*ent.PatientCreate
	identifiers   []*ent.PatientIdentifierCreate
	addresses     []*ent.PatientAddressCreate
	telecoms      []*ent.PatientTelecomCreate
	contacts      []*ent.PatientContactCreate
	terms         []*ent.PatientTermCreate
	allergies     []*ent.AllergyCreate
	problems      []*ent.ProblemCreate
	histories     []*ent.HistoryEntryCreate
	immunizations []*ent.ImmunizationCreate
	consents      []*ent.ConsentCreate
}

func (b *sheaf) save(ctx context.Context) error {
	for _, bulk := range []interface{ Exec(context.Context) error }{
		b.c.Patient.CreateBulk(b.patients...), b.c.PatientIdentifier.CreateBulk(b.identifiers...),
		b.c.PatientAddress.CreateBulk(b.addresses...), b.c.PatientTelecom.CreateBulk(b.telecoms...),
		b.c.PatientContact.CreateBulk(b.contacts...), b.c.PatientTerm.CreateBulk(b.terms...),
		b.c.Allergy.CreateBulk(b.allergies...), b.c.Problem.CreateBulk(b.problems...),
		b.c.HistoryEntry.CreateBulk(b.histories...), b.c.Immunization.CreateBulk(b.immunizations...),
		b.c.Consent.CreateBulk(b.consents...),
	} {
		if err := bulk.Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// life is one invented person.
type life struct {
	r     *rand.Rand
	demo  *kit.Demo
	zone  *time.Location
	b     *sheaf
	id    string
	sex   patient.Sex
	given string
	name  string
	birth time.Time // midnight UTC of the day
	years int
	since time.Time // the first visit to the office
	moved string    // the city
}

// chance is true so often, of 1.
func (l *life) chance(p float64) bool { return l.r.Float64() < p }

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// between is a number from a to b, both included.
func (l *life) between(a, b int) int { return a + l.r.IntN(b-a+1) }

func (l *life) newID(prefix string) string { return l.demo.ID(l.r, prefix) }

// day is a date so many days after the birth, at most today.
func (l *life) day(t time.Time) *date.Date {
	if last := l.demo.Now.In(l.zone); t.After(last) {
		t = last
	}
	d := date.Of(t)
	return &d
}

// atAge is some day in the year in which the person had the age.
func (l *life) atAge(years int) time.Time {
	return l.birth.AddDate(years, 0, l.r.IntN(365))
}

// noted is when something of the day was written down: at some hour of that
// day, but not before the person came to the office, and not in the future.
func (l *life) noted(t time.Time) time.Time {
	if t.Before(l.since) {
		t = l.since
	}
	t = time.Date(t.Year(), t.Month(), t.Day(), l.between(8, 16), l.between(0, 59), 0, 0, l.zone).UTC()
	if limit := l.demo.Now.Add(-time.Hour); t.After(limit) {
		return limit
	}
	return t
}

// later is some day within the year and a half after t, such as the last one
// of a vial that was used at t.
func (l *life) later(t time.Time) *date.Date {
	d := date.Of(t.AddDate(0, l.between(2, 18), 0))
	return &d
}
