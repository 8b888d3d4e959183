package letters_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"medoffice/ent/letter"
	entrow "medoffice/ent/row"
	"medoffice/modules/kit/mail"
	"medoffice/modules/officetest"
)

// box is a mail server that keeps what it gets. nobody@ is unknown there, and
// later@ is asked to come again.
type box struct {
	mu  sync.Mutex
	got []string
}

func (b *box) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{box: b}, nil }

func (b *box) letters() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string{}, b.got...)
}

type session struct {
	*box
	to string
}

func (*session) Reset()                               {}
func (*session) Logout() error                        { return nil }
func (*session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch {
	case strings.HasPrefix(to, "nobody@"):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user " + to}
	case strings.HasPrefix(to, "later@"):
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try again " + to}
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, "to "+s.to+"\n"+string(text))
	return err
}

func server(t *testing.T) (*box, mail.Sender) {
	t.Helper()
	b := &box{}
	s := smtp.NewServer(b)
	s.Domain = "mail.test"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		_ = s.Close()
		if err := <-done; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
	})
	sender, err := mail.Open("smtp://"+l.Addr().String(), "Office <office@example.test>")
	if err != nil {
		t.Fatal(err)
	}
	return b, sender
}

// scene is an office with a doctor who works day and night, and patients.
type scene struct {
	*officetest.Office
	t                    *testing.T
	site, doctor         string
	kind, quiet          string
	mara, nobody, nomail string
	later                string
	n                    int
}

func set(t *testing.T, o *officetest.Office) *scene {
	t.Helper()
	o.Secret("Kowalski")
	if err := o.Letters.Stop(o.System()); err != nil { // only the test sends
		t.Fatal(err)
	}
	s := &scene{Office: o, t: t}
	err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
		c := o.Deps.DB.Client(ctx)
		officetest.Must(c.Practice.Create().SetName("Elm Street Practice").SetPhone("555-0100").Save(ctx))
		s.site = officetest.Must(c.Location.Create().SetName("Downtown").SetLine("1 Elm Street").Save(ctx)).ID
		s.doctor = officetest.Must(c.Provider.Create().SetFamilyName("Adeyemi").Save(ctx)).ID
		officetest.Must(c.Availability.Create().SetProviderID(s.doctor).SetLocationID(s.site).SetRule("FREQ=DAILY").SetBeginsOn("2026-01-01").SetFromMinute(0).SetToMinute(1440).Save(ctx))
		s.kind = officetest.Must(c.AppointmentType.Create().SetName("Colonoscopy").Save(ctx)).ID
		s.quiet = officetest.Must(c.AppointmentType.Create().SetName("Walk").SetRemindBefore(0).Save(ctx)).ID
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.mara, s.nobody, s.later, s.nomail = s.patient("mara@example.test"), s.patient("nobody@example.test"), s.patient("later@example.test"), s.patient("")
	return s
}

func (s *scene) patient(email string) (id string) {
	s.t.Helper()
	s.n++
	err := s.Deps.DB.Tx(s.System(), func(ctx context.Context) error {
		c := s.Deps.DB.Client(ctx)
		id = officetest.Must(c.Patient.Create().SetMrn(fmt.Sprint("M", s.n)).SetFamilyName("Kowalski").Save(ctx)).ID
		if email != "" {
			officetest.Must(c.PatientTelecom.Create().SetPatientID(id).SetSystem("EMAIL").SetUse("OLD").SetRank(1).SetValue("old@example.test").Save(ctx))
			officetest.Must(c.PatientTelecom.Create().SetPatientID(id).SetSystem("EMAIL").SetRank(2).SetValue(email).Save(ctx))
			s.Secret(email)
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

type row struct {
	ID, Status string
	Version    int
	Reminders  []struct {
		Kind, Channel, State string
		DueAt                time.Time
		SentAt               *time.Time
		Attempts             int
	}
}

// states are those of the reminders, with how often each was tried.
func (r row) states() string {
	var list []string
	for _, l := range r.Reminders {
		list = append(list, fmt.Sprint(l.State, " ", l.Attempts))
	}
	return strings.Join(list, ", ")
}

const shown = ` { id status version reminders { kind channel state dueAt sentAt attempts } }`

func (s *scene) act(name string, in officetest.Vars) row {
	s.t.Helper()
	var got struct {
		Out struct {
			Appointment *row
			UserErrors  []struct{ Code, Message string }
		}
	}
	s.As("FRONT_DESK").Do(`mutation($in: `+strings.ToUpper(name[:1])+name[1:]+`Input!) { out: `+name+`(input: $in) { appointment `+shown+` userErrors { code message } } }`,
		officetest.Vars{"in": in}, &got)
	if got.Out.Appointment == nil {
		s.t.Fatalf("%s: %+v", name, got.Out.UserErrors)
	}
	return *got.Out.Appointment
}

// book books so long after now.
func (s *scene) book(patient, kind string, in time.Duration, more ...any) row {
	s.t.Helper()
	v := officetest.Vars{"typeId": kind, "patientId": patient, "providerId": s.doctor, "locationId": s.site, "startsAt": s.Clock.Now().Add(in).Format(time.RFC3339)}
	for i := 0; i < len(more); i += 2 {
		v[more[i].(string)] = more[i+1]
	}
	return s.act("bookAppointment", v)
}

func (s *scene) read(id string) (r row) {
	s.t.Helper()
	var got struct{ Appointment row }
	token, err := s.Access.IssueToken(s.System(), "reader", "NURSE", "", 24*time.Hour) // the clock goes past the end of others
	if err != nil {
		s.t.Fatal(err)
	}
	s.With(token).Do(`query($id: ID!) { appointment(id: $id)`+shown+` }`, officetest.Vars{"id": id}, &got)
	return got.Appointment
}

// deliver sends all that is due.
func (s *scene) deliver() {
	s.t.Helper()
	for until := time.Now().Add(time.Minute); ; {
		if _, err := s.Letters.Deliver(s.System()); err != nil {
			s.t.Fatal(err)
		}
		left := officetest.Must(s.Deps.DB.Client(s.System()).Letter.Query().Where(entrow.Or(letter.StateColumn.EQ(letter.StateSENDING),
			entrow.And(letter.StateColumn.EQ(letter.StateWAITING), letter.NextAt.LTE(s.Clock.Now())))).Count(s.System()))
		if left == 0 {
			return
		}
		if time.Now().After(until) {
			s.t.Fatal(left, "letters do not go out")
		}
	}
}
