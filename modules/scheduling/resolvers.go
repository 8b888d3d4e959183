package scheduling

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/appointment"
	"medoffice/ent/appointmenttype"
	"medoffice/ent/availability"
	"medoffice/ent/availabilityexception"
	"medoffice/ent/device"
	"medoffice/graph/model"
	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/page"
)

type (
	// Query answers the root fields.
	Query struct{ *Module }
	// Mutation answers the root fields.
	Mutation struct{ *Module }
	// Patient answers what the calendar adds to a patient.
	Patient struct{ *Module }
	// Appointment answers what an appointment is beyond its columns.
	Appointment struct{ *Module }
	// AppointmentType answers what a kind of appointment is beyond its columns.
	AppointmentType struct{ *Module }
	// Availability answers what a rule of hours is beyond its columns.
	Availability struct{ *Module }
	// AvailabilityException answers what an exception is beyond its columns.
	AvailabilityException struct{ *Module }
	// Device answers what a device is beyond its columns.
	Device struct{ *Module }
)

func (q Query) Appointment(ctx context.Context, id string) (*ent.Appointment, error) {
	return load.One(ctx, id, q.ByID)
}

func (q Query) Appointments(ctx context.Context, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.AppointmentConnection, error) {
	return q.list.All(ctx, page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before})
}

// onCalendar are the states of appointments that keep their time.
var onCalendar = []appointment.Status{appointment.StatusHELD, appointment.StatusBOOKED, appointment.StatusCHECKED_IN, appointment.StatusFULFILLED}

func (q Query) Schedule(ctx context.Context, location string, from, to time.Time) ([]*ent.Appointment, error) {
	rows, err := q.DB.Client(ctx).Appointment.Query().Where(
		appointment.LocationID.EQ(location), appointment.StartsAt.GTE(from), appointment.StartsAt.LT(to), appointment.StatusColumn.In(onCalendar...),
	).Order(appointment.StartsAt.Asc(), appointment.ID.Asc()).Limit(mostSchedule).All(ctx)
	return rows, err
}

func (q Query) AppointmentTypes(ctx context.Context, active *bool) ([]*ent.AppointmentType, error) {
	types := q.DB.Client(ctx).AppointmentType.Query()
	if active != nil {
		types.Where(appointmenttype.Active.EQ(*active))
	}
	return types.Order(appointmenttype.Name.Asc(), appointmenttype.ID.Asc()).Limit(mostTypes).All(ctx)
}

func (q Query) Availabilities(ctx context.Context, provider *string) ([]*ent.Availability, error) {
	rules := q.DB.Client(ctx).Availability.Query().Where(availability.Active.EQ(true))
	if provider != nil {
		rules.Where(availability.ProviderID.EQ(*provider))
	}
	return rules.Order(availability.ProviderID.Asc(), availability.FromMinute.Asc(), availability.ID.Asc()).Limit(mostHours).All(ctx)
}

func (q Query) AvailabilityExceptions(ctx context.Context, provider *string) ([]*ent.AvailabilityException, error) {
	list := q.DB.Client(ctx).AvailabilityException.Query().Where(availabilityexception.Active.EQ(true), availabilityexception.EndsAt.GT(q.Clock.Now()))
	if provider != nil {
		list.Where(availabilityexception.ProviderID.EQ(*provider))
	}
	return list.Order(availabilityexception.EndsAt.Asc(), availabilityexception.ID.Asc()).Limit(mostHours).All(ctx)
}

func (q Query) Devices(ctx context.Context, location *string) ([]*ent.Device, error) {
	list := q.DB.Client(ctx).Device.Query().Where(device.Active.EQ(true))
	if location != nil {
		list.Where(device.LocationID.EQ(*location))
	}
	return list.Order(device.Name.Asc(), device.ID.Asc()).Limit(mostDevices).All(ctx)
}

func (p Patient) Appointments(ctx context.Context, obj *ent.Patient, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.AppointmentConnection, error) {
	a := page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before}
	return page.Of(ctx, p.list, obj, page.Child{Column: appointment.FieldPatientID}, a, func(a *ent.Appointment) string { return a.PatientID })
}

func (a Appointment) Patient(ctx context.Context, obj *ent.Appointment) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(a *ent.Appointment) string { return a.PatientID }, a.patients.ByID)
}

func (a Appointment) Type(ctx context.Context, obj *ent.Appointment) (*ent.AppointmentType, error) {
	return load.Of(ctx, obj, "type", func(a *ent.Appointment) string { return a.TypeID }, a.typesByID)
}

func (a Appointment) Provider(ctx context.Context, obj *ent.Appointment) (*ent.Provider, error) {
	return load.Of(ctx, obj, "provider", func(a *ent.Appointment) string { return a.ProviderID }, a.practice.ProvidersByID)
}

func (a Appointment) Location(ctx context.Context, obj *ent.Appointment) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(a *ent.Appointment) string { return a.LocationID }, a.practice.LocationsByID)
}

func (a Appointment) Room(ctx context.Context, obj *ent.Appointment) (*ent.Room, error) {
	return load.Of(ctx, obj, "room", func(a *ent.Appointment) string { return opt.Text(a.RoomID) }, a.visits.RoomsByID)
}

func (a Appointment) Device(ctx context.Context, obj *ent.Appointment) (*ent.Device, error) {
	return load.Of(ctx, obj, "device", func(a *ent.Appointment) string { return opt.Text(a.DeviceID) }, a.devicesByID)
}

func (a Appointment) Visit(ctx context.Context, obj *ent.Appointment) (*ent.Visit, error) {
	return load.Of(ctx, obj, "visit", func(a *ent.Appointment) string { return opt.Text(a.VisitID) }, a.visits.ByID)
}

func (a Appointment) MovedFrom(ctx context.Context, obj *ent.Appointment) (*ent.Appointment, error) {
	return load.Of(ctx, obj, "moved from", func(a *ent.Appointment) string { return opt.Text(a.MovedFromID) }, a.ByID)
}

func (a Appointment) MovedTo(ctx context.Context, obj *ent.Appointment) (*ent.Appointment, error) {
	return load.Of(ctx, obj, "moved to", func(a *ent.Appointment) string { return opt.Text(a.MovedToID) }, a.ByID)
}

func (t AppointmentType) VisitType(ctx context.Context, obj *ent.AppointmentType) (*ent.VisitType, error) {
	return load.Of(ctx, obj, "visit type", func(t *ent.AppointmentType) string { return opt.Text(t.VisitTypeID) }, t.visits.TypesByID)
}

func (a Availability) Provider(ctx context.Context, obj *ent.Availability) (*ent.Provider, error) {
	return load.Of(ctx, obj, "provider", func(a *ent.Availability) string { return a.ProviderID }, a.practice.ProvidersByID)
}

func (a Availability) Location(ctx context.Context, obj *ent.Availability) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(a *ent.Availability) string { return a.LocationID }, a.practice.LocationsByID)
}

func (a AvailabilityException) Provider(ctx context.Context, obj *ent.AvailabilityException) (*ent.Provider, error) {
	return load.Of(ctx, obj, "provider", func(a *ent.AvailabilityException) string { return a.ProviderID }, a.practice.ProvidersByID)
}

func (a AvailabilityException) Location(ctx context.Context, obj *ent.AvailabilityException) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(a *ent.AvailabilityException) string { return opt.Text(a.LocationID) }, a.practice.LocationsByID)
}

func (d Device) Location(ctx context.Context, obj *ent.Device) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(d *ent.Device) string { return d.LocationID }, d.practice.LocationsByID)
}
