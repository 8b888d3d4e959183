package board_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/stagechange"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/officetest"
)

// boardDocument is the document of the README, as written there.
const boardDocument = `subscription Board($location: ID!, $since: String) {
  roomBoard(location: $location, since: $since) {
    __typename
    ... on RoomBoardSnapshot { cursor resync rooms { ...Card } waiting { ...Waiting } expected { ...Expected } }
    ... on RoomBoardChange { cursor left room { ...Card } visit { ...Waiting } arrival { ...Expected } }
    ... on RoomBoardHeartbeat { cursor at }
  }
}
` + fragments

const fragments = `fragment Card on BoardRoom { room { id name } status since version visit { ...Waiting } }
fragment Waiting on BoardVisit { visit { id } patientLabel stage { name category color } stageSince alertAt late providerName checklist { done total } badges version }
fragment Expected on BoardArrival { appointmentId patientLabel expectedAt what providerName version }`

const boardQuery = `query($location: ID!) { roomBoard(location: $location) { rooms { ...Card } waiting { ...Waiting } expected { ...Expected } } }
` + fragments

type waitingCard struct {
	Visit        struct{ ID string }
	PatientLabel string
	Stage        struct{ Name, Category, Color string }
	StageSince   string
	AlertAt      *string
	Late         bool
	ProviderName *string
	Checklist    struct{ Done, Total int }
	Badges       []string
	Version      int
}

type roomCard struct {
	Room    struct{ ID, Name string }
	Status  string
	Since   string
	Version int
	Visit   *waitingCard
}

type boardEvent struct {
	RoomBoard struct {
		Typename string `json:"__typename"`
		Cursor   string
		Resync   bool
		Left     bool
		At       string
		Rooms    []roomCard
		Waiting  []waitingCard
		Room     *roomCard
		Visit    *waitingCard
	}
}

// picture is what a client keeps of the board, by the rules of the schema.
type picture struct {
	rooms   map[string]roomCard
	waiting map[string]waitingCard
	cursor  string
	changes int
}

func (p *picture) apply(t testing.TB, e boardEvent) {
	t.Helper()
	b := e.RoomBoard
	if b.Cursor == "" {
		t.Fatalf("an event without a cursor: %+v", b)
	}
	if p.cursor != "" && b.Typename != "RoomBoardSnapshot" && before(b.Cursor, p.cursor) {
		t.Fatalf("cursors go back: %s after %s", b.Cursor, p.cursor)
	}
	p.cursor = b.Cursor
	switch b.Typename {
	case "RoomBoardSnapshot":
		p.rooms, p.waiting = map[string]roomCard{}, map[string]waitingCard{}
		for _, r := range b.Rooms {
			p.rooms[r.Room.ID] = r
		}
		for _, v := range b.Waiting {
			p.waiting[v.Visit.ID] = v
		}
	case "RoomBoardChange":
		p.changes++
		switch {
		case b.Room != nil:
			if same(p.rooms[b.Room.Room.ID], *b.Room) {
				t.Fatalf("told twice: %+v", *b.Room)
			}
			p.rooms[b.Room.Room.ID] = *b.Room
			if b.Room.Visit != nil {
				delete(p.waiting, b.Room.Visit.Visit.ID)
			}
		case b.Left:
			delete(p.waiting, b.Visit.Visit.ID)
		default:
			if same(p.waiting[b.Visit.Visit.ID], *b.Visit) {
				t.Fatalf("told twice: %+v", *b.Visit)
			}
			p.waiting[b.Visit.Visit.ID] = *b.Visit
		}
	}
}

func before(a, b string) bool {
	var ax, as, bx, bs int64
	_, _ = fmt.Sscanf(a, "%d.%d", &ax, &as)
	_, _ = fmt.Sscanf(b, "%d.%d", &bx, &bs)
	return ax < bx || ax == bx && as < bs
}

