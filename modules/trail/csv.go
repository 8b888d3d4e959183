package trail

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/auditevent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/opt"
)

// The measures of an export.
const (
	exportPage      = 1_000            // events that are in memory at once
	exportStatement = 60 * time.Second // that one page, or the count, may take
)

// Extract says which events of the trail are taken out of the office.
type Extract struct {
	From, To       time.Time // from the first on, up to the second without it; zero for no bound
	Patient, Actor string    // ids; "" for all

	without string // the event of the export itself
}

// ParseExtract reads the bounds of an extract: instants in RFC 3339, or days of
// the office, the last one included.
func (m *Module) ParseExtract(from, to, patient, actor string) (x Extract, err error) {
	if x.From, err = m.instant(from, "from", 0); err != nil {
		return x, err
	}
	if x.To, err = m.instant(to, "to", 1); err != nil {
		return x, err
	}
	if patient != "" && !id.Is("pat", patient) {
		return x, kit.Invalid("this is no id of a patient", "patient")
	}
	if actor != "" && actor != "system" && actor != "anonymous" && !id.Is("acc", actor) && !id.Is("tok", actor) {
		return x, kit.Invalid("this is no id of an account or a token", "actor")
	}
	x.Patient, x.Actor = patient, actor
	return x, nil
}

func (m *Module) instant(text, name string, days int) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return clock.Cut(t), nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, m.Zone)
	if err != nil {
		return time.Time{}, kit.Invalid(name+" is a day as 2026-03-02, or an instant as 2026-03-02T15:00:00Z", name)
	}
	return clock.Cut(t.AddDate(0, 0, days)), nil
}

// String is the extract as the trail keeps it.
func (x Extract) String() string {
	var parts []string
	for _, p := range []struct {
		name string
		at   time.Time
	}{{"from:", x.From}, {"to:", x.To}} {
		if !p.at.IsZero() {
			parts = append(parts, p.name+p.at.UTC().Format(db.SQLiteTime))
		}
	}
	if x.Actor != "" {
		parts = append(parts, "actor:"+x.Actor)
	}
	return strings.Join(parts, " ")
}

func (x Extract) where(q *ent.AuditEventQuery) *ent.AuditEventQuery {
	if !x.From.IsZero() {
		q.Where(auditevent.At.GTE(x.From))
	}
	if !x.To.IsZero() {
		q.Where(auditevent.At.LT(x.To))
	}
	if x.Patient != "" {
		q.Where(amongPatients(x.Patient))
	}
	if x.Actor != "" {
		q.Where(auditevent.ActorID.EQ(x.Actor))
	}
	return q.Where(auditevent.ID.NEQ(x.without))
}

// Export writes events of the trail to w as CSV (RFC 4180), oldest first, in
// pages, and returns how many. The trail learns of it before the first byte is
// written; without that, nothing is. The number in the trail is that of the
// events at that moment. Who may not read the trail is refused.
func (m *Module) Export(ctx context.Context, w io.Writer, x Extract) (rows int, err error) {
	if err := kit.Can(ctx, ReadTrail); err != nil {
		return 0, err
	}
	ctx = db.WithStatementTimeout(ctx, exportStatement)
	if now := m.Clock.Now().Add(time.Millisecond); x.To.IsZero() || x.To.After(now) {
		x.To = now // an export that runs for long does not run after its own end
	}
	e := about(m.Event(kit.ViewerOf(ctx), auditevent.ActionEXPORT, "AuditEvent", x.Patient), x.Patient)
	x.without = e.ID
	n, err := x.where(m.DB.Client(ctx).AuditEvent.Query()).Count(ctx)
	if err != nil {
		return 0, err
	}
	e.Detail = "AuditEvent:" + strconv.Itoa(n) + " " + x.String()
	if err := m.writer.record(ctx, "", []*ent.AuditEvent{e}); err != nil {
		return 0, err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(columns); err != nil {
		return 0, err
	}
	rows, err = m.pages(ctx, out, x)
	if err != nil {
		return rows, err
	}
	out.Flush()
	return rows, out.Error()
}

// pages writes the events page by page, each after the last row of the one
// before, and holds no connection while a page goes out.
func (m *Module) pages(ctx context.Context, out *csv.Writer, x Extract) (rows int, err error) {
	var last *ent.AuditEvent
	for {
		q := x.where(m.DB.Client(ctx).AuditEvent.Query())
		if last != nil {
			q.Where(beyond(last))
		}
		page, err := q.Order(auditevent.At.Asc(), auditevent.ID.Asc()).Limit(exportPage).All(ctx)
		if err != nil {
			return rows, err
		}
		for _, e := range page {
			if err := out.Write(cells(e)); err != nil {
				return rows, err
			}
			rows++
		}
		if len(page) < exportPage {
			return rows, nil
		}
		last = page[len(page)-1]
	}
}

// beyond finds what comes after an event in the order of time.
func beyond(e *ent.AuditEvent) func(*sql.Selector) {
	return func(s *sql.Selector) {
		at, key := s.C(auditevent.FieldAt), s.C(auditevent.FieldID)
		// The first condition repeats a part of the second, for the index.
		s.Where(sql.And(sql.GTE(at, e.At), sql.Or(sql.GT(at, e.At), sql.GT(key, e.ID))))
	}
}

// cells are the columns of an event, in their order.
func cells(e *ent.AuditEvent) []string {
	position := ""
	if e.Position != nil {
		position = strconv.FormatInt(*e.Position, 10)
	}
	row := []string{
		e.ID, e.At.UTC().Format(db.SQLiteTime), string(e.Action), string(e.Outcome), e.ActorID, e.ActorName, e.Roles,
		strings.Join(subjects(e), " "), e.EntityType, e.EntityID, e.Detail, e.Operation, e.Purpose, e.RequestID, e.RemoteIP,
		e.Chain, position, opt.Text(e.Hash),
	}
	for i, cell := range row {
		row[i] = harmless(cell)
	}
	return row
}

// harmless keeps a spreadsheet from taking a cell for a formula.
// Source: OWASP, CSV Injection.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
