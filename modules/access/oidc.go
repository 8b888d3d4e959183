package access

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"medoffice/modules/kit/clock"
)

// Where a browser signs in at an OpenID provider, and where it comes back.
const (
	OIDCStart    = "/auth/oidc/start"
	OIDCCallback = "/auth/oidc/callback"
)

// OIDC says how people sign in at an OpenID provider (OpenID Connect Core
// 1.0): authorization code with PKCE, roles by a claim.
type OIDC struct {
	Issuer       string            // as https://login.example
	ClientID     string            // of the office at the provider
	ClientSecret string            // "" for a public client
	Redirect     string            // the office's own https://…/auth/oidc/callback
	Scopes       []string          // besides openid; profile where empty
	RoleClaim    string            // as groups or realm_access.roles
	Roles        map[string]string // value of the claim to role
}

// check returns in words for the command line what is wrong.
func (c OIDC) check() error {
	issuer, err := url.Parse(c.Issuer)
	if err != nil || !safeURL(issuer) {
		return errors.New("the issuer must be an https:// URL (http:// on this machine alone)")
	}
	back, err := url.Parse(c.Redirect)
	if err != nil || !safeURL(back) || back.Path != OIDCCallback {
		return fmt.Errorf("the redirect must be the https:// URL of this office with the path %s", OIDCCallback)
	}
	if c.ClientID == "" || c.RoleClaim == "" || len(c.Roles) == 0 {
		return errors.New("the client id, the role claim and one role at least are needed")
	}
	for value, role := range c.Roles {
		if err := checkPersonRole(role, ""); err != nil || value == "" {
			return fmt.Errorf("%q cannot give the role %q: a person has no such role", value, role)
		}
	}
	return nil
}

func safeURL(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	here := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && here)
}

// askWithin bounds one call of the provider; askAgain is how long its last
// failure counts, so that many who sign in do not all wait for it.
const (
	askWithin = 10 * time.Second
	askAgain  = 2 * time.Second
)

// issuer is the provider as this process knows it. What it says of itself is
// asked for at the first sign-in: the office opens also while it is down.
type issuer struct {
	OIDC
	clock  clock.Clock
	client *http.Client

	mu     sync.Mutex
	known  *known
	failed time.Time
	last   error
}

// known is what the provider says of itself. Its keys are asked for again by
// go-oidc when a token comes with a new one.
type known struct {
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	client   *oauth2.Config
	names    bool // whether it names itself in its answers (RFC 9207)
}

// TrustOIDC lets people sign in at an OpenID provider from now on.
func (m *Module) TrustOIDC(c OIDC) error {
	if err := c.check(); err != nil {
		return fmt.Errorf("sign-in by OpenID Connect: %w", err)
	}
	if len(c.Scopes) == 0 {
		c.Scopes = []string{"profile"}
	}
	m.issuer.Store(&issuer{OIDC: c, clock: m.Clock, client: &http.Client{Timeout: askWithin}})
	return nil
}

// context is one in which go-oidc and oauth2 call the provider.
func (i *issuer) context(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, i.client)
}

// discover asks the provider who it is, once.
func (i *issuer) discover(ctx context.Context) (*known, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case i.known != nil:
		return i.known, nil
	case i.last != nil && i.clock.Now().Sub(i.failed) < askAgain:
		return nil, i.last
	}
	// The first to come asks for all: it may go away.
	p, err := oidc.NewProvider(i.context(context.WithoutCancel(ctx)), i.Issuer)
	if err != nil {
		i.failed, i.last = i.clock.Now(), err
		return nil, err
	}
	var says struct {
		Names bool `json:"authorization_response_iss_parameter_supported"`
	}
	if err := p.Claims(&says); err != nil {
		return nil, err
	}
	endpoint := p.Endpoint()
	if i.ClientSecret == "" {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	i.known = &known{
		provider: p, names: says.Names,
		verifier: p.Verifier(&oidc.Config{ClientID: i.ClientID, Now: i.clock.Now}),
		client: &oauth2.Config{
			ClientID: i.ClientID, ClientSecret: i.ClientSecret, Endpoint: endpoint, RedirectURL: i.Redirect,
			Scopes: append([]string{oidc.ScopeOpenID}, i.Scopes...),
		},
	}
	return i.known, nil
}

// person is who somebody is for the provider, and what that means here.
type person struct {
	issuer, subject string
	name, username  string // as the provider has them; may be empty
	roles           []string
}

// claims are those that the office reads.
type claims map[string]any

func (c claims) text(name string) string {
	s, _ := c[name].(string)
	return s
}

// list finds a claim by its name, or by its path where a provider nests it, as
// realm_access.roles; one text is a list of one.
func (c claims) list(path string) (values []string, found bool) {
	v, found := c[path]
	if first, rest, nested := strings.Cut(path, "."); !found && nested {
		inner, _ := c[first].(map[string]any)
		return claims(inner).list(rest)
	}
	switch v := v.(type) {
	case string:
		return []string{v}, true
	case []any:
		for _, item := range v {
			if s, ok := item.(string); ok {
				values = append(values, s)
			}
		}
	}
	return values, found
}

// identify trades the code for a token and reads who has signed in.
func (i *issuer) identify(ctx context.Context, code string, t ticket) (*person, error) {
	k, err := i.discover(ctx)
	if err != nil {
		return nil, trouble{kind: "the provider cannot be asked", cause: err}
	}
	ctx = i.context(ctx)
	token, err := k.client.Exchange(ctx, code, oauth2.VerifierOption(t.Verifier))
	if err != nil {
		return nil, trouble{kind: "the code was refused", cause: err}
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := k.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, trouble{kind: "the token does not hold", cause: err}
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(t.Nonce)) != 1 {
		return nil, trouble{kind: "wrong nonce"}
	}
	if id.AccessTokenHash != "" {
		if err := id.VerifyAccessToken(token.AccessToken); err != nil {
			return nil, trouble{kind: "the token does not hold", cause: err}
		}
	}
	says := claims{}
	if err := id.Claims(&says); err != nil {
		return nil, trouble{kind: "the token does not hold", cause: err}
	}
	if says, err = i.more(ctx, k, token, id, says); err != nil {
		return nil, trouble{kind: "the provider cannot be asked", cause: err}
	}
	p := &person{issuer: i.Issuer, subject: id.Subject, name: says.text("name"), username: says.text("preferred_username")}
	p.roles = i.rolesOf(says)
	return p, nil
}

// more asks the userinfo endpoint where the token itself does not have the
// claim of the roles.
func (i *issuer) more(ctx context.Context, k *known, token *oauth2.Token, id *oidc.IDToken, says claims) (claims, error) {
	if _, found := says.list(i.RoleClaim); found || k.provider.UserInfoEndpoint() == "" {
		return says, nil
	}
	info, err := k.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return nil, err
	}
	if info.Subject != id.Subject {
		return nil, errors.New("userinfo tells of somebody else")
	}
	own := claims{}
	if err := info.Claims(&own); err != nil {
		return nil, err
	}
	for name, v := range own {
		if _, known := says[name]; !known {
			says[name] = v
		}
	}
	return says, nil
}

// rolesOf are the roles that the mapping names for the claims, sorted.
func (i *issuer) rolesOf(c claims) (roles []string) {
	values, _ := c.list(i.RoleClaim)
	for _, v := range values {
		if role, ok := i.Roles[v]; ok {
			roles = append(roles, role)
		}
	}
	slices.Sort(roles)
	return slices.Compact(roles)
}
