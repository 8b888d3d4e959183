package patients

import (
	"context"
	"errors"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/ent"
	"medoffice/ent/patient"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/page"
	"medoffice/modules/kit/person"
)

// hold reads one row and locks it until the transaction ends.
func hold[T, S any, Q interface {
	page.Query[T, S]
	Only(ctx context.Context) (*T, error)
}](ctx context.Context, q Q, what, path string) (*T, error) {
	q.Modify(db.ForUpdate)
	row, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return nil, kit.Missing(what, path)
	}
	return row, err
}

// open holds a chart that may be written in.
func (m *Module) open(ctx context.Context, id, path string) (*ent.Patient, error) {
	p, err := hold(ctx, m.DB.Client(ctx).Patient.Query().Where(patient.ID.EQ(id)), "patient", path)
	if err != nil {
		return nil, err
	}
	switch p.Status {
	case patient.StatusMERGED:
		return nil, kit.Refuse(kit.FailedPrecondition, "this record was merged into another one: write there", path)
	case patient.StatusENTERED_IN_ERROR:
		return nil, kit.Refuse(kit.FailedPrecondition, "this record was an error: nothing is written in it", path)
	}
	return p, nil
}

func (m *Module) updatePatient(ctx context.Context, in model.UpdatePatientInput) (string, error) {
	p, err := m.open(ctx, in.ID, "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(p.ID, p.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	u := p.Update()
	for _, change := range []func(context.Context, *ent.PatientUpdateOne, *ent.Patient, model.UpdatePatientInput) error{
		m.updateName, m.updateNumber, m.updateDates, updateWords, updateRest,
	} {
		if err := change(ctx, u, p, in); err != nil {
			return "", err
		}
	}
	saved, err := u.Save(ctx)
	if err != nil {
		return "", err
	}
	if in.FamilyName.IsSet() || in.GivenName.IsSet() || in.PreferredName.IsSet() {
		if err := m.Index(ctx, saved.ID); err != nil {
			return "", err
		}
	}
	return m.changed(ctx, saved.ID, "Patient", saved.ID)
}

func (*Module) updateName(_ context.Context, u *ent.PatientUpdateOne, p *ent.Patient, in model.UpdatePatientInput) error {
	if !in.FamilyName.IsSet() && !in.GivenName.IsSet() {
		return nil
	}
	family, first := p.FamilyName, p.GivenName
	if in.FamilyName.IsSet() {
		name, err := needed(opt.Text(in.FamilyName.Value()), maxName, "familyName")
		if err != nil {
			return err
		}
		family = name
	}
	if in.GivenName.IsSet() {
		name, err := given(in.GivenName, maxName, "givenName")
		if err != nil {
			return err
		}
		first = opt.Text(name)
	}
	u.SetFamilyName(family).SetGivenName(first).SetSortName(person.SortName(family, first))
	return nil
}

func (m *Module) updateNumber(ctx context.Context, u *ent.PatientUpdateOne, p *ent.Patient, in model.UpdatePatientInput) error {
	if !in.Mrn.IsSet() {
		return nil
	}
	mrn, err := needed(opt.Text(in.Mrn.Value()), maxName, "mrn")
	if err != nil {
		return err
	}
	u.SetMrn(mrn)
	return m.refuseTaken(ctx, mrn, p.ID)
}

func (m *Module) updateDates(_ context.Context, u *ent.PatientUpdateOne, p *ent.Patient, in model.UpdatePatientInput) error {
	if in.BirthDate.IsSet() {
		birth := in.BirthDate.Value()
		if birth == nil {
			u.ClearBirthDate()
		} else {
			u.SetBirthDate(*birth)
		}
		if err := lived(birth, nil, m.today(), "birthDate"); err != nil {
			return err
		}
	}
	if in.Deceased.IsSet() || in.DeceasedAt.IsSet() {
		return m.updateDeath(u, p, in)
	}
	return nil
}

// updateDeath keeps two things together: who has a time of death has died.
func (m *Module) updateDeath(u *ent.PatientUpdateOne, p *ent.Patient, in model.UpdatePatientInput) error {
	deceased, at := p.Deceased, p.DeceasedAt
	if in.DeceasedAt.IsSet() {
		at = in.DeceasedAt.Value()
		deceased = deceased || at != nil
	}
	if in.Deceased.IsSet() {
		said := in.Deceased.Value()
		if said == nil {
			return kit.Invalid("this must not be null", "deceased")
		}
		if deceased = *said; !deceased && in.DeceasedAt.Value() != nil {
			return kit.Invalid("who has not died has no time of death", "deceasedAt")
		}
	}
	u.SetDeceased(deceased)
	if !deceased || at == nil {
		u.ClearDeceasedAt()
		return nil
	}
	u.SetDeceasedAt(*at)
	birth := p.BirthDate
	if in.BirthDate.IsSet() {
		birth = in.BirthDate.Value()
	}
	return livedAt(*at, birth, m.Clock.Now(), m.Zone, "deceasedAt")
}

// updateWords changes the fields that may be empty.
func updateWords(_ context.Context, u *ent.PatientUpdateOne, _ *ent.Patient, in model.UpdatePatientInput) error {
	return errors.Join(
		change(in.PreferredName, maxName, "preferredName", u.SetPreferredName, u.ClearPreferredName),
		change(in.NamePrefix, maxName, "namePrefix", u.SetNamePrefix, u.ClearNamePrefix),
		change(in.NameSuffix, maxName, "nameSuffix", u.SetNameSuffix, u.ClearNameSuffix),
		change(in.GenderIdentity, maxName, "genderIdentity", u.SetGenderIdentity, u.ClearGenderIdentity),
		change(in.MaritalStatus, maxName, "maritalStatus", u.SetMaritalStatus, u.ClearMaritalStatus),
	)
}

// change sets a text that a client sent, empties it for null, and leaves it
// where the field is absent.
func change[U any](in graphql.Omittable[*string], limit int, path string, set func(string) U, empty func() U) error {
	if !in.IsSet() {
		return nil
	}
	text, err := given(in, limit, path)
	if err != nil {
		return err
	}
	if text == nil {
		empty()
	} else {
		set(*text)
	}
	return nil
}

func updateRest(_ context.Context, u *ent.PatientUpdateOne, _ *ent.Patient, in model.UpdatePatientInput) error {
	if in.Languages.IsSet() {
		kept, err := tongues(in.Languages.Value())
		if err != nil {
			return err
		}
		u.SetLanguages(kept)
	}
	if in.Sex.IsSet() {
		if in.Sex.Value() == nil {
			return kit.Invalid("this must not be null", "sex")
		}
		u.SetSex(*in.Sex.Value())
	}
	if in.Active.IsSet() {
		if in.Active.Value() == nil {
			return kit.Invalid("this must not be null", "active")
		}
		u.SetStatus(patient.StatusINACTIVE)
		if *in.Active.Value() {
			u.SetStatus(patient.StatusACTIVE)
		}
	}
	return nil
}

// reason reads why something is done that cannot be undone.
func reason(s string) (string, error) { return needed(strings.TrimSpace(s), maxNote, "reason") }
