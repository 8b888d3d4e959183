// Package modules is the list of the modules of the office, and the only place
// where they are joined.
package modules

import (
	"context"
	"fmt"
	"slices"

	"medoffice/ent"
	"medoffice/modules/access"
	"medoffice/modules/billing"
	"medoffice/modules/board"
	"medoffice/modules/fhir"
	"medoffice/modules/inventory"
	"medoffice/modules/kit"
	"medoffice/modules/kit/cursor"
	"medoffice/modules/letters"
	"medoffice/modules/medications"
	"medoffice/modules/patients"
	"medoffice/modules/practice"
	"medoffice/modules/scheduling"
	"medoffice/modules/tasks"
	"medoffice/modules/terminology"
	"medoffice/modules/trail"
	"medoffice/modules/visits"
	"medoffice/modules/vitals"
	"medoffice/modules/web"
)

// Office is all modules, each built with what it asks of the others.
type Office struct {
	Deps kit.Deps
	domains

	all    []kit.Module // in order of need
	offers *kit.Offers
	hide   func()
	cancel context.CancelFunc
	ended  chan struct{}
}

// New builds the modules on an open and migrated database.
func New(ctx context.Context, d kit.Deps) (*Office, error) {
	o, unrecorded := &Office{Deps: d}, kit.Kinds{}
	d.DB.Setup(func(c *ent.Client) { kit.Guard(c, d.Clock, o.changed, unrecorded) })
	key, err := kit.SecretKey(kit.System(ctx, "start"), d.DB, "cursors")
	if err != nil {
		return nil, err
	}
	if o.Deps.Seal, err = cursor.NewSeal(key); err != nil {
		return nil, err
	}
	o.build(o.Deps)
	for _, m := range o.all {
		if u, ok := m.(kit.Unrecorded); ok {
			unrecorded.Add(u.Unrecorded()...)
		}
	}
	o.offers = kit.NewOffers(o.all...)
	o.offers.Gather()
	return o, o.grant()
}

// build makes the modules in order of need, in which they start, fill a demo and
// are asked to take part in the acts of others. What a module asks of another it
// gets here; what it does in the acts of others is found (kit.Asker).
func (o *Office) build(d kit.Deps) {
	o.Trail = add(o, trail.New(d))
	o.Access = add(o, access.New(d, o.Trail))
	o.Practice = add(o, practice.New(d))
	o.Patients = add(o, patients.New(d))
	o.Terminology = add(o, terminology.New(d))
	o.Letters = add(o, letters.New(d))
	o.Visits = add(o, visits.New(d))
	o.Vitals = add(o, vitals.New(d, o.Visits))
	o.Scheduling = add(o, scheduling.New(d, o.Visits, o.Letters, o.Trail))
	o.Inventory = add(o, inventory.New(d, o.Letters))
	o.Tasks = add(o, tasks.New(d, o.Access))
	o.Billing = add(o, billing.New(d, o.Trail))
	o.Medications = add(o, medications.New(d, o.Patients, o.Inventory, o.Billing, o.Tasks))
	o.Fhir = add(o, fhir.New(d, o.Patients, o.Practice, o.Visits, o.Vitals))
	o.Web = add(o, web.New(d))
	o.Board = add(o, board.New(d, o.Scheduling))
}

// add puts a module into the list of the office.
func add[M kit.Module](o *Office, m M) M {
	o.all = append(o.all, m)
	return m
}

// All lists the modules in order of need.
func (o *Office) All() []kit.Module { return slices.Clone(o.all) }

// Offers returns which modules take part in the acts of which others.
func (o *Office) Offers() *kit.Offers { return o.offers }

// changed has the audit trail write what a transaction has changed.
func (o *Office) changed(ctx context.Context, changes []kit.Change) error {
	return o.Trail.Changed(ctx, changes)
}

// grant gathers from all modules what the roles allow and which rows they see.
func (o *Office) grant() error {
	grants, rules := kit.Grants{}, kit.Rules{}
	for _, m := range o.all {
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
	o.Access.Settle(grants, rules)
	return nil
}
