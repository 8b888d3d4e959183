package board_test

import (
	"context"
	"fmt"
	"testing"

	"medoffice/ent/visitstage"
	"medoffice/modules/officetest"
)

// scene is an office with two sites, rooms, stages, a doctor and patients.
type scene struct {
	*officetest.Office
	t          testing.TB
	here, away string   // sites
	rooms      []string // at here
	awayRoom   string
	provider   string
	kind       string
	patients   []string
	stages     map[visitstage.Category]string
}

func set(t testing.TB, o *officetest.Office, rooms, patients int) *scene {
	t.Helper()
	o.Secret("Kowalski", "Adeyemi")
	s := &scene{Office: o, t: t, stages: map[visitstage.Category]string{}}
	if err := s.Visits.EnsureDefaults(s.System()); err != nil {
		t.Fatal(err)
	}
	if err := s.build(rooms, patients); err != nil {
		t.Fatal(err)
	}
	return s
}

// build makes the rows.
func (s *scene) build(rooms, patients int) error {
	return s.Deps.DB.Tx(s.System(), func(ctx context.Context) error {
		c := s.Deps.DB.Client(ctx)
		here := officetest.Must(c.Location.Create().SetName("Downtown").Save(ctx))
		away := officetest.Must(c.Location.Create().SetName("Hill").Save(ctx))
		s.here, s.away = here.ID, away.ID
		now := s.Clock.Now()
		for i := range rooms {
			r := officetest.Must(c.Room.Create().SetLocationID(s.here).SetName(fmt.Sprintf("Room %d", i+1)).SetPosition(i).SetStatusSince(now).Save(ctx))
			s.rooms = append(s.rooms, r.ID)
		}
		s.awayRoom = officetest.Must(c.Room.Create().SetLocationID(s.away).SetName("Far room").SetStatusSince(now).Save(ctx)).ID
		s.provider = officetest.Must(c.Provider.Create().SetFamilyName("Adeyemi").SetGivenName("Funmi").SetNamePrefix("Dr.").SetSortName("adeyemi funmi").Save(ctx)).ID
		s.kind = officetest.Must(c.VisitType.Create().SetName("Check-up").SetChecklist([]string{"Vitals", "Gown", "Consent form"}).Save(ctx)).ID
		for i := range patients {
			p := officetest.Must(c.Patient.Create().SetMrn(fmt.Sprintf("MRN%04d", i)).SetGivenName("Mara").SetPreferredName(officetest.Planted).SetFamilyName(fmt.Sprintf("Kowalski%04d", i)).Save(ctx))
			s.patients = append(s.patients, p.ID)
		}
		for _, st := range officetest.Must(c.VisitStage.Query().All(ctx)) {
			s.stages[st.Category] = st.ID
		}
		return nil
	})
}

// problem is an entry of userErrors.
type problem struct {
	Code, Message string
	Path          []string
}

type visitRow struct {
	ID         string
	Version    int
	Status     string
	OnBoard    bool
	EndedAt    *string
	Stage      *struct{ ID, Name, Category string }
	Room       *roomRow
	StageSince string
	StartedAt  string
	Checklist  []struct {
		ID, Item string
		DoneAt   *string
	}
	Changes []struct {
		FromName           *string
		ToName, ToCategory string
		ActorName          string
		UndoneAt           *string
		FromRoom, ToRoom   *roomRow
	}
	Stays []struct {
		Room    roomRow
		Status  string
		EndedAt *string
	}
}

type roomRow struct {
	ID, Name, Status   string
	Version            int
	OutOfServiceReason *string
	Visit              *struct{ ID string }
}

// outcome is the payload of the mutations of visits that these tests need.
type outcome struct {
	Visit *visitRow
	Room  *roomRow
	Stage *struct {
		ID, Name string
		Version  int
		Active   bool
	}
	UserErrors []problem
}

func (o outcome) code() string {
	if len(o.UserErrors) == 0 {
		return ""
	}
	return o.UserErrors[0].Code
}

const (
	visitParts = `visit { id version status endedAt startedAt stageSince stage { id name category } room { id status version } checklist { id item doneAt } }`
	roomParts  = `room { id name status version outOfServiceReason visit { id } }`
	problems   = `userErrors { code message path }`
)

var parts = map[string]string{
	"startVisit": visitParts, "checkIn": visitParts, "moveToRoom": visitParts, "moveStage": visitParts, "undoLastMove": visitParts,
	"leaveWithoutBeingSeen": visitParts, "checkOut": visitParts, "tickCheck": visitParts, "untickCheck": visitParts,
	"reserveRoom": roomParts, "releaseRoom": roomParts, "startCleaning": roomParts, "cleanRoom": roomParts,
	"takeOutOfService": roomParts, "returnToService": roomParts, "addRoom": roomParts, "updateRoom": roomParts,
	"retireVisitStage": "stage { id name version active }",
}

func document(name string) string {
	input := string(name[0]-'a'+'A') + name[1:] + "Input"
	return fmt.Sprintf(`mutation M($in: %s!) { out: %s(input: $in) { %s %s } }`, input, name, parts[name], problems)
}

// do calls a mutation and expects an outcome, whatever it is.
func do(c *officetest.Caller, name string, in officetest.Vars) outcome {
	var got struct{ Out outcome }
	c.Do(document(name), officetest.Vars{"in": in}, &got)
	return got.Out
}

// must calls a mutation that has to succeed.
func (s *scene) must(c *officetest.Caller, name string, in officetest.Vars) outcome {
	s.t.Helper()
	got := do(c, name, in)
	if len(got.UserErrors) > 0 {
		s.t.Fatalf("%s: %+v", name, got.UserErrors)
	}
	return got
}

// walkIn begins a visit of the patient at the site.
func (s *scene) walkIn(patient int) *visitRow {
	s.t.Helper()
	return s.must(s.As("NURSE"), "startVisit", officetest.Vars{
		"patientId": s.patients[patient], "locationId": s.here, "providerId": s.provider, "typeId": s.kind, "reason": "cough " + officetest.Planted,
	}).Visit
}

func (s *scene) room(i int) roomRow {
	s.t.Helper()
	var got struct{ Rooms []roomRow }
	s.As("NURSE").Do(`query($l: ID) { rooms(location: $l) { id name status version outOfServiceReason visit { id } } }`, officetest.Vars{"l": s.here}, &got)
	return got.Rooms[i]
}

func (s *scene) visit(id string) *visitRow {
	s.t.Helper()
	var got struct{ Visit *visitRow }
	s.As("NURSE").Do(`query($id: ID!) { visit(id: $id) { id version status endedAt startedAt stageSince stage { id name category } room { id status version }
		checklist { id item doneAt } changes { fromName toName toCategory actorName undoneAt fromRoom { id } toRoom { id } } stays { room { id } status endedAt } } }`,
		officetest.Vars{"id": id}, &got)
	return got.Visit
}

// take moves a visit to a room as it is now.
func (s *scene) take(v *visitRow, room int) *visitRow {
	s.t.Helper()
	r := s.room(room)
	return s.must(s.As("NURSE"), "moveToRoom", officetest.Vars{
		"visitId": v.ID, "expectedVersion": v.Version, "roomId": r.ID, "expectedRoomVersion": r.Version,
	}).Visit
}
