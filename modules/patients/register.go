package patients

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"medoffice/ent"
	"medoffice/ent/patient"
	"medoffice/graph/model"
	"medoffice/modules/events"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/person"
)

// firstMRN is the number below the first that the office draws.
const firstMRN = 100_000

// DrawMRN draws a medical record number that nobody has. Numbers that are
// drawn and not used are lost; nobody waits for anybody.
func (m *Module) DrawMRN(ctx context.Context) (string, error) {
	c := m.DB.Client(ctx)
	for {
		n, err := c.PatientNumber.Create().SetDrawnAt(m.Clock.Now()).Save(ctx)
		if err != nil {
			return "", err
		}
		mrn := fmt.Sprint(firstMRN + n.ID)
		taken, err := c.Patient.Query().Where(patient.Mrn.EQ(mrn)).Exist(kit.Unbound(ctx))
		if err != nil || !taken {
			return mrn, err
		}
	}
}

func (m *Module) registerPatient(ctx context.Context, in model.RegisterPatientInput) (string, error) {
	row, err := m.newPatient(in)
	if err != nil {
		return "", err
	}
	if !in.AllowDuplicate {
		if err := m.refuseDuplicate(ctx, row.sort, row.birth); err != nil {
			return "", err
		}
	}
	if row.mrn == nil {
		drawn, err := m.DrawMRN(ctx)
		if err != nil {
			return "", err
		}
		row.mrn = &drawn
	} else if err := m.refuseTaken(ctx, *row.mrn, ""); err != nil {
		return "", err
	}
	saved, err := row.create(m.DB.Client(ctx)).Save(ctx)
	if err != nil {
		return "", err
	}
	if err := m.registerRest(ctx, saved.ID, in); err != nil {
		return "", err
	}
	if err := m.Index(ctx, saved.ID); err != nil {
		return "", err
	}
	return saved.ID, m.publish(ctx, events.PatientRegistered{PatientID: saved.ID})
}

// newcomer is a checked registration.
type newcomer struct {
	in                                            model.RegisterPatientInput
	mrn                                           *string
	family, given, sort                           string
	preferred, prefix, suffix, identity, marriage *string
	birth                                         *date.Date
	languages                                     []string
}

func (m *Module) newPatient(in model.RegisterPatientInput) (n newcomer, err error) {
	n.in = in
	if n.family, err = needed(in.FamilyName, maxName, "familyName"); err != nil {
		return n, err
	}
	first, err := given(in.GivenName, maxName, "givenName")
	if err != nil {
		return n, err
	}
	n.given = opt.Text(first)
	n.sort = person.SortName(n.family, n.given)
	n.birth = in.BirthDate.Value()
	if err := lived(n.birth, nil, m.today(), "birthDate"); err != nil {
		return n, err
	}
	if n.languages, err = tongues(in.Languages.Value()); err != nil {
		return n, err
	}
	if n.mrn, err = given(in.Mrn, maxName, "mrn"); err != nil {
		return n, err
	}
	if n.preferred, err = given(in.PreferredName, maxName, "preferredName"); err != nil {
		return n, err
	}
	if n.prefix, err = given(in.NamePrefix, maxName, "namePrefix"); err != nil {
		return n, err
	}
	if n.suffix, err = given(in.NameSuffix, maxName, "nameSuffix"); err != nil {
		return n, err
	}
	if n.identity, err = given(in.GenderIdentity, maxName, "genderIdentity"); err != nil {
		return n, err
	}
	n.marriage, err = given(in.MaritalStatus, maxName, "maritalStatus")
	return n, err
}

func (n newcomer) create(c *ent.Client) *ent.PatientCreate {
	return c.Patient.Create().SetMrn(*n.mrn).SetFamilyName(n.family).SetGivenName(n.given).SetSortName(n.sort).
		SetSex(n.in.Sex).SetLanguages(n.languages).SetNillableBirthDate(n.birth).
		SetNillablePreferredName(n.preferred).SetNillableNamePrefix(n.prefix).SetNillableNameSuffix(n.suffix).
		SetNillableGenderIdentity(n.identity).SetNillableMaritalStatus(n.marriage)
}

