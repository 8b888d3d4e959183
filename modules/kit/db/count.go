package db

import (
	"context"
	"sync"
)

type countKey struct{}

// Counter counts the statements that ran with its context.
type Counter struct {
	mu    sync.Mutex
	texts []string
}

// WithCounter returns a context whose statements the counter counts.
func WithCounter(ctx context.Context) (context.Context, *Counter) {
	c := &Counter{}
	return context.WithValue(ctx, countKey{}, c), c
}

// Statements returns the texts of the statements so far.
func (c *Counter) Statements() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.texts...)
}

func countStatement(ctx context.Context, text string) {
	if c, ok := ctx.Value(countKey{}).(*Counter); ok {
		c.mu.Lock()
		c.texts = append(c.texts, text)
		c.mu.Unlock()
	}
}
