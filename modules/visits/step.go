package visits

import (
	"context"
	"math/rand/v2"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/ent"
	"medoffice/ent/location"
	"medoffice/ent/patient"
	"medoffice/ent/predicate"
	"medoffice/ent/provider"
	"medoffice/ent/room"
	"medoffice/ent/row"
	"medoffice/ent/visit"
	"medoffice/ent/visitcheck"
	"medoffice/ent/visitstage"
	"medoffice/ent/visittype"
	"medoffice/graph/model"
	"medoffice/modules/kit"
)

// day is what a step of the invented clinic day chooses from: the rooms and
// visits of one site.
type day struct {
	*Module
	site   *ent.Location
	rooms  []*ent.Room
	visits []*ent.Visit
	rand   *rand.Rand
}

// deed is one thing that may happen; it runs in a transaction.
type deed func(ctx context.Context) error

// Step makes one plausible move of an invented clinic day: somebody arrives,
// is checked in, gets a room, is seen, leaves, or a room is cleaned. When
// somebody else was faster it does nothing.
func (m *Module) Step(ctx context.Context, r *rand.Rand) error {
	d, err := m.look(ctx, r)
	if err != nil || d == nil {
		return err
	}
	deeds := d.deeds(ctx)
	if len(deeds) == 0 {
		return nil
	}
	err = m.DB.Tx(ctx, deeds[r.IntN(len(deeds))])
	if _, refused := kit.AsError(err); refused {
		return nil
	}
	return err
}

func (m *Module) look(ctx context.Context, r *rand.Rand) (*day, error) {
	client := m.DB.Client(ctx)
	sites, err := client.Location.Query().Where(location.Active.EQ(true), location.HasRooms()).Order(location.ID.Asc()).All(ctx)
	if err != nil || len(sites) == 0 {
		return nil, err
	}
	d := &day{Module: m, rand: r, site: sites[r.IntN(len(sites))]}
	d.rooms, err = client.Room.Query().Where(room.LocationID.EQ(d.site.ID), room.Active.EQ(true)).Order(room.ID.Asc()).All(ctx)
	if err != nil {
		return nil, err
	}
	d.visits, err = client.Visit.Query().Where(visit.LocationID.EQ(d.site.ID), visit.OnBoard.EQ(true)).With(ent.WithVisitStage()).
		Order(visit.StageSince.Asc(), visit.ID.Asc()).All(ctx)
	return d, err
}

func (d *day) deeds(ctx context.Context) (all []deed) {
	for _, r := range d.rooms {
		switch r.Status {
		case room.StatusNEEDS_CLEANING:
			all = append(all, func(ctx context.Context) error {
				_, err := d.startCleaning(ctx, model.StartCleaningInput{RoomID: r.ID, ExpectedVersion: r.Version})
				return err
			})
		case room.StatusCLEANING:
			all = append(all, func(ctx context.Context) error {
				_, err := d.cleanRoom(ctx, model.CleanRoomInput{RoomID: r.ID, ExpectedVersion: r.Version})
				return err
			})
		}
	}
	for _, v := range d.visits {
		if next := d.onward(v); next != nil {
			all = append(all, next)
		}
	}
	if len(d.visits) < len(d.rooms)+4 {
		all = append(all, d.arrive)
	}
	return all
}

// onward is what happens next to a visit, nil where it has to wait.
func (d *day) onward(v *ent.Visit) deed {
	if v.Edges.Stage == nil {
		return nil
	}
	step := func(c visitstage.Category) deed {
		return func(ctx context.Context) error {
			_, err := d.goTo(ctx, v.ID, v.Version, c)
			return err
		}
	}
	switch v.Edges.Stage.Category {
	case expected:
		return step(arrived)
	case arrived:
		if d.rand.IntN(30) == 0 {
			return step(leftEarly)
		}
		return step(checkedIn)
	case checkedIn:
		return d.takeIn(v)
	case rooming:
		return d.getReady(v)
	case ready:
		return step(withProv)
	case withProv:
		if d.rand.IntN(3) == 0 {
			return step(orders)
		}
		return step(leaving)
	case orders:
		return step(leaving)
	case leaving:
		return step(out)
	}
	return nil
}

// takeIn takes a visit to a free room.
func (d *day) takeIn(v *ent.Visit) deed {
	for _, r := range d.rooms {
		if r.Status == room.StatusAVAILABLE {
			return func(ctx context.Context) error {
				_, err := d.moveToRoom(ctx, model.MoveToRoomInput{VisitID: v.ID, ExpectedVersion: v.Version, RoomID: r.ID, ExpectedRoomVersion: r.Version})
				return err
			}
		}
	}
	return nil
}

// getReady ticks the next item of the checklist; when all is done the visit is
// ready.
func (d *day) getReady(v *ent.Visit) deed {
	return func(ctx context.Context) error {
		open, err := d.DB.Client(ctx).VisitCheck.Query().Where(visitcheck.VisitID.EQ(v.ID), visitcheck.DoneAt.IsNil()).
			Order(visitcheck.Position.Asc()).First(ctx)
		switch {
		case ent.IsNotFound(err):
			_, err = d.goTo(ctx, v.ID, v.Version, ready)
		case err == nil:
			_, err = d.mark(ctx, open.ID, true)
		}
		return err
	}
}

// arrive brings somebody who is not here yet.
func (d *day) arrive(ctx context.Context) error {
	client := d.DB.Client(ctx)
	who := []predicate.Patient{
		patient.StatusColumn.EQ(patient.StatusACTIVE), patient.Deceased.EQ(false), row.Not(patient.HasVisitsWith(visit.OnBoard.EQ(true))),
	}
	n, err := client.Patient.Query().Where(who...).Count(ctx)
	if err != nil || n == 0 {
		return err
	}
	p, err := client.Patient.Query().Where(who...).Order(patient.ID.Asc()).Offset(d.rand.IntN(n)).First(ctx)
	if ent.IsNotFound(err) {
		return nil // others came in since they were counted
	}
	if err != nil {
		return err
	}
	in := model.StartVisitInput{PatientID: p.ID, LocationID: d.site.ID, VisitClass: visit.VisitClassAMBULATORY}
	doctors, err := client.Provider.Query().Where(provider.Active.EQ(true)).Order(provider.ID.Asc()).Limit(50).IDs(ctx)
	if err != nil {
		return err
	}
	if len(doctors) > 0 {
		in.ProviderID = graphql.OmittableOf(&doctors[d.rand.IntN(len(doctors))])
	}
	kinds, err := client.VisitType.Query().Where(visittype.Active.EQ(true)).Order(visittype.ID.Asc()).Limit(50).IDs(ctx)
	if err != nil {
		return err
	}
	if len(kinds) > 0 {
		in.TypeID = graphql.OmittableOf(&kinds[d.rand.IntN(len(kinds))])
	}
	reason := reasons[d.rand.IntN(len(reasons))].text
	in.Reason = graphql.OmittableOf(&reason)
	_, err = d.startVisit(ctx, in)
	return err
}