func same(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

// follow reads events until the picture is the board as the query shows it.
func (p *picture) follow(s *scene, stream *officetest.Stream, who *officetest.Caller, location string) {
	s.t.Helper()
	want := s.board(who, location)
	for !same(p.rooms, want.rooms) || !same(p.waiting, want.waiting) {
		var e boardEvent
		stream.Read(&e)
		p.apply(s.t, e)
	}
}

func (s *scene) board(who *officetest.Caller, location string) *picture {
	s.t.Helper()
	var e boardEvent
	who.Do(boardQuery, officetest.Vars{"location": location}, &e)
	p := &picture{}
	e.RoomBoard.Typename, e.RoomBoard.Cursor = "RoomBoardSnapshot", "0.0"
	p.apply(s.t, e)
	return p
}

func TestBoard(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 3, 60)
		v := s.must(s.As("NURSE"), "checkIn", officetest.Vars{"visitId": s.walkIn(0).ID, "expectedVersion": 1}).Visit
		v = s.take(v, 1)
		s.must(s.As("NURSE"), "tickCheck", officetest.Vars{"checkId": s.visit(v.ID).Checklist[1].ID})
		waiting := s.walkIn(1)
		o.Clock.Add(11 * 60e9) // arrived patients are late after ten minutes
		p := s.board(s.As("NURSE"), s.here)
		in := p.rooms[s.rooms[1]].Visit
		if len(p.rooms) != 3 || in == nil || in.Visit.ID != v.ID || in.PatientLabel != "Mara Kowalski0000" || in.Late ||
			in.Checklist.Done != 1 || in.Checklist.Total != 3 || *in.ProviderName != "Dr. Funmi Adeyemi" || in.Stage.Color != "#2bb0ed" {
			t.Fatalf("%+v", in)
		}
		if w := p.waiting[waiting.ID]; len(p.waiting) != 1 || !w.Late || w.AlertAt == nil || w.Badges == nil {
			t.Fatalf("%+v", p.waiting)
		}
		masked := s.board(s.AsAt("BOARD", s.here), s.here)
		if got := masked.rooms[s.rooms[1]].Visit.PatientLabel; got != "M. K." {
			t.Fatal(got)
		}
		for i := 2; i < 52; i++ {
			s.walkIn(i)
		}
		a := s.As("NURSE").Send(boardQuery, officetest.Vars{"location": s.here})
		if len(a.Statements) > 4 {
			t.Fatalf("%d statements: %s", len(a.Statements), strings.Join(a.Statements, "\n"))
		}
		if got := len(s.board(s.As("NURSE"), s.here).waiting); got != 51 {
			t.Fatalf("%d wait", got)
		}
		whole := `query($location: ID!) { roomBoard(location: $location) { waiting { visit { id reason startedAt patient { mrn } } } } }`
		a = s.As("NURSE").Do(whole, officetest.Vars{"location": s.here}, nil)
		if len(a.Statements) > 6 || !strings.Contains(a.Text, "cough") {
			t.Fatalf("%d statements: %s", len(a.Statements), a.Text)
		}
	})
}

func TestBoardScreenSeesInitialsAlone(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 2, 2)
		v := s.walkIn(0)
		far := s.must(s.As("NURSE"), "startVisit", officetest.Vars{"patientId": s.patients[1], "locationId": s.away}).Visit
		screen := s.AsAt("BOARD", s.here)
		a := screen.Do(boardQuery, officetest.Vars{"location": s.here}, nil)
		for _, secret := range []string{"Kowalski", "Mara", "MRN", "cough"} {
			if strings.Contains(a.Text, secret) {
				t.Fatalf("%s is on the screen: %s", secret, a.Text)
			}
		}
		for name, row := range map[string]struct{ query, code string }{
			"reason":        {`query($l: ID!, $v: ID!) { roomBoard(location: $l) { waiting { visit { id reason } } } node(id: $v) { id } }`, "FORBIDDEN"},
			"patient":       {`query($l: ID!, $v: ID!) { roomBoard(location: $l) { waiting { visit { patient { mrn } } } } node(id: $v) { id } }`, "FORBIDDEN"},
			"visit":         {`query($l: ID!, $v: ID!) { visit(id: $v) { id } roomBoard(location: $l) { cursor } }`, "FORBIDDEN"},
			"room's visit":  {`query($l: ID!, $v: ID!) { rooms(location: $l) { id visit { id } } x: node(id: $v) { id } }`, "FORBIDDEN"},
			"another board": {`query($l: ID!, $v: ID!) { roomBoard(location: "` + s.away + `") { cursor } a: rooms(location: $l) { id } b: node(id: $v) { id } }`, "NOT_FOUND"},
		} {
			if a := screen.Send(row.query, officetest.Vars{"l": s.here, "v": v.ID}); a.Code() != row.code && !hasCode(a, row.code) {
				t.Errorf("%s: %s", name, a.Text)
			}
		}
		nurse := s.AsAt("NURSE", s.here)
		var got struct {
			Visit, Far *struct{ ID string }
			Visits     struct{ Nodes []struct{ ID string } }
			Rooms      []struct{ ID string }
			Node       *struct{ ID string }
		}
		nurse.Do(`query($v: ID!, $f: ID!, $r: ID!) { visit(id: $v) { id } far: visit(id: $f) { id } visits { nodes { id } } rooms { id } node(id: $r) { id } }`,
			officetest.Vars{"v": v.ID, "f": far.ID, "r": s.awayRoom}, &got)
		if got.Visit == nil || got.Far != nil || len(got.Visits.Nodes) != 1 || len(got.Rooms) != 2 || got.Node != nil {
			t.Fatalf("%+v", got)
		}
		if out := do(nurse, "checkIn", officetest.Vars{"visitId": far.ID, "expectedVersion": 1}); out.code() != "NOT_FOUND" {
			t.Fatalf("%+v", out)
		}
		if out := do(nurse, "startVisit", officetest.Vars{"patientId": s.patients[1], "locationId": s.away}); out.code() != "NOT_FOUND" {
			t.Fatalf("%+v", out)
		}
	})
}

