// Package access knows who is asking, what their roles allow, and keeps the
// trail of who looked at whose record. People sign in with a name and a
// password and get a session; programs bring a token with one role. Either is
// a Viewer for the rest of the office.
package access

import (
	"context"
	"time"

	"medoffice/ent/apitoken"
	"medoffice/modules/kit"
)

// The permissions of access.
const (
	SignInPermission = "access.signIn"
	Node             = "graph.node"
)

// Module is access control and the audit trail.
type Module struct {
	kit.Deps
	grants kit.Grants
	trail  *trail
}

// SessionLength is how long a sign-in lasts.
const SessionLength = 12 * time.Hour

// New makes the module.
func New(d kit.Deps) *Module {
	m := &Module{Deps: d}
	m.trail = newTrail(m)
	return m
}

// Name implements kit.Module.
func (*Module) Name() string { return "access" }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	everyRole := []string{
		kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Biller, kit.StockKeeper,
		kit.Manager, kit.Admin, kit.Auditor, kit.Report,
	}
	return kit.Grants{Node: everyRole}
}

// SetGrants tells what the roles allow, of all modules together.
func (m *Module) SetGrants(g kit.Grants) { m.grants = g }

// Start implements kit.Starter.
func (m *Module) Start(ctx context.Context) error { return m.trail.start(ctx) }

// Stop implements kit.Stopper.
func (m *Module) Stop(ctx context.Context) error { return m.trail.stop(ctx) }

// IssueToken makes an API token and returns its secret, which is not kept.
func (m *Module) IssueToken(ctx context.Context, name, role, location string, valid time.Duration) (secret string, err error) {
	secret, hash := newToken("tok")
	err = m.DB.Tx(ctx, func(ctx context.Context) error {
		c := m.DB.Client(ctx).APIToken.Create().SetName(name).SetRole(apitoken.Role(role)).
			SetTokenHash(hash).SetExpiresAt(m.Clock.Now().Add(valid))
		if location != "" {
			c.SetLocationID(location)
		}
		return c.Exec(ctx)
	})
	return secret, err
}
