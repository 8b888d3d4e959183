package trail

import (
	"errors"
	"io"
	"net/http"
	"time"

	"medoffice/modules/kit"
	"medoffice/modules/kit/logtext"
)

// DownloadPath is where the audit trail is downloaded.
const DownloadPath = "/audit.csv"

// downloadWrite is how long one part of a download may take to go out.
const downloadWrite = 30 * time.Second

// download answers GET /audit.csv?from=…&to=…&patient=…&actor=….
func (m *Module) download(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	switch {
	case r.Method != http.MethodGet: // HEAD would leave an event of an export that was none
		h.Set("Allow", http.MethodGet)
		http.Error(w, "download the audit trail with GET", http.StatusMethodNotAllowed)
		return
	case !fromHere(r):
		http.Error(w, "with a session cookie, a download needs the header X-Requested-With, or a page of this office", http.StatusForbidden)
		return
	}
	ctx, sight := kit.WithSight(r.Context())
	ctx = kit.WithOperation(ctx, "GET "+DownloadPath)
	q := r.URL.Query()
	x, err := m.ParseExtract(q.Get("from"), q.Get("to"), q.Get("patient"), q.Get("actor"))
	if refused := kit.Can(ctx, ReadTrail); refused != nil { // before a word of what is wrong with the question
		err = refused
	}
	if err != nil {
		m.noDownload(w, r.WithContext(ctx), sight, err)
		return
	}
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", `attachment; filename="audit-`+m.Clock.Now().In(m.Zone).Format(time.DateOnly)+`.csv"`)
	out := &sent{w: w, c: http.NewResponseController(w)}
	_, err = m.Export(ctx, out, x)
	switch {
	case err == nil:
	case out.any: // the caller must not take a part for the whole
		panic(http.ErrAbortHandler)
	default:
		h.Del("Content-Disposition")
		m.noDownload(w, r.WithContext(ctx), sight, err)
	}
}

// fromHere reports whether a request that a browser let in with its cookie was
// made by a page of the office, or typed. A page elsewhere could not read the
// file, but it could make the browser ask, and fill the trail with exports that
// nobody wanted. Browsers set Sec-Fetch-Site themselves; a page elsewhere can
// send neither it nor a header of one's own.
// Source: Fetch Metadata Request Headers, W3C.
func fromHere(r *http.Request) bool {
	if _, err := r.Cookie(kit.SessionCookie); err != nil || r.Header.Get("Authorization") != "" {
		return true
	}
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "same-origin" || site == "none" || r.Header.Get("X-Requested-With") != ""
}

// noDownload says in plain text why there is no file, and notes in the trail what
// was denied.
func (m *Module) noDownload(w http.ResponseWriter, r *http.Request, sight *kit.Sight, err error) {
	status, text := http.StatusInternalServerError, "something went wrong here, so nothing is shown; the log knows more"
	e, known := kit.AsError(err)
	switch {
	case known && e.Code == kit.BadUserInput:
		status, text = http.StatusBadRequest, e.Safe
	case known && e.Code == kit.Unauthenticated:
		status, text = http.StatusUnauthorized, e.Safe
		w.Header().Set("WWW-Authenticate", "Bearer")
	case known && e.Code == kit.Forbidden:
		status, text = http.StatusForbidden, e.Safe
		sight.Deny(e.Lacks)
		err = m.Looked(r.Context(), sight)
	}
	if err != nil && !errors.Is(err, e) {
		m.Log.Error("audit trail: no download", "request", kit.ViewerOf(r.Context()).RequestID, "error", logtext.Error(err))
	}
	http.Error(w, text, status)
}

// sent writes to a caller who may be slow, but not for ever, and knows whether
// anything went out.
type sent struct {
	w   io.Writer
	c   *http.ResponseController
	any bool
}

// Write implements io.Writer.
func (s *sent) Write(p []byte) (int, error) {
	s.any = true
	_ = s.c.SetWriteDeadline(time.Now().Add(downloadWrite)) // not every writer can
	return s.w.Write(p)
}
