// Package paper makes the files that leave the office: it answers requests for
// them, and writes simple PDF pages.
package paper

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"medoffice/modules/kit"
	"medoffice/modules/kit/logtext"
)

// Trail is what those who make files ask of the audit trail: to write that rows
// leave the office in a file, before they do.
type Trail interface {
	Exported(ctx context.Context, kind, id, patient string, rows int) error
}

// Kinds are the media types of the forms that a file comes in, by the ending of
// its name.
type Kinds map[string]string

// Serve answers GET /somewhere/{file} with what read makes: the bytes, and the
// name of the file without its ending. Nothing of it is kept on the way.
func Serve(log *slog.Logger, kinds Kinds, read func(r *http.Request, id, form string) (body []byte, name string, err error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		id, form, _ := strings.Cut(r.PathValue("file"), ".")
		kind, known := kinds[form]
		if !known {
			refuse(w, r, log, kit.Missing("file", "file"))
			return
		}
		body, name, err := read(r, id, form)
		if err != nil {
			refuse(w, r, log, err)
			return
		}
		h.Set("Content-Type", kind)
		h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"`, name, form))
		_, _ = w.Write(body)
	}
}

var statuses = map[kit.Code]int{
	kit.Unauthenticated: http.StatusUnauthorized, kit.Forbidden: http.StatusForbidden, kit.NotFound: http.StatusNotFound, kit.BadUserInput: http.StatusBadRequest,
	kit.LimitExceeded: http.StatusBadRequest, kit.FailedPrecondition: http.StatusConflict,
}

func refuse(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	e := kit.Explain(r.Context(), err)
	status := statuses[e.Code]
	if status == 0 {
		status = http.StatusInternalServerError
		log.Error("no file", "request", requestID(r.Context()), "error", logtext.Error(err))
	}
	http.Error(w, e.Safe, status)
}

func requestID(ctx context.Context) string {
	if v := kit.ViewerOf(ctx); v != nil {
		return v.RequestID
	}
	return ""
}
