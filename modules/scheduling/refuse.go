package scheduling

import (
	"context"

	"medoffice/graph/model"
	"medoffice/modules/kit"
)

// refuse makes a refusal with the next times that are free.
func (m *Module) refuse(b booking, reason model.SlotRefusal, safe string) error {
	code := kit.SlotTaken
	switch reason {
	case model.SlotRefusalPast, model.SlotRefusalTooSoon, model.SlotRefusalTooFar, model.SlotRefusalOutsideHours:
		code = kit.FailedPrecondition
	}
	e := kit.Refuse(code, safe, "startsAt")
	e.Make = func(ctx context.Context) any {
		next, err := m.next(ctx, b)
		if err != nil {
			return nil
		}
		return model.SlotError{Message: e.Safe, Code: e.Code, Path: e.Path, Reason: reason, Alternatives: next}
	}
	return e
}

// next finds other times: with the same provider, and where there are too few,
// with anybody.
func (m *Module) next(ctx context.Context, b booking) ([]*model.AppointmentSlot, error) {
	w := m.around(b)
	w.most, w.in.to = alternatives, w.in.from.AddDate(0, 0, usualDays)
	own, err := m.free(ctx, w)
	if err != nil || len(own) == alternatives {
		return own, err
	}
	w.providers = nil
	others, err := m.free(ctx, w)
	for _, o := range others {
		if len(own) < alternatives && o.Provider.ID != b.provider {
			own = append(own, o)
		}
	}
	return own, err
}
