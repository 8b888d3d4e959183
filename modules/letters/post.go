package letters

import (
	"context"
	"errors"
	"time"

	"medoffice/ent"
	"medoffice/ent/letter"
	"medoffice/modules/events"
	"medoffice/modules/handover"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/logtext"
	"medoffice/modules/kit/mail"
	"medoffice/modules/kit/opt"
)

// pauses are those after each try that failed; after the last there is none more.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour}

const (
	// lease is how long a process may take to send a letter; the talk with a mail
	// server is bounded by less.
	lease = 2 * time.Minute
	// perSweep bounds the letters of one Deliver.
	perSweep = 200
)

// Plan plans a letter, in the running transaction.
func (m *Module) Plan(ctx context.Context, l handover.Letter) error {
	kind := letter.Kind(l.Kind)
	if err := kind.Validate(); err != nil {
		return err
	}
	if l.DueAt.IsZero() {
		l.DueAt = m.Clock.Now()
	}
	made := m.DB.Client(ctx).Letter.Create().SetMark(l.Mark).SetAbout(l.About).SetKind(kind).
		SetNillableLocationID(opt.Of(l.LocationID)).SetDueAt(l.DueAt).SetNextAt(l.DueAt)
	if !l.Until.IsZero() {
		made.SetUntil(l.Until)
	}
	row, err := made.Save(ctx)
	if err != nil {
		return err
	}
	return m.publishChanged(ctx, row)
}

// Drop drops the letters about something that nobody has begun to send, in the
// running transaction.
func (m *Module) Drop(ctx context.Context, about string) error {
	q := m.DB.Client(ctx).Letter.Query().Where(letter.About.EQ(about), letter.StateColumn.EQ(letter.StateWAITING)).Order(letter.ID.Asc())
	q.Modify(db.ForUpdate)
	rows, err := q.All(kit.Unbound(ctx))
	for _, row := range rows {
		if err == nil {
			err = m.settle(ctx, row, letter.StateDROPPED)
		}
	}
	return err
}

// settle writes how a letter stands now, and publishes it.
func (m *Module) settle(ctx context.Context, row *ent.Letter, state letter.State) error {
	u := row.Update().SetState(state)
	if state == letter.StateSENT {
		u.SetSentAt(m.Clock.Now())
	}
	return m.save(ctx, u)
}

func (m *Module) save(ctx context.Context, u *ent.LetterUpdateOne) error {
	after, err := u.Save(ctx)
	if err != nil {
		return err
	}
	return m.publishChanged(ctx, after)
}

func (m *Module) publishChanged(ctx context.Context, l *ent.Letter) error {
	return m.Bus.Publish(ctx, kit.ViewerOf(ctx).ID, events.LetterChanged{
		LetterID: l.ID, About: l.About, Kind: string(l.Kind), State: string(l.State), LocationID: opt.Text(l.LocationID),
	})
}

// Deliver sends the letters that are due, and returns how many it took on. One
// that another process is about to send is left to it.
func (m *Module) Deliver(ctx context.Context) (n int, err error) {
	ctx = kit.System(ctx, "letters")
	if err := m.giveUp(ctx); err != nil {
		return 0, err
	}
	for n < perSweep && ctx.Err() == nil {
		row, text, err := m.claim(ctx)
		if row == nil {
			return n, err
		}
		n++
		if err != nil { // the others shall not wait for it
			if err := m.unwritten(ctx, row, err); err != nil {
				return n, err
			}
			continue
		}
		if text == nil {
			continue
		}
		if err := m.send(ctx, row, *text); err != nil {
			return n, err
		}
	}
	return n, ctx.Err()
}

// giveUp fails letters whose sender did not come back to report.
func (m *Module) giveUp(ctx context.Context) error {
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		q := m.DB.Client(ctx).Letter.Query().Where(letter.StateColumn.EQ(letter.StateSENDING), letter.NextAt.LTE(m.Clock.Now())).
			Order(letter.NextAt.Asc(), letter.ID.Asc()).Limit(perSweep)
		q.Modify(db.SkipLocked)
		rows, err := q.All(ctx)
		for _, row := range rows {
			if err == nil {
				err = m.settle(ctx, row, letter.StateFAILED)
			}
		}
		return err
	})
}

