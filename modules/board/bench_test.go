package board_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"medoffice/graph"
	"medoffice/modules/officetest"
)

// screen is the far end of a subscription by server-sent events without a
// socket: it counts the events and notes when each came.
type screen struct {
	header http.Header
	seen   func(event []byte)
}

func (w *screen) Header() http.Header { return w.header }
func (w *screen) WriteHeader(int)     {}
func (w *screen) Flush()              {}
func (w *screen) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("data: ")) {
		w.seen(p)
	}
	return len(p), nil
}

// BenchmarkBoardFanout moves visits while 1,000 subscribers watch one site
// through the whole graph. It reports how long it takes from the commit to the
// frame of a subscriber, and how often a change was read and encoded.
func BenchmarkBoardFanout(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) { fanout(b, officetest.Open(b, officetest.Database(b, engine))) })
	}
}

func fanout(b *testing.B, o *officetest.Office) {
	const many = 1000
	s := set(b, o, 8, 40)
	s.steps(chance(1), 60)
	var frames atomic.Int64
	var mu sync.Mutex
	var committed time.Time
	var delays []time.Duration
	w := func() *screen {
		return &screen{header: http.Header{}, seen: func(event []byte) {
			if !bytes.Contains(event, []byte("RoomBoardChange")) {
				frames.Add(1)
				return
			}
			now := time.Now()
			mu.Lock()
			delays = append(delays, now.Sub(committed))
			mu.Unlock()
			frames.Add(1)
		}}
	}
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	body, _ := json.Marshal(map[string]any{"query": strings.Replace(boardDocument, "... on RoomBoardHeartbeat { cursor at }", "", 1), "variables": map[string]any{"location": s.here}})
	token := o.As("NURSE").Token
	for range many {
		req := httptest.NewRequestWithContext(ctx, http.MethodPost, graph.Path, bytes.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Accept", "text/event-stream")
		req.Header.Set("Authorization", "Bearer "+token)
		all.Add(1)
		go func() {
			defer all.Done()
			o.Handler.ServeHTTP(w(), req)
		}()
	}
	eventually(b, "all get a snapshot", func() bool { return frames.Load() >= many })
	v := s.walkIn(0)
	nurse := o.As("NURSE")
	check := s.visit(v.ID).Checklist[0].ID
	eventually(b, "all get the new visit", func() bool { return frames.Load() >= 2*many })
	delays = delays[:0]
	b.ResetTimer()
	for i := range b.N {
		name := "tickCheck"
		if i%2 == 1 {
			name = "untickCheck"
		}
		before := frames.Load()
		mu.Lock()
		committed = time.Now()
		mu.Unlock()
		if got := do(nurse, name, officetest.Vars{"checkId": check}); len(got.UserErrors) > 0 {
			b.Fatal(got.UserErrors)
		}
		for frames.Load() < before+many {
			time.Sleep(100 * time.Microsecond)
		}
	}
	b.StopTimer()
	slices.Sort(delays)
	ms := func(part float64) float64 {
		return float64(delays[int(part*float64(len(delays)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(ms(0.5), "p50-ms")
	b.ReportMetric(ms(0.99), "p99-ms")
	b.ReportMetric(float64(len(delays))/float64(b.N), "frames/change")
}
