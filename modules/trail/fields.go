package trail

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/auditevent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
)

var eventFields = field.Entity{
	Type: "AuditEvent", Table: auditevent.Table, Prefix: "aud",
	Fields: map[string]field.Field{
		"patient":    {Column: auditevent.FieldPatientID, Kind: field.ID, Nullable: true, Filter: true, Match: ofPatients},
		"actor":      {Column: auditevent.FieldActorID, Kind: field.ID, Filter: true},
		"action":     {Column: auditevent.FieldAction, Kind: field.Enum, Filter: true},
		"outcome":    {Column: auditevent.FieldOutcome, Kind: field.Enum, Filter: true},
		"at":         {Column: auditevent.FieldAt, Kind: field.Time, Filter: true, Order: true},
		"entityType": {Column: auditevent.FieldEntityType, Filter: true},
		"entity":     {Column: auditevent.FieldEntityID, Filter: true},
	},
	Default: field.Order{Field: "at", Desc: true},
}

// Types implements kit.Typer. The trail is read seldom, by few, and a look into it
// is recorded by rules of its own: its resolvers answer.
func (*Module) Types() field.Types {
	const own = "it is answered under rules of its own"
	return field.Types{
		"Query":      {Parts: map[string]field.Part{"auditEvents": {Simple: own}}},
		"Patient":    {Parts: map[string]field.Part{"accesses": {Simple: own}}},
		"AuditEvent": {Prefix: "aud", Simple: own},
	}
}

// Nodes implements kit.Noder.
func (m *Module) Nodes() map[string]kit.Finder {
	return map[string]kit.Finder{"aud": kit.Find(ReadTrail, func(ctx context.Context, ids []string) (map[string]*ent.AuditEvent, error) {
		return load.ByID(m.DB.Client(ctx).AuditEvent.Query().Where(auditevent.ID.In(ids...)).All(ctx))
	})}
}

// Rules implements kit.Ruler: looks at lists may name patients of others, so who
// is limited to own patients does not see them.
func (*Module) Rules() kit.Rules { return kit.Rules{"AuditEvent": {notSeveral}} }

// notSeveral hides the looks at lists, which may name patients of others.
func notSeveral(v *kit.Viewer) func(*sql.Selector) {
	if !v.OwnOnly {
		return nil
	}
	return func(s *sql.Selector) { s.Where(sql.NEQ(s.C(auditevent.FieldEntityType), several)) }
}
