package access

import (
	"context"
	"encoding/json"
	"maps"
	"math"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/session"
	"medoffice/modules/kit"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/logtext"
	"medoffice/modules/kit/observe"
)

// Authenticate puts the viewer of each request into its context. A request
// without a token is anonymous; one with a wrong or expired token is refused. A
// browser cannot help the cookie it has: an old one is taken away, and a page
// still loads.
func (m *Module) Authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := id.New("req")
		w.Header().Set("X-Request-Id", request)
		token, fromCookie := bearer(r)
		v, err := m.soon(r.Context(), token)
		if err != nil && fromCookie {
			if e, ok := kit.AsError(err); ok && e.Code == kit.Unauthenticated {
				m.setCookie(w, kit.SessionCookie, "", -1)
				if r.Method == http.MethodGet {
					v, err = m.soon(r.Context(), "")
				}
			}
		}
		if err != nil {
			m.refuse(w, r, err, request)
			return
		}
		v.RequestID, v.RemoteIP, v.UserAgent = request, remoteIP(r), r.UserAgent()
		ctx := kit.WithViewer(r.Context(), v)
		if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
			v.Glass = true // by the time that it shows something
			ctx = m.sockets.hold(ctx, v.SessionID)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// lookTime is the most that it takes to find out who asks.
const lookTime = 5 * time.Second

// soon finds the viewer, or gives up before the caller does.
func (m *Module) soon(ctx context.Context, secret string) (*kit.Viewer, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	v, err := m.Viewer(ctx, secret)
	if err != nil {
		return nil, kit.Explain(ctx, err)
	}
	return v, nil
}

// refuse answers a request whose session or token does not hold, or of which
// nobody can say whether it does.
func (m *Module) refuse(w http.ResponseWriter, r *http.Request, err error, request string) {
	e, status := m.safe(err), http.StatusUnauthorized
	observe.RequestOf(r.Context()).Note(func(f *observe.Facts) { f.Code = string(e.Code) })
	switch e.Code {
	case kit.Internal:
		status = http.StatusInternalServerError
	case kit.Overloaded:
		status = http.StatusServiceUnavailable
	case kit.DeadlineExceeded:
		status = http.StatusGatewayTimeout
	default:
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	}
	extensions := map[string]any{"code": e.Code, "requestId": request}
	if e.Retry > 0 {
		seconds := int(math.Ceil(e.Retry.Seconds()))
		extensions["retryAfter"] = seconds
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
	w.Header().Set("Content-Type", "application/graphql-response+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []map[string]any{{
		"message": e.Safe, "extensions": extensions,
	}}})
}

// safe is what a caller may know of why it cannot be let in.
func (m *Module) safe(err error) *kit.Error {
	e := kit.Explain(context.Background(), err)
	if e.Failure() {
		m.Log.Error("sign-in: cannot look", "error", logtext.Error(err))
	}
	return e
}

func bearer(r *http.Request) (token string, fromCookie bool) {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return strings.TrimSpace(token), false
	}
	if c, err := r.Cookie(kit.SessionCookie); err == nil {
		return c.Value, true
	}
	return "", false
}

func remoteIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// Viewer finds who a session or API token belongs to. The empty token is
// nobody's; a wrong, expired or revoked one is refused.
func (m *Module) Viewer(ctx context.Context, secret string) (*kit.Viewer, error) {
	if secret == "" {
		return &kit.Viewer{ID: "anonymous", Name: "anonymous", Roles: []string{kit.Everyone}, Grants: m.grants, Rules: m.rules, Anonymous: true}, nil
	}
	ctx = kit.System(ctx, "sign-in")
	if strings.HasPrefix(secret, "mo_ses_") {
		return m.look(ctx, sessions, secret)
	}
	return m.look(ctx, tokens, secret)
}

var errToken = kit.Refuse(kit.Unauthenticated, "sign in again: the session or token is unknown, expired or revoked")

// shorten bounds what is left of a session or token by the most that one is
// given. More is left where it was made while the clock was ahead: it goes on,
// but not for ever.
func (m *Module) shorten(ctx context.Context, table, id string, expires time.Time, most time.Duration) (time.Time, error) {
	latest := m.Clock.Now().Add(most)
	if !expires.After(latest.Add(time.Minute)) { // the clocks of two machines may differ
		return expires, nil
	}
	text, args := sql.Dialect(m.DB.Dialect).Update(table).Set(session.FieldExpiresAt, latest).
		Where(sql.And(sql.EQ(session.FieldID, id), sql.GT(session.FieldExpiresAt, latest))).Query()
	return latest, m.DB.Tx(ctx, func(ctx context.Context) error {
		_, err := m.DB.Client(ctx).ExecContext(ctx, text, args...)
		return err
	})
}

// SocketInit finds the viewer of a WebSocket, whose token comes in the
// connection_init payload as {"Authorization": "Bearer …"} where a browser
// cannot send headers. The socket ends when the session or token does.
func (m *Module) SocketInit(ctx context.Context, payload map[string]any) (context.Context, error) {
	v := kit.ViewerOf(ctx)
	header, _ := payload["Authorization"].(string)
	if header == "" {
		header, _ = payload["authorization"].(string)
	}
	// Without a token it is who came with the cookie or header of the request.
	if token, ok := strings.CutPrefix(header, "Bearer "); ok && strings.TrimSpace(token) != "" {
		own, err := m.soon(ctx, strings.TrimSpace(token))
		if err != nil {
			return nil, m.safe(err)
		}
		own.RequestID, own.RemoteIP, own.UserAgent = v.RequestID, v.RemoteIP, v.UserAgent
		v, ctx = own, kit.WithViewer(ctx, own)
	}
	v.Glass = true // by the time that it shows something
	return m.sockets.hold(ctx, v.SessionID), nil
}

// permissions lists what a viewer may do.
func permissions(v *kit.Viewer) []string {
	var list []string
	for _, do := range slices.Sorted(maps.Keys(v.Grants)) {
		if v.May(do) {
			list = append(list, do)
		}
	}
	return list
}
