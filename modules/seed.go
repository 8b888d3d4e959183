package modules

import (
	"context"
	"fmt"
	"time"

	"medoffice/modules/kit"
)

// Seed fills an empty office with invented people and records. An office that
// has any is left as it is.
func (o *Office) Seed(ctx context.Context, demo *kit.Demo) error {
	ctx = kit.System(ctx, "seed")
	there, err := o.Deps.DB.Client(ctx).Practice.Query().Exist(ctx)
	if err != nil || there {
		return err
	}
	now := demo.Now.In(o.Deps.Zone)
	demo.Today = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, o.Deps.Zone).UTC()
	for _, m := range o.All() {
		if s, ok := m.(kit.Seeder); ok {
			if err := s.Seed(ctx, demo); err != nil {
				return fmt.Errorf("seed %s: %w", m.Name(), err)
			}
		}
	}
	return nil
}