func hasCode(a *officetest.Answer, code string) bool {
	return slices.ContainsFunc(a.Errors, func(e officetest.Error) bool { return e.Extensions["code"] == code })
}

// Who may watch: the floor, the manager and the screen on the wall.
func TestCallers(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 1)
		watchers := []string{"FRONT_DESK", "MEDICAL_ASSISTANT", "NURSE", "PHYSICIAN", "MANAGER", "BOARD"}
		for _, caller := range append([]string{"BILLER", "STOCK_KEEPER", "ADMIN", "AUDITOR", "REPORT", ""}, watchers...) {
			want := "FORBIDDEN"
			if slices.Contains(watchers, caller) {
				want = ""
			} else if caller == "" {
				want = "UNAUTHENTICATED"
			}
			at := officetest.Vars{"l": s.here}
			if a := s.As(caller).Send(`query($l: ID!) { roomBoard(location: $l) { cursor } }`, at); a.Code() != want {
				t.Errorf("query as %q: %s", caller, a.Text)
			}
			stream := s.As(caller).Watch(`subscription($l: ID!) { roomBoard(location: $l) { __typename } }`, at)
			if a := stream.Next(); a.Code() != want {
				t.Errorf("subscription as %q: %s", caller, a.Text)
			}
			stream.Close()
		}
	})
}

// Each change is read from the database once, however many watch.
func TestReadOnce(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 2, 4)
		v := s.walkIn(0)
		o.Board.Boards().Stop()
		ctx, counter := db.WithCounter(context.Background())
		o.Board.Boards().Start(ctx)
		streams := make([]*officetest.Stream, 20)
		for i := range streams {
			streams[i], _ = s.subscribe(s.As("NURSE"), nil)
		}
		reads := func() (n int) {
			for _, text := range counter.Statements() {
				if strings.Contains(text, "FULL JOIN") {
					n++
				}
			}
			return n
		}
		if reads() != 1 {
			t.Fatalf("%d reads for twenty snapshots", reads())
		}
		s.must(s.As("NURSE"), "tickCheck", officetest.Vars{"checkId": v.Checklist[0].ID})
		for _, stream := range streams {
			var e boardEvent
			if stream.Read(&e); e.RoomBoard.Visit == nil || e.RoomBoard.Visit.Checklist.Done != 1 {
				t.Fatalf("%+v", e)
			}
		}
		if reads() != 2 {
			t.Fatalf("%d reads for one change", reads()-1)
		}
	})
}

// A badge shows when the visit is looked at again.
func TestBadges(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 1)
		v := s.walkIn(0)
		stream, p := s.subscribe(s.As("NURSE"), nil)
		o.Board.Gather(kit.NewOffers(critical{v.ID}))
		err := s.Deps.DB.Tx(s.System(), func(ctx context.Context) error { return o.Visits.TickVitals(ctx, v.ID) })
		if err != nil {
			t.Fatal(err)
		}
		for p.waiting[v.ID].Checklist.Done != 1 {
			var e boardEvent
			stream.Read(&e)
			p.apply(t, e)
		}
		if got := p.waiting[v.ID].Badges; len(got) != 1 || got[0] != "CRITICAL_VITALS" {
			t.Fatalf("%+v", got)
		}
	})
}

// critical knows one visit with a critical sign.
type critical struct{ visit string }

func (critical) Name() string { return "critical" }

func (critical) Permissions() kit.Grants { return nil }

func (c critical) Badges(d *sql.DialectBuilder, _ time.Time) map[string]*sql.Selector {
	moves := d.Table(stagechange.Table)
	return map[string]*sql.Selector{"CRITICAL_VITALS": d.Select().From(moves).Where(sql.EQ(moves.C(stagechange.FieldVisitID), c.visit))}
}
