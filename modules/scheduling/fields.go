package scheduling

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/appointment"
	"medoffice/ent/appointmenttype"
	"medoffice/ent/availability"
	"medoffice/ent/availabilityexception"
	"medoffice/ent/device"
	"medoffice/ent/waitlistentry"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
)

var appointmentFields = field.Entity{
	Type: "Appointment", Table: appointment.Table, Prefix: "apm",
	Fields: map[string]field.Field{
		"status":   {Column: appointment.FieldStatus, Kind: field.Enum, Filter: true},
		"patient":  {Column: appointment.FieldPatientID, Kind: field.ID, Filter: true, Can: "patients.read"},
		"location": {Column: appointment.FieldLocationID, Kind: field.ID, Filter: true},
		"provider": {Column: appointment.FieldProviderID, Kind: field.ID, Filter: true},
		"startsAt": {Column: appointment.FieldStartsAt, Kind: field.Time, Filter: true, Order: true},
	},
	Default: field.Order{Field: "startsAt", Desc: true},
}

var waitlistFields = field.Entity{
	Type: "WaitlistEntry", Table: waitlistentry.Table, Prefix: "wtl",
	Fields: map[string]field.Field{
		"status":    {Column: waitlistentry.FieldStatus, Kind: field.Enum, Filter: true},
		"location":  {Column: waitlistentry.FieldLocationID, Kind: field.ID, Filter: true},
		"createdAt": {Column: waitlistentry.FieldCreatedAt, Kind: field.Time, Order: true},
	},
	Default: field.Order{Field: "createdAt"},
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

// ByID finds appointments for loaders and node.
func (m *Module) ByID(ctx context.Context, ids []string) (map[string]*ent.Appointment, error) {
	return load.ByID(m.DB.Client(ctx).Appointment.Query().Where(appointment.ID.In(ids...)).All(ctx))
}

func (m *Module) typesByID(ctx context.Context, ids []string) (map[string]*ent.AppointmentType, error) {
	return load.ByID(m.DB.Client(ctx).AppointmentType.Query().Where(appointmenttype.ID.In(ids...)).All(ctx))
}

func (m *Module) rulesByID(ctx context.Context, ids []string) (map[string]*ent.Availability, error) {
	return load.ByID(m.DB.Client(ctx).Availability.Query().Where(availability.ID.In(ids...)).All(ctx))
}

func (m *Module) exceptionsByID(ctx context.Context, ids []string) (map[string]*ent.AvailabilityException, error) {
	return load.ByID(m.DB.Client(ctx).AvailabilityException.Query().Where(availabilityexception.ID.In(ids...)).All(ctx))
}

func (m *Module) devicesByID(ctx context.Context, ids []string) (map[string]*ent.Device, error) {
	return load.ByID(m.DB.Client(ctx).Device.Query().Where(device.ID.In(ids...)).All(ctx))
}
