package scheduling

import (
	"entgo.io/ent/dialect/sql"

	"medoffice/ent/appointment"
	"medoffice/ent/appointmenttype"
	"medoffice/ent/availability"
	"medoffice/ent/device"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/scalar"
)

// The bounds of the lists, as the schema gives them.
const (
	mostTypes    = 200
	mostHours    = 500
	mostDevices  = 200
	mostSchedule = 2500
)

// nodes says which permission finds rows by their ids.
var nodes = field.Nodes{
	"Appointment":           Read,
	"AppointmentType":       Read,
	"Availability":          Read,
	"AvailabilityException": Read,
	"CalendarFeed":          Feeds,
	"Device":                Read,
	"WaitlistEntry":         Read,
}

// parts are the fields that do not follow from the schema and the tables.
func (*Module) parts() field.Parts {
	return field.Parts{
		"Query.schedule": {Many: &field.Many{Type: "Appointment", Most: mostSchedule, Find: during, Sort: []field.Sort{
			{Column: appointment.FieldStartsAt}, {Column: appointment.FieldID},
		}}},
		"Query.calendarFeeds":    feedList,
		"Query.appointmentSlots": {Simple: "free times are computed"},
		"Query.appointmentTypes": {Many: &field.Many{Type: "AppointmentType", Most: mostTypes, Where: active, Sort: []field.Sort{
			{Column: appointmenttype.FieldName}, {Column: appointmenttype.FieldID},
		}}},
		"Query.availabilities": {Many: &field.Many{Type: "Availability", Most: mostHours, Where: holding("provider", availability.FieldProviderID), Sort: []field.Sort{
			{Column: availability.FieldProviderID}, {Column: availability.FieldFromMinute}, {Column: availability.FieldID},
		}}},
		"Query.availabilityExceptions": {Simple: "it asks the clock"},
		"Query.devices": {Many: &field.Many{Type: "Device", Most: mostDevices, Where: holding("location", device.FieldLocationID), Sort: []field.Sort{
			{Column: device.FieldName}, {Column: device.FieldID},
		}}},
		"AppointmentSlot": {Simple: "free times are computed"},
	}
}

// during finds what keeps its time at a site, from an instant up to another.
func during(args map[string]any) (field.Where, error) {
	from, err := scalar.UnmarshalDateTime(args["from"])
	if err != nil {
		return nil, err
	}
	to, err := scalar.UnmarshalDateTime(args["to"])
	if err != nil {
		return nil, err
	}
	states := make([]any, len(onCalendar))
	for i, s := range onCalendar {
		states[i] = string(s)
	}
	return func(s *sql.Selector) {
		at := s.C(appointment.FieldStartsAt)
		s.Where(sql.And(sql.EQ(s.C(appointment.FieldLocationID), args["location"]), sql.GTE(at, from), sql.LT(at, to),
			sql.In(s.C(appointment.FieldStatus), states...)))
	}, nil
}

func active(args map[string]any) field.Where {
	return func(s *sql.Selector) {
		if is := args["active"]; is != nil {
			s.Where(sql.EQ(s.C("active"), is))
		}
	}
}

// holding finds what is active, and of somebody where an argument says so.
func holding(argument, column string) func(map[string]any) field.Where {
	return func(args map[string]any) field.Where {
		return func(s *sql.Selector) {
			s.Where(sql.EQ(s.C("active"), true))
			if of := args[argument]; of != nil {
				s.Where(sql.EQ(s.C(column), of))
			}
		}
	}
}