// claim takes on the next letter that is due and has it written; without a
// text it is dropped, without a row there is none. A row with an error is one
// that could not be written.
func (m *Module) claim(ctx context.Context) (row *ent.Letter, text *mail.Letter, err error) {
	err = m.DB.Tx(ctx, func(ctx context.Context) error {
		row, text = nil, nil // a transaction may be tried again
		now := m.Clock.Now()
		q := m.DB.Client(ctx).Letter.Query().Where(letter.StateColumn.EQ(letter.StateWAITING), letter.NextAt.LTE(now)).
			Order(letter.NextAt.Asc(), letter.ID.Asc()).Limit(1)
		q.Modify(db.SkipLocked)
		rows, err := q.All(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		row = rows[0]
		if row.Until != nil && !row.Until.After(now) {
			return m.settle(ctx, row, late(row))
		}
		if author := m.authors[string(row.Kind)]; author != nil {
			if text, err = author.Compose(ctx, row.About); err != nil {
				return err
			}
		}
		if text == nil {
			return m.settle(ctx, row, letter.StateDROPPED)
		}
		text.ID = row.ID
		return m.save(ctx, row.Update().SetState(letter.StateSENDING).AddAttempts(1).SetNextAt(now.Add(lease)))
	})
	return row, text, err
}

// unwritten puts a letter off that could not be written.
func (m *Module) unwritten(ctx context.Context, row *ent.Letter, why error) error {
	m.Log.Error("a letter was not written", "letter", row.ID, "error", logtext.Error(why))
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		q := m.DB.Client(ctx).Letter.Query().Where(letter.ID.EQ(row.ID), letter.StateColumn.EQ(letter.StateWAITING), letter.Attempts.EQ(row.Attempts))
		q.Modify(db.ForUpdate)
		now, err := q.Only(ctx)
		if ent.IsNotFound(err) { // another process was luckier
			return nil
		}
		if err != nil {
			return err
		}
		if now, err = now.Update().AddAttempts(1).Save(ctx); err != nil {
			return err
		}
		return m.note(ctx, now, why)
	})
}

// late is the end of a letter that nobody needs any more: one that was tried
// has failed.
func late(row *ent.Letter) letter.State {
	if row.Attempts > 0 {
		return letter.StateFAILED
	}
	return letter.StateDROPPED
}

// send hands a letter to the sender, outside of any transaction, and notes what
// became of it, even where the office closes meanwhile.
func (m *Module) send(ctx context.Context, row *ent.Letter, text mail.Letter) error {
	failed := m.sender.Load().(post).Send(ctx, text)
	if failed != nil && !errors.Is(failed, mail.ErrNoServer) {
		m.Log.Warn("a letter was not sent", "letter", row.ID, "error", logtext.Error(failed))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lease)
	defer cancel()
	return m.DB.Tx(ctx, func(ctx context.Context) error {
		q := m.DB.Client(ctx).Letter.Query().Where(letter.ID.EQ(row.ID), letter.StateColumn.EQ(letter.StateSENDING))
		q.Modify(db.ForUpdate)
		now, err := q.Only(ctx)
		if ent.IsNotFound(err) { // it took so long that it counts as failed
			return nil
		}
		if err != nil {
			return err
		}
		return m.note(ctx, now, failed)
	})
}

func (m *Module) note(ctx context.Context, row *ent.Letter, failed error) error {
	switch {
	case failed == nil:
		return m.settle(ctx, row, letter.StateSENT)
	case errors.Is(failed, mail.ErrNoServer):
		return m.settle(ctx, row, letter.StateUNSENT)
	case errors.Is(failed, mail.ErrRefused), row.Attempts > len(pauses):
		return m.settle(ctx, row, letter.StateFAILED)
	}
	return m.save(ctx, row.Update().SetState(letter.StateWAITING).SetNextAt(m.Clock.Now().Add(pauses[row.Attempts-1])))
}
