package trail

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"medoffice/ent"
	"medoffice/ent/auditevent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/id"
)

// The names of the office itself whose changes the trail treats in its own
// way: an invented office has no history, an import is recorded once a patient.
const (
	seeding   = "seed"
	importing = "import"
)

// Event starts a row of the trail: who does what now.
func (m *Module) Event(v *kit.Viewer, action auditevent.Action, entityType, entityID string) *ent.AuditEvent {
	return &ent.AuditEvent{
		ID: id.New("aud"), At: m.Clock.Now(), Action: action, Outcome: auditevent.OutcomeSUCCESS,
		ActorID: v.ID, ActorName: v.Name, Roles: strings.Join(v.Roles, " "),
		EntityType: entityType, EntityID: entityID, Operation: db.Storable(v.Operation),
		Purpose: db.Storable(v.Purpose), RequestID: v.RequestID, RemoteIP: db.Storable(v.RemoteIP),
	}
}

// about names the patient whose record an event is about, "" for nobody's.
func about(e *ent.AuditEvent, patient string) *ent.AuditEvent {
	if patient != "" {
		e.PatientID = &patient
	}
	return e
}

// Note writes events in the running transaction. They are sealed after its
// commit, because a chain that every transaction locked would make all commits
// wait in one line.
func (m *Module) Note(ctx context.Context, events ...*ent.AuditEvent) error {
	if err := insert(ctx, m.DB, events); err != nil {
		return err
	}
	ids := make([]string, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	seal := func() { m.writer.sealSoon(ids) }
	db.After(ctx, seal)
	db.Doubt(ctx, seal) // those that are there after all; the sweep would take a minute
	return nil
}

// Changed writes the changes of the running transaction; kit.Guard calls it.
func (m *Module) Changed(ctx context.Context, changes []kit.Change) error {
	v := kit.ViewerOf(ctx)
	switch {
	case v.IsSystem() && v.Name == seeding:
		return nil
	case v.IsSystem() && v.Name == importing:
		return m.Note(ctx, m.imported(v, changes)...)
	}
	var events []*ent.AuditEvent
	for _, c := range byRow(changes) {
		if c.Kind == "BreakGlass" {
			continue // has an event of its own
		}
		action := auditevent.ActionUPDATE
		if c.Created {
			action = auditevent.ActionCREATE
		}
		e := about(m.Event(v, action, c.Kind, c.ID), c.PatientID)
		e.Detail = strings.Join(c.Fields, " ")
		events = append(events, e)
	}
	if len(events) == 0 {
		return nil
	}
	return m.Note(ctx, events...)
}

// byRow makes one change of all changes of a row, in the order of the first.
func byRow(changes []kit.Change) []kit.Change {
	at := map[string]int{}
	var rows []kit.Change
	for _, c := range changes {
		key := c.Kind + " " + c.ID
		i, known := at[key]
		if !known {
			at[key] = len(rows)
			rows = append(rows, c)
			continue
		}
		fields := append(slices.Clone(rows[i].Fields), c.Fields...)
		slices.Sort(fields)
		rows[i].Fields = slices.Compact(fields)
		rows[i].Created = rows[i].Created || c.Created
	}
	return rows
}

// imported makes one event a patient, with the number of rows of each kind.
func (m *Module) imported(v *kit.Viewer, changes []kit.Change) []*ent.AuditEvent {
	counts := map[string]map[string]int{}
	for _, c := range byRow(changes) {
		if counts[c.PatientID] == nil {
			counts[c.PatientID] = map[string]int{}
		}
		counts[c.PatientID][c.Kind]++
	}
	var events []*ent.AuditEvent
	for _, patient := range slices.Sorted(maps.Keys(counts)) {
		kind := "Patient"
		if patient == "" {
			kind = "Practice"
		}
		e := about(m.Event(v, auditevent.ActionIMPORT, kind, patient), patient)
		var parts []string
		for _, kind := range slices.Sorted(maps.Keys(counts[patient])) {
			parts = append(parts, fmt.Sprintf("%s:%d", kind, counts[patient][kind]))
		}
		e.Detail = strings.Join(parts, " ")
		events = append(events, e)
	}
	return events
}

// Looked writes whose records a request has shown and what it was denied,
// before its answer leaves. What cannot be written must not be shown.
func (m *Module) Looked(ctx context.Context, s *kit.Sight) error {
	v, news := kit.ViewerOf(ctx), s.News()
	if news.Empty() || v.IsSystem() {
		return nil
	}
	session := ""
	if v.Glass && v.May(breakGlass) {
		session = v.SessionID
	}
	events := m.looks(v, news.Patients, session != "")
	for _, permission := range news.Denied {
		e := m.Event(v, auditevent.ActionDENIED, "Permission", permission)
		e.Outcome = auditevent.OutcomeFAILURE
		events = append(events, e)
	}
	if err := m.writer.record(ctx, session, events); err != nil {
		return err
	}
	s.Told(news)
	return nil
}
