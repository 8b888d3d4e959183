package trail

import (
	"entgo.io/ent/dialect/sql"

	"medoffice/ent/auditevent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
)

// nodes says which permission finds an event by its id.
var nodes = field.Nodes{"AuditEvent": ReadTrail}

var lists = field.Lists{"AuditEvent": {
	Default: field.Order{Field: "at", Desc: true},
	Fields:  map[string]field.Field{"patient": {Match: ofPatients}},
}}

// parts are the fields that do not follow from the schema and the tables. The
// trail is read seldom, by few, and a look into it is recorded by rules of its
// own: its resolvers answer.
func (*Module) parts() field.Parts {
	const own = "it is answered under rules of its own"
	return field.Parts{"Query.auditEvents": {Simple: own}, "Patient.accesses": {Simple: own}, "AuditEvent": {Simple: own}}
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
