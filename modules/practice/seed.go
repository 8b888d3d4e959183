package practice

import (
	"context"

	"medoffice/modules/kit"
	"medoffice/modules/kit/person"
)

// sites are the two sites of the demo office.
var sites = []struct{ name, line, city, postal, phone string }{
	{"Riverbend Main", "120 River Road", "Riverbend", "44301", "(330) 555-0100"},
	{"Millbrook", "45 Market Street", "Millbrook", "44210", "(330) 555-0140"},
}

// staff are the providers of the demo office.
var staff = []struct{ prefix, given, family, suffix, npi, specialty string }{
	{"Dr.", "Helen", "Marsh", "MD", "1000000012", "Family medicine"},
	{"Dr.", "Samuel", "Okafor", "MD", "1000000020", "Internal medicine"},
	{"Dr.", "Lucía", "Ferrer", "MD", "1000000038", "Pediatrics"},
	{"Dr.", "Arjun", "Mehta", "DO", "1000000046", "Family medicine"},
	{"", "Grace", "Lindqvist", "NP", "1000000053", "Family nurse practitioner"},
	{"", "Thomas", "Bauer", "PA-C", "1000000061", "Physician assistant"},
}

// Seed implements kit.Seeder: the practice, two sites and six providers.
func (m *Module) Seed(ctx context.Context, demo *kit.Demo) error {
	r := demo.Rand("practice")
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		c := m.DB.Client(ctx)
		err := c.Practice.Create().SetID(demo.ID(r, "prac")).SetName("Riverbend Family Medicine").SetNpi("1234567893").
			SetTimeZone(m.Zone.String()).SetCurrency("USD").SetPhone("(330) 555-0100").Exec(ctx)
		if err != nil {
			return err
		}
		for _, s := range sites {
			err := c.Location.Create().SetID(demo.ID(r, "loc")).SetName(s.name).SetLine(s.line).SetCity(s.city).
				SetState("OH").SetPostalCode(s.postal).SetPhone(s.phone).Exec(ctx)
			if err != nil {
				return err
			}
		}
		for _, p := range staff {
			row := c.Provider.Create().SetID(demo.ID(r, "prov")).SetGivenName(p.given).SetFamilyName(p.family).
				SetSortName(person.SortName(p.family, p.given)).SetNpi(p.npi).SetSpecialty(p.specialty).SetNameSuffix(p.suffix)
			if p.prefix != "" {
				row.SetNamePrefix(p.prefix)
			}
			if err := row.Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}
