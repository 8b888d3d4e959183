package medications

import (
	"context"

	"medoffice/graph/model"
)

func (q Query) DoseCheck(ctx context.Context, in model.GiveMedicationInput) ([]*model.DoseFinding, error) {
	return q.check(ctx, in)
}
