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
)

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
