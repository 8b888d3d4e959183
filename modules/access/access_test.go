package access_test

import (
	"testing"

	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

func TestSignIn(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		if _, err := o.Access.AddAccount(o.System(), "Ines", "Ines Ortega", "correct horse", kit.Nurse); err != nil {
			t.Fatal(err)
		}
		const signIn = `mutation($u: String!, $p: String!) {
			signIn(input: {username: $u, password: $p}) { token viewer { name roles } userErrors { code message } } }`
		var got struct {
			SignIn struct {
				Token      *string
				Viewer     *struct{ Name string }
				UserErrors []struct{ Code, Message string }
			}
		}
		o.As("").Do(signIn, officetest.Vars{"u": "INES", "p": "correct horse"}, &got)
		if got.SignIn.Token == nil || got.SignIn.Viewer.Name != "Ines Ortega" {
			t.Fatalf("sign-in: %+v", got)
		}
		var me struct{ Me struct{ Name string } }
		o.With(*got.SignIn.Token).Do(`{ me { name roles permissions } }`, nil, &me)
		if me.Me.Name != "Ines Ortega" {
			t.Fatalf("me: %+v", me)
		}
		o.As("NURSE").Do(`{ practice { name } locations { name } providers { nodes { name { text } } totalCount pageInfo { hasNextPage } } }`, nil, nil)
		if a := o.As("").Send(`{ practice { name } }`, nil); a.Code() != "UNAUTHENTICATED" {
			t.Fatal(a.Text)
		}
	})
}
