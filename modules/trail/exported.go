package trail

import (
	"context"
	"strconv"

	"medoffice/ent"
	"medoffice/ent/auditevent"
	"medoffice/modules/kit"
)

// Exported writes that so many rows of a kind leave the office in a file, before
// they do: of one patient, or of nobody where that is "". What cannot be written
// must not leave.
func (m *Module) Exported(ctx context.Context, kind, id, patient string, rows int) error {
	e := about(m.Event(kit.ViewerOf(ctx), auditevent.ActionEXPORT, kind, id), patient)
	e.Detail = kind + ":" + strconv.Itoa(rows)
	return m.writer.record(ctx, "", []*ent.AuditEvent{e})
}
