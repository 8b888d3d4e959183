package scheduling

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"medoffice/ent"
	"medoffice/ent/appointmenttype"
	"medoffice/ent/availability"
	"medoffice/ent/visittype"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

const mostName = 100

// named is a name without blanks around it.
func named(s, path string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" || utf8.RuneCountInString(s) > mostName {
		return "", kit.Invalid("this name is missing or too long", path)
	}
	return s, nil
}

// addAppointmentType adds a kind of appointment.
func (m *Module) addAppointmentType(ctx context.Context, in model.AddAppointmentTypeInput) (string, error) {
	name, err := named(in.Name, "name")
	if err != nil {
		return "", err
	}
	for _, b := range []struct {
		path            string
		is, least, most int
	}{
		{"minutes", in.Minutes, 5, 480},
		{"bufferBefore", in.BufferBefore, 0, 120},
		{"bufferAfter", in.BufferAfter, 0, 120},
		{"alignment", in.Alignment, 5, 240},
		{"leastNotice", in.LeastNotice, 0, 60 * 24 * 90},
		{"mostNotice", in.MostNotice, 1, 730},
		{"lateCancel", in.LateCancel, 0, 60 * 24 * 30},
		{"remindBefore", in.RemindBefore, 0, 60 * 24 * 14},
		{"overbook", in.Overbook, 0, 10},
	} {
		if b.is < b.least || b.is > b.most {
			return "", kit.Invalid("this number is too small or too large", b.path)
		}
	}
	made := m.DB.Client(ctx).AppointmentType.Create().SetName(name).SetMinutes(in.Minutes).SetBufferBefore(in.BufferBefore).
		SetBufferAfter(in.BufferAfter).SetAlignment(in.Alignment).SetLeastNotice(in.LeastNotice).SetMostNotice(in.MostNotice).
		SetLateCancel(in.LateCancel).SetRemindBefore(in.RemindBefore).SetOverbook(in.Overbook).SetNillableRoomKind(in.RoomKind.Value())
	if kind := in.DeviceKind.Value(); kind != nil {
		given, err := named(*kind, "deviceKind")
		if err != nil {
			return "", err
		}
		made.SetDeviceKind(given)
	}
	if id := in.VisitTypeID.Value(); id != nil {
		there, err := m.DB.Client(ctx).VisitType.Query().Where(visittype.ID.EQ(*id), visittype.Active.EQ(true)).Exist(ctx)
		if err == nil && !there {
			err = kit.Missing("visit type", "visitTypeId")
		}
		if err != nil {
			return "", err
		}
		made.SetVisitTypeID(*id)
	}
	row, err := made.Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

// retireAppointmentType has a kind of appointment no longer booked.
func (m *Module) retireAppointmentType(ctx context.Context, in model.RetireAppointmentTypeInput) (string, error) {
	q := m.DB.Client(ctx).AppointmentType.Query().Where(appointmenttype.ID.EQ(in.AppointmentTypeID))
	q.Modify(db.ForUpdate)
	row, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return "", kit.Missing("type", "appointmentTypeId")
	}
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	return row.ID, row.Update().SetActive(false).Exec(ctx)
}

// whoWhere refuses a provider or a site that is not there.
func (m *Module) whoWhere(ctx context.Context, provider string, location *string) error {
	found, err := m.findProvider(ctx, []string{provider})
	if err == nil && (found[provider] == nil || !found[provider].Active) {
		return kit.Missing("provider", "providerId")
	}
	if err != nil || location == nil {
		return err
	}
	sites, err := m.findLocation(ctx, []string{*location})
	if bound := kit.ViewerOf(ctx).LocationID; err == nil && (sites[*location] == nil || !sites[*location].Active || bound != "" && bound != *location) {
		return kit.Missing("location", "locationId")
	}
	return err
}

// addAvailability adds a rule of hours.
func (m *Module) addAvailability(ctx context.Context, in model.AddAvailabilityInput) (string, error) {
	if _, err := parseRule(in.Rule); err != nil {
		return "", err
	}
	if in.FromMinute < 0 || in.FromMinute >= in.ToMinute || in.ToMinute > 24*60 {
		return "", kit.Invalid("hours run from a minute of the day to a later one, 0 to 1440", "toMinute")
	}
	if !in.BeginsOn.Full() {
		return "", kit.Invalid("tell the day", "beginsOn")
	}
	if err := m.whoWhere(ctx, in.ProviderID, &in.LocationID); err != nil {
		return "", err
	}
	row, err := m.DB.Client(ctx).Availability.Create().SetProviderID(in.ProviderID).SetLocationID(in.LocationID).SetRule(in.Rule).
		SetBeginsOn(in.BeginsOn).SetFromMinute(in.FromMinute).SetToMinute(in.ToMinute).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

// endAvailability ends a rule of hours.
func (m *Module) endAvailability(ctx context.Context, in model.EndAvailabilityInput) (string, error) {
	q := m.DB.Client(ctx).Availability.Query().Where(availability.ID.EQ(in.AvailabilityID))
	q.Modify(db.ForUpdate)
	row, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return "", kit.Missing("availability", "availabilityId")
	}
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	return row.ID, row.Update().SetActive(false).Exec(ctx)
}

// mostAway bounds an exception.
const mostAway = 366 * 24 * time.Hour

// addAvailabilityException adds a time away, or besides the rules.
func (m *Module) addAvailabilityException(ctx context.Context, in model.AddAvailabilityExceptionInput) (string, error) {
	if !in.StartsAt.Before(in.EndsAt) || in.EndsAt.Sub(in.StartsAt) > mostAway {
		return "", kit.Invalid("it ends after it begins, within a year", "endsAt")
	}
	where := in.LocationID.Value()
	if in.Kind == "EXTRA" && where == nil {
		return "", kit.Invalid("tell at which site the provider is there", "locationId")
	}
	if err := m.whoWhere(ctx, in.ProviderID, where); err != nil {
		return "", err
	}
	why, err := words(&in.Reason, "reason")
	if err != nil {
		return "", err
	}
	row, err := m.DB.Client(ctx).AvailabilityException.Create().SetProviderID(in.ProviderID).SetNillableLocationID(where).SetKind(in.Kind).
		SetStartsAt(in.StartsAt.UTC()).SetEndsAt(in.EndsAt.UTC()).SetReason(opt.Text(why)).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

// addDevice adds equipment that can be booked.
func (m *Module) addDevice(ctx context.Context, in model.AddDeviceInput) (string, error) {
	name, err := named(in.Name, "name")
	if err != nil {
		return "", err
	}
	kind, err := named(in.Kind, "kind")
	if err != nil {
		return "", err
	}
	sites, err := m.findLocation(ctx, []string{in.LocationID})
	if err == nil && sites[in.LocationID] == nil {
		err = kit.Missing("location", "locationId")
	}
	if err != nil {
		return "", err
	}
	row, err := m.DB.Client(ctx).Device.Create().SetLocationID(in.LocationID).SetName(name).SetKind(kind).Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}
