package letters_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"medoffice/ent/fact"
	"medoffice/modules/events"
	"medoffice/modules/kit/mail"
	"medoffice/modules/officetest"
)

func TestReminder(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o)
		b, sender := server(t)
		o.Letters.SendThrough(sender)
		a := s.book(s.mara, s.kind, 48*time.Hour)
		if a.states() != "WAITING 0" || a.Reminders[0].DueAt != o.Clock.Now().Add(24*time.Hour) || a.Reminders[0].Channel != "EMAIL" || a.Reminders[0].Kind != "REMINDER" {
			t.Fatalf("%+v", a)
		}
		s.deliver()
		o.Clock.Add(24*time.Hour - time.Second)
		s.deliver()
		if n := len(b.letters()); n != 0 {
			t.Fatal(n, "letters too early")
		}
		o.Clock.Add(time.Second)
		s.deliver()
		s.deliver()
		got := b.letters()
		if len(got) != 1 {
			t.Fatal(got)
		}
		for _, part := range []string{"to mara@example.test\n", "Subject: Your appointment at Elm Street Practice", "Wednesday, March 4, 2026, 3:00 PM (UTC)", "Downtown", "1 Elm Street", "555-0100", "Message-ID: <let_"} {
			if !strings.Contains(got[0], part) {
				t.Errorf("%q is missing in:\n%s", part, got[0])
			}
		}
		for _, part := range []string{"Colonoscopy", "Kowalski", "Adeyemi", "old@"} {
			if strings.Contains(got[0], part) {
				t.Errorf("%q stands in:\n%s", part, got[0])
			}
		}
		if r := s.read(a.ID); r.states() != "SENT 1" || r.Reminders[0].SentAt == nil {
			t.Errorf("%+v", r)
		}
		told := officetest.Must(o.Deps.DB.Client(o.System()).Fact.Query().Where(fact.Topic.EQ(events.LetterChanged{}.Topic())).Count(o.System()))
		if told != 3 { // planned, on its way, sent
			t.Error(told)
		}
	})
}

// Who called it off gets none, who moved it one for the new time.
func TestRemindersOfWhatChanges(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o)
		b, sender := server(t)
		o.Letters.SendThrough(sender)
		if a := s.book(s.mara, s.kind, 20*time.Hour); a.states() != "" {
			t.Error("booked too late to be reminded:", a.states())
		}
		if a := s.book(s.mara, s.quiet, 72*time.Hour); a.states() != "" {
			t.Error("not of this kind:", a.states())
		}
		held := s.book(s.mara, s.kind, 50*time.Hour, "holdMinutes", 10)
		if held.states() != "" {
			t.Error("held:", held.states())
		}
		if a := s.act("confirmAppointment", officetest.Vars{"appointmentId": held.ID, "expectedVersion": held.Version}); a.states() != "WAITING 0" {
			t.Error("confirmed:", a.states())
		}
		off := s.book(s.mara, s.kind, 52*time.Hour)
		off = s.act("cancelAppointment", officetest.Vars{"appointmentId": off.ID, "expectedVersion": off.Version, "class": "PATIENT", "reason": "ill"})
		if off.states() != "DROPPED 0" {
			t.Error("cancelled:", off.states())
		}
		old := s.book(s.mara, s.kind, 54*time.Hour)
		moved := s.act("rescheduleAppointment", officetest.Vars{"appointmentId": old.ID, "expectedVersion": old.Version, "startsAt": o.Clock.Now().Add(80 * time.Hour).Format(time.RFC3339)})
		if old = s.read(old.ID); old.states() != "DROPPED 0" || moved.states() != "WAITING 0" || moved.Reminders[0].DueAt != o.Clock.Now().Add(56*time.Hour) {
			t.Errorf("%+v %+v", old, moved)
		}
		silent := s.book(s.nomail, s.kind, 50*time.Hour+20*time.Minute)
		said := map[string]row{}
		for i, decision := range []string{"PERMIT", "DENY"} {
			p := s.patient(strings.ToLower(decision) + "@example.test")
			s.As("NURSE").Do(`mutation($p: ID!, $d: ConsentDecision!) { recordConsent(input: {patientId: $p, kind: REMINDERS, decision: $d}) { userErrors { message } } }`, officetest.Vars{"p": p, "d": decision}, nil)
			said[decision] = s.book(p, s.kind, 51*time.Hour+time.Duration(i)*20*time.Minute)
		}
		o.Clock.Add(30 * time.Hour)
		s.deliver()
		for name, want := range map[string]struct{ id, state string }{
			"no address": {silent.ID, "DROPPED 0"}, "confirmed": {held.ID, "SENT 1"}, "cancelled": {off.ID, "DROPPED 0"}, "moved": {moved.ID, "WAITING 0"},
			"permit": {said["PERMIT"].ID, "SENT 1"}, "deny": {said["DENY"].ID, "DROPPED 0"},
		} {
			if got := s.read(want.id).states(); got != want.state {
				t.Errorf("%s: %s", name, got)
			}
		}
		o.Clock.Add(26 * time.Hour)
		s.deliver()
		if n := len(b.letters()); n != 3 {
			t.Error(n, "letters")
		}
	})
}

