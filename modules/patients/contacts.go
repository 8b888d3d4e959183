package patients

import (
	"context"
	"fmt"
	"strings"

	"medoffice/ent"
	"medoffice/ent/patientaddress"
	"medoffice/ent/patientcontact"
	"medoffice/ent/patientidentifier"
	"medoffice/ent/patienttelecom"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/opt"
)

// roomFor refuses another row where a chart has too many of the kind.
func roomFor(n int, err error) error {
	if err != nil {
		return err
	}
	if n >= maxRows {
		return kit.Refuse(kit.FailedPrecondition, fmt.Sprintf("a chart has at most %d of a kind", maxRows))
	}
	return nil
}

func (m *Module) saveIdentifier(ctx context.Context, patient string, in *model.PatientIdentifierInput) error {
	system, err := needed(in.System, maxLine, "system")
	if err != nil {
		return err
	}
	value, err := needed(in.Value, maxName, "value")
	if err != nil {
		return err
	}
	kind, err := given(in.Type, maxName, "type")
	if err != nil {
		return err
	}
	c := m.DB.Client(ctx).PatientIdentifier
	if err := roomFor(c.Query().Where(patientidentifier.PatientID.EQ(patient)).Count(ctx)); err != nil {
		return err
	}
	taken, err := c.Query().Where(patientidentifier.System.EQ(system), patientidentifier.Value.EQ(value)).Exist(kit.Unbound(ctx))
	if err != nil {
		return err
	}
	if taken {
		return kit.Refuse(kit.AlreadyExists, "a patient has this number already", "value")
	}
	return c.Create().SetPatientID(patient).SetSystem(system).SetValue(value).SetNillableType(kind).Exec(ctx)
}

func (m *Module) saveAddress(ctx context.Context, patient string, in *model.PatientAddressInput) error {
	line, err := needed(in.Line, maxLine, "line")
	if err != nil {
		return err
	}
	city, err := given(in.City, maxName, "city")
	if err != nil {
		return err
	}
	state, err := given(in.State, maxName, "state")
	if err != nil {
		return err
	}
	postal, err := given(in.PostalCode, maxName, "postalCode")
	if err != nil {
		return err
	}
	country, err := given(in.Country, maxName, "country")
	if err != nil {
		return err
	}
	c := m.DB.Client(ctx).PatientAddress
	if err := roomFor(c.Query().Where(patientaddress.PatientID.EQ(patient)).Count(ctx)); err != nil {
		return err
	}
	return c.Create().SetPatientID(patient).SetUse(in.Use).SetLine(line).SetNillableCity(city).
		SetNillableState(state).SetNillablePostalCode(postal).SetNillableCountry(country).Exec(ctx)
}

func (m *Module) saveTelecom(ctx context.Context, patient string, in *model.PatientTelecomInput) error {
	value, err := needed(in.Value, maxLine, "value")
	if err != nil {
		return err
	}
	if in.System == patienttelecom.SystemPHONE && digits(value) == "" {
		return kit.Invalid("a telephone number has digits", "value")
	}
	if in.System == patienttelecom.SystemEMAIL && !strings.Contains(value, "@") {
		return kit.Invalid("a mail address has an @", "value")
	}
	if in.Rank < 1 || in.Rank > maxRows {
		return kit.Invalid(fmt.Sprintf("a rank is 1 to %d", maxRows), "rank")
	}
	c := m.DB.Client(ctx).PatientTelecom
	if err := roomFor(c.Query().Where(patienttelecom.PatientID.EQ(patient)).Count(ctx)); err != nil {
		return err
	}
	return c.Create().SetPatientID(patient).SetSystem(in.System).SetUse(in.Use).SetValue(value).SetRank(in.Rank).Exec(ctx)
}

func (m *Module) saveContact(ctx context.Context, patient string, in *model.PatientContactInput) error {
	name, err := needed(in.Name, maxName, "name")
	if err != nil {
		return err
	}
	relationship, err := given(in.Relationship, maxName, "relationship")
	if err != nil {
		return err
	}
	phone, err := given(in.Phone, maxName, "phone")
	if err != nil {
		return err
	}
	email, err := given(in.Email, maxLine, "email")
	if err != nil {
		return err
	}
	c := m.DB.Client(ctx).PatientContact
	if err := roomFor(c.Query().Where(patientcontact.PatientID.EQ(patient)).Count(ctx)); err != nil {
		return err
	}
	return c.Create().SetPatientID(patient).SetName(name).SetNillableRelationship(relationship).
		SetNillablePhone(phone).SetNillableEmail(email).SetEmergency(in.Emergency).Exec(ctx)
}

