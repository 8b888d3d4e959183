package tasks_test

import (
	"testing"
	"time"

	"medoffice/modules/officetest"
)

type given struct {
	ID, Status     string
	Role           *string
	AssigneeID     *string
	ReassignReason *string
	AcceptedAt     *time.Time
	Version        int
}

// person is somebody with an account, signed in.
func person(t *testing.T, o *officetest.Office, username, role string) (id string, c *officetest.Caller) {
	t.Helper()
	const password = "a long enough password 7"
	o.Secret(password)
	id, err := o.Access.AddAccount(o.System(), username, "Ines", password, role)
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ SignIn struct{ Token string } }
	o.As("").Do(`mutation($u: String!, $p: String!) { signIn(input: {username: $u, password: $p}) { token } }`, officetest.Vars{"u": username, "p": password}, &got)
	if got.SignIn.Token == "" {
		t.Fatal("not signed in")
	}
	return id, o.With(got.SignIn.Token)
}

func TestATaskIsGivenToSomebodyElse(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		nurse, doctor, desk := o.As("NURSE"), o.As("PHYSICIAN"), o.As("FRONT_DESK")
		ines, her := person(t, o, "ines", "MEDICAL_ASSISTANT")
		type result struct {
			Task       *given
			UserErrors []struct {
				Code string
				Path []string
			}
		}
		give := func(c *officetest.Caller, in officetest.Vars) result {
			t.Helper()
			var got struct{ Out result }
			c.Do(`mutation($in: ReassignTaskInput!) { out: reassignTask(input: $in) { task { id status role assigneeId reassignReason acceptedAt version } userErrors { code path } } }`, officetest.Vars{"in": in}, &got)
			return got.Out
		}
		made := do(doctor, "addTask", "AddTaskInput", officetest.Vars{"kind": "CALL", "title": "Call the laboratory", "role": "NURSE"})
		id := made.Task.ID
		do(nurse, "acceptTask", "AcceptTaskInput", officetest.Vars{"id": id, "expectedVersion": 1})
		to := func(version int, more officetest.Vars) officetest.Vars {
			in := officetest.Vars{"id": id, "expectedVersion": version, "reason": "off duty"}
			for k, v := range more {
				in[k] = v
			}
			return in
		}
		o.Clock.Add(time.Hour)
		if n, err := o.Tasks.Escalate(o.System()); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		stream := nurse.Watch(`subscription { myTasks { resync task { id role assigneeId } } }`, nil)
		stream.Next()
		got := give(nurse, to(3, officetest.Vars{"assigneeId": ines, "clientMutationId": "give"}))
		if g := got.Task; g == nil || g.Status != "REQUESTED" || g.Role != nil || g.AssigneeID == nil || *g.AssigneeID != ines || g.AcceptedAt != nil || *g.ReassignReason != "off duty" {
			t.Fatalf("%+v", got)
		}
		if again := give(nurse, to(3, officetest.Vars{"assigneeId": ines, "clientMutationId": "give"})); again.Task == nil || again.Task.Version != got.Task.Version {
			t.Errorf("the same request again: %+v", again)
		}
		var news struct {
			MyTasks struct{ Task *given }
		}
		if stream.Read(&news); news.MyTasks.Task == nil || news.MyTasks.Task.AssigneeID == nil || *news.MyTasks.Task.AssigneeID != ines {
			t.Errorf("whose it was hears of it: %+v %+v", news, news.MyTasks.Task)
		}
		if len(mine(nurse)) != 0 || len(mine(her)) != 1 {
			t.Error("it is hers alone")
		}
		if n, err := o.Tasks.Escalate(o.System()); err != nil || n != 1 {
			t.Error("she is told that it is overdue:", n, err)
		}
		version := got.Task.Version + 1
		gone, _ := person(t, o, "gone", "NURSE")
		o.As("ADMIN").Do(`mutation($id: ID!) { setAccountActive(input: {accountId: $id, expectedVersion: 1, active: false}) { userErrors { message } } }`, officetest.Vars{"id": gone}, nil)
		for name, c := range map[string]struct {
			who  *officetest.Caller
			in   officetest.Vars
			code string
			path string
		}{
			"somebody else's": {nurse, to(version, officetest.Vars{"role": "NURSE"}), "FAILED_PRECONDITION", "id"},
			"nobody":          {her, to(version, nil), "BAD_USER_INPUT", "role"},
			"both":            {her, to(version, officetest.Vars{"role": "NURSE", "assigneeId": ines}), "BAD_USER_INPUT", "role"},
			"why":             {her, to(version, officetest.Vars{"role": "NURSE", "reason": " "}), "BAD_USER_INPUT", "reason"},
			"unknown":         {her, to(version, officetest.Vars{"assigneeId": "acc_none"}), "NOT_FOUND", "assigneeId"},
			"who left":        {her, to(version, officetest.Vars{"assigneeId": gone}), "NOT_FOUND", "assigneeId"},
			"theirs already":  {her, to(version, officetest.Vars{"assigneeId": ines}), "FAILED_PRECONDITION", "id"},
			"stale":           {her, to(1, officetest.Vars{"role": "NURSE"}), "STALE_VERSION", ""},
		} {
			got := give(c.who, c.in)
			if len(got.UserErrors) != 1 || got.UserErrors[0].Code != c.code || c.path != "" && (len(got.UserErrors[0].Path) != 1 || got.UserErrors[0].Path[0] != c.path) {
				t.Errorf("%s: %+v", name, got)
			}
		}
		for _, who := range []string{"acc_none", gone} {
			got := do(doctor, "addTask", "AddTaskInput", officetest.Vars{"kind": "CALL", "title": "Call", "assigneeId": who})
			if len(got.UserErrors) != 1 || got.UserErrors[0].Code != "NOT_FOUND" || got.Task != nil {
				t.Errorf("a task for %s: %+v", who, got)
			}
		}
		if got := do(doctor, "addTask", "AddTaskInput", officetest.Vars{"kind": "CALL", "title": "Call", "assigneeId": ines}); got.Task == nil {
			t.Errorf("%+v", got)
		}
		if a := desk.Send(`mutation { reassignTask(input: {id: "`+id+`", role: NURSE, reason: "x", expectedVersion: 1}) { task { id } } }`, nil); a.Code() != "FORBIDDEN" {
			t.Error(a.Text)
		}
		if got := give(doctor, to(version, officetest.Vars{"role": "NURSE"})); got.Task == nil || got.Task.AssigneeID != nil || *got.Task.Role != "NURSE" {
			t.Errorf("%+v", got)
		}
		done := do(nurse, "completeTask", "CompleteTaskInput", officetest.Vars{"id": id, "expectedVersion": version + 1})
		if done.Task == nil || done.Task.Status != "COMPLETED" {
			t.Fatalf("%+v", done)
		}
		if got := give(doctor, to(version+2, officetest.Vars{"role": "NURSE"})); len(got.UserErrors) != 1 || got.UserErrors[0].Code != "FAILED_PRECONDITION" {
			t.Errorf("what is done: %+v", got)
		}
	})
}
