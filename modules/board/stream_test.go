package board_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"medoffice/ent/auditevent"
	"medoffice/ent/fact"
	"medoffice/modules/kit"
	"medoffice/modules/kit/bus"
	"medoffice/modules/officetest"
)

// steps makes n moves of an invented day.
func (s *scene) steps(r *rand.Rand, n int) {
	s.t.Helper()
	for range n {
		if err := s.Visits.Step(s.System(), r); err != nil {
			s.t.Fatal(err)
		}
	}
}

func chance(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// subscribe reads the first event, the snapshot.
func (s *scene) subscribe(who *officetest.Caller, since *string) (*officetest.Stream, *picture) {
	s.t.Helper()
	stream, p := who.Watch(boardDocument, officetest.Vars{"location": s.here, "since": since}), &picture{}
	if since == nil {
		var e boardEvent
		stream.Read(&e)
		p.apply(s.t, e)
	}
	return stream, p
}

func TestStream(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 4, 40)
		s.steps(chance(1), 30)
		nurse, screen := s.As("NURSE"), s.AsAt("BOARD", s.here)
		full, masked := nurse.Watch(boardDocument, officetest.Vars{"location": s.here}), screen.WatchSSE(boardDocument, officetest.Vars{"location": s.here})
		a, b := &picture{}, &picture{}
		for round := range uint64(5) {
			s.steps(chance(10+round), 20)
			a.follow(s, full, nurse, s.here)
			b.follow(s, masked, screen, s.here)
		}
		if a.changes < 20 || b.changes < 20 {
			t.Fatalf("%d and %d changes", a.changes, b.changes)
		}
		for _, v := range b.waiting {
			if v.PatientLabel != "M. K." {
				t.Fatalf("%+v", v)
			}
		}
		full.Close()
		masked.Close()
		eventually(t, "hubs end with their last subscriber", func() bool { return o.Board.Boards().Watching() == 0 })
	})
}

// eventually waits for what must become true.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}

func TestHeartbeatAndLateness(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		o.Board.Boards().SetHeartbeat(20 * time.Millisecond)
		s := set(t, o, 1, 1)
		v := s.walkIn(0)
		stream, p := s.subscribe(s.As("NURSE"), nil)
		var e boardEvent
		stream.Read(&e)
		if e.RoomBoard.Typename != "RoomBoardHeartbeat" || e.RoomBoard.At == "" || e.RoomBoard.Cursor != p.cursor {
			t.Fatalf("%+v", e)
		}
		o.Clock.Add(10 * time.Minute) // arrived patients are late after ten minutes
		for e.RoomBoard.Typename != "RoomBoardChange" {
			e = boardEvent{}
			stream.Read(&e)
		}
		if e.RoomBoard.Visit == nil || !e.RoomBoard.Visit.Late || e.RoomBoard.Visit.Visit.ID != v.ID {
			t.Fatalf("%+v", e)
		}
		stream.Close()
		again, _ := s.subscribe(s.As("NURSE"), &p.cursor) // was away when the card became late
		e = boardEvent{}
		again.Read(&e)
		if e.RoomBoard.Visit == nil || !e.RoomBoard.Visit.Late {
			t.Fatalf("%+v", e)
		}
	})
}

func TestRefusedStreams(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 1)
		nowhere, nonsense := "loc_x", "yesterday"
		for name, row := range map[string]struct {
			who      *officetest.Caller
			location string
			since    *string
			code     string
		}{
			"no such site":  {s.As("NURSE"), nowhere, nil, "NOT_FOUND"},
			"another site":  {s.AsAt("BOARD", s.here), s.away, nil, "NOT_FOUND"},
			"not allowed":   {s.As("BILLER"), s.here, nil, "FORBIDDEN"},
			"not signed in": {s.As(""), s.here, nil, "UNAUTHENTICATED"},
			"no cursor":     {s.As("NURSE"), s.here, &nonsense, "INVALID_CURSOR"},
		} {
			for _, watch := range []func(string, officetest.Vars) *officetest.Stream{row.who.Watch, row.who.WatchSSE} {
				stream := watch(boardDocument, officetest.Vars{"location": row.location, "since": row.since})
				if a := stream.Next(); a.Code() != row.code {
					t.Errorf("%s: %s", name, a.Text)
				}
				stream.Ended()
			}
		}
	})
}

