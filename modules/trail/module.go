// Package trail keeps the audit trail: who looked at whose record, who changed
// what, who signed in, what left the office, what was refused.
//
// There is one event for each request and patient whose record it showed, for each
// row that was changed, for each sign-in and for what was refused. An answer
// leaves the office only when its events are written. The events of a server
// process are a chain of hashes, so that Verify finds what somebody changed or took
// out behind the back of the office. What was kept long enough is removed, and
// leaves a gap in its chain that an event records. The trail itself leaves the
// office as CSV, and that is an event too.
package trail

import (
	"context"
	"net/http"

	"medoffice/modules/kit"
)

// ReadTrail is the permission to read the audit trail. It is older than this
// module, and documented by its name.
const ReadTrail = "access.readTrail"

// breakGlass is the permission to open charts in an emergency, of module access.
const breakGlass = "access.breakGlass"

// Module is the audit trail.
type Module struct {
	kit.Deps
	writer    *writer
	retention Retention
	keeper    keeper
}

// New makes the module.
func New(d kit.Deps) *Module {
	m := &Module{Deps: d, retention: Kept()}
	m.writer = newWriter(m)
	return m
}

// Name implements kit.Module.
func (*Module) Name() string { return "trail" }

// Unrecorded implements kit.Unrecorded: the trail does not record itself.
func (*Module) Unrecorded() []string { return []string{"AuditEvent"} }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants { return kit.Grants{ReadTrail: {kit.Auditor, kit.Manager}} }

// Start implements kit.Starter.
func (m *Module) Start(ctx context.Context) error {
	if err := m.writer.start(ctx); err != nil {
		return err
	}
	m.startKeeper(ctx)
	return nil
}

// Stop implements kit.Stopper.
func (m *Module) Stop(ctx context.Context) error {
	m.keeper.close()
	return m.writer.close(ctx)
}

// Routes implements kit.Router: the download of the trail.
func (m *Module) Routes(mux *http.ServeMux) { mux.HandleFunc("GET "+DownloadPath, m.download) }
