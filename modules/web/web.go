// Package web serves the web application of the office: the start page with
// the live board, and GraphiQL. It is part of the binary and loads nothing
// from elsewhere. Its sources are in app/, the built pages in dist/.
package web

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"

	"medoffice/modules/kit"
	"medoffice/modules/kit/version"
)

//go:embed dist
var dist embed.FS

// Module is the web application.
type Module struct {
	kit.Deps
	// Demo lists accounts of an invented office for the start page; nil in a real one.
	Demo []Account
	// OIDC is where the sign-in at an OpenID provider begins; "" where there is none.
	OIDC string
}

// Account is somebody whom a visitor of the demo may be.
type Account struct {
	Username    string `json:"username"`
	Password    string `json:"password"`
	Role        string `json:"role"`
	DisplayName string `json:"displayName"`
}

// New makes the module.
func New(d kit.Deps) *Module { return &Module{Deps: d} }

// Name implements kit.Module.
func (*Module) Name() string { return "web" }

// Permissions implements kit.Module: the pages are for everybody, what they
// show is asked of the graph.
func (*Module) Permissions() kit.Grants { return nil }

// policy lets the pages load their own parts only. GraphiQL styles its editor
// by inline styles.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Routes implements kit.Router.
func (m *Module) Routes(mux *http.ServeMux) {
	pages, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	files := http.FileServerFS(pages)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		files.ServeHTTP(w, r)
	})
	mux.HandleFunc("/office.json", m.office)
}

// office sends to the start page whose office this is.
func (m *Module) office(w http.ResponseWriter, r *http.Request) {
	name := "medoffice"
	ctx := kit.System(r.Context(), "web")
	if p, err := m.DB.Client(ctx).Practice.Query().First(ctx); err == nil {
		name = p.Name
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(map[string]any{"name": name, "version": version.Text(), "demo": m.Demo, "oidc": m.OIDC})
}
