// Package sweep does what is due from time to time, beside the requests.
package sweep

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"medoffice/modules/kit/tell"
)

// Sweep is a job that runs until it is stopped. The zero value is ready.
type Sweep struct {
	Every time.Duration
	Do    func(ctx context.Context) (int, error)
	Fault string // what the log says when it went wrong

	stop context.CancelFunc
	ends sync.WaitGroup
}

// Start lets the job run in every interval. What went wrong goes to the log, and is
// tried again.
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
				log.Error(s.Fault, "error", tell.Error(err))
			}
		}
	})
}

// Stop ends the job and waits until it has.
func (s *Sweep) Stop() {
	if s.stop != nil {
		s.stop()
	}
	s.ends.Wait()
}
