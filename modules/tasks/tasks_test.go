package tasks_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"medoffice/ent/fact"
	"medoffice/modules/handover"
	"medoffice/modules/officetest"
)

type row struct {
	ID, Status   string
	Version      int
	Proof        *string
	CancelReason *string
}

type outcome struct {
	Task       *row
	UserErrors []struct{ Code string }
}

const parts = `{ task { id status version proof cancelReason } userErrors { code } }`

func do(c *officetest.Caller, verb, input string, in officetest.Vars) outcome {
	var got struct{ Out outcome }
	c.Do(`mutation($in: `+input+`!) { out: `+verb+`(input: $in) `+parts+` }`, officetest.Vars{"in": in}, &got)
	return got.Out
}

func mine(c *officetest.Caller) []row {
	var got struct{ MyTasks struct{ Nodes []row } }
	c.Do(`{ myTasks { nodes { id status version proof cancelReason } } }`, nil, &got)
	return got.MyTasks.Nodes
}

// within runs f in a transaction of the office.
func within(t *testing.T, o *officetest.Office, f func(context.Context) error) {
	t.Helper()
	if err := o.Deps.DB.Tx(o.System(), f); err != nil {
		t.Fatal(err)
	}
}

func TestATaskIsForARoleAndAcceptedOnce(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		nurse, doctor, desk := o.As("NURSE"), o.As("PHYSICIAN"), o.As("FRONT_DESK")
		made := do(doctor, "addTask", "AddTaskInput", officetest.Vars{"kind": "CALL", "title": "Call the laboratory", "role": "NURSE"})
		if made.Task == nil || made.Task.Status != "REQUESTED" {
			t.Fatalf("%+v", made)
		}
		if len(mine(nurse)) != 1 || len(mine(desk)) != 0 {
			t.Fatal("a task is for the role that it names")
		}
		in := officetest.Vars{"id": made.Task.ID, "expectedVersion": 1}
		if got := do(desk, "acceptTask", "AcceptTaskInput", in); len(got.UserErrors) != 1 || got.UserErrors[0].Code != "NOT_FOUND" {
			t.Fatalf("%+v", got)
		}
		if got := do(nurse, "acceptTask", "AcceptTaskInput", in); got.Task == nil || got.Task.Status != "ACCEPTED" || got.Task.Version != 2 {
			t.Fatalf("%+v", got)
		}
		if got := do(nurse, "acceptTask", "AcceptTaskInput", in); len(got.UserErrors) != 1 || got.UserErrors[0].Code != "STALE_VERSION" {
			t.Fatalf("%+v", got)
		}
		in["expectedVersion"] = 2
		if got := do(nurse, "completeTask", "CompleteTaskInput", in); got.Task == nil || got.Task.Status != "COMPLETED" || len(mine(nurse)) != 0 {
			t.Fatalf("%+v", got)
		}
		for _, bad := range []officetest.Vars{
			{"kind": "CALL", "title": " ", "role": "NURSE"},
			{"kind": "CALL", "title": "x"},
			{"kind": "CALL", "title": "x", "role": "NURSE", "patientId": "pat_00000000000000000000000000"},
		} {
			if got := do(doctor, "addTask", "AddTaskInput", bad); len(got.UserErrors) != 1 || got.Task != nil {
				t.Errorf("%v: %+v", bad, got)
			}
		}
		if a := o.As("BOARD").Send(`{ myTasks { nodes { id } } }`, nil); a.Code() != "FORBIDDEN" {
			t.Fatal(a.Text)
		}
	})
}

func TestTheActIsTheProof(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		nurse := o.As("NURSE")
		ask := func(title string) {
			within(t, o, func(ctx context.Context) error {
				_, err := o.Tasks.Ask(ctx, handover.Instruction{About: "order_1", Kind: handover.TaskGive, Title: title, Role: "NURSE"})
				return err
			})
		}
		ask("first")
		ask("second")
		open := mine(nurse)
		if len(open) != 2 {
			t.Fatalf("%+v", open)
		}
		if got := do(nurse, "completeTask", "CompleteTaskInput", officetest.Vars{"id": open[0].ID, "expectedVersion": 1}); len(got.UserErrors) != 1 || got.UserErrors[0].Code != "FAILED_PRECONDITION" {
			t.Fatalf("a tick is no proof of a dose: %+v", got)
		}
		within(t, o, func(ctx context.Context) error { return o.Tasks.Done(ctx, "order_1", "act_1") })
		if left := mine(nurse); len(left) != 1 {
			t.Fatalf("%+v", left)
		}
		within(t, o, func(ctx context.Context) error { return o.Tasks.Undone(ctx, "act_1") })
		if left := mine(nurse); len(left) != 2 || left[0].Proof != nil {
			t.Fatalf("%+v", left)
		}
		within(t, o, func(ctx context.Context) error { return o.Tasks.Drop(ctx, "order_1", "the order was stopped") })
		within(t, o, func(ctx context.Context) error { return o.Tasks.Done(ctx, "order_1", "act_2") })
		if left := mine(nurse); len(left) != 0 {
			t.Fatalf("%+v", left)
		}
	})
}