// add opens a chart, adds a row by save, and publishes it.
func (m *Module) add(ctx context.Context, patient, kind string, save func() error) (string, error) {
	p, err := m.open(ctx, patient, "patientId")
	if err != nil {
		return "", err
	}
	if err := save(); err != nil {
		return "", err
	}
	return m.changed(ctx, p.ID, kind, p.ID)
}

func (m *Module) addIdentifier(ctx context.Context, in model.AddIdentifierInput) (string, error) {
	return m.add(ctx, in.PatientID, "PatientIdentifier", func() error { return m.saveIdentifier(ctx, in.PatientID, in.Identifier) })
}

func (m *Module) addAddress(ctx context.Context, in model.AddAddressInput) (string, error) {
	return m.add(ctx, in.PatientID, "PatientAddress", func() error { return m.saveAddress(ctx, in.PatientID, in.Address) })
}

func (m *Module) addContact(ctx context.Context, in model.AddContactInput) (string, error) {
	return m.add(ctx, in.PatientID, "PatientContact", func() error { return m.saveContact(ctx, in.PatientID, in.Contact) })
}

func (m *Module) addTelecom(ctx context.Context, in model.AddTelecomInput) (string, error) {
	return m.add(ctx, in.PatientID, "PatientTelecom", func() error {
		if err := m.saveTelecom(ctx, in.PatientID, in.Telecom); err != nil {
			return err
		}
		return m.Index(ctx, in.PatientID)
	})
}

func (m *Module) endAddress(ctx context.Context, in model.EndAddressInput) (string, error) {
	row, err := hold(ctx, m.DB.Client(ctx).PatientAddress.Query().Where(patientaddress.ID.EQ(in.ID)), "address", "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if err := row.Update().SetUse(patientaddress.UseOLD).Exec(ctx); err != nil {
		return "", err
	}
	return m.changed(ctx, row.PatientID, "PatientAddress", row.PatientID)
}

func (m *Module) endTelecom(ctx context.Context, in model.EndTelecomInput) (string, error) {
	row, err := hold(ctx, m.DB.Client(ctx).PatientTelecom.Query().Where(patienttelecom.ID.EQ(in.ID)), "number or address", "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	if err := row.Update().SetUse(patienttelecom.UseOLD).Exec(ctx); err != nil {
		return "", err
	}
	if err := m.Index(ctx, row.PatientID); err != nil {
		return "", err
	}
	return m.changed(ctx, row.PatientID, "PatientTelecom", row.PatientID)
}

func (m *Module) holdContact(ctx context.Context, id string, version int) (*ent.PatientContact, error) {
	row, err := hold(ctx, m.DB.Client(ctx).PatientContact.Query().Where(patientcontact.ID.EQ(id)), "contact", "id")
	if err != nil {
		return nil, err
	}
	return row, kit.Fresh(row.ID, row.Version, version)
}

func (m *Module) endContact(ctx context.Context, in model.EndContactInput) (string, error) {
	row, err := m.holdContact(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	if err := row.Update().SetEndedAt(m.Clock.Now()).Exec(ctx); err != nil {
		return "", err
	}
	return m.changed(ctx, row.PatientID, "PatientContact", row.PatientID)
}

func (m *Module) updateContact(ctx context.Context, in model.UpdateContactInput) (string, error) {
	row, err := m.holdContact(ctx, in.ID, in.ExpectedVersion)
	if err != nil {
		return "", err
	}
	u := row.Update()
	if err := fillContact(u, in); err != nil {
		return "", err
	}
	if err := u.Exec(ctx); err != nil {
		return "", err
	}
	return m.changed(ctx, row.PatientID, "PatientContact", row.PatientID)
}

func fillContact(u *ent.PatientContactUpdateOne, in model.UpdateContactInput) error {
	if in.Name.IsSet() {
		name, err := needed(opt.Text(in.Name.Value()), maxName, "name")
		if err != nil {
			return err
		}
		u.SetName(name)
	}
	if in.Relationship.IsSet() {
		text, err := given(in.Relationship, maxName, "relationship")
		if err != nil {
			return err
		}
		u.SetRelationship(opt.Text(text))
	}
	if err := change(in.Phone, maxName, "phone", u.SetPhone, u.ClearPhone); err != nil {
		return err
	}
	if err := change(in.Email, maxLine, "email", u.SetEmail, u.ClearEmail); err != nil {
		return err
	}
	if !in.Emergency.IsSet() {
		return nil
	}
	if in.Emergency.Value() == nil {
		return kit.Invalid("this must not be null", "emergency")
	}
	u.SetEmergency(*in.Emergency.Value())
	return nil
}
