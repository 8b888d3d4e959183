package board

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"medoffice/ent"
	"medoffice/ent/room"
	"medoffice/ent/visitstage"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/kit/clock"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/load"
)

// Loader reads boards.
type Loader struct {
	DB     *db.DB
	Clock  clock.Clock
	Badges []Badger

	Expected Arrivals
	Zone     *time.Location
}

// Picture is a board as it was at the cursor.
type Picture struct {
	Cursor  bus.Cursor
	at      time.Time       // of the fact at the cursor
	open    map[string]bool // what later facts are about that show already
	rooms   map[string]*Room
	waiting map[string]*Visit
	others  map[string]*Visit // asked for, but not on the board
	minds   []string          // topics after which any card may show other badges

	until    time.Time // the end of its day, when others are expected
	expected map[string]*Arrival
	came     map[string]*Arrival // of the day too, but expected no more
}

// statement reads a whole board and its cursor at one instant. A room without
// a visit and a visit without a room are rows too.
const statement = `
SELECT l.id, h.xid, h.seq, h.at, o.open, b.*
FROM (SELECT %s AS open) o
LEFT JOIN locations l ON l.id = ?
LEFT JOIN (SELECT xid, seq, at FROM outbox WHERE %s ORDER BY xid DESC, seq DESC LIMIT 1) h ON 1 = 1
LEFT JOIN (
  SELECT r.id AS r_id, r.name AS r_name, r.kind, r.position AS r_position, r.status, r.status_since,
    r.out_of_service_reason, r.version AS r_version,
    v.id AS v_id, v.version AS v_version, v.on_board, v.stage_since, v.patient_id, v.provider_id,
    v.family_name, v.given_name, v.p_family, v.p_given, v.p_prefix,
    v.s_id, v.s_name, v.category, v.color, v.alert_minutes, v.s_position, v.s_active, v.s_version, v.done, v.total
  FROM (SELECT * FROM rooms WHERE location_id = ? AND active) r
  FULL JOIN (
    SELECT w.id, w.version, w.on_board, w.stage_since, w.patient_id, w.provider_id, p.family_name, p.given_name,
      d.family_name AS p_family, d.given_name AS p_given, d.name_prefix AS p_prefix,
      s.id AS s_id, s.name AS s_name, s.category, s.color, s.alert_minutes, s.position AS s_position,
      s.active AS s_active, s.version AS s_version,
      (SELECT count(c.done_at) FROM visit_checks c WHERE c.visit_id = w.id) AS done,
      (SELECT count(*) FROM visit_checks c WHERE c.visit_id = w.id) AS total
    FROM visits w JOIN patients p ON p.id = w.patient_id
    LEFT JOIN providers d ON d.id = w.provider_id LEFT JOIN visit_stages s ON s.id = w.stage_id
    WHERE w.location_id = ? AND (w.on_board%s)
  ) v ON v.id = r.visit_id
) b ON 1 = 1`

// text makes the statement of the engine and its arguments.
func (l *Loader) text(location string, visits []string) (string, []any) {
	open, settled, also := "NULL", "xid >= 0", ""
	if l.DB.Postgres() {
		settled = bus.Settled("xid")
		open = "(SELECT string_agg(DISTINCT entity_id, ' ') FROM outbox WHERE NOT " + settled + ")"
	}
	args := []any{location, location, location}
	if len(visits) > 0 {
		also = " OR w.id IN (?" + strings.Repeat(", ?", len(visits)-1) + ")"
		for _, id := range visits {
			args = append(args, id)
		}
	}
	q := fmt.Sprintf(statement, open, settled, also)
	if !l.DB.Postgres() {
		return q, args
	}
	var b strings.Builder
	for i, part := range strings.Split(q, "?") {
		if i > 0 {
			fmt.Fprintf(&b, "$%d", i)
		}
		b.WriteString(part)
	}
	return b.String(), args
}

