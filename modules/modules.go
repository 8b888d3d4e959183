// Package modules is the list of the modules of the office, and the only place
// where they are joined.
package modules

import (
	"context"
	"fmt"

	"medoffice/ent"
	"medoffice/modules/access"
	"medoffice/modules/kit"
	"medoffice/modules/kit/page"
	"medoffice/modules/patients"
	"medoffice/modules/practice"
	"medoffice/modules/visits"
)

// Office is all modules, each built with what it needs of the others.
type Office struct {
	Deps     kit.Deps
	Access   *access.Module
	Practice *practice.Module
	Patients *patients.Module
	Visits   *visits.Module

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
	o.Practice = practice.New(d, seal)
	o.Patients = patients.New(d, seal)
	o.Visits = visits.New(d, seal, o.Patients)
	grants := kit.Grants{}
	for _, m := range o.All() {
		for do, roles := range m.Permissions() {
			if _, twice := grants[do]; twice {
				return nil, fmt.Errorf("permission %s is declared twice", do)
			}
			grants[do] = roles
		}
	}
	o.Access.SetGrants(grants)
	return o, nil
}

// All lists the modules in order of need.
func (o *Office) All() []kit.Module {
	return []kit.Module{o.Access, o.Practice, o.Patients, o.Visits}
}
