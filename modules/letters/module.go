// Package letters sends messages to people outside the office: reminders of
// appointments to patients, orders to suppliers.
//
// A letter is planned in the transaction of what it is about, and sent later, when
// it is due, by whichever server process is first. Its text is written when it is
// sent, by the domain that asked for it: if the appointment was cancelled
// meanwhile, or the patient does not want letters, none is sent. If the mail
// server cannot be reached, it is tried again, a limited number of times. If a
// process dies while it sends, nobody knows whether the letter was sent; then it
// counts as failed and is not sent again.
package letters

import (
	"context"
	"sync/atomic"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/letter"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/mail"
	"medoffice/modules/kit/sweep"
)

// Read is the permission to see the status of letters.
const Read = "letters.read"

// Author is a module that writes the letters of one kind. It returns no letter if
// there is nothing to say any more, or nobody who may be written to.
type Author interface {
	Writes() (kind string)
	Compose(ctx context.Context, about string) (*mail.Letter, error)
}

// Module is the letters.
type Module struct {
	kit.Deps
	sender  atomic.Value // of post
	authors map[string]Author

	sweep sweep.Sweep
}

type post struct{ mail.Sender }

// New makes the module, with the sender of an office without a mail server.
func New(d kit.Deps) *Module {
	m := &Module{Deps: d, authors: map[string]Author{}}
	m.SendThrough(mail.Log{Logger: d.Log})
	return m
}

// SendThrough changes who brings letters on their way.
func (m *Module) SendThrough(s mail.Sender) { m.sender.Store(post{s}) }

// Gather implements kit.Asker.
func (m *Module) Gather(all *kit.Offers) {
	for _, a := range kit.Offering[Author](all) {
		m.authors[a.Writes()] = a
	}
}

// Name implements kit.Module.
func (*Module) Name() string { return "letters" }

// Permissions implements kit.Module.
func (*Module) Permissions() kit.Grants {
	return kit.Grants{Read: {kit.FrontDesk, kit.MedicalAssistant, kit.Nurse, kit.Physician, kit.Manager, kit.StockKeeper}}
}

// Rules implements kit.Ruler: who is bound to a location sees the letters from there.
func (*Module) Rules() kit.Rules {
	return kit.Rules{"Letter": {func(v *kit.Viewer) func(*sql.Selector) {
		if v.LocationID == "" {
			return nil
		}
		return func(s *sql.Selector) { s.Where(sql.EQ(s.C(letter.FieldLocationID), v.LocationID)) }
	}}}
}

// mostLetters is the greatest number of letters about one record, as the schema says.
const mostLetters = 20

// parts are the fields that do not follow from the schema and the tables.
func (*Module) parts() field.Parts {
	about := field.Part{Many: &field.Many{Type: "Letter", Column: letter.FieldAbout, Most: mostLetters, Sort: []field.Sort{
		{Column: letter.FieldDueAt}, {Column: letter.FieldID},
	}}}
	return field.Parts{"Appointment.reminders": about, "PurchaseOrder.letters": about}
}

func (a Appointment) Reminders(ctx context.Context, obj *ent.Appointment) ([]*ent.Letter, error) {
	return load.Of(ctx, obj, "reminders", func(a *ent.Appointment) string { return a.ID }, a.about)
}

func (p PurchaseOrder) Letters(ctx context.Context, obj *ent.PurchaseOrder) ([]*ent.Letter, error) {
	return load.Of(ctx, obj, "letters", func(o *ent.PurchaseOrder) string { return o.ID }, p.about)
}

func (m *Module) about(ctx context.Context, ids []string) (map[string][]*ent.Letter, error) {
	rows, err := m.DB.Client(ctx).Letter.Query().Where(letter.About.In(ids...)).
		Order(letter.DueAt.Asc(), letter.ID.Asc()).Limit(mostLetters * len(ids)).All(ctx)
	found, err := load.ByKey(rows, err, func(l *ent.Letter) string { return l.About })
	for _, id := range ids { // no letter is an empty list
		if found[id] == nil {
			found[id] = []*ent.Letter{}
		}
	}
	return found, err
}

// sweepEvery is how often letters that are due are looked for.
const sweepEvery = 20 * time.Second

// Start implements kit.Starter: it sends what is due.
func (m *Module) Start(ctx context.Context) error {
	m.sweep = sweep.Sweep{Every: sweepEvery, Do: m.Deliver, Fault: "letters were not sent"}
	m.sweep.Start(ctx, m.Log)
	return nil
}

// Stop implements kit.Stopper.
func (m *Module) Stop(context.Context) error {
	m.sweep.Stop()
	return nil
}
