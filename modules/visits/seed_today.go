package visits

import (
	"context"
	"time"

	"medoffice/ent"
	"medoffice/ent/room"
	"medoffice/ent/roomstay"
	"medoffice/ent/stagechange"
	"medoffice/ent/visitstage"
	"medoffice/modules/kit/opt"
)

// scene is one visit of the invented day.
type scene struct {
	site  int
	stage visitstage.Category
	ago   int // minutes in its stage; negative for expected
	room  int // counted from 1; 0 for none
	done  int // items of the checklist that are done
}

// scenes put somebody into every stage, at two sites. One in a room and one at
// the door wait too long.
var scenes = []scene{
	{0, withProv, 12, 1, 9},
	{0, ready, 21, 2, 9}, // late
	{0, rooming, 4, 3, 1},
	{0, checkedIn, 6, 0, 0},
	{0, arrived, 14, 0, 0}, // late
	{0, arrived, 3, 0, 0},
	{0, expected, -10, 0, 0},
	{0, expected, -25, 0, 0},
	{0, expected, -40, 0, 0},
	{0, leaving, 5, 0, 9},
	{0, out, 18, 0, 9},
	{0, out, 47, 0, 9},
	{0, leftEarly, 33, 0, 0},
	{1, orders, 9, 1, 9},
	{1, checkedIn, 4, 0, 0},
	{1, arrived, 2, 0, 0},
	{1, expected, -15, 0, 0},
	{1, expected, -30, 0, 0},
	{1, out, 26, 0, 9},
	{1, cancelled, 55, 0, 0},
}

// way is how visits come to a stage, with the minutes that each step took.
var way = []struct {
	category visitstage.Category
	minutes  int
}{{arrived, 4}, {checkedIn, 8}, {rooming, 9}, {ready, 7}, {withProv, 14}, {orders, 8}, {leaving, 5}, {out, 0}}

// today puts the invented day around the instant at which the demo opens.
func (s *invented) today(ctx context.Context, people []*ent.Patient) error {
	if err := s.states(ctx); err != nil {
		return err
	}
	for i, scene := range scenes {
		if i >= len(people) || scene.site >= len(s.sites) {
			continue
		}
		if err := s.play(ctx, people[i], scene); err != nil {
			return err
		}
	}
	return nil
}

// states brings rooms without a visit into the states of a busy day.
func (s *invented) states(ctx context.Context) error {
	first := s.rooms[s.sites[0].ID]
	if len(first) > 3 {
		if err := s.DB.Client(ctx).Room.UpdateOne(first[3]).SetStatus(room.StatusCLEANING).SetStatusSince(s.demo.Now.Add(-3 * time.Minute)).Exec(ctx); err != nil {
			return err
		}
	}
	if len(s.sites) < 2 || len(s.rooms[s.sites[1].ID]) < 2 {
		return nil
	}
	return s.DB.Client(ctx).Room.UpdateOne(s.rooms[s.sites[1].ID][1]).SetStatus(room.StatusOUT_OF_SERVICE).
		SetOutOfServiceReason("The examination lamp is broken; a technician is coming").
		SetStatusSince(s.demo.Now.Add(-90 * time.Minute)).Exec(ctx)
}

// play makes one visit of today with its moves, its stay and its checklist.
func (s *invented) play(ctx context.Context, p *ent.Patient, sc scene) error {
	c := s.DB.Client(ctx)
	since := s.demo.Now.Add(-time.Duration(sc.ago) * time.Minute)
	moves, started := s.moves(sc, since)
	site := s.sites[sc.site]
	create := s.begin(c, p, s.demo.ID(s.rand, "vis"), site, reasons[s.rand.IntN(len(reasons))].text).
		SetStageID(s.stages[sc.stage].ID).SetStageSince(since).SetStatus(statusOf(sc.stage)).SetStartedAt(started).SetOnBoard(!ends(sc.stage))
	if ends(sc.stage) {
		create.SetEndedAt(since)
	}
	var in *ent.Room
	if sc.room > 0 && sc.room <= len(s.rooms[site.ID]) {
		in = s.rooms[site.ID][sc.room-1]
		create.SetRoomID(in.ID)
	}
	v, err := create.Save(ctx)
	if err != nil {
		return err
	}
	if err := s.record(ctx, v, in, moves); err != nil {
		return err
	}
	return s.tickSome(ctx, v, sc.done)
}

// step is one stage of a visit and since when.
type step struct {
	stage *ent.VisitStage
	at    time.Time
}

// moves are the steps by which the visit came to its stage, and when it began.
func (s *invented) moves(sc scene, since time.Time) (list []step, started time.Time) {
	list = []step{{s.stages[sc.stage], since}}
	at := since
	last := len(way) - 1
	for last >= 0 && way[last].category != sc.stage {
		last--
	}
	if sc.stage == leftEarly {
		last = 2 // from the waiting room
	}
	for i := last - 1; i >= 0; i-- {
		if way[i].category == orders {
			continue // not everybody needs something done
		}
		at = at.Add(-time.Duration(way[i].minutes+s.rand.IntN(4)) * time.Minute)
		list = append([]step{{s.stages[way[i].category], at}}, list...)
	}
	return list, at
}

// record writes the moves and the stay.
func (s *invented) record(ctx context.Context, v *ent.Visit, in *ent.Room, moves []step) error {
	c := s.DB.Client(ctx)
	entered := time.Time{}
	for i, mv := range moves {
		change := c.StageChange.Create().SetID(s.demo.ID(s.rand, "sch")).SetVisitID(v.ID).SetPatientID(v.PatientID).
			SetToStageID(mv.stage.ID).SetToName(mv.stage.Name).SetToCategory(stagechange.ToCategory(mv.stage.Category)).
			SetAt(mv.at).SetActorID("system").SetActorName("seed")
		if i > 0 {
			change.SetFromStageID(moves[i-1].stage.ID).SetFromName(moves[i-1].stage.Name).SetFromSince(moves[i-1].at)
		}
		if in != nil && !entered.IsZero() {
			change.SetFromRoomID(in.ID)
		}
		if in != nil && (mv.stage.Category == rooming || !entered.IsZero()) {
			change.SetToRoomID(in.ID)
			if entered.IsZero() {
				entered = mv.at
			}
		}
		if err := change.Exec(ctx); err != nil {
			return err
		}
	}
	if in == nil {
		return nil
	}
	err := c.Room.UpdateOne(in).SetStatus(room.StatusOCCUPIED).SetVisitID(v.ID).SetStatusSince(entered).Exec(ctx)
	if err != nil {
		return err
	}
	return c.RoomStay.Create().SetID(s.demo.ID(s.rand, "stay")).SetVisitID(v.ID).SetPatientID(v.PatientID).SetRoomID(in.ID).
		SetStatus(roomstay.StatusACTIVE).SetStartedAt(entered).Exec(ctx)
}

// tickSome makes the checklist of the visit with the first items done.
func (s *invented) tickSome(ctx context.Context, v *ent.Visit, done int) error {
	for _, kind := range s.kinds {
		if kind.ID != opt.Text(v.TypeID) {
			continue
		}
		for i, item := range kind.Checklist {
			check := s.DB.Client(ctx).VisitCheck.Create().SetID(s.demo.ID(s.rand, "chk")).SetVisitID(v.ID).SetPosition(i).SetItem(item)
			if i < done {
				check.SetDoneAt(v.StageSince).SetDoneBy("system")
			}
			if err := check.Exec(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}
