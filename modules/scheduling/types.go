package scheduling

import (
	"entgo.io/ent/dialect/sql"

	"medoffice/ent/appointment"
	"medoffice/ent/appointmenttype"
	"medoffice/ent/availability"
	"medoffice/ent/availabilityexception"
	"medoffice/ent/calendarfeed"
	"medoffice/ent/device"
	"medoffice/ent/waitlistentry"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/scalar"
)

// The bounds of the lists, as the schema tells them.
const (
	mostTypes    = 200
	mostHours    = 500
	mostDevices  = 200
	mostSchedule = 2500
)

// Types implements kit.Typer.
func (m *Module) Types() field.Types {
	one := func(of, column string) field.Part { return field.Part{One: &field.One{Type: of, Column: column}} }
	return field.Types{
		"Query": {Parts: map[string]field.Part{
			"appointment":  {One: &field.One{Type: "Appointment", Find: byID}},
			"appointments": {Page: &field.Page{Entity: &appointmentFields}},
			"schedule": {Many: &field.Many{Type: "Appointment", Most: mostSchedule, Find: during, Sort: []field.Sort{
				{Column: appointment.FieldStartsAt}, {Column: appointment.FieldID},
			}}},
			"waitlist":         {Page: &field.Page{Entity: &waitlistFields}},
			"calendarFeeds":    feedList,
			"appointmentSlots": {Simple: "free times are computed"},
			"appointmentTypes": {Many: &field.Many{Type: "AppointmentType", Most: mostTypes, Where: active, Sort: []field.Sort{
				{Column: appointmenttype.FieldName}, {Column: appointmenttype.FieldID},
			}}},
			"availabilities": {Many: &field.Many{Type: "Availability", Most: mostHours, Where: holding("provider", availability.FieldProviderID), Sort: []field.Sort{
				{Column: availability.FieldProviderID}, {Column: availability.FieldFromMinute}, {Column: availability.FieldID},
			}}},
			"availabilityExceptions": {Simple: "it asks the clock"},
			"devices": {Many: &field.Many{Type: "Device", Most: mostDevices, Where: holding("location", device.FieldLocationID), Sort: []field.Sort{
				{Column: device.FieldName}, {Column: device.FieldID},
			}}},
		}},
		"Patient": {Parts: map[string]field.Part{
			"appointments": {Page: &field.Page{Entity: &appointmentFields, Column: appointment.FieldPatientID}},
		}},
		"Appointment": {Can: Read, Prefix: "apm", Parts: map[string]field.Part{
			"patient": one("Patient", appointment.FieldPatientID), "type": one("AppointmentType", appointment.FieldTypeID),
			"provider": one("Provider", appointment.FieldProviderID), "location": one("Location", appointment.FieldLocationID),
			"room": one("Room", appointment.FieldRoomID), "device": one("Device", appointment.FieldDeviceID),
			"visit": one("Visit", appointment.FieldVisitID), "movedFrom": one("Appointment", appointment.FieldMovedFromID),
			"movedTo": one("Appointment", appointment.FieldMovedToID),
		}},
		"AppointmentType": {Can: Read, Prefix: "apt", Parts: map[string]field.Part{
			"visitType": one("VisitType", appointmenttype.FieldVisitTypeID),
		}},
		"Availability": {Can: Read, Prefix: "avl", Parts: map[string]field.Part{
			"provider": one("Provider", availability.FieldProviderID), "location": one("Location", availability.FieldLocationID),
		}},
		"AvailabilityException": {Can: Read, Prefix: "avx", Parts: map[string]field.Part{
			"provider": one("Provider", availabilityexception.FieldProviderID), "location": one("Location", availabilityexception.FieldLocationID),
		}},
		"CalendarFeed": {Can: Feeds, Prefix: "cal", Parts: map[string]field.Part{"provider": one("Provider", calendarfeed.FieldProviderID)}},
		"Device":       {Can: Read, Prefix: "dev", Parts: map[string]field.Part{"location": one("Location", device.FieldLocationID)}},
		"WaitlistEntry": {Can: Read, Prefix: "wtl", Parts: map[string]field.Part{
			"patient": one("Patient", waitlistentry.FieldPatientID), "type": one("AppointmentType", waitlistentry.FieldTypeID),
			"provider": one("Provider", waitlistentry.FieldProviderID), "location": one("Location", waitlistentry.FieldLocationID),
			"offer": one("Appointment", waitlistentry.FieldOfferID),
		}},
		"AppointmentSlot": {Simple: "free times are computed"},
	}
}

func byID(args map[string]any) (field.Where, error) {
	id := args["id"]
	return func(s *sql.Selector) { s.Where(sql.EQ(s.C("id"), id)) }, nil
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
