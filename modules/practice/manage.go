package practice

import (
	"context"
	"strings"
	"time"

	"medoffice/ent"
	"medoffice/ent/location"
	"medoffice/ent/provider"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/person"
)

// maxName bounds names and lines of addresses, in bytes.
const maxName = 200

func (m Mutation) UpdatePractice(ctx context.Context, in model.UpdatePracticeInput) (*model.UpdatePracticePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.updatePractice, func(ctx context.Context, _ string) (*ent.Practice, error) {
		return m.DB.Client(ctx).Practice.Query().First(ctx)
	})
	return &model.UpdatePracticePayload{Practice: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m *Module) updatePractice(ctx context.Context, in model.UpdatePracticeInput) (string, error) {
	q := m.DB.Client(ctx).Practice.Query()
	q.Modify(db.ForUpdate)
	p, err := q.First(ctx)
	if ent.IsNotFound(err) {
		return m.openPractice(ctx, in)
	}
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(p.ID, p.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if err := checkPractice(in); err != nil {
		return "", err
	}
	u := p.Update().SetNillableName(in.Name.Value()).SetNillableTimeZone(in.TimeZone.Value()).SetNillableCurrency(in.Currency.Value())
	patch(in.Npi, u.SetNillableNpi, u.ClearNpi)
	patch(in.TaxID, u.SetNillableTaxID, u.ClearTaxID)
	patch(in.Phone, u.SetNillablePhone, u.ClearPhone)
	return p.ID, u.Exec(ctx)
}

// openPractice writes the practice of an office that has none yet.
func (m *Module) openPractice(ctx context.Context, in model.UpdatePracticeInput) (string, error) {
	if err := checkPractice(in); err != nil {
		return "", err
	}
	if in.Name.Value() == nil {
		return "", kit.Invalid("a new practice needs a name", "name")
	}
	p, err := m.DB.Client(ctx).Practice.Create().SetName(*in.Name.Value()).SetNillableNpi(in.Npi.Value()).
		SetNillableTaxID(in.TaxID.Value()).SetNillablePhone(in.Phone.Value()).
		SetNillableTimeZone(in.TimeZone.Value()).SetNillableCurrency(in.Currency.Value()).Save(ctx)
	if err != nil {
		return "", err
	}
	return p.ID, nil
}

func checkPractice(in model.UpdatePracticeInput) error {
	if err := named(in.Name.Value(), "name"); err != nil {
		return err
	}
	if err := checkNPI(in.Npi.Value()); err != nil {
		return err
	}
	if z := in.TimeZone.Value(); z != nil {
		if _, err := time.LoadLocation(*z); err != nil || *z == "" || *z == "Local" {
			return kit.Invalid("there is no such time zone; write it as in America/New_York", "timeZone")
		}
	}
	if c := in.Currency.Value(); c != nil && (len(*c) != 3 || strings.ToUpper(*c) != *c) {
		return kit.Invalid("a currency is three capital letters, as in USD", "currency")
	}
	return nil
}

func (m *Module) addLocation(ctx context.Context, in model.AddLocationInput) (string, error) {
	if err := named(&in.Name, "name"); err != nil {
		return "", err
	}
	row, err := m.DB.Client(ctx).Location.Create().SetName(in.Name).SetNillableLine(in.Line.Value()).
		SetNillableCity(in.City.Value()).SetNillableState(in.State.Value()).
		SetNillablePostalCode(in.PostalCode.Value()).SetNillablePhone(in.Phone.Value()).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

func (m *Module) updateLocation(ctx context.Context, in model.UpdateLocationInput) (string, error) {
	q := m.DB.Client(ctx).Location.Query().Where(location.ID.EQ(in.ID))
	q.Modify(db.ForUpdate)
	row, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return "", kit.Missing("location", "id")
	}
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if err := named(in.Name.Value(), "name"); err != nil {
		return "", err
	}
	u := row.Update().SetNillableName(in.Name.Value()).SetNillableActive(in.Active.Value())
	patch(in.Line, u.SetNillableLine, u.ClearLine)
	patch(in.City, u.SetNillableCity, u.ClearCity)
	patch(in.State, u.SetNillableState, u.ClearState)
	patch(in.PostalCode, u.SetNillablePostalCode, u.ClearPostalCode)
	patch(in.Phone, u.SetNillablePhone, u.ClearPhone)
	return row.ID, u.Exec(ctx)
}

func (m *Module) addProvider(ctx context.Context, in model.AddProviderInput) (string, error) {
	if err := named(&in.FamilyName, "familyName"); err != nil {
		return "", err
	}
	if err := checkNPI(in.Npi.Value()); err != nil {
		return "", err
	}
	row, err := m.DB.Client(ctx).Provider.Create().SetFamilyName(in.FamilyName).SetGivenName(in.GivenName).
		SetSortName(person.SortName(in.FamilyName, in.GivenName)).
		SetNillableNamePrefix(in.NamePrefix.Value()).SetNillableNameSuffix(in.NameSuffix.Value()).
		SetNillableNpi(in.Npi.Value()).SetNillableSpecialty(in.Specialty.Value()).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

func (m *Module) updateProvider(ctx context.Context, in model.UpdateProviderInput) (string, error) {
	q := m.DB.Client(ctx).Provider.Query().Where(provider.ID.EQ(in.ID))
	q.Modify(db.ForUpdate)
	row, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return "", kit.Missing("provider", "id")
	}
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if err := named(in.FamilyName.Value(), "familyName"); err != nil {
		return "", err
	}
	if err := checkNPI(in.Npi.Value()); err != nil {
		return "", err
	}
	family, given := row.FamilyName, row.GivenName
	set(&family, in.FamilyName.Value())
	set(&given, in.GivenName.Value())
	u := row.Update().SetFamilyName(family).SetGivenName(given).SetSortName(person.SortName(family, given)).
		SetNillableActive(in.Active.Value())
	patch(in.Npi, u.SetNillableNpi, u.ClearNpi)
	patch(in.Specialty, u.SetNillableSpecialty, u.ClearSpecialty)
	return row.ID, u.Exec(ctx)
}

// patch sets an optional column to what the input holds, clears it for an
// explicit null and leaves it where the input is silent.
func patch[T, U any](in interface {
	ValueOK() (*T, bool)
}, put func(*T) U, clear func() U,
) {
	switch v, given := in.ValueOK(); {
	case !given:
	case v == nil:
		clear()
	default:
		put(v)
	}
}

func set(to, from *string) {
	if from != nil {
		*to = *from
	}
}

func named(name *string, path string) error {
	if name == nil {
		return nil
	}
	if strings.TrimSpace(*name) == "" || len(*name) > maxName {
		return kit.Invalid("a name has 1 to 200 characters", path)
	}
	return nil
}

func checkNPI(npi *string) error {
	if npi != nil && !ValidNPI(*npi) {
		return kit.Invalid("this is no National Provider Identifier: its check digit is wrong", "npi")
	}
	return nil
}

// FirstLocation is the id of one site, "" where there is none.
func (m *Module) FirstLocation(ctx context.Context) (string, error) {
	id, err := m.DB.Client(ctx).Location.Query().Order(location.Name.Asc(), location.ID.Asc()).FirstID(ctx)
	if ent.IsNotFound(err) {
		return "", nil
	}
	return id, err
}