// Acceptance test 7: a subscriber disconnects, 200 moves happen, it comes back
// with its cursor: no gap, no repeat, or resync.
func TestAcceptance07Resume(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 4, 200)
		nurse := s.As("NURSE")
		s.steps(chance(1), 60)
		for _, keeps := range []bool{false, true} {
			t.Run(fmt.Sprintf("hub goes on %v", keeps), func(t *testing.T) {
				var keeper *officetest.Stream
				var kept *picture
				if keeps {
					keeper, kept = s.subscribe(nurse, nil)
				}
				stream, p := s.subscribe(nurse, nil)
				p.follow(s, stream, nurse, s.here)
				stream.Close()
				since := p.cursor
				if !keeps {
					eventually(t, "the hub ends", func() bool { return o.Board.Boards().Watching() == 0 })
				}
				s.steps(chance(2), 200)
				if keeps {
					kept.follow(s, keeper, nurse, s.here)
				}
				stream, _ = s.subscribe(nurse, &since)
				p.changes = 0
				cards := s.resumed(stream, p, nurse)
				s.compareWithOutbox(since, cards, p)
				last := p.cursor
				stream.Close()
				again, _ := s.subscribe(nurse, &last)
				var e boardEvent
				again.Read(&e)
				if e.RoomBoard.Typename != "RoomBoardHeartbeat" {
					t.Fatalf("nothing was missed, and got %+v", e)
				}
				again.Close()
				if keeps {
					keeper.Close()
				}
			})
		}
	})
}

// resumed follows a resumed stream up to the board as it is, and returns the
// cards that the stream sent.
func (s *scene) resumed(stream *officetest.Stream, p *picture, who *officetest.Caller) map[string]int {
	s.t.Helper()
	cards := map[string]int{}
	for {
		var e boardEvent
		stream.Read(&e)
		p.apply(s.t, e)
		switch b := e.RoomBoard; {
		case b.Typename == "RoomBoardSnapshot":
			s.t.Fatal("a snapshot in place of what was missed")
		case b.Typename == "RoomBoardHeartbeat":
			if want := s.board(who, s.here); !same(p.rooms, want.rooms) || !same(p.waiting, want.waiting) {
				s.t.Fatal("the pictures differ")
			}
			return cards
		case b.Room != nil:
			cards[b.Room.Room.ID]++
		default:
			cards[b.Visit.Visit.ID]++
		}
	}
}

// compareWithOutbox checks that each card that a fact is about was sent once.
func (s *scene) compareWithOutbox(since string, cards map[string]int, p *picture) {
	s.t.Helper()
	c, _ := bus.ParseCursor(since)
	facts, err := s.Deps.Bus.Since(s.System(), c, 5000)
	if err != nil {
		s.t.Fatal(err)
	}
	in := map[string]string{}
	for id, r := range p.rooms {
		if r.Visit != nil {
			in[r.Visit.Visit.ID] = id
		}
	}
	want := map[string]bool{}
	for _, f := range facts {
		if f.Location != s.here {
			continue
		}
		card := f.Entity
		if room, ok := in[card]; ok {
			card = room
		}
		want[card] = true
	}
	if len(want) < 10 {
		s.t.Fatalf("only %d cards changed", len(want))
	}
	for card := range want {
		if cards[card] != 1 {
			s.t.Errorf("%s was told %d times", card, cards[card])
		}
	}
	for card := range cards {
		if !want[card] {
			s.t.Errorf("%s was told for nothing", card)
		}
	}
}

// Breaking off again and again in the middle loses nothing.
func TestResumeInTheMiddle(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 4, 100)
		nurse, r := s.As("NURSE"), chance(3)
		s.steps(r, 40)
		stream, p := s.subscribe(nurse, nil)
		for range 40 {
			stream.Close()
			s.steps(r, r.IntN(12))
			stream, _ = s.subscribe(nurse, &p.cursor)
			for range 1 + r.IntN(4) {
				var e boardEvent
				stream.Read(&e)
				p.apply(t, e)
				if e.RoomBoard.Typename == "RoomBoardSnapshot" {
					t.Fatal("a snapshot in place of what was missed")
				}
				if e.RoomBoard.Typename == "RoomBoardHeartbeat" {
					break
				}
			}
		}
		p.follow(s, stream, nurse, s.here)
	})
}

func TestResyncWhenTooOld(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 2, 40)
		nurse := s.As("NURSE")
		s.steps(chance(1), 20)
		stream, p := s.subscribe(nurse, nil)
		stream.Close()
		s.steps(chance(2), 20)
		o.Clock.Add(49 * time.Hour)
		eventually(t, "old facts are forgotten", func() bool {
			if _, err := s.Deps.Bus.Forget(s.System()); err != nil {
				t.Fatal(err)
			}
			n, err := s.Deps.DB.Client(s.System()).Fact.Query().Where(fact.At.LT(o.Clock.Now().Add(-48 * time.Hour))).Count(s.System())
			return err == nil && n == 1 // the newest stays
		})
		token, err := o.Access.IssueToken(o.System(), "later", kit.Nurse, "", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		nurse = o.With(token)
		for name, since := range map[string]string{"too old": p.cursor, "of another office": "999999999.999999999"} {
			stream, _ := s.subscribe(nurse, &since)
			var e boardEvent
			stream.Read(&e)
			if e.RoomBoard.Typename != "RoomBoardSnapshot" || !e.RoomBoard.Resync {
				t.Fatalf("%s: %+v", name, e)
			}
			p = &picture{}
			p.apply(t, e)
			stream.Close()
		}
		stream, _ = s.subscribe(nurse, &p.cursor)
		var e boardEvent
		stream.Read(&e)
		if e.RoomBoard.Typename == "RoomBoardSnapshot" {
			t.Fatalf("where nothing was missed: %+v", e)
		}
	})
}

