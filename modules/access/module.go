// Package access knows who is asking, what their roles allow, and keeps the
// trail of who looked at whose record. People sign in with a name, a
// password and a code, or at an OpenID provider, and get a session; programs
// bring a token with one role. Either is
// a Viewer for the rest of the office.
//
// The trail gets one event for each request and patient whose record it showed,
// for each row that was changed, for each sign-in and for what was refused. An
// answer leaves the office only when its events are written. The events of a
// server process are a chain of hashes, so that Verify finds what somebody
// changed or took out behind the back of the office. What was kept long enough
// is removed, and leaves a gap in its chain that an event tells of. In an emergency the staff
// break the glass: they say why, and the reason stands beside every look.
package access

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"medoffice/ent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/page"
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
	ReadTrail            = "access.readTrail"
	BreakGlassPermission = "access.breakGlass"
)

// SessionLength is how long a sign-in lasts.
const SessionLength = 12 * time.Hour

type (
	accountList = page.Lister[ent.Account, *ent.AccountSelect, *ent.AccountQuery]
	tokenList   = page.Lister[ent.APIToken, *ent.APITokenSelect, *ent.APITokenQuery]
	eventList   = page.Lister[ent.AuditEvent, *ent.AuditEventSelect, *ent.AuditEventQuery]
)

// Module is access control and the audit trail.
type Module struct {
	kit.Deps
	grants   kit.Grants
	rules    kit.Rules
	trail    *trail
	brake    *brake
	hashing  chan struct{}          // bounds the passwords that are hashed at once
	factors  box                    // seals the keys of second factors
	tickets  box                    // seals what a browser carries to the OpenID provider
	issuer   atomic.Pointer[issuer] // nil where nobody signs in there
	sockets  *sockets
	accounts accountList
	tokens   tokenList
	events   eventList
	demo     []DemoAccount

	retention Retention
	keeper    keeper
}

// New makes the module.
func New(d kit.Deps, seal *page.Seal) *Module {
	m := &Module{Deps: d, brake: newBrake(d.Clock), hashing: make(chan struct{}, hashedAtOnce), retention: Kept()}
	m.trail = newTrail(m)
	m.sockets = newSockets(m)
	m.lists(seal)
	return m
}

// Name implements kit.Module.
func (*Module) Name() string { return "access" }

// Unrecorded implements kit.Unrecorded: a sign-in and its end have events of
// their own, and the trail does not record itself.
func (*Module) Unrecorded() []string { return []string{"Session", "AuditEvent"} }

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
		ReadTrail:            {kit.Auditor, kit.Manager},
		BreakGlassPermission: {kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Manager},
	}
}

// Settle tells what becomes known when all modules are built: what the roles
// allow and which rows they see, of all modules together.
func (m *Module) Settle(g kit.Grants, r kit.Rules) { m.grants, m.rules = g, r }

// Withhold takes a permission from roles before the office opens, as the one who
// runs it has set.
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
	if err := m.trail.start(ctx); err != nil {
		return err
	}
	m.startKeeper(ctx)
	return nil
}

// Stop implements kit.Stopper.
func (m *Module) Stop(ctx context.Context) error {
	m.sockets.close()
	m.keeper.close()
	return m.trail.close(ctx)
}
