package graph_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"medoffice/graph"
	"medoffice/modules/officetest"
)

const (
	atOnce = 16
	inARow = 10
)

// callers ask h for the same thing at the same time, so many of them, each so
// many times in a row, and return how long it took.
func callers(b *testing.B, h http.Handler, token string, body []byte, many, times int) time.Duration {
	b.Helper()
	start := time.Now()
	var all sync.WaitGroup
	for range many {
		all.Go(func() {
			for range times {
				r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, graph.Path, bytes.NewReader(body))
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Authorization", "Bearer "+token)
				w := httptest.NewRecorder()
				if h.ServeHTTP(w, r); w.Code != http.StatusOK || bytes.Contains(w.Body.Bytes(), []byte(`"errors"`)) {
					b.Errorf("%d %s", w.Code, w.Body)
				}
			}
		})
	}
	all.Wait()
	return time.Since(start)
}

// BenchmarkHold asks resolvers for a chart with limits, sign-in, permissions and audit,
// and, in turns with it, with none of them. It reports how much longer the first
// takes. Several callers ask at once, each a few charts one after the other, as
// in an office: one commit of the audit trail serves those that wait together.
func BenchmarkHold(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			o := officetest.OpenWith(b, officetest.Database(b, engine), graph.Options{Simple: true})
			body, err := json.Marshal(map[string]any{"query": chart, "variables": map[string]any{"id": patientWith(b, o, 10)}})
			if err != nil {
				b.Fatal(err)
			}
			bare, token := graph.Bare(o.Office), o.As("PHYSICIAN").Token
			callers(b, bare, token, body, 1, inARow)
			callers(b, o.Handler, token, body, 1, inARow)
			var held, free time.Duration
			for b.Loop() {
				held += callers(b, o.Handler, token, body, atOnce, inARow)
				free += callers(b, bare, token, body, atOnce, inARow)
			}
			b.ReportMetric(float64(held)/float64(free), "times-bare")
			b.ReportMetric(float64(held.Microseconds())/float64(b.N*atOnce*inARow), "us/chart")
		})
	}
}
