package graph

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"medoffice/modules/kit"
	"medoffice/modules/kit/live"
)

// TestP36PanicText: what a panic says, and what it was called with, is neither
// sent nor written down, wherever it comes from; where it was, is.
func TestP36PanicText(t *testing.T) {
	const secret = "Ada Lovelace"
	var log bytes.Buffer
	out := slog.New(slog.NewJSONHandler(&log, nil))
	rescue := recovered(out)
	ctx := kit.WithViewer(t.Context(), &kit.Viewer{RequestID: "req_1"})
	fall := func(name string, balance int) { panic(name + " owes " + string(rune(balance))) }

	source := pull(ctx, func(context.Context, func(*live.Frame) error) error {
		fall(secret, 123456)
		return nil
	}, rescue)
	if _, ok := <-source.frames; ok || source.err == nil || strings.Contains(source.err.Error(), secret) {
		t.Errorf("a source: %v", source.err)
	}
	w := httptest.NewRecorder()
	w.Header().Set("X-Request-Id", "req_1")
	calm(out, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { fall(secret, 123456) })).
		ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/", http.NoBody))
	if body := w.Body.String(); w.Code != http.StatusInternalServerError || strings.Contains(body, secret) || strings.Contains(body, ".go") {
		t.Errorf("an answer: %d %s", w.Code, body)
	}
	for _, part := range []string{secret, "0x", "123456"} {
		if strings.Contains(log.String(), part) {
			t.Errorf("the log has %s: %s", part, &log)
		}
	}
	if n := strings.Count(log.String(), "TestP36PanicText.func1 "); n != 2 || strings.Count(log.String(), "req_1") != 2 {
		t.Errorf("the log does not tell where it was: %s", &log)
	}
	defer func() {
		if recover() == nil {
			t.Error("an answer that ends on purpose does not")
		}
	}()
	calm(out, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })).
		ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/", http.NoBody))
}
