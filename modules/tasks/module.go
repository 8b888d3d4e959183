// Package tasks keeps what somebody is asked to do: to prepare a room, give an
// injection, take blood, call a patient, follow up.
//
// A task is for a role or for one person, refers to a record such as an order,
// and has a time when it is due. Somebody accepts it and does it. The act that
// does it completes the task in the same transaction and stays linked as its
// proof; voiding the act opens the task again. The module that asked for a task
// can cancel it. An overdue task is reported once.
package tasks

import (
	"context"
	"time"

	"medoffice/modules/kit"
	"medoffice/modules/kit/sweep"
)

// The permissions of tasks.
const (
	Read      = "tasks.read"      // see all tasks
	Mine      = "tasks.mine"      // see those for one's roles and oneself
	Add       = "tasks.add"       // ask others
	Perform   = "tasks.perform"   // accept and complete one's own
	ForOthers = "tasks.forOthers" // accept and complete those of other roles and people
	Cancel    = "tasks.cancel"    // cancel
	Reassign  = "tasks.reassign"  // give to another role or person
)

// Module is the tasks.
type Module struct {
	kit.Deps
	accounts Accounts

	sweep sweep.Sweep
}

// Accounts is what tasks ask of the accounts. Works reports whether an account
// exists and its person works here.
type Accounts interface {
	Works(ctx context.Context, accountID string) (bool, error)
}

// New makes the module.
func New(d kit.Deps, a Accounts) *Module { return &Module{Deps: d, accounts: a} }

// Name implements kit.Module.
func (*Module) Name() string { return "tasks" }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	floor := []string{kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Manager}
	all := []string{kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Manager, kit.Biller, kit.StockKeeper}
	return kit.Grants{
		Read:      {kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Manager},
		Mine:      all,
		Add:       floor,
		Perform:   all,
		ForOthers: {kit.Physician, kit.Manager},
		Cancel:    {kit.Nurse, kit.Physician, kit.Manager},
		Reassign:  {kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Manager},
	}
}

// sweepEvery is how often overdue tasks are looked for.
const sweepEvery = 20 * time.Second

// Start implements kit.Starter: it publishes tasks that become overdue.
func (m *Module) Start(ctx context.Context) error {
	m.sweep = sweep.Sweep{Every: sweepEvery, Do: m.Escalate, Fault: "overdue tasks were not told"}
	m.sweep.Start(ctx, m.Log)
	return nil
}

// Stop implements kit.Stopper.
func (m *Module) Stop(context.Context) error {
	m.sweep.Stop()
	return nil
}