// registerRest adds the addresses, numbers and contacts of a registration.
func (m *Module) registerRest(ctx context.Context, id string, in model.RegisterPatientInput) error {
	identifiers, addresses, telecoms, contacts := in.Identifiers.Value(), in.Addresses.Value(), in.Telecoms.Value(), in.Contacts.Value()
	if max(len(identifiers), len(addresses), len(telecoms), len(contacts)) > maxNew {
		return kit.Invalid(fmt.Sprintf("at most %d of a kind at once", maxNew))
	}
	for _, i := range identifiers {
		if err := m.saveIdentifier(ctx, id, i); err != nil {
			return err
		}
	}
	for _, a := range addresses {
		if err := m.saveAddress(ctx, id, a); err != nil {
			return err
		}
	}
	for _, t := range telecoms {
		if err := m.saveTelecom(ctx, id, t); err != nil {
			return err
		}
	}
	for _, c := range contacts {
		if err := m.saveContact(ctx, id, c); err != nil {
			return err
		}
	}
	return nil
}

// refuseDuplicate looks for somebody of the same name and date of birth, also
// among those who are being registered at this moment.
func (m *Module) refuseDuplicate(ctx context.Context, sort string, birth *date.Date) error {
	if err := m.DB.Alone(ctx, "register "+sort); err != nil {
		return err
	}
	ctx = kit.Unbound(ctx) // also among those whom the caller may not see
	same := m.DB.Client(ctx).Patient.Query().
		Where(patient.SortName.EQ(sort), patient.StatusColumn.NotIn(patient.StatusMERGED, patient.StatusENTERED_IN_ERROR))
	if birth == nil {
		same.Where(patient.BirthDate.IsNil())
	} else {
		same.Where(patient.BirthDate.EQ(*birth))
	}
	ids, err := same.Order(patient.ID.Asc()).Limit(10).IDs(ctx)
	if err != nil || len(ids) == 0 {
		return err
	}
	refusal := kit.Refuse(kit.AlreadyExists, "somebody of this name and date of birth is registered already: look, then set allowDuplicate if it is somebody else", "familyName")
	refusal.Make = func(ctx context.Context) any { return m.duplicates(ctx, refusal, ids) }
	return refusal
}

func (m *Module) duplicates(ctx context.Context, e *kit.Error, ids []string) any {
	if !kit.ViewerOf(ctx).May(Read) {
		return nil
	}
	rows, err := m.DB.Client(ctx).Patient.Query().Where(patient.ID.In(ids...)).Order(patient.ID.Asc()).All(ctx)
	if err != nil {
		return nil
	}
	return model.DuplicatePatientError{Message: e.Safe, Code: e.Code, Path: e.Path, Candidates: rows}
}

// refuseTaken says in words what the unique index would: two of the same
// number at the same instant meet there.
func (m *Module) refuseTaken(ctx context.Context, mrn, except string) error {
	taken, err := m.DB.Client(ctx).Patient.Query().Where(patient.Mrn.EQ(mrn), patient.ID.NEQ(except)).Exist(kit.Unbound(ctx))
	if err != nil || !taken {
		return err
	}
	return kit.Refuse(kit.AlreadyExists, "this medical record number is taken", "mrn")
}

func tongues(list []string) ([]string, error) {
	if len(list) > maxNew {
		return nil, kit.Invalid(fmt.Sprintf("at most %d languages", maxNew), "languages")
	}
	var kept []string
	for _, l := range list {
		l = strings.TrimSpace(l)
		if err := within(l, maxName, "languages"); err != nil {
			return nil, err
		}
		if l != "" && !slices.Contains(kept, l) {
			kept = append(kept, l)
		}
	}
	return kept, nil
}
