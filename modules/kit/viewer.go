package kit

import (
	"context"
	"slices"
	"strings"
)

// Viewer is the caller: a person, a program with a token, or the office itself.
type Viewer struct {
	ID         string   // account, token or "system"
	Name       string   // as the audit trail shows it
	Roles      []string // sorted
	Grants     Grants   // what the roles allow, by permission
	Rules      Rules    // which rows it may see, by type; nil for all
	LocationID string   // where not empty, the only location it may see
	ProviderID string   // the provider that the person is, "" for none
	OwnOnly    bool     // sees the charts of own patients alone
	Glass      bool     // may have opened charts in an emergency
	SessionID  string   // the session or token it came with
	Anonymous  bool
	RequestID  string
	RemoteIP   string
	UserAgent  string
	Operation  string // the name of the GraphQL operation, if any
	Purpose    string // why, such as the reason of a break-glass
	system     bool
}

// Grants are the roles by permission, as "visits.move": {"NURSE", "PHYSICIAN"}.
type Grants map[string][]string

type viewerKey struct{}

// WithViewer returns a context with the viewer.
func WithViewer(ctx context.Context, v *Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// ViewerOf returns the viewer of the context, or nil.
func ViewerOf(ctx context.Context) *Viewer {
	v, _ := ctx.Value(viewerKey{}).(*Viewer)
	return v
}

// WithOperation returns a context whose viewer runs the named operation.
func WithOperation(ctx context.Context, name string) context.Context {
	v := *ViewerOf(ctx)
	v.Operation = name
	return WithViewer(ctx, &v)
}

// SessionCookie carries the session of a browser.
const SessionCookie = "medoffice_session"

// System returns a context for what the office does by itself: seeds, imports,
// sign-in. The name appears in the audit trail.
func System(ctx context.Context, name string) context.Context {
	return WithViewer(ctx, &Viewer{ID: "system", Name: name, Roles: []string{"SYSTEM"}, system: true})
}

// IsSystem reports whether the viewer is the office itself.
func (v *Viewer) IsSystem() bool { return v != nil && v.system }

// May reports whether the viewer has the permission do.
func (v *Viewer) May(do string) bool {
	if v == nil {
		return false
	}
	if v.system {
		return true
	}
	for _, role := range v.Grants[do] {
		if slices.Contains(v.Roles, role) {
			return true
		}
	}
	return false
}

// Can returns a FORBIDDEN error if the viewer of the context lacks the permission
// do, and nil otherwise.
func Can(ctx context.Context, do string) error {
	v := ViewerOf(ctx)
	switch {
	case v == nil || v.Anonymous && !v.May(do):
		return Refuse(Unauthenticated, "sign in first")
	case !v.May(do):
		return Denied(do)
	}
	return nil
}

// Everyone is the role of a caller who is not signed in.
const Everyone = "EVERYONE"

// Scope returns a key for caches that several viewers share: viewers with the same
// Scope see the same.
func (v *Viewer) Scope() string {
	scope := strings.Join(v.Roles, ",") + "@" + v.LocationID
	if v.OwnOnly {
		scope += "/" + v.ID
	}
	return scope
}

// The roles of the office.
const (
	FrontDesk        = "FRONT_DESK"
	MedicalAssistant = "MEDICAL_ASSISTANT"
	Nurse            = "NURSE"
	Physician        = "PHYSICIAN"
	Biller           = "BILLER"
	StockKeeper      = "STOCK_KEEPER"
	Manager          = "MANAGER"
	Admin            = "ADMIN"
	Auditor          = "AUDITOR"
	Board            = "BOARD"
	Report           = "REPORT"
)
