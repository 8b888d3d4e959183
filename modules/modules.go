// Package modules is the list of the modules of the office, and the only place
// where they are joined.
package modules

import (
	"context"
	"fmt"

	"medoffice/ent"
	"medoffice/modules/access"
	"medoffice/modules/billing"
	"medoffice/modules/events"
	"medoffice/modules/fhir"
	"medoffice/modules/inventory"
	"medoffice/modules/kit"
	"medoffice/modules/kit/page"
	"medoffice/modules/letters"
	"medoffice/modules/medications"
	"medoffice/modules/patients"
	"medoffice/modules/practice"
	"medoffice/modules/scheduling"
	"medoffice/modules/tasks"
	"medoffice/modules/terminology"
	"medoffice/modules/visits"
	"medoffice/modules/vitals"
	"medoffice/modules/web"
)

// Office is all modules, each built with what it needs of the others.
type Office struct {
	Deps        kit.Deps
	Access      *access.Module
	Practice    *practice.Module
	Patients    *patients.Module
	Terminology *terminology.Module
	Visits      *visits.Module
	Vitals      *vitals.Module
	Scheduling  *scheduling.Module
	Inventory   *inventory.Module
	Tasks       *tasks.Module
	Billing     *billing.Module
	Medications *medications.Module
	Letters     *letters.Module
	Fhir        *fhir.Module
	Web         *web.Module
	Seal        *page.Seal // of the cursors

	hide   func()
	cancel context.CancelFunc
	ended  chan struct{}
}

// New builds the modules, in order of need, on an open and migrated database.
func New(ctx context.Context, d kit.Deps) (*Office, error) {
	o := &Office{Deps: d, Access: access.New(d)}
	d.DB.Setup(func(c *ent.Client) { kit.Guard(c, d.Clock, o.Access.Changed) })
	key, err := kit.SecretKey(kit.System(ctx, "start"), d.DB, "cursors")
	if err != nil {
		return nil, err
	}
	seal, err := page.NewSeal(key)
	if err != nil {
		return nil, err
	}
	o.Seal = seal
	o.Practice = practice.New(d, seal)
	o.Patients = patients.New(d, seal)
	o.Terminology = terminology.New(d, seal)
	o.Visits = visits.New(d, seal, o.Patients, o.Practice)
	o.Vitals = vitals.New(d, seal, o.Patients, o.Visits)
	o.Billing = billing.New(d, seal, o.Patients, o.Visits, o.Practice)
	o.Scheduling = scheduling.New(d, seal, o.Patients, o.Practice, o.Visits)
	o.Visits.SetArrivals(o.Scheduling)
	o.Visits.SetFollowers(o.Scheduling, o.Billing)
	o.Inventory = inventory.New(d, seal, o.Patients, o.Visits, o.Practice, o.Billing)
	o.Tasks = tasks.New(d, seal, o.Patients, o.Visits, o.Practice, o.Access)
	o.Medications = medications.New(d, seal, o.Patients, o.Visits, o.Practice, o.Inventory, o.Billing, o.Tasks)
	o.Inventory.SetRegister(o.Medications)
	o.Visits.SetBadges(o.Vitals, o.Tasks, o.Inventory)
	o.Letters = letters.New(d)
	o.Scheduling.SetLetters(o.Letters)
	o.Inventory.SetLetters(o.Letters)
	o.Scheduling.SetTrail(o.Access)
	o.Billing.SetTrail(o.Access)
	o.Letters.SetAuthors(map[string]letters.Author{events.LetterReminder: o.Scheduling, events.LetterOrder: o.Inventory})
	o.Fhir = fhir.New(d, seal, o.Patients, o.Practice, o.Visits, o.Vitals)
	o.Patients.SetFollowers(o.Visits, o.Vitals, o.Scheduling, o.Inventory, o.Tasks, o.Billing, o.Medications, o.Fhir)
	o.Web = web.New(d)
	return o, o.grant(seal)
}

// grant gathers from all modules what the roles allow and which rows they see.
func (o *Office) grant(seal *page.Seal) error {
	grants, rules := kit.Grants{}, kit.Rules{}
	for _, m := range o.All() {
		if r, ok := m.(kit.Ruler); ok {
			rules.Add(r.Rules())
		}
		for do, roles := range m.Permissions() {
			if _, twice := grants[do]; twice {
				return fmt.Errorf("permission %s is declared twice", do)
			}
			grants[do] = roles
		}
	}
	o.Access.Settle(grants, rules, seal)
	return nil
}

// All lists the modules in order of need.
func (o *Office) All() []kit.Module {
	return []kit.Module{
		o.Access, o.Practice, o.Patients, o.Terminology, o.Visits, o.Vitals, o.Scheduling, o.Inventory, o.Tasks, o.Billing, o.Medications, o.Letters, o.Fhir, o.Web,
	}
}
