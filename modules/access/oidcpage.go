package access

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"medoffice/modules/kit"
	"medoffice/modules/kit/logtext"
)

// trouble is why nobody was let in: the kind for the trail and the log, and
// the cause, which may hold a token or a claim and is logged in part only.
type trouble struct {
	kind  string
	cause error
	noted bool // whether the trail has it already, with the account
}

func (t trouble) Error() string { return "oidc: " + t.kind }
func (t trouble) Unwrap() error { return t.cause }

// refusals are what a caller may know, by kind of trouble; of the others only
// that it did not work.
var refusals = map[string]struct {
	status int
	code   kit.Code
	text   string
}{
	"no role here":                 {403, kit.Forbidden, "You have no role in this office. Ask who runs it."},
	"account closed":               {403, kit.Forbidden, "You have no role in this office. Ask who runs it."},
	"last administrator":           {403, kit.Forbidden, "Your role here and at the provider differ. Ask who runs the office."},
	"the provider says no":         {403, kit.Unauthenticated, "The provider did not let you in."},
	"the provider cannot be asked": {503, kit.Overloaded, "The provider cannot be reached. Try again in a moment."},
}

// oidcRefuse informs the caller, and notes in the log and the trail, that nobody was let in.
func (m *Module) oidcRefuse(w http.ResponseWriter, r *http.Request, err error) {
	var t trouble
	if !errors.As(err, &t) {
		m.Log.Error("oidc: cannot let in", "error", logtext.Error(err))
		m.oidcPage(w, r, http.StatusInternalServerError, m.safe(err))
		return
	}
	asker := kit.ViewerOf(r.Context())
	m.Log.Warn("oidc: nobody was let in", "why", t.kind, "cause", causeOf(t.cause), "request", asker.RequestID)
	if !t.noted {
		ctx := kit.System(r.Context(), "sign-in")
		if err := m.DB.Tx(ctx, func(ctx context.Context) error {
			return m.noteSignIn(ctx, asker, nil, "oidc: "+t.kind, "")
		}); err != nil {
			m.Log.Error("oidc: cannot write the trail", "error", logtext.Error(err))
		}
	}
	says, ok := refusals[t.kind]
	if !ok {
		says.status, says.code, says.text = http.StatusBadRequest, kit.Unauthenticated, "The sign-in did not work, or was used before. Begin again."
	}
	m.oidcPage(w, r, says.status, kit.Refuse(says.code, says.text))
}

const refusalPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sign in</title>
<h1>You are not signed in</h1><p>%s</p><p><a href="/">Back to the office</a></p>
`

// oidcPage answers a browser with a page and a program with JSON.
func (m *Module) oidcPage(w http.ResponseWriter, r *http.Request, status int, e error) {
	safe := m.safe(e)
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		h.Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, refusalPage, html.EscapeString(safe.Safe))
		return
	}
	h.Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []map[string]any{{
		"message": safe.Safe, "extensions": map[string]any{"code": safe.Code},
	}}})
}

var (
	wordForm   = regexp.MustCompile(`^[a-z_]{1,40}$`)
	statusForm = regexp.MustCompile(`^[1-5][0-9][0-9]\b`)
)

// wordOf lets a code of OAuth through, and nothing else that a stranger may have
// put there.
func wordOf(s string) said {
	if wordForm.MatchString(s) {
		return said(s)
	}
	return "?"
}

// said is a code of OAuth that the provider gave.
type said string

func (s said) Error() string { return string(s) }

// causes are the beginnings of what go-oidc says, in words of our own.
var causes = []struct{ begins, text string }{
	{"oidc: issuer", "the provider calls itself otherwise: check --oidc-issuer"},
	{"oidc: expected audience", "the token is for another client"},
	{"oidc: id token issued by a different provider", "the token has another issuer"},
	{"oidc: malformed jwt", "the token is malformed"},
	{"failed to verify signature", "the signature is wrong, or the keys cannot be read"},
}

// causeOf is what the log may know of a cause. The texts of the libraries hold
// answers of the provider and claims, so each kind is logged in our own words.
func causeOf(err error) string {
	var refused *oauth2.RetrieveError
	var expired *oidc.TokenExpiredError
	var network *url.Error
	var word said
	switch {
	case err == nil:
		return ""
	case errors.As(err, &refused):
		return fmt.Sprintf("status %d, error %s", refused.Response.StatusCode, wordOf(refused.ErrorCode))
	case errors.As(err, &expired):
		return "the token has expired"
	case errors.As(err, &network):
		return network.Op + ": " + network.Err.Error()
	case errors.As(err, &word):
		return string(word)
	}
	for _, c := range causes {
		if strings.HasPrefix(err.Error(), c.begins) {
			return c.text
		}
	}
	if status := statusForm.FindString(err.Error()); status != "" {
		return "status " + status
	}
	return fmt.Sprintf("%T", err)
}
