package scheduling

import (
	"context"
	"fmt"
	"strings"
	"time"

	"medoffice/ent"
	"medoffice/ent/appointment"
	"medoffice/ent/consent"
	"medoffice/ent/patient"
	"medoffice/ent/patienttelecom"
	"medoffice/modules/handover"
	"medoffice/modules/kit/mail"
	"medoffice/modules/kit/opt"
)

// Letters is what the calendar asks of the post, in the running transaction: to
// send a letter when it is due, and not to send those about something.
type Letters interface {
	Plan(ctx context.Context, l handover.Letter) error
	Drop(ctx context.Context, about string) error
}

// remind plans that the patient is reminded of an appointment that is agreed.
// Who books it later than that needs no reminder. Each appointment has one time,
// for another one takes its place, and so one reminder.
func (m *Module) remind(ctx context.Context, a *ent.Appointment) error {
	if a.Status != appointment.StatusBOOKED {
		return nil
	}
	kind, err := m.DB.Client(ctx).AppointmentType.Get(ctx, a.TypeID)
	if err != nil {
		return err
	}
	due := a.StartsAt.Add(-time.Duration(kind.RemindBefore) * time.Minute)
	if kind.RemindBefore == 0 || !due.After(m.Clock.Now()) {
		return nil
	}
	return m.letters.Plan(ctx, handover.Letter{
		Mark: handover.LetterReminder + " " + a.ID, About: a.ID, Kind: handover.LetterReminder, LocationID: a.LocationID, DueAt: due, Until: a.StartsAt,
	})
}

// Writes implements letters.Author: the calendar writes reminders.
func (*Module) Writes() string { return handover.LetterReminder }

// Compose writes the reminder of an appointment: when and where, never what for.
// There is none where the appointment does not stand, or the patient cannot or
// does not want to be written to.
func (m *Module) Compose(ctx context.Context, about string) (*mail.Letter, error) {
	a, err := m.DB.Client(ctx).Appointment.Query().Where(appointment.ID.EQ(about), appointment.StatusColumn.EQ(appointment.StatusBOOKED)).
		With(ent.WithAppointmentLocation()).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // no letter
	}
	if err != nil {
		return nil, err
	}
	to, err := m.address(ctx, a.PatientID)
	if err != nil || to == "" {
		return nil, err
	}
	office, phone := a.Edges.Location.Name, a.Edges.Location.Phone
	if p, err := m.DB.Client(ctx).Practice.Query().First(ctx); err == nil {
		if office = p.Name; phone == nil {
			phone = p.Phone
		}
	} else if !ent.IsNotFound(err) {
		return nil, err
	}
	return &mail.Letter{To: to, Subject: "Your appointment at " + office, Text: m.reminder(a, office, opt.Text(phone))}, nil
}

// reminder is the text of one.
func (m *Module) reminder(a *ent.Appointment, office, phone string) string {
	site := a.Edges.Location
	var b strings.Builder
	fmt.Fprintf(&b, "You have an appointment at %s:\n\n", office)
	fmt.Fprintf(&b, "    %s\n", a.StartsAt.In(m.zone()).Format("Monday, January 2, 2006, 3:04 PM (MST)"))
	for _, line := range []string{site.Name, opt.Text(site.Line), strings.TrimSpace(opt.Text(site.City) + " " + opt.Text(site.State) + " " + opt.Text(site.PostalCode))} {
		if line != "" {
			fmt.Fprintf(&b, "    %s\n", line)
		}
	}
	b.WriteString("\nIf you cannot come, please tell us")
	if phone != "" {
		b.WriteString(": " + phone)
	}
	return b.String() + ".\n"
}

func (m *Module) zone() *time.Location {
	if m.Zone == nil {
		return time.UTC
	}
	return m.Zone
}

// address finds where the patient gets mail; "" where nobody may write there.
// The last word of the patient about reminders counts.
func (m *Module) address(ctx context.Context, id string) (string, error) {
	c := m.DB.Client(ctx)
	alive, err := c.Patient.Query().Where(patient.ID.EQ(id), patient.StatusColumn.EQ(patient.StatusACTIVE), patient.Deceased.EQ(false)).Exist(ctx)
	if err != nil || !alive {
		return "", err
	}
	said, err := c.Consent.Query().Where(consent.PatientID.EQ(id), consent.KindColumn.EQ(consent.KindREMINDERS), consent.StatusColumn.NEQ(consent.StatusENTERED_IN_ERROR)).
		Order(consent.GivenAt.Desc(), consent.ID.Desc()).First(ctx)
	if err != nil && !ent.IsNotFound(err) {
		return "", err
	}
	if said != nil && !m.holds(said) {
		return "", nil
	}
	t, err := c.PatientTelecom.Query().Where(patienttelecom.PatientID.EQ(id), patienttelecom.SystemColumn.EQ(patienttelecom.SystemEMAIL), patienttelecom.UseColumn.NEQ(patienttelecom.UseOLD)).
		Order(patienttelecom.Rank.Asc(), patienttelecom.ID.Asc()).First(ctx)
	if ent.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(t.Value), nil
}

// holds reports whether a consent allows something today.
func (m *Module) holds(c *ent.Consent) bool {
	return c.Status == consent.StatusACTIVE && c.Decision == consent.DecisionPERMIT &&
		(c.ExpiresOn == nil || string(*c.ExpiresOn) >= m.Day(m.Clock.Now()))
}