// Two server processes on one database, people working at both, subscribers at
// both, one of them going from one to the other.
func TestTwoProcesses(t *testing.T) {
	database := officetest.Database(t, "postgres")
	one, two := officetest.Open(t, database), officetest.Open(t, database)
	s := set(t, one, 4, 200)
	other := *s
	other.Office = two
	nurses := []*officetest.Caller{one.As("NURSE"), two.As("NURSE")}
	a, pa := s.subscribe(nurses[0], nil)
	b, pb := other.subscribe(nurses[1], nil)
	for round := range uint64(8) {
		var both sync.WaitGroup
		for i, o := range []*officetest.Office{one, two} {
			both.Add(1)
			go func() {
				defer both.Done()
				r := chance(round*2 + uint64(i))
				for range 15 {
					if err := o.Visits.Step(kit.System(context.Background(), "test"), r); err != nil {
						t.Error(err)
					}
				}
			}()
		}
		both.Wait()
		pa.follow(s, a, nurses[0], s.here)
		pb.follow(&other, b, nurses[1], s.here)
		a.Close()
		s2 := s
		if round%2 == 0 { // the first goes over to the other process, and back
			s2 = &other
		}
		a, _ = s2.subscribe(map[bool]*officetest.Caller{true: nurses[0], false: nurses[1]}[s2 == s], &pa.cursor)
	}
	if pa.changes < 40 || pb.changes < 40 {
		t.Fatalf("%d and %d changes", pa.changes, pb.changes)
	}
}

// Many move at once while subscribers come and go.
func TestStreamUnderFire(t *testing.T) {
	officetest.InTurn(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 6, 300)
		nurse := s.As("NURSE")
		steady, p := s.subscribe(nurse, nil)
		var all sync.WaitGroup
		for i := range uint64(4) {
			all.Add(1)
			go func() {
				defer all.Done()
				r := chance(100 + i)
				for range 40 {
					if err := o.Visits.Step(s.System(), r); err != nil {
						t.Error(err)
					}
				}
			}()
		}
		moving, q := s.subscribe(nurse, nil)
		r := chance(7)
		for range 15 {
			moving.Close()
			moving, _ = s.subscribe(nurse, &q.cursor)
			for range 1 + r.IntN(5) {
				var e boardEvent
				moving.Read(&e)
				q.apply(t, e)
				if e.RoomBoard.Typename == "RoomBoardHeartbeat" {
					break
				}
			}
		}
		all.Wait()
		p.follow(s, steady, nurse, s.here)
		q.follow(s, moving, nurse, s.here)
	})
}

// A subscription leaves one audit event for each patient whose name it shows,
// however many changes; a screen that shows initials leaves none.
func TestStreamIsAuditedOnce(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 2, 2)
		v := s.walkIn(0)
		stream, p := s.subscribe(s.As("PHYSICIAN"), nil)
		screen, q := s.subscribe(s.AsAt("BOARD", s.here), nil)
		for _, check := range v.Checklist {
			s.must(s.As("NURSE"), "tickCheck", officetest.Vars{"checkId": check.ID})
		}
		s.walkIn(1)
		p.follow(s, stream, s.As("NURSE"), s.here)
		q.follow(s, screen, s.AsAt("BOARD", s.here), s.here)
		rows, err := s.Deps.DB.Client(s.System()).AuditEvent.Query().
			Where(auditevent.ActionColumn.EQ(auditevent.ActionREAD), auditevent.Operation.EQ("Board")).All(s.System())
		if err != nil || len(rows) != 2 {
			t.Fatalf("%d events for two patients: %v", len(rows), err)
		}
		for _, row := range rows {
			if row.Roles != "PHYSICIAN" {
				t.Fatalf("%+v", row)
			}
		}
	})
}

// A row of the audit trail is there before the event that shows the patient:
// the second patient of a stream is recorded when its event comes, not when the
// stream began or ends.
func TestStreamIsAuditedPerEvent(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 2, 2)
		known := func() []string {
			var ids []string
			for _, row := range officetest.Must(s.Deps.DB.Client(s.System()).AuditEvent.Query().
				Where(auditevent.ActionColumn.EQ(auditevent.ActionREAD), auditevent.Operation.EQ("Board")).Order(auditevent.ID.Asc()).All(s.System())) {
				ids = append(ids, *row.PatientID)
			}
			return ids
		}
		s.walkIn(0)
		stream := s.As("PHYSICIAN").Watch(boardDocument, officetest.Vars{"location": s.here})
		await := func(patient int) {
			t.Helper()
			for !strings.Contains(stream.Next().Text, fmt.Sprintf("Kowalski%04d", patient)) {
			}
			if ids := known(); len(ids) != patient+1 || ids[patient] != s.patients[patient] {
				t.Fatalf("patient %d is shown, and the trail has %v", patient, ids)
			}
		}
		await(0)
		s.walkIn(1)
		await(1)
	})
}
