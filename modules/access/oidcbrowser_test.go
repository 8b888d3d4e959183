package access_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"medoffice/modules/access"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

const oidcFolder = "testdata/oidc"

// installed brings npm oidc-provider, where it is not there.
var installed = sync.OnceValue(func() error {
	if _, err := os.Stat(oidcFolder + "/node_modules/oidc-provider"); err == nil {
		return nil
	}
	cmd := exec.Command("npm", "ci", "--no-audit", "--no-fund")
	cmd.Dir = oidcFolder
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w: %s", err, out)
	}
	return nil
})

// people are those whom the provider knows, with their claims.
type people map[string]map[string]any

// idp is an OpenID provider, npm oidc-provider, behind an address that stays
// while it is down or starts again.
type idp struct {
	t      *testing.T
	front  *httptest.Server
	port   atomic.Pointer[string] // nil while it is down
	secret string
	args   map[string]any
	in     io.WriteCloser
	out    *bufio.Scanner
	cmd    *exec.Cmd
}

// provider makes a provider that is down, for an office at the redirect URL.
func provider(t *testing.T, office string, inToken bool) *idp {
	t.Helper()
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal(err)
			}
			t.Skip("sign-in at an OpenID provider is not tested: there is no " + tool)
		}
	}
	if err := installed(); err != nil {
		t.Fatal(err)
	}
	p := &idp{t: t, secret: "the-secret-of-the-client"}
	p.front = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		port := p.port.Load()
		if port == nil {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		to := &url.URL{Scheme: "http", Host: "127.0.0.1:" + *port}
		(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.SetXForwarded()
		}}).ServeHTTP(w, r)
	}))
	t.Cleanup(p.front.Close)
	p.args = map[string]any{
		"issuer": p.front.URL, "client": "medoffice", "secret": p.secret,
		"redirect": office + access.OIDCCallback, "claimsInToken": inToken,
	}
	t.Cleanup(p.stop)
	return p
}

func (p *idp) start(who people) {
	p.t.Helper()
	args, _ := json.Marshal(p.args)
	p.cmd = exec.Command("node", "provider.mjs", string(args))
	p.cmd.Dir, p.cmd.Stderr = oidcFolder, &officetest.Log{}
	out, err1 := p.cmd.StdoutPipe()
	in, err2 := p.cmd.StdinPipe()
	if err1 != nil || err2 != nil || p.cmd.Start() != nil {
		p.t.Fatal("cannot start the provider", err1, err2)
	}
	p.in, p.out = in, bufio.NewScanner(out)
	port := p.line("port ")
	p.know(who)
	p.port.Store(&port)
}

// stop ends the provider, which ends with its input.
func (p *idp) stop() {
	if p.port.Swap(nil) == nil {
		return
	}
	_ = p.in.Close()
	_ = p.cmd.Wait()
}

// know sends to the provider who there is, and waits until it knows.
func (p *idp) know(who people) {
	p.t.Helper()
	text, _ := json.Marshal(who)
	if _, err := p.in.Write(append(text, '\n')); err != nil {
		p.t.Fatal(err)
	}
	p.line("people")
}

func (p *idp) line(begins string) string {
	p.t.Helper()
	for p.out.Scan() {
		if rest, ok := strings.CutPrefix(p.out.Text(), begins); ok {
			return rest
		}
	}
	p.t.Fatalf("the provider ended: %v %s", p.out.Err(), p.cmd.Stderr)
	return ""
}

// config is that of an office which lets people of the provider in.
func (p *idp) config() access.OIDC {
	return access.OIDC{
		Issuer: p.front.URL, ClientID: "medoffice", ClientSecret: p.secret, Redirect: p.args["redirect"].(string),
		RoleClaim: "groups", Roles: map[string]string{"nurses": kit.Nurse, "chiefs": kit.Manager, "root": kit.Admin},
	}
}

// browser walks as a browser does: with cookies, redirects and forms.
type browser struct {
	t      *testing.T
	office string
	client *http.Client
}

func newBrowser(t *testing.T, office string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, office: office, client: &http.Client{
		Jar: jar, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// page is what a browser got.
type page struct {
	status  int
	to      string // where it is sent
	text    string
	header  http.Header
	cookies map[string]*http.Cookie
}

func (b *browser) send(req *http.Request) page {
	b.t.Helper()
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	p := page{status: resp.StatusCode, text: string(text), header: resp.Header, cookies: map[string]*http.Cookie{}}
	for _, c := range resp.Cookies() {
		p.cookies[c.Name] = c
	}
	if to, err := resp.Location(); err == nil {
		p.to = to.String()
	}
	return p
}

func (b *browser) get(address string) page {
	b.t.Helper()
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	return b.send(req)
}

func (b *browser) post(address, kind, body string) page {
	b.t.Helper()
	req, err := http.NewRequest(http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	return b.send(req)
}

// start begins a sign-in and returns the address of the provider to go to.
func (b *browser) start(query string) string {
	b.t.Helper()
	p := b.get(b.office + access.OIDCStart + query)
	if p.status != http.StatusFound {
		b.t.Fatalf("start: %d %s", p.status, p.text)
	}
	return p.to
}

var action = regexp.MustCompile(`action="([^"]+)"`)

// login goes to the provider, signs in there, consents, and returns the
// address of the office to which the provider sends the browser back.
func (b *browser) login(address, name string) string {
	b.t.Helper()
	p := b.get(address)
	for range 20 {
		switch {
		case strings.Contains(p.to, access.OIDCCallback+"?"):
			return p.to
		case p.to != "":
			p = b.get(p.to)
		case strings.Contains(p.text, `name="login"`):
			p = b.post(action.FindStringSubmatch(p.text)[1], "application/x-www-form-urlencoded",
				url.Values{"prompt": {"login"}, "login": {name}, "password": {"x"}}.Encode())
		case strings.Contains(p.text, `value="consent"`):
			p = b.post(action.FindStringSubmatch(p.text)[1], "application/x-www-form-urlencoded", "prompt=consent")
		default:
			b.t.Fatalf("the provider shows: %d %s", p.status, p.text)
		}
	}
	b.t.Fatal("the provider leads in a circle")
	return ""
}

// signIn walks the whole way and returns the answer to the callback.
func (b *browser) signIn(name string) page {
	b.t.Helper()
	return b.get(b.login(b.start(""), name))
}

// me asks the graph who is asking, by the cookie alone; the name "" is nobody.
func (b *browser) me() (name string, roles []string) {
	b.t.Helper()
	var got struct {
		Data struct {
			Me struct {
				Name  string
				Roles []string
			}
		}
	}
	p := b.post(b.office+"/graphql", "application/json", `{"query":"{ me { name roles } }"}`)
	if err := json.Unmarshal([]byte(p.text), &got); err != nil {
		b.t.Fatalf("%v: %s", err, p.text)
	}
	return got.Data.Me.Name, got.Data.Me.Roles
}
