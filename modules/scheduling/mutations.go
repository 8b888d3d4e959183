package scheduling

import (
	"context"

	"medoffice/graph/model"
	"medoffice/modules/kit/act"
)

func (m Mutation) BookAppointment(ctx context.Context, in model.BookAppointmentInput) (*model.BookAppointmentPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.book, act.Row(m.ByID))
	return &model.BookAppointmentPayload{Appointment: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) ConfirmAppointment(ctx context.Context, in model.ConfirmAppointmentInput) (*model.ConfirmAppointmentPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.confirm, act.Row(m.ByID))
	return &model.ConfirmAppointmentPayload{Appointment: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) RescheduleAppointment(ctx context.Context, in model.RescheduleAppointmentInput) (*model.RescheduleAppointmentPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.reschedule, act.Row(m.ByID))
	return &model.RescheduleAppointmentPayload{Appointment: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) CancelAppointment(ctx context.Context, in model.CancelAppointmentInput) (*model.CancelAppointmentPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.cancel, act.Row(m.ByID))
	return &model.CancelAppointmentPayload{Appointment: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) MarkNoShow(ctx context.Context, in model.MarkNoShowInput) (*model.MarkNoShowPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.noShow, act.Row(m.ByID))
	return &model.MarkNoShowPayload{Appointment: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) CheckInAppointment(ctx context.Context, in model.CheckInAppointmentInput) (*model.CheckInAppointmentPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.checkIn, act.Row(m.ByID))
	return &model.CheckInAppointmentPayload{Appointment: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AddAppointmentType(ctx context.Context, in model.AddAppointmentTypeInput) (*model.AddAppointmentTypePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addType, act.Row(m.typesByID))
	return &model.AddAppointmentTypePayload{AppointmentType: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) RetireAppointmentType(ctx context.Context, in model.RetireAppointmentTypeInput) (*model.RetireAppointmentTypePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.retireType, act.Row(m.typesByID))
	return &model.RetireAppointmentTypePayload{AppointmentType: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AddAvailability(ctx context.Context, in model.AddAvailabilityInput) (*model.AddAvailabilityPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addHours, act.Row(m.rulesByID))
	return &model.AddAvailabilityPayload{Availability: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) EndAvailability(ctx context.Context, in model.EndAvailabilityInput) (*model.EndAvailabilityPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.endHours, act.Row(m.rulesByID))
	return &model.EndAvailabilityPayload{Availability: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AddAvailabilityException(ctx context.Context, in model.AddAvailabilityExceptionInput) (*model.AddAvailabilityExceptionPayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addException, act.Row(m.exceptionsByID))
	return &model.AddAvailabilityExceptionPayload{AvailabilityException: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}

func (m Mutation) AddDevice(ctx context.Context, in model.AddDeviceInput) (*model.AddDevicePayload, error) {
	row, problems, err := act.Do(ctx, m.Deps, in, m.addDevice, act.Row(m.devicesByID))
	return &model.AddDevicePayload{Device: row, UserErrors: problems, ClientMutationID: in.ClientMutationID.Value()}, err
}