func TestLettersThatFail(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o)
		b, sender := server(t)
		o.Letters.SendThrough(sender)
		never, again := s.book(s.nobody, s.kind, 48*time.Hour), s.book(s.later, s.kind, 49*time.Hour)
		late := s.book(s.later, s.kind, 50*time.Hour)
		o.Clock.Add(24 * time.Hour)
		s.deliver()
		if got := s.read(never.ID).states(); got != "FAILED 1" {
			t.Error(got)
		}
		o.Clock.Add(time.Hour)
		for i, pause := range []time.Duration{0, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour} {
			if pause > 0 {
				o.Clock.Add(pause - time.Second)
				s.deliver()
				if got := s.read(again.ID).states(); got != fmt.Sprint("WAITING ", i) {
					t.Errorf("try %d, too early: %s", i, got)
				}
				o.Clock.Add(time.Second)
			}
			s.deliver()
		}
		if got := s.read(again.ID).states(); got != "FAILED 5" {
			t.Error(got)
		}
		o.Clock.Add(48 * time.Hour) // the appointment is over by now
		s.deliver()
		if got := s.read(late.ID); !strings.HasPrefix(got.states(), "FAILED ") || got.Reminders[0].Attempts > 4 {
			t.Error(got)
		}
		if n := len(b.letters()); n != 0 {
			t.Error(n, "letters")
		}
	})
}

// Several server processes send each letter once.
func TestLettersOfSeveralProcesses(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			url := officetest.Database(t, engine)
			o := officetest.Open(t, url)
			offices := []*officetest.Office{o, officetest.Open(t, url), officetest.Open(t, url)}
			s := set(t, o)
			b, sender := server(t)
			const many = 30
			for i := range many {
				s.book(s.mara, s.kind, 48*time.Hour+time.Duration(i)*20*time.Minute)
			}
			var all sync.WaitGroup
			for _, p := range offices {
				p.Letters.SendThrough(sender)
				p.Clock.Add(36 * time.Hour)
				all.Go(func() {
					if _, err := p.Letters.Deliver(p.System()); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			s.deliver()
			ids := map[string]bool{}
			for _, text := range b.letters() {
				_, id, _ := strings.Cut(text, "Message-ID: <")
				id, _, _ = strings.Cut(id, "@")
				ids[id] = true
			}
			if len(ids) != many || len(b.letters()) != many {
				t.Error(len(ids), "of", len(b.letters()))
			}
		})
	}
}

type sender func()

func (f sender) Send(context.Context, mail.Letter) error {
	f()
	return nil
}

// Of a letter whose sender did not come back nobody knows whether it is out.
func TestSenderThatDoesNotComeBack(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o)
		a := s.book(s.mara, s.kind, 48*time.Hour)
		o.Clock.Add(24 * time.Hour)
		sent := 0
		o.Letters.SendThrough(sender(func() {
			sent++
			o.Clock.Add(time.Hour)
			if got := s.read(a.ID).states(); got != "SENDING 1" {
				t.Error(got)
			}
			if _, err := o.Letters.Deliver(o.System()); err != nil { // another process looks
				t.Error(err)
			}
		}))
		s.deliver()
		if got := s.read(a.ID).states(); got != "FAILED 1" || sent != 1 {
			t.Error(got, sent)
		}
	})
}

func TestLettersWithoutMailServer(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o)
		a := s.book(s.mara, s.kind, 48*time.Hour)
		o.Clock.Add(24 * time.Hour)
		s.deliver()
		if got := s.read(a.ID).states(); got != "UNSENT 1" || !strings.Contains(o.Log.String(), "no mail server") {
			t.Error(got)
		}
	})
}

func TestWhoSeesLetters(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o)
		var ids []string
		for i := range 12 {
			ids = append(ids, s.book(s.mara, s.kind, 48*time.Hour+time.Duration(i)*20*time.Minute).ID)
		}
		const list = `{ appointments(first: 50) { nodes { id reminders { state } } } }`
		var got struct{ Appointments struct{ Nodes []row } }
		a := o.As("PHYSICIAN").Do(list, nil, &got)
		if len(got.Appointments.Nodes) != len(ids) || got.Appointments.Nodes[0].Reminders[0].State != "WAITING" || len(a.Statements) > 4 {
			t.Errorf("%d statements, %+v", len(a.Statements), got)
		}
		if a := o.As("BILLER").Send(list, nil); a.Code() != "FORBIDDEN" {
			t.Error(a.Text)
		}
		if a := o.As("").Send(list, nil); a.Code() != "UNAUTHENTICATED" {
			t.Error(a.Text)
		}
	})
}
