package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"medoffice/modules/kit"
)

// ticket is what a browser carries while it is at the provider, sealed in a
// cookie, so that any server process can let it in.
type ticket struct {
	State, Nonce, Verifier string
	Then                   string // where to go in the end, a path of this office
	Until                  time.Time
}

const (
	ticketCookie = "medoffice_oidc"
	ticketFor    = 10 * time.Minute
	ticketBind   = "oidc ticket"
)

// Routes implements kit.Router: the way of a browser to the OpenID provider
// and back.
func (m *Module) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+OIDCStart, m.oidcStart)
	mux.HandleFunc("GET "+OIDCCallback, m.oidcCallback)
}

// oidcStart sends the browser to the provider.
func (m *Module) oidcStart(w http.ResponseWriter, r *http.Request) {
	i := m.issuer.Load()
	if i == nil {
		http.NotFound(w, r)
		return
	}
	k, err := i.discover(r.Context())
	if err != nil {
		if m.brake.begin(kit.ViewerOf(r.Context()).RemoteIP, "oidc start") != nil {
			m.oidcPage(w, r, http.StatusTooManyRequests, errTooOften)
			return
		}
		m.oidcRefuse(w, r, trouble{kind: "the provider cannot be asked", cause: err})
		return
	}
	t := ticket{
		State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(),
		Then: localPath(r.URL.Query().Get("return")), Until: m.Clock.Now().Add(ticketFor),
	}
	text, _ := json.Marshal(t) // texts and an instant always encode
	m.setCookie(w, ticketCookie, m.tickets.sealText(text, ticketBind), ticketFor)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, k.client.AuthCodeURL(t.State, oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier)), http.StatusFound)
}

// oidcCallback lets in who comes back from the provider.
func (m *Module) oidcCallback(w http.ResponseWriter, r *http.Request) {
	i := m.issuer.Load()
	if i == nil {
		http.NotFound(w, r)
		return
	}
	m.setCookie(w, ticketCookie, "", -1)
	asker := *kit.ViewerOf(r.Context())
	try := "oidc " + cut(r.URL.Query().Get("state"), 40)
	if err := m.brake.begin(asker.RemoteIP, try); err != nil {
		m.oidcPage(w, r, http.StatusTooManyRequests, errTooOften)
		return
	}
	ctx := kit.System(r.Context(), "sign-in")
	secret, then, err := m.comeBack(ctx, i, &asker, r)
	if err != nil {
		m.oidcRefuse(w, r, err)
		return
	}
	m.brake.right(asker.RemoteIP, try)
	m.setCookie(w, kit.SessionCookie, secret, SessionLength)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, then, http.StatusSeeOther)
}

func (m *Module) comeBack(ctx context.Context, i *issuer, asker *kit.Viewer, r *http.Request) (secret, then string, err error) {
	t, err := m.ticketOf(r)
	if err != nil {
		return "", "", err
	}
	q := r.URL.Query()
	if err := m.once(ctx, t.State); err != nil {
		return "", "", err
	}
	k, err := i.discover(ctx)
	if err != nil {
		return "", "", trouble{kind: "the provider cannot be asked", cause: err}
	}
	switch who := q.Get("iss"); {
	case who != i.Issuer && (who != "" || k.names):
		return "", "", trouble{kind: "another provider answers"}
	case q.Get("error") != "":
		return "", "", trouble{kind: "the provider says no", cause: wordOf(q.Get("error"))}
	}
	p, err := i.identify(ctx, q.Get("code"), t)
	if err != nil {
		return "", "", err
	}
	secret, err = m.admit(ctx, asker, p)
	return secret, t.Then, err
}

// ticketOf opens the cookie of the browser and holds it against the state that
// came back.
func (m *Module) ticketOf(r *http.Request) (t ticket, err error) {
	c, err := r.Cookie(ticketCookie)
	if err != nil {
		return t, trouble{kind: "no sign-in has begun in this browser"}
	}
	text, err := m.tickets.openText(c.Value, ticketBind)
	if err != nil || json.Unmarshal(text, &t) != nil {
		return t, trouble{kind: "no sign-in has begun in this browser"}
	}
	switch state := r.URL.Query().Get("state"); {
	case subtle.ConstantTimeCompare([]byte(state), []byte(t.State)) != 1:
		return t, trouble{kind: "wrong state"}
	case !m.Clock.Now().Before(t.Until):
		return t, trouble{kind: "too late"}
	}
	return t, nil
}

// localPath is the path of this office that was asked for, "/" where it would
// lead elsewhere.
func localPath(asked string) string {
	u, err := url.Parse(asked)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || !strings.HasPrefix(asked, "/") ||
		strings.HasPrefix(asked, "//") || strings.ContainsAny(asked, "\\\t\r\n") || len(asked) > 500 {
		return "/"
	}
	return asked
}

// setCookie sets a cookie that scripts cannot read; a negative age ends it.
func (m *Module) setCookie(w http.ResponseWriter, name, value string, age time.Duration) {
	c := http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(age.Seconds()), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if age < 0 {
		c.MaxAge = -1
	}
	if i := m.issuer.Load(); i != nil {
		c.Secure = strings.HasPrefix(i.Redirect, "https:")
	}
	http.SetCookie(w, &c)
}