func TestOverdueIsToldOnceAndWatched(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		type news struct {
			MyTasks struct {
				Cursor          string
				Resync, Overdue bool
				Task            *row
			}
		}
		const watch = `subscription($since: String) { myTasks(since: $since) { cursor resync overdue task { id status } } }`
		var e news
		stream := o.As("NURSE").Watch(watch, officetest.Vars{})
		if stream.Read(&e); !e.MyTasks.Resync {
			t.Fatalf("%+v", e)
		}
		within(t, o, func(ctx context.Context) error {
			for _, role := range []string{"FRONT_DESK", "NURSE"} {
				if _, err := o.Tasks.Ask(ctx, handover.Instruction{About: "x", Kind: handover.TaskCall, Title: "call", Role: role, DueAt: o.Clock.Now().Add(time.Minute)}); err != nil {
					return err
				}
			}
			return nil
		})
		if stream.Read(&e); e.MyTasks.Resync || e.MyTasks.Task == nil || e.MyTasks.Overdue {
			t.Fatalf("%+v", e)
		}
		place := e.MyTasks.Cursor
		stream.Close()
		if n, err := o.Tasks.Escalate(context.Background()); n != 0 || err != nil {
			t.Fatal(n, err)
		}
		o.Clock.Add(2 * time.Minute)
		for _, want := range []int{2, 0} {
			if n, err := o.Tasks.Escalate(context.Background()); n != want || err != nil {
				t.Fatal(n, err)
			}
		}
		again := o.As("NURSE").Watch(watch, officetest.Vars{"since": place})
		if again.Read(&e); !e.MyTasks.Overdue || e.MyTasks.Task == nil {
			t.Fatalf("%+v", e)
		}
		told, err := o.Deps.DB.Client(o.System()).Fact.Query().Where(fact.Topic.EQ("tasks.overdue")).Count(o.System())
		if err != nil || told != 2 {
			t.Fatal(told, err)
		}
	})
}

// What is to be done at a visit is on its card, at once.
func TestBadgesOfAVisit(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		if err := o.Visits.EnsureDefaults(o.System()); err != nil {
			t.Fatal(err)
		}
		var site, patient, visit string
		within(t, o, func(ctx context.Context) (err error) {
			c := o.Deps.DB.Client(ctx)
			site, patient = officetest.Must(c.Location.Create().SetName("Downtown").Save(ctx)).ID, officetest.Must(c.Patient.Create().SetMrn("M1").SetFamilyName("Kowalski").Save(ctx)).ID
			visit, err = o.Visits.Arrive(ctx, patient, site, nil, nil, nil)
			return err
		})
		o.Secret("Kowalski")
		nurse := o.As("NURSE")
		badges := func() string {
			var got struct {
				RoomBoard struct{ Waiting []struct{ Badges []string } }
			}
			nurse.Do(`query($l: ID!) { roomBoard(location: $l) { waiting { badges } } }`, officetest.Vars{"l": site}, &got)
			return strings.Join(got.RoomBoard.Waiting[0].Badges, " ")
		}
		stream := nurse.Watch(`subscription($l: ID!) { roomBoard(location: $l) { __typename ... on RoomBoardChange { visit { badges } } } }`, officetest.Vars{"l": site})
		stream.Next()
		next := func() string {
			var e struct {
				RoomBoard struct{ Visit *struct{ Badges []string } }
			}
			for e.RoomBoard.Visit == nil {
				stream.Read(&e)
			}
			return strings.Join(e.RoomBoard.Visit.Badges, " ")
		}
		within(t, o, func(ctx context.Context) error {
			_, err := o.Tasks.Ask(ctx, handover.Instruction{About: "ord_1", Kind: handover.TaskGive, Title: "Give it", PatientID: patient, VisitID: visit, LocationID: site, Role: "NURSE", DueAt: o.Clock.Now().Add(time.Hour)})
			return err
		})
		if got := next(); got != "ORDER_WAITING" || badges() != got {
			t.Errorf("%s, %s", got, badges())
		}
		o.Clock.Add(time.Hour + time.Minute)
		if _, err := o.Tasks.Escalate(o.System()); err != nil {
			t.Fatal(err)
		}
		if got := next(); got != "DOSE_DUE ORDER_WAITING" || badges() != got {
			t.Errorf("%s, %s", got, badges())
		}
		var of struct {
			Visit   struct{ Tasks struct{ Nodes []row } }
			Patient struct{ Tasks struct{ TotalCount int } }
		}
		nurse.Do(`query($v: ID!, $p: ID!) { visit(id: $v) { tasks { nodes { id status } } } patient(by: {id: $p}) { tasks(filter: {kind: {in: [GIVE]}}) { totalCount } } }`, officetest.Vars{"v": visit, "p": patient}, &of)
		if len(of.Visit.Tasks.Nodes) != 1 || of.Patient.Tasks.TotalCount != 1 {
			t.Errorf("%+v", of)
		}
		within(t, o, func(ctx context.Context) error { return o.Tasks.Done(ctx, "ord_1", "adm_1") })
		if got := next(); got != "" || badges() != "" {
			t.Errorf("%s, %s", got, badges())
		}
	})
}
