// Package access knows who is calling and what their roles allow. People sign in
// with a name, a password and, if they want, a second factor, or at an OpenID
// provider; they get a session. Programs use an API token with one role. Both
// become a Viewer for the other modules. In an emergency, staff can open a chart
// that they may not see otherwise (break glass): they give a reason, which the
// audit trail shows beside every read.
package access

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"medoffice/ent"
	"medoffice/ent/auditevent"
	"medoffice/modules/kit"
)

// The permissions of access.
const (
	Node                 = "graph.node"
	RateLimit            = "graph.rateLimit"
	AdHoc                = "graph.adHoc" // documents of one's own, not the trusted ones alone
	Introspect           = "graph.introspect"
	SeePlan              = "graph.plan" // how a query was answered
	SignInPermission     = "access.signIn"
	MePermission         = "access.me"
	OwnAccount           = "access.ownAccount"
	ManageAccounts       = "access.manageAccounts"
	ResetPermission      = "access.resetPassword"
	ResetFactor          = "access.resetSecondFactor"
	ManageTokens         = "access.manageTokens"
	BreakGlassPermission = "access.breakGlass"
)

// SessionLength is how long a sign-in lasts.
const SessionLength = 12 * time.Hour

// Module is access control.
type Module struct {
	kit.Deps
	grants  kit.Grants
	rules   kit.Rules
	trail   Trail
	brake   *brake
	hashing chan struct{}          // bounds the passwords that are hashed at once
	factors box                    // seals the keys of second factors
	tickets box                    // seals what a browser carries to the OpenID provider
	issuer  atomic.Pointer[issuer] // nil where nobody signs in there
	sockets *sockets
	demo    []DemoAccount
}

// Trail is what access asks of the audit trail: to write what nobody else knows
// of, such as a sign-in, in the running transaction.
type Trail interface {
	Event(v *kit.Viewer, action auditevent.Action, entityType, entityID string) *ent.AuditEvent
	Note(ctx context.Context, events ...*ent.AuditEvent) error
}

// New makes the module.
func New(d kit.Deps, t Trail) *Module {
	m := &Module{Deps: d, trail: t, brake: newBrake(d.Clock), hashing: make(chan struct{}, hashedAtOnce)}
	m.sockets = newSockets(m)
	return m
}

// Name implements kit.Module.
func (*Module) Name() string { return "access" }

// Unrecorded implements kit.Unrecorded: a sign-in and its end have events of
// their own.
func (*Module) Unrecorded() []string { return []string{"Session"} }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	people := []string{
		kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Biller, kit.StockKeeper,
		kit.Manager, kit.Admin, kit.Auditor, kit.Report,
	}
	all := append([]string{kit.Board}, people...)
	return kit.Grants{
		Node:                 people,
		RateLimit:            append([]string{kit.Everyone}, all...),
		AdHoc:                append([]string{kit.Everyone}, all...),
		Introspect:           {kit.Manager, kit.Admin, kit.Report},
		SeePlan:              {kit.Manager, kit.Admin, kit.Report},
		SignInPermission:     append([]string{kit.Everyone}, all...),
		MePermission:         append([]string{kit.Everyone}, all...),
		OwnAccount:           people,
		ManageAccounts:       {kit.Manager, kit.Admin},
		ResetPermission:      {kit.Admin},
		ResetFactor:          {kit.Admin},
		ManageTokens:         {kit.Manager, kit.Admin},
		BreakGlassPermission: {kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Manager},
	}
}

// Settle sets what is known only when all modules are built: the permissions and
// row rules of all modules together.
func (m *Module) Settle(g kit.Grants, r kit.Rules) { m.grants, m.rules = g, r }

// Withhold takes a permission from roles before the office opens, as its settings
// say.
func (m *Module) Withhold(do string, roles ...string) error {
	for _, role := range roles {
		if !slices.Contains(m.grants[do], role) {
			return fmt.Errorf("no role %s has the permission %s, so it cannot be withheld", role, do)
		}
	}
	m.grants[do] = slices.DeleteFunc(slices.Clone(m.grants[do]), func(role string) bool { return slices.Contains(roles, role) })
	return nil
}

// Start implements kit.Starter.
func (m *Module) Start(ctx context.Context) (err error) {
	if m.factors, err = m.newBox(ctx, "second factors"); err != nil {
		return err
	}
	if m.tickets, err = m.newBox(ctx, "oidc tickets"); err != nil {
		return err
	}
	m.sockets.start(ctx)
	return nil
}

// Stop implements kit.Stopper.
func (m *Module) Stop(context.Context) error {
	m.sockets.close()
	return nil
}
