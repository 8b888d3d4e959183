package transport

import (
	"net/http"
	"strings"
)

// year is how long browsers keep to TLS after they have seen it once.
const year = "max-age=31536000"

// Secure asks browsers to take every answer as what it says it is, to say to
// nobody where a link was found, and to come back over TLS only where they came
// over TLS: to this process, or to a proxy before it that says so.
func Secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
			h.Set("Strict-Transport-Security", year)
		}
		next.ServeHTTP(w, r)
	})
}
