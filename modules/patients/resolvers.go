package patients

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/patient"
	"medoffice/ent/patientaddress"
	"medoffice/ent/patientcontact"
	"medoffice/ent/patientidentifier"
	"medoffice/ent/patienttelecom"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/load"
)

func (q Query) Patient(ctx context.Context, by model.PatientBy) (*ent.Patient, error) {
	row, err := q.find(ctx, by)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return row, err
}

// find finds a patient in the one way that is given; @oneOf is checked here
// too, for gqlparser does not check it in variables.
func (m *Module) find(ctx context.Context, by model.PatientBy) (*ent.Patient, error) {
	id, mrn := act.Value(by.ID), act.Value(by.Mrn)
	if (id == nil) == (mrn == nil) {
		return nil, kit.Invalid("name the patient in exactly one way", "by")
	}
	query := m.DB.Client(ctx).Patient.Query()
	if id != nil {
		query.Where(patient.ID.EQ(*id))
	} else {
		query.Where(patient.Mrn.EQ(*mrn))
	}
	return query.Only(ctx)
}

func (r Patient) Age(_ context.Context, p *ent.Patient) (*int, error) {
	on := r.aged(p)
	if on == "" {
		return nil, nil
	}
	years := p.BirthDate.Age(on)
	return &years, nil
}

func (r Patient) AgeText(_ context.Context, p *ent.Patient) (*string, error) {
	on := r.aged(p)
	if on == "" {
		return nil, nil
	}
	text := spoken(*p.BirthDate, on)
	return &text, nil
}

// aged is the day for which the age is given, "" where no age is known.
func (m *Module) aged(p *ent.Patient) date.Date {
	if p.BirthDate == nil {
		return ""
	}
	return m.agedOn(*p.BirthDate, p.Deceased, p.DeceasedAt)
}

// agedOn is today, or the day of death; "" where no age is known.
func (m *Module) agedOn(birth date.Date, deceased bool, at *time.Time) date.Date {
	switch {
	case birth == "", deceased && at == nil:
		return ""
	case at != nil:
		return date.Of(at.In(m.Zone))
	}
	return m.today()
}

func patientID(p *ent.Patient) string { return p.ID }

func (r Patient) Identifiers(ctx context.Context, p *ent.Patient) ([]*ent.PatientIdentifier, error) {
	return load.Of(ctx, p, "identifiers", patientID, func(ctx context.Context, ids []string) (map[string][]*ent.PatientIdentifier, error) {
		rows, err := r.DB.Client(ctx).PatientIdentifier.Query().Where(patientidentifier.PatientID.In(ids...)).
			Order(patientidentifier.ID.Asc()).All(ctx)
		return load.ByKey(rows, err, func(i *ent.PatientIdentifier) string { return i.PatientID })
	})
}

func (r Patient) Addresses(ctx context.Context, p *ent.Patient) ([]*ent.PatientAddress, error) {
	return load.Of(ctx, p, "addresses", patientID, func(ctx context.Context, ids []string) (map[string][]*ent.PatientAddress, error) {
		rows, err := r.DB.Client(ctx).PatientAddress.Query().Where(patientaddress.PatientID.In(ids...)).
			Order(patientaddress.ID.Asc()).All(ctx)
		oldLast(rows, func(a *ent.PatientAddress) bool { return a.Use == patientaddress.UseOLD })
		return load.ByKey(rows, err, func(a *ent.PatientAddress) string { return a.PatientID })
	})
}

func (r Patient) Telecoms(ctx context.Context, p *ent.Patient) ([]*ent.PatientTelecom, error) {
	return load.Of(ctx, p, "telecoms", patientID, func(ctx context.Context, ids []string) (map[string][]*ent.PatientTelecom, error) {
		rows, err := r.DB.Client(ctx).PatientTelecom.Query().Where(patienttelecom.PatientID.In(ids...)).
			Order(patienttelecom.Rank.Asc(), patienttelecom.ID.Asc()).All(ctx)
		oldLast(rows, func(t *ent.PatientTelecom) bool { return t.Use == patienttelecom.UseOLD })
		return load.ByKey(rows, err, func(t *ent.PatientTelecom) string { return t.PatientID })
	})
}

func (r Patient) Contacts(ctx context.Context, p *ent.Patient) ([]*ent.PatientContact, error) {
	return load.Of(ctx, p, "contacts", patientID, func(ctx context.Context, ids []string) (map[string][]*ent.PatientContact, error) {
		rows, err := r.DB.Client(ctx).PatientContact.Query().Where(patientcontact.PatientID.In(ids...)).
			Order(patientcontact.Emergency.Desc(), patientcontact.ID.Asc()).All(ctx)
		oldLast(rows, func(c *ent.PatientContact) bool { return c.EndedAt != nil })
		return load.ByKey(rows, err, func(c *ent.PatientContact) string { return c.PatientID })
	})
}
