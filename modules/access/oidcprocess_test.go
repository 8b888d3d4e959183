package access_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"medoffice/ent/session"
	"medoffice/modules/access"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// TestOIDCCallbackCountsOnce: two processes of one office, the way out by one
// and the way back by both at once. One lets in.
func TestOIDCCallbackCountsOnce(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			database := officetest.Database(t, engine)
			o, twin := officetest.Open(t, database), officetest.Open(t, database)
			p, office := join(t, o, people{"ines": {"groups": []string{"nurses"}}})
			if err := twin.Access.TrustOIDC(p.config()); err != nil {
				t.Fatal(err)
			}
			b := newBrowser(t, office)
			back := b.login(b.start(""), "ines")
			var all sync.WaitGroup
			codes := make([]int, 8)
			home, _ := url.Parse(office)
			cookies := b.client.Jar.Cookies(home)
			for i := range codes {
				to := back
				if i%2 == 1 {
					to = strings.Replace(back, office, twin.Server().URL, 1)
				}
				each := newBrowser(t, office)
				each.client.Jar.SetCookies(home, cookies)
				all.Go(func() { codes[i] = each.get(to).status })
			}
			all.Wait()
			let := 0
			for _, c := range codes {
				if c == http.StatusSeeOther {
					let++
				}
			}
			if n := officetest.Must(o.Deps.DB.Client(o.System()).Session.Query().Count(o.System())); let != 1 || n != 1 {
				t.Errorf("%d were let in, %d sessions: %v", let, n, codes)
			}
		})
	}
}

// TestOIDCProviderComesAndGoes: the office opens while the provider is down,
// and goes on when it comes back with other keys.
func TestOIDCProviderComesAndGoes(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		office := o.Server().URL
		p := provider(t, office, true)
		b := newBrowser(t, office)
		if got := b.get(office + access.OIDCStart); got.status != http.StatusNotFound {
			t.Errorf("without a provider: %d", got.status)
		}
		if err := o.Access.TrustOIDC(p.config()); err != nil {
			t.Fatal(err)
		}
		if got := b.get(office + access.OIDCStart); got.status != http.StatusServiceUnavailable {
			t.Errorf("while it is down: %d %s", got.status, got.text)
		}
		if got := failures(t, o); !slices.Equal(got, []string{"oidc: the provider cannot be asked"}) {
			t.Errorf("the trail: %v", got)
		}
		who := people{"ines": {"groups": []string{"nurses"}}}
		p.start(who)
		o.Clock.Add(3 * time.Second)
		if got := b.signIn("ines"); got.status != http.StatusSeeOther {
			t.Fatalf("when it is there: %d %s %s", got.status, got.text, o.Log)
		}
		back := b.login(b.start(""), "ines")
		p.stop()
		if got := b.get(back); got.status < 400 || got.cookies[kit.SessionCookie] != nil {
			t.Errorf("when it is gone on the way back: %d %s", got.status, got.text)
		}
		p.start(who)
		if got := newBrowser(t, office).signIn("ines"); got.status != http.StatusSeeOther {
			t.Fatalf("with other keys: %d %s %s", got.status, got.text, o.Log)
		}
		if n := officetest.Must(o.Deps.DB.Client(o.System()).Session.Query().Where(session.RevokedAt.IsNil()).Count(o.System())); n != 2 {
			t.Errorf("%d sessions", n)
		}
	})
}

