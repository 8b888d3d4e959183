package access_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"medoffice/ent"
	"medoffice/ent/account"
	"medoffice/ent/auditevent"
	"medoffice/modules/access"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// join opens an office at a provider that knows these people. On one engine the
// roles come in the token, on the other from the userinfo endpoint.
func join(t *testing.T, o *officetest.Office, who people) (*idp, string) {
	t.Helper()
	office := o.Server().URL
	p := provider(t, office, o.Deps.DB.Postgres())
	p.start(who)
	if err := o.Access.TrustOIDC(p.config()); err != nil {
		t.Fatal(err)
	}
	return p, office
}

// failures are the details of the refused sign-ins, oldest first.
func failures(t *testing.T, o *officetest.Office) (details []string) {
	t.Helper()
	for _, e := range events(t, o, "SIGN_IN") {
		if e.Outcome == auditevent.OutcomeFAILURE {
			details = append(details, e.Detail)
		}
	}
	return details
}

// foreign finds the account of a person of the provider.
func foreign(o *officetest.Office, subject string) *ent.Account {
	return officetest.Must(o.Deps.DB.Client(o.System()).Account.Query().Where(account.OidcSubject.EQ(subject)).Only(o.System()))
}

func TestOIDCSignIn(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		local := add(t, o, "ines", kit.Physician)
		ines := map[string]any{"name": "Ines Quillfeather", "preferred_username": "ines", "groups": []string{"nurses", "painters"}}
		p, office := join(t, o, people{"sub-4711": ines})
		b := newBrowser(t, office)
		got := b.get(b.login(b.start("?return=/board%3Fsite=1"), "sub-4711"))
		if got.status != http.StatusSeeOther || got.to != office+"/board?site=1" {
			t.Fatalf("%d %s %s\n%s", got.status, got.to, got.text, o.Log)
		}
		c := got.cookies[kit.SessionCookie]
		if c == nil || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure || c.Path != "/" || c.MaxAge != int(access.SessionLength.Seconds()) {
			t.Errorf("the session cookie: %+v", c)
		}
		if name, roles := b.me(); name != "Ines Quillfeather" || !slices.Equal(roles, []string{"NURSE"}) {
			t.Fatalf("me: %q %v", name, roles)
		}
		a := foreign(o, "sub-4711")
		if a.ID == local || a.Username == "ines" || *a.OidcIssuer != p.front.URL {
			t.Fatalf("the account: %v", a)
		}

		// The second time, elsewhere, with another role: the same account.
		ines["groups"] = []string{"chiefs"}
		p.know(people{"sub-4711": ines})
		other := newBrowser(t, office)
		if got := other.signIn("sub-4711"); got.status != http.StatusSeeOther {
			t.Fatalf("%d %s", got.status, got.text)
		}
		if name, roles := other.me(); name == "" || !slices.Equal(roles, []string{"MANAGER"}) || foreign(o, "sub-4711").ID != a.ID {
			t.Errorf("me: %q %v", name, roles)
		}
		if name, _ := b.me(); name != "" {
			t.Error("a session goes on with a role that was taken")
		}
		roleTrail(t, o, a.ID)

		// Without any role there is no way in, and none stays in.
		ines["groups"] = []string{"painters"}
		p.know(people{"sub-4711": ines, "sub-1": {"groups": []string{"painters"}}, "sub-2": {"name": "Otto"}})
		for _, who := range []string{"sub-4711", "sub-1", "sub-2"} {
			if got := newBrowser(t, office).signIn(who); got.status != http.StatusForbidden || got.cookies[kit.SessionCookie] != nil {
				t.Errorf("%s without a role: %d %s", who, got.status, got.text)
			}
		}
		if name, _ := other.me(); name != "" {
			t.Error("a session goes on without any role")
		}
		if n := officetest.Must(o.Deps.DB.Client(o.System()).Account.Query().Count(o.System())); n != 2 {
			t.Errorf("%d accounts", n)
		}
		if got := failures(t, o); !slices.Equal(got, []string{"oidc: no role here", "oidc: no role here", "oidc: no role here"}) {
			t.Errorf("the trail: %v", got)
		}
		for _, s := range []string{p.secret, "Quillfeather", "sub-4711", c.Value, "eyJ", "painters"} {
			if strings.Contains(o.Log.String(), s) {
				t.Errorf("the log has %q", s)
			}
		}
		in(t, o, "ines", password) // the local account is what it was
	})
}

