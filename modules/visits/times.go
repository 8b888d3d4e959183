package visits

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/stagechange"
)

// Clocks are set, also back. What happens after something else is never noted
// as before it, so that no stay and no stage lasts less than nothing, and the
// newest move is the one that was made last.

// later is the later of two instants.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// since is from when on a room is in the state to which it comes now.
func (m *Module) since(r *ent.Room) time.Time { return later(m.Clock.Now(), r.StatusSince) }

// moment is the instant of a move of the visit: now, or just after its last
// move where the clock stands before that.
func (m *Module) moment(ctx context.Context, visitID string) (time.Time, error) {
	now := m.Clock.Now()
	last, err := m.DB.Client(ctx).StageChange.Query().Where(stagechange.VisitID.EQ(visitID), stagechange.At.GT(now)).
		Order(stagechange.At.Desc()).First(ctx)
	if ent.IsNotFound(err) {
		return now, nil
	}
	if err != nil {
		return now, err
	}
	return last.At.Add(time.Millisecond), nil
}