// TestOIDCAccounts: what people of the provider cannot do here.
func TestOIDCAccounts(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		p, office := join(t, o, people{"root": {"preferred_username": "Rooty", "groups": "root"}, "ines": {"groups": []string{"nurses"}}})
		root := newBrowser(t, office)
		if got := root.signIn("root"); got.status != http.StatusSeeOther {
			t.Fatalf("%d %s", got.status, got.text)
		}
		a := foreign(o, "root")
		if _, roles := root.me(); a.Username != "rooty" || !slices.Equal(roles, []string{"ADMIN"}) {
			t.Fatalf("%v %v", a, roles)
		}
		if got := signIn(t, o, "rooty", ""); got.SignIn.Token != nil {
			t.Error("the empty password fits")
		}
		for _, doc := range []string{
			`mutation { setUpSecondFactor(input: {password: ""}) { userErrors { code } } }`,
			`mutation { changePassword(input: {oldPassword: "", newPassword: "lantern-topaz-43"}) { userErrors { code } } }`,
		} {
			body, _ := json.Marshal(map[string]string{"query": doc})
			if got := root.post(office+"/graphql", "application/json", string(body)); !strings.Contains(got.text, "FAILED_PRECONDITION") {
				t.Errorf("%s: %s", doc, got.text)
			}
		}
		if err := o.Access.ReplacePassword(o.System(), "rooty", "lantern-topaz-43"); err == nil {
			t.Error("a person of the provider has a password here")
		}
		// The provider cannot take the last administrator, but lets nobody in as one.
		p.know(people{"root": {"groups": "nurses"}, "ines": {"groups": []string{"nurses"}}})
		if got := newBrowser(t, office).signIn("root"); got.status != http.StatusForbidden {
			t.Errorf("the last administrator: %d %s", got.status, got.text)
		}
		if name, _ := root.me(); name != "" {
			t.Error("the session of the last administrator goes on")
		}
		add(t, o, "boss", kit.Admin)
		if got := newBrowser(t, office).signIn("root"); got.status != http.StatusSeeOther {
			t.Errorf("no administrator any more: %d %s", got.status, got.text)
		}
		// An account that was closed here stays closed.
		b := newBrowser(t, office)
		b.signIn("ines")
		ines := foreign(o, "ines")
		o.As(kit.Admin).Do(`mutation($id: ID!, $v: Int!) { setAccountActive(input: {accountId: $id, expectedVersion: $v, active: false}) { userErrors { code } } }`,
			officetest.Vars{"id": ines.ID, "v": ines.Version}, nil)
		if got := newBrowser(t, office).signIn("ines"); got.status != http.StatusForbidden {
			t.Errorf("a closed account: %d %s", got.status, got.text)
		}
		// A browser with an old cookie still gets its pages, and loses the cookie.
		if got := b.get(office + "/"); got.status != http.StatusOK || got.cookies[kit.SessionCookie].MaxAge >= 0 {
			t.Errorf("with an old cookie: %d %v", got.status, got.cookies)
		}
	})
}

func TestOIDCGoesToOwnPagesOnly(t *testing.T) {
	for asked, want := range map[string]string{
		"": "/", "/": "/", "/board?site=1#a": "/board?site=1#a", "/a/../b": "/a/../b",
		"//evil.example": "/", "/\\evil.example": "/", "https://evil.example/": "/", "evil": "/", "javascript:alert(1)": "/",
		"/\t/evil.example": "/", "\t//evil.example": "/", "/%zz": "/", "http:/evil": "/", "/x\r\nSet-Cookie: a=b": "/",
	} {
		if got := access.LocalPath(asked); got != want {
			t.Errorf("%q leads to %q, want %q", asked, got, want)
		}
	}
}

func TestOIDCConfiguration(t *testing.T) {
	o := officetest.New(t)
	good := access.OIDC{
		Issuer: "https://login.example", ClientID: "x", Redirect: "https://office.example" + access.OIDCCallback,
		RoleClaim: "groups", Roles: map[string]string{"cn=nurses,ou=x": kit.Nurse},
	}
	if err := o.Access.TrustOIDC(good); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*access.OIDC){
		"issuer without TLS":    func(c *access.OIDC) { c.Issuer = "http://login.example" },
		"no issuer":             func(c *access.OIDC) { c.Issuer = "" },
		"redirect without TLS":  func(c *access.OIDC) { c.Redirect = "http://office.example" + access.OIDCCallback },
		"redirect elsewhere":    func(c *access.OIDC) { c.Redirect = "https://office.example/" },
		"no client":             func(c *access.OIDC) { c.ClientID = "" },
		"no claim":              func(c *access.OIDC) { c.RoleClaim = "" },
		"no roles":              func(c *access.OIDC) { c.Roles = nil },
		"a role that is none":   func(c *access.OIDC) { c.Roles = map[string]string{"x": "KING"} },
		"a screen on the wall":  func(c *access.OIDC) { c.Roles = map[string]string{"x": kit.Board} },
		"a role for everything": func(c *access.OIDC) { c.Roles = map[string]string{"": kit.Nurse} },
	} {
		bad := good
		change(&bad)
		if o.Access.TrustOIDC(bad) == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