// roleTrail looks for the roles that the sign-ins gave and took.
func roleTrail(t *testing.T, o *officetest.Office, id string) {
	t.Helper()
	given, taken, in := 0, 0, 0
	for _, e := range officetest.Must(o.Deps.DB.Client(o.System()).AuditEvent.Query().All(o.System())) {
		switch {
		case e.EntityType == "RoleGrant" && e.Action == "CREATE" && e.ActorName == "sign-in":
			given++
		case e.EntityType == "RoleGrant" && e.Action == "UPDATE" && e.Detail != "":
			taken++
		case e.Action == "SIGN_IN" && e.ActorID == id && e.Detail == "oidc":
			in++
		}
	}
	if given != 2 || taken != 1 || in != 2 {
		t.Errorf("the trail: %d given, %d taken, %d signed in", given, taken, in)
	}
}

func TestOIDCRefuses(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		_, office := join(t, o, people{"ines": {"groups": []string{"nurses"}}})
		replaced := func(address, name, value string) string {
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			if q.Get(name) == "" {
				t.Fatalf("there is no %s in %s", name, address)
			}
			q.Set(name, value)
			u.RawQuery = q.Encode()
			return u.String()
		}
		stranger := newBrowser(t, office)
		for _, c := range []struct {
			detail string
			walk   func(b *browser) page
		}{
			{"wrong state", func(b *browser) page {
				return b.get(replaced(b.login(b.start(""), "ines"), "state", "ANOTHER"))
			}},
			{"wrong state", func(b *browser) page { // that of another sign-in of the same browser
				first := b.start("")
				b.start("")
				return b.get(b.login(first, "ines"))
			}},
			{"no sign-in has begun in this browser", func(b *browser) page {
				return stranger.get(b.login(b.start(""), "ines"))
			}},
			{"no sign-in has begun in this browser", func(b *browser) page {
				back := b.login(b.start(""), "ines")
				home, _ := url.Parse(office)
				b.client.Jar.SetCookies(home, []*http.Cookie{{Name: "medoffice_oidc", Value: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Path: "/"}})
				return b.get(back)
			}},
			{"wrong nonce", func(b *browser) page {
				return b.get(b.login(replaced(b.start(""), "nonce", "ANOTHER"), "ines"))
			}},
			{"the code was refused", func(b *browser) page { // the verifier of PKCE does not fit
				return b.get(b.login(replaced(b.start(""), "code_challenge", strings.Repeat("A", 43)), "ines"))
			}},
			{"the code was refused", func(b *browser) page {
				return b.get(replaced(b.login(b.start(""), "ines"), "code", "invented"))
			}},
			{"another provider answers", func(b *browser) page {
				return b.get(replaced(b.login(b.start(""), "ines"), "iss", "https://login.example"))
			}},
			{"the provider says no", func(b *browser) page {
				back := b.login(replaced(b.start(""), "scope", "nonsense"), "ines")
				if !strings.Contains(back, "error=") {
					t.Fatal(back)
				}
				return b.get(back)
			}},
			{"too late", func(b *browser) page {
				back := b.login(b.start(""), "ines")
				o.Clock.Add(11 * time.Minute)
				return b.get(back)
			}},
			{"the token does not hold", func(b *browser) page { // its time is over by the office's clock
				o.Clock.Add(time.Since(o.Clock.Now()) + 2*time.Hour)
				return b.signIn("ines")
			}},
		} {
			b := newBrowser(t, office)
			got := c.walk(b)
			seen := failures(t, o)
			if last := seen[len(seen)-1]; last != "oidc: "+c.detail {
				t.Errorf("%s: the trail says %q", c.detail, last)
			}
			if got.status < 400 || got.status >= 500 || got.cookies[kit.SessionCookie] != nil || !strings.Contains(got.text, "<h1>You are not signed in</h1>") {
				t.Errorf("%s: %d %s", c.detail, got.status, got.text)
			}
			if name, _ := b.me(); name != "" {
				t.Errorf("%s: signed in", c.detail)
			}
		}
		if n := officetest.Must(o.Deps.DB.Client(o.System()).Session.Query().Count(o.System())); n != 0 {
			t.Errorf("%d sessions", n)
		}
		req, _ := http.NewRequest(http.MethodGet, office+access.OIDCCallback+"?code=x&state=%3Cscript%3E", nil)
		got := newBrowser(t, office).send(req)
		var body struct {
			Errors []struct{ Extensions struct{ Code string } }
		}
		if err := json.Unmarshal([]byte(got.text), &body); err != nil || body.Errors[0].Extensions.Code != "UNAUTHENTICATED" || strings.Contains(got.text, "script") {
			t.Errorf("%v: %s", err, got.text)
		}
	})
}