// Load reads the board of a site, and the given visits and appointments of the
// site though they are not on the board. There is no such site where the picture is nil.
func (l *Loader) Load(ctx context.Context, location string, also ...string) (*Picture, error) {
	if kit.ViewerOf(ctx) == nil {
		return nil, kit.ErrNoViewer
	}
	visits, appointments := split(also)
	q, args := l.text(location, visits)
	rows, err := l.DB.Client(ctx).QueryContext(ctx, q, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	p := &Picture{
		open: map[string]bool{}, rooms: map[string]*Room{}, waiting: map[string]*Visit{}, others: map[string]*Visit{}, minds: l.minded(),
		expected: map[string]*Arrival{}, came: map[string]*Arrival{},
	}
	var roomRows []*ent.Room
	var visitRows []*ent.Visit
	known := false
	for rows.Next() {
		var r record
		if err := rows.Scan(r.columns()...); err != nil {
			return nil, err
		}
		known = r.location.Valid
		p.Cursor, p.at = bus.Cursor{Xid: r.xid.Int64, Seq: r.seq.Int64}, time.Time(r.at)
		for _, id := range strings.Fields(r.open.String) {
			p.open[id] = true
		}
		v := r.visit(l, location)
		if v != nil {
			visitRows = append(visitRows, v.row)
		}
		card := r.room(location, v)
		if card != nil {
			roomRows = append(roomRows, card.Room)
		}
		p.put(card, v)
	}
	if err := rows.Err(); err != nil || !known {
		return nil, err
	}
	load.Join(roomRows)
	load.Join(visitRows)
	if err := rows.Close(); err != nil {
		return nil, err
	}
	if err := l.expect(ctx, p, location, appointments); err != nil {
		return nil, err
	}
	return p, l.mark(ctx, p, visitRows)
}

func (p *Picture) put(card *Room, v *Visit) {
	switch {
	case card != nil:
		p.rooms[card.Room.ID] = card
	case v == nil:
	case v.onBoard:
		p.waiting[v.row.ID] = v
	default:
		p.others[v.row.ID] = v
	}
}

// each calls f for every visit of the picture.
func (p *Picture) each(f func(*Visit)) {
	for _, card := range p.rooms {
		if card.Visit != nil {
			f(card.Visit)
		}
	}
	for _, v := range p.waiting {
		f(v)
	}
	for _, v := range p.others {
		f(v)
	}
}

// Snapshot is the picture in the order in which it is shown.
func (p *Picture) Snapshot(resync bool) *Snapshot {
	s := &Snapshot{
		Cursor: p.Cursor.String(), Resync: resync, Rooms: make([]*Room, 0, len(p.rooms)), Waiting: make([]*Visit, 0, len(p.waiting)),
		Expected: make([]*Arrival, 0, len(p.expected)),
	}
	for _, card := range p.rooms {
		s.Rooms = append(s.Rooms, card)
	}
	slices.SortFunc(s.Rooms, func(a, b *Room) int {
		return cmp.Or(cmp.Compare(a.Room.Position, b.Room.Position), cmp.Compare(a.Room.ID, b.Room.ID))
	})
	for _, v := range p.waiting {
		s.Waiting = append(s.Waiting, v)
	}
	slices.SortFunc(s.Waiting, func(a, b *Visit) int {
		return cmp.Or(a.StageSince.Compare(b.StageSince), cmp.Compare(a.row.ID, b.row.ID))
	})
	for _, a := range p.expected {
		s.Expected = append(s.Expected, a)
	}
	slices.SortFunc(s.Expected, func(a, b *Arrival) int {
		return cmp.Or(a.ExpectedAt.Compare(b.ExpectedAt), cmp.Compare(a.AppointmentID, b.AppointmentID))
	})
	return s
}

// record is a row of the statement.
type record struct {
	location                                sql.NullString
	xid, seq                                sql.NullInt64
	at                                      instant
	open                                    sql.NullString
	roomID, roomName, kind, status, closed  sql.NullString
	roomPosition, roomVersion               sql.NullInt64
	since                                   instant
	id, patient, provider, family, given    sql.NullString
	version                                 sql.NullInt64
	onBoard                                 sql.NullBool
	stageSince                              instant
	doctorFamily, doctorGiven, doctorPrefix sql.NullString
	stage, stageName, category, color       sql.NullString
	alert, stagePosition, stageVersion      sql.NullInt64
	stageActive                             sql.NullBool
	done, total                             sql.NullInt64
}

func (r *record) columns() []any {
	return []any{
		&r.location, &r.xid, &r.seq, &r.at, &r.open,
		&r.roomID, &r.roomName, &r.kind, &r.roomPosition, &r.status, &r.since, &r.closed, &r.roomVersion,
		&r.id, &r.version, &r.onBoard, &r.stageSince, &r.patient, &r.provider,
		&r.family, &r.given, &r.doctorFamily, &r.doctorGiven, &r.doctorPrefix,
		&r.stage, &r.stageName, &r.category, &r.color, &r.alert, &r.stagePosition, &r.stageActive, &r.stageVersion, &r.done, &r.total,
	}
}

func (r *record) room(location string, v *Visit) *Room {
	if !r.roomID.Valid {
		return nil
	}
	row := &ent.Room{
		ID: r.roomID.String, LocationID: location, Name: r.roomName.String, Kind: room.Kind(r.kind.String), Active: true,
		Position: int(r.roomPosition.Int64), Status: room.Status(r.status.String), StatusSince: time.Time(r.since),
		OutOfServiceReason: pointer(r.closed), Version: int(r.roomVersion.Int64), VisitID: pointer(r.id),
	}
	return &Room{Room: row, Status: row.Status, Since: row.StatusSince, Version: row.Version, Visit: v}
}

func (r *record) visit(l *Loader, location string) *Visit {
	if !r.id.Valid {
		return nil
	}
	v := &Visit{
		row: &ent.Visit{ID: r.id.String, LocationID: &location}, db: l.DB, onBoard: r.onBoard.Bool,
		patientID: r.patient.String, providerID: r.provider.String,
		label:    strings.TrimSpace(r.given.String + " " + r.family.String),
		initials: Initials(r.given.String, r.family.String),
		Version:  int(r.version.Int64), StageSince: time.Time(r.stageSince), Badges: []Badge{},
		Checklist: &Progress{int(r.done.Int64), int(r.total.Int64)},
	}
	if r.provider.Valid {
		name := strings.Join(strings.Fields(r.doctorPrefix.String+" "+r.doctorGiven.String+" "+r.doctorFamily.String), " ")
		v.ProviderName = &name
	}
	if r.stage.Valid {
		v.Stage = &ent.VisitStage{
			ID: r.stage.String, Name: r.stageName.String, Category: visitstage.Category(r.category.String), Color: r.color.String,
			Position: int(r.stagePosition.Int64), Active: r.stageActive.Bool, Version: int(r.stageVersion.Int64),
		}
	}
	if r.alert.Valid {
		minutes := int(r.alert.Int64)
		v.Stage.AlertMinutes = &minutes
		at := v.StageSince.Add(time.Duration(minutes) * time.Minute)
		v.AlertAt = &at
	}
	v.age(l.Clock.Now())
	return v
}

func pointer(s sql.NullString) *string {
	if !s.Valid {
		return nil
	}
	return &s.String
}

// instant reads a time as either engine gives it.
type instant time.Time

// Scan implements sql.Scanner.
func (i *instant) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*i = instant{}
	case time.Time:
		*i = instant(clock.Cut(v))
	case string:
		t, err := time.Parse(db.SQLiteTime, v)
		*i = instant(t)
		return err
	default:
		return fmt.Errorf("board: cannot read %T as an instant", v)
	}
	return nil
}
