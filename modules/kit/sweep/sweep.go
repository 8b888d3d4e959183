// Package sweep runs jobs at intervals, beside the requests.
package sweep

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"medoffice/modules/kit/logtext"
)

// Sweep is a job that runs until it is stopped. The zero value is ready.
type Sweep struct {
	Every time.Duration
	Do    func(ctx context.Context) (int, error)
	Fault string // what the log says when it went wrong

	stop context.CancelFunc
	ends sync.WaitGroup
}

// Start runs the job at every interval until Stop. An error is logged, and the job
// runs again at the next interval.
func (s *Sweep) Start(ctx context.Context, log *slog.Logger) {
	ctx, s.stop = context.WithCancel(ctx)
	s.ends.Go(func() {
		tick := time.NewTicker(s.Every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if _, err := s.Do(ctx); err != nil && ctx.Err() == nil {
				log.Error(s.Fault, "error", logtext.Error(err))
			}
		}
	})
}

// Stop ends the job and waits until it has ended.
func (s *Sweep) Stop() {
	if s.stop != nil {
		s.stop()
	}
	s.ends.Wait()
}
