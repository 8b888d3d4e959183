package scheduling

import (
	"entgo.io/ent/dialect/sql"

	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
)

// The names of the lists that lead edges back, where they are not those of the rows.
var _ = field.Back{"WaitlistEntry.offer": "waitlistEntry"}

// Edges that no list leads back, and why.
var _ = field.OneWay{"Appointment.movedFrom": "movedTo leads back", "Appointment.movedTo": "movedFrom leads back"}

var lists = field.Lists{
	"Appointment": {
		Default: field.Order{Field: "startsAt", Desc: true},
	},
	"WaitlistEntry":         {Default: field.Order{Field: "createdAt"}},
	"AppointmentType":       {Default: field.Order{Field: "name"}},
	"Availability":          {Default: field.Order{Field: "beginsOn", Desc: true}},
	"AvailabilityException": {Default: field.Order{Field: "startsAt", Desc: true}},
	"CalendarFeed":          {Default: field.Order{Field: "id", Desc: true}},
	"Device":                {Default: field.Order{Field: "name"}},
}

// Rules implements kit.Ruler: who is bound to a location sees what is there.
func (*Module) Rules() kit.Rules {
	at := func(orNone bool) []kit.Rule {
		return []kit.Rule{func(v *kit.Viewer) func(*sql.Selector) {
			if v.LocationID == "" {
				return nil
			}
			return func(s *sql.Selector) {
				p := sql.EQ(s.C("location_id"), v.LocationID)
				if orNone {
					p = sql.Or(p, sql.IsNull(s.C("location_id")))
				}
				s.Where(p)
			}
		}}
	}
	return kit.Rules{"Appointment": at(false), "Availability": at(false), "AvailabilityException": at(true), "Device": at(false), "WaitlistEntry": at(false)}
}
