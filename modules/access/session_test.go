package access_test

import (
	"strings"
	"testing"

	"medoffice/ent/auditevent"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

const (
	sessionsDoc = `query($id: ID!) { accountSessions(accountId: $id) { id remoteIp userAgent createdAt expiresAt current } }`
	endAllDoc   = `mutation($id: ID!) { revokeSessions(input: {accountId: $id}) { account { id } userErrors { code path } } }`
)

// TestSomebodysSessions: a manager sees and ends the sessions of others, an
// administrator's only another administrator; their sockets close.
func TestSomebodysSessions(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ines, boss := add(t, o, "ines", kit.Nurse), add(t, o, "boss", kit.Manager)
		root := add(t, o, "root", kit.Admin)
		one, two := in(t, o, "ines", password), in(t, o, "ines", password)
		manager, away, admin := in(t, o, "boss", password), in(t, o, "boss", password), in(t, o, "root", password)
		conn, ctx, err := socket(t, o, two.Token)
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ AccountSessions []struct{ ID string } }
		if manager.Do(sessionsDoc, officetest.Vars{"id": ines}, &got); len(got.AccountSessions) != 2 {
			t.Fatalf("%+v", got)
		}
		for _, doc := range []string{sessionsDoc, endAllDoc} {
			if a := manager.Send(doc, officetest.Vars{"id": root}); a.Code() != "FORBIDDEN" {
				t.Errorf("a manager and the sessions of an administrator: %s", a.Text)
			}
		}
		if a := manager.Do(endAllDoc, officetest.Vars{"id": "acc_00000000000000000000000000"}, nil); !strings.Contains(a.Text, "NOT_FOUND") {
			t.Error(a.Text)
		}
		manager.Do(endAllDoc, officetest.Vars{"id": ines}, nil)
		if _, _, err := conn.Read(ctx); err == nil || ctx.Err() != nil {
			t.Errorf("the socket outlives its session: %v", err)
		}
		manager.Do(endAllDoc, officetest.Vars{"id": boss}, nil) // the own ones, but this
		for name, c := range map[string]struct {
			caller *officetest.Caller
			status int
		}{"ended": {one, 401}, "ended too": {two, 401}, "away": {away, 401}, "here": {manager, 200}, "somebody else's": {admin, 200}} {
			if a := c.caller.Send(`{ me { name } }`, nil); a.Status != c.status {
				t.Errorf("%s: %d", name, a.Status)
			}
		}
		e := officetest.Must(o.Deps.DB.Client(o.System()).AuditEvent.Query().
			Where(auditevent.ActionColumn.EQ("SIGN_OUT"), auditevent.EntityID.EQ(ines)).Only(o.System()))
		if e.ActorID != boss || e.EntityType != "Account" || e.Detail != "all sessions" {
			t.Errorf("the trail: %+v", e)
		}
	})
}
