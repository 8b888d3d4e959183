package fhir_test

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"medoffice/modules/fhir"
	"medoffice/modules/officetest"
)

// BenchmarkImport imports the 60 bundles, first into an empty office, then
// again, and reports the resources a second and the highest live heap.
func BenchmarkImport(b *testing.B) {
	folder := synthea(b)
	for name, open := range map[string]func(testing.TB) *officetest.Office{"sqlite": officetest.New, "postgres": officetest.NewPostgres} {
		b.Run(name, func(b *testing.B) {
			var first, again time.Duration
			resources := 0
			peak := watchHeap(b)
			for range b.N {
				o := open(b)
				b.ResetTimer()
				report := importAll(b, o, folder)
				first += report.Took
				again += importAll(b, o, folder).Took
				resources += total(report)
			}
			b.ReportMetric(float64(resources)/first.Seconds(), "resources/s")
			b.ReportMetric(float64(resources)/again.Seconds(), "unchanged/s")
			b.ReportMetric(float64(peak()>>20), "peak-heap-MiB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func total(r *fhir.Report) int {
	c := r.Total()
	return c.Imported + c.Updated + c.Unchanged + c.KeptRaw + c.Refused
}

// watchHeap returns a function that returns the highest heap since.
func watchHeap(t testing.TB) func() uint64 {
	t.Helper()
	runtime.GC()
	var highest atomic.Uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			highest.Store(max(highest.Load(), m.HeapAlloc))
			select {
			case <-tick.C:
			case <-stop:
				return
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-stopped
		return highest.Load()
	}
}
