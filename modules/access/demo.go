package access

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"

	"medoffice/modules/kit"
)

// DemoAccount is a person of the demo office who signs in.
type DemoAccount struct {
	Username    string
	Password    string
	Role        string
	DisplayName string
}

// staff are the people of the demo office, by role.
var staff = []string{
	kit.FrontDesk, kit.FrontDesk, kit.MedicalAssistant, kit.MedicalAssistant, kit.Nurse,
	kit.Physician, kit.Physician, kit.Physician, kit.Biller, kit.StockKeeper,
	kit.Manager, kit.Admin, kit.Auditor, kit.Report,
}

// Invented names and words.
var (
	givenNames = strings.Fields(`Amara Bruno Celeste Dario Elena Farid Greta Hugo Imani Jonas Keiko Lucia Mateo Noor
Oscar Priya Quentin Rosa Samir Tessa Umberto Vera Wendell Yara Zoltan`)
	familyNames = strings.Fields(`Adeyemi Bellamy Castellan Dravitz Eskildsen Farrow Galindo Hartwick Ivarsson Jelinek
Kovalenko Lindqvist Marchetti Nakashima Okonkwo Pemberton Quispe Rasmussen Saltzman Thornbury Ulvaeus Vandermeer Whitlock Yamoto`)
	words = strings.Fields(`amber anchor basil birch canyon cedar cobalt coral ember falcon fern garnet harbor hazel indigo
jasper juniper lagoon lantern maple meadow mosaic nectar olive orchid pebble pepper pollen quartz raven river saffron
sierra spruce summit thistle timber topaz tundra velvet violet walnut willow zephyr`)
)

func invent(d *kit.Demo) []DemoAccount {
	r := d.Rand("access")
	given, family := shuffled(r, givenNames), shuffled(r, familyNames)
	list := make([]DemoAccount, len(staff))
	for i, role := range staff {
		w := shuffled(r, words)
		list[i] = DemoAccount{
			Username:    strings.ToLower(given[i] + "." + family[i]),
			Password:    fmt.Sprintf("%s-%s-%s-%02d", w[0], w[1], w[2], r.IntN(100)),
			Role:        role,
			DisplayName: given[i] + " " + family[i],
		}
	}
	return list
}

func shuffled(r *rand.Rand, list []string) []string {
	out := make([]string, len(list))
	for i, j := range r.Perm(len(list)) {
		out[i] = list[j]
	}
	return out
}

// DemoAccounts are the people that Seed has made, for whoever prints how to
// sign in; none where this process has not seeded.
func (m *Module) DemoAccounts() []DemoAccount { return m.demo }

// Seed implements kit.Seeder: the staff of the demo office.
func (m *Module) Seed(ctx context.Context, demo *kit.Demo) error {
	people := invent(demo)
	ready := make([]newAccount, len(people))
	errs := make([]error, len(people))
	var all sync.WaitGroup
	for i, p := range people {
		all.Go(func() {
			ready[i], errs[i] = m.prepareAccount(ctx, p.Username, p.DisplayName, p.Password, []string{p.Role})
		})
	}
	all.Wait()
	r := demo.Rand("access.ids")
	err := m.DB.Tx(ctx, func(ctx context.Context) error {
		for i, a := range ready {
			if errs[i] != nil {
				return errs[i]
			}
			a.id = demo.ID(r, "acc")
			if _, err := m.putAccount(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		m.demo = people
	}
	return err
}
