package graph

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// health is the answer to who asks whether the office is ready. It holds for a
// moment, so that asking often costs nothing.
type health struct {
	mu      sync.Mutex
	at      time.Time
	reasons []string
}

// holds is how long.
const holds = 250 * time.Millisecond

func (h *health) ask(ask func() []string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.at.IsZero() || time.Since(h.at) > holds {
		h.reasons = ask()
		h.at = time.Now()
	}
	return h.reasons
}

// healthy answers /healthz: the process is there.
func healthy(w http.ResponseWriter, _ *http.Request) { state(w, http.StatusOK, "ok", nil) }

// ready answers /readyz: whether this process can do its work now, or else why
// not, in words for programs: database, migrations, outbox, audit, draining.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	reasons := s.health.ask(func() []string { return s.office.Unready(context.WithoutCancel(r.Context())) })
	if s.draining.Load() {
		reasons = append(reasons[:len(reasons):len(reasons)], "draining")
	}
	if len(reasons) > 0 {
		state(w, http.StatusServiceUnavailable, "not ready", reasons)
		return
	}
	state(w, http.StatusOK, "ready", nil)
}

func state(w http.ResponseWriter, code int, status string, reasons []string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(struct { // who has gone away misses it
		Status  string   `json:"status"`
		Reasons []string `json:"reasons,omitempty"`
	}{status, reasons})
}
