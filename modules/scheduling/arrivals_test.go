package scheduling_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"medoffice/modules/officetest"
)

const boardOfDay = `__typename ... on RoomBoardHeartbeat { cursor }
	... on RoomBoardSnapshot { cursor resync expected { ...Who } waiting { visit { id } } }
	... on RoomBoardChange { cursor left arrival { ...Who } visit { visit { id } } }`

const who = `fragment Who on BoardArrival { appointmentId patientLabel expectedAt what providerName overbooked version }`

type arrival struct {
	AppointmentID, PatientLabel, ExpectedAt, What, ProviderName string
	Version                                                     int
	Overbooked                                                  bool
	Appointment                                                 *struct{ Status string }
}

// expected is what a client keeps of those who are expected, by the rules of the
// schema.
type expected struct {
	cards   map[string]arrival
	cursor  string
	resyncs int
}

func (x *expected) read(s *officetest.Stream) {
	var e struct {
		RoomBoard struct {
			Cursor       string
			Typename     string `json:"__typename"`
			Resync, Left bool
			Expected     []arrival
			Arrival      *arrival
		}
	}
	s.Read(&e)
	b := e.RoomBoard
	x.cursor = b.Cursor
	switch {
	case b.Typename == "RoomBoardSnapshot":
		x.cards = map[string]arrival{}
		for _, a := range b.Expected {
			x.cards[a.AppointmentID] = a
		}
		if b.Resync {
			x.resyncs++
		}
	case b.Arrival == nil:
	case b.Left:
		delete(x.cards, b.Arrival.AppointmentID)
	default:
		x.cards[b.Arrival.AppointmentID] = *b.Arrival
	}
}

func (s *scene) expected() map[string]arrival {
	s.t.Helper()
	var got struct{ RoomBoard struct{ Expected []arrival } }
	s.As("FRONT_DESK").Do(`query($l: ID!) { roomBoard(location: $l) { expected { ...Who } } } `+who, officetest.Vars{"l": s.here}, &got)
	all := map[string]arrival{}
	for _, a := range got.RoomBoard.Expected {
		all[a.AppointmentID] = a
	}
	return all
}

// follow reads events until the client knows what the board shows.
func (x *expected) follow(s *scene, stream *officetest.Stream) {
	s.t.Helper()
	want, _ := json.Marshal(s.expected())
	for {
		if have, _ := json.Marshal(x.cards); string(have) == string(want) {
			return
		}
		x.read(stream)
	}
}

func (s *scene) watchBoard(since *string) *officetest.Stream {
	return s.As("FRONT_DESK").Watch(`subscription($l: ID!, $since: String) { roomBoard(location: $l, since: $since) { `+boardOfDay+` } } `+who,
		officetest.Vars{"l": s.here, "since": since})
}

// Who has an appointment today is on the board until coming, or not any more.
func TestExpectedArrivals(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 2, 5)
		o.Board.Boards().SetHeartbeat(20 * time.Millisecond)
		first := s.must(s.book(s.wants(s.plain, 0, 0, at(10, 0))))
		o.Clock.Add(at(8, 0).Sub(o.Clock.Now()))
		later := s.must(s.book(s.wants(s.plain, 0, 4, at(10, 0).AddDate(0, 0, 1))))
		held := s.must(s.book(s.wants(s.plain, 1, 1, at(11, 0), "holdMinutes", 30)))
		x := &expected{}
		stream := s.watchBoard(nil)
		x.follow(s, stream)
		if a := x.cards[first.ID]; len(x.cards) != 1 || a.PatientLabel != "Kowalski0" || a.What != "Visit" || a.ProviderName != "Adeyemi0" || a.ExpectedAt != "2026-03-03T10:00:00.000Z" {
			t.Fatalf("%+v", x.cards)
		}
		held = s.must(do(s.As("FRONT_DESK"), "confirmAppointment", held.vars()))
		x.follow(s, stream)
		if len(x.cards) != 2 || x.cards[held.ID].Version != 2 {
			t.Fatalf("%+v", x.cards)
		}
		place := x.cursor
		stream.Close()
		// Meanwhile one comes, one calls off and one is called in; so a client that
		// comes back hears.
		came := s.must(do(s.As("FRONT_DESK"), "checkInAppointment", first.vars()))
		if came.Visit == nil {
			t.Fatalf("%+v", came)
		}
		s.callOff(held)
		third := s.must(s.book(s.wants(s.plain, 1, 2, at(15, 0))))
		stream = s.watchBoard(&place)
		x.follow(s, stream)
		if len(x.cards) != 1 || x.cards[third.ID].AppointmentID == "" || x.resyncs != 0 {
			t.Fatalf("%+v", x)
		}
		// The next day others are expected.
		o.Clock.Add(24 * time.Hour)
		for x.cards[later.ID].AppointmentID == "" {
			x.read(stream)
		}
		if len(x.cards) != 1 || x.resyncs != 1 {
			t.Fatalf("%+v", x)
		}
	})
}

