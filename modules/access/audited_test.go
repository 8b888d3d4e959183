package access_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"medoffice/ent/auditevent"
	"medoffice/modules/access"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

func TestSignInsAreAudited(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id := add(t, o, "ines", kit.Nurse)
		signIn(t, o, "ines", other)
		signIn(t, o, "my-secret-typed-as-name", other)
		in(t, o, "ines", password).Do(`mutation { signOut(input: {}) { userErrors { code } } }`, nil, nil)
		got := events(t, o, "SIGN_IN")
		if len(got) != 3 || got[0].Outcome != auditevent.OutcomeFAILURE || got[0].EntityID != id || got[0].ActorID != "anonymous" ||
			got[1].Outcome != auditevent.OutcomeFAILURE || got[1].EntityID != "" ||
			got[2].Outcome != auditevent.OutcomeSUCCESS || got[2].ActorID != id || got[2].Roles != "NURSE" {
			t.Fatalf("%v", got)
		}
		if out := events(t, o, "SIGN_OUT"); len(out) != 1 || out[0].ActorID != id {
			t.Fatalf("%v", out)
		}
		for _, e := range append(got, events(t, o, "UPDATE")...) {
			if text := fmt.Sprint(e); strings.Contains(text, "my-secret") || strings.Contains(text, other) {
				t.Fatal("the trail has a secret")
			}
		}
		if len(events(t, o, "UPDATE")) != 0 {
			t.Fatal("signing in counts as a change of the account")
		}
	})
}

func TestBreakGlass(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ids := patients(t, o, 2)
		add(t, o, "ines", kit.Nurse)
		ines, elsewhere := in(t, o, "ines", password), in(t, o, "ines", password)
		const doc = `mutation($p: ID!, $r: String!) { breakGlass(input: {patientId: $p, reason: $r, clientMutationId: "g"}) {
			breakGlass { id patientId reason at until } userErrors { code path } } }`
		for _, c := range []struct{ patient, reason, code string }{
			{ids[0], "short", "BAD_USER_INPUT"}, {ids[0], "a reason with \x00 in it", "BAD_USER_INPUT"}, {"pat_00000000000000000000000000", "unconscious at the door", "NOT_FOUND"},
		} {
			if a := ines.Do(doc, officetest.Vars{"p": c.patient, "r": c.reason}, nil); !strings.Contains(a.Text, c.code) {
				t.Fatal(a.Text)
			}
		}
		const reason = "unconscious at the door, no other staff"
		for range 2 { // the same request twice is one act
			ines.Do(doc, officetest.Vars{"p": ids[0], "r": reason}, nil)
		}
		broken := events(t, o, "BREAK_GLASS")
		if len(broken) != 1 || broken[0].Purpose != reason || *broken[0].PatientID != ids[0] {
			t.Fatalf("%v", broken)
		}
		look := func(c *officetest.Caller, id string) string {
			c.Do(chart, officetest.Vars{"id": id}, nil)
			reads := events(t, o, "READ")
			return reads[len(reads)-1].Purpose
		}
		if look(ines, ids[0]) != reason || look(ines, ids[1]) != "" || look(elsewhere, ids[0]) != "" {
			t.Fatal("the reason stands beside the wrong looks")
		}
		facts, err := o.Deps.DB.Client(o.System()).Fact.Query().All(o.System())
		if err != nil || len(facts) != 1 || facts[0].Topic != "access.glassBroken" || strings.Contains(facts[0].Payload, "unconscious") {
			t.Fatalf("%v %v", facts, err)
		}
		o.Clock.Add(access.GlassStaysBroken + time.Second)
		if look(ines, ids[0]) != "" {
			t.Fatal("the glass stays broken for ever")
		}
		whole(t, o)
	})
}

func TestSeedMakesTheStaff(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ctx := kit.System(context.Background(), "seed")
		if err := o.Access.Seed(ctx, &kit.Demo{Seed: 7, Now: officetest.Morning}); err != nil {
			t.Fatal(err)
		}
		people := o.Access.DemoAccounts()
		roles := map[string]bool{}
		for _, p := range people {
			roles[p.Role] = true
			if p.Role == "AUDITOR" {
				in(t, o, p.Username, p.Password)
			}
		}
		if len(people) != 14 || len(roles) != 10 {
			t.Fatalf("%v", people)
		}
		again := officetest.New(t)
		if err := again.Access.Seed(ctx, &kit.Demo{Seed: 7, Now: officetest.Morning}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(people, again.Access.DemoAccounts()) {
			t.Fatal("the same seed made other people")
		}
		if len(events(t, o, "CREATE")) != 0 {
			t.Fatal("the seed is in the trail")
		}
	})
}
