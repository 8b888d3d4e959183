package board

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/ent"
	"medoffice/ent/room"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
)

// The permissions that decide what a viewer gets of a card.
const (
	ReadPatients = "patients.read"
	ReadVisits   = "visits.read"
)

// Event is what the subscription sends: a Snapshot, a Change or a Heartbeat.
type Event interface{ IsRoomBoardEvent() }

// Snapshot is the whole board at one instant.
type Snapshot struct {
	Cursor  string
	Resync  bool
	Rooms   []*Room
	Waiting []*Visit

	Expected []*Arrival
}

// Change is one card as it is now: of a room, of a visit without one, or of
// somebody who is expected.
type Change struct {
	Cursor  string
	Room    *Room
	Visit   *Visit
	Arrival *Arrival
	Left    bool
}

// Heartbeat says that all up to the cursor was sent.
type Heartbeat struct {
	Cursor string
	At     time.Time
}

// IsRoomBoardEvent implements Event.
func (*Snapshot) IsRoomBoardEvent() {}

// IsRoomBoardEvent implements Event.
func (*Change) IsRoomBoardEvent() {}

// IsRoomBoardEvent implements Event.
func (*Heartbeat) IsRoomBoardEvent() {}

// Place implements live.Placed.
func (s *Snapshot) Place() string { return s.Cursor }

// Place implements live.Placed.
func (c *Change) Place() string { return c.Cursor }

// Place implements live.Placed.
func (h *Heartbeat) Place() string { return h.Cursor }

// Room is the card of a room.
type Room struct {
	Room    *ent.Room
	Status  room.Status
	Since   time.Time
	Version int
	Visit   *Visit
}

// same reports whether two cards show the same.
func (r *Room) same(o *Room) bool {
	if r == nil || o == nil {
		return r == o
	}
	return r.Room.ID == o.Room.ID && r.Room.Name == o.Room.Name && r.Room.Position == o.Room.Position &&
		r.Status == o.Status && r.Since.Equal(o.Since) && r.Version == o.Version && r.Visit.same(o.Visit)
}

// Visit is the card of a visit.
type Visit struct {
	Stage        *ent.VisitStage
	StageSince   time.Time
	AlertAt      *time.Time
	Late         bool
	ProviderName *string
	Checklist    *Progress
	Badges       []Badge
	Version      int

	row        *ent.Visit // its id alone; found when more is asked for
	db         *db.DB
	patientID  string
	providerID string
	label      string
	initials   string
	onBoard    bool
}

func (v *Visit) same(o *Visit) bool {
	if v == nil || o == nil {
		return v == o
	}
	return v.row.ID == o.row.ID && v.Version == o.Version && v.label == o.label && v.Late == o.Late &&
		v.StageSince.Equal(o.StageSince) && sameTime(v.AlertAt, o.AlertAt) && sameStage(v.Stage, o.Stage) &&
		opt.Text(v.ProviderName) == opt.Text(o.ProviderName) && *v.Checklist == *o.Checklist && slices.Equal(v.Badges, o.Badges)
}

func sameTime(a, b *time.Time) bool { return a == b || a != nil && b != nil && a.Equal(*b) }

func sameStage(a, b *ent.VisitStage) bool {
	return a == b || a != nil && b != nil && a.ID == b.ID && a.Version == b.Version
}

// Visit is the visit itself. Who may not read visits gets its id alone.
func (v *Visit) Visit(ctx context.Context) (*ent.Visit, error) {
	more := slices.ContainsFunc(graphql.CollectFieldsCtx(ctx, []string{"Visit", "Node"}), func(f graphql.CollectedField) bool {
		return f.Name != "id" && f.Name != "__typename"
	})
	if !more {
		return v.row, nil
	}
	if err := kit.Can(ctx, ReadVisits); err != nil {
		return nil, err
	}
	found, err := load.Of(ctx, v.row, "board visit", func(v *ent.Visit) string { return v.ID }, func(ctx context.Context, ids []string) (map[string]*ent.Visit, error) {
		return v.db.Client(ctx).Visit.ByID(ctx, ids)
	})
	if err == nil && found == nil {
		err = kit.Missing("visit")
	}
	return found, err
}

// PatientLabel is the name of the patient, or the initials for those who may
// not read charts, or only those of their own patients: a picture of the board
// does not say whose they are.
func (v *Visit) PatientLabel(ctx context.Context) string {
	return label(ctx, v.patientID, v.label, v.initials)
}

func label(ctx context.Context, patient, name, initials string) string {
	if viewer := kit.ViewerOf(ctx); !viewer.May(ReadPatients) || viewer.OwnOnly {
		return initials
	}
	kit.SightOf(ctx).Add(patient, "Patient")
	return name
}

// age notes whether the visit is late at the instant.
func (v *Visit) age(now time.Time) {
	v.Late = v.AlertAt != nil && !now.Before(*v.AlertAt)
}

// Initials are the first letters of the given and the family name, as "M. K.".
func Initials(given, family string) string {
	var parts []string
	for _, name := range []string{given, family} {
		for r, size := utf8.DecodeRuneInString(name); size > 0; r, size = utf8.DecodeRuneInString(name) {
			if unicode.IsLetter(r) {
				parts = append(parts, string(unicode.ToUpper(r))+".")
				break
			}
			name = name[size:]
		}
	}
	return strings.Join(parts, " ")
}

// Progress says how much of the preparation is done.
type Progress struct{ Done, Total int }