// The screen in the corridor shows initials, and nothing of the appointment.
func TestExpectedArrivalsOnTheScreen(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 12)
		o.Clock.Add(at(8, 0).Sub(o.Clock.Now()))
		for i := range s.patients {
			s.must(s.book(s.wants(s.plain, 0, i, at(9, 0).Add(time.Duration(i)*20*time.Minute))))
		}
		query := `query($l: ID!) { roomBoard(location: $l) { expected { ...Who } rooms { status } waiting { version } } } ` + who
		var got struct{ RoomBoard struct{ Expected []arrival } }
		a := s.AsAt("BOARD", s.here).Do(query, officetest.Vars{"l": s.here}, &got)
		if len(got.RoomBoard.Expected) != 12 || got.RoomBoard.Expected[0].PatientLabel != "K." || strings.Contains(a.Text, "Kowalski") {
			t.Fatal(a.Text)
		}
		whole := `query($l: ID!) { roomBoard(location: $l) { expected { appointment { status } } } }`
		if a := s.AsAt("BOARD", s.here).Send(whole, officetest.Vars{"l": s.here}); a.Code() != "FORBIDDEN" {
			t.Fatal(a.Text)
		}
		if a = s.As("FRONT_DESK").Do(whole, officetest.Vars{"l": s.here}, &got); got.RoomBoard.Expected[11].Appointment.Status != "BOOKED" || len(a.Statements) > 5 {
			t.Fatalf("%d statements: %s", len(a.Statements), a.Text)
		}
	})
}

// However many do whatever at once: who follows the board knows what it shows.
func TestExpectedArrivalsUnderLoad(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 3, 30)
		o.Clock.Add(at(8, 0).Sub(o.Clock.Now()))
		x, stream := &expected{}, s.watchBoard(nil)
		x.read(stream)
		var all sync.WaitGroup
		for worker := range 4 {
			all.Go(func() {
				chance := rand.New(rand.NewPCG(uint64(worker), 9)) //nolint:gosec // the same again
				var mine []*row
				for i := range 25 {
					switch n := chance.IntN(4); {
					case n == 0 && len(mine) > 0:
						do(s.As("FRONT_DESK"), "cancelAppointment", mine[i%len(mine)].vars("class", "PATIENT", "reason", "ill"))
					case n == 1 && len(mine) > 0:
						do(s.As("FRONT_DESK"), "checkInAppointment", mine[i%len(mine)].vars())
					default:
						when := at(9+chance.IntN(8), 20*chance.IntN(3)).AddDate(0, 0, chance.IntN(2))
						if got := s.book(s.wants(s.plain, chance.IntN(3), chance.IntN(30), when)); got.Appointment != nil {
							mine = append(mine, got.Appointment)
						}
					}
				}
			})
		}
		all.Wait()
		x.follow(s, stream)
		if len(x.cards) == 0 {
			t.Fatal("nobody is expected")
		}
	})
}
