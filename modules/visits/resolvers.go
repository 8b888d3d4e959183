package visits

import (
	"context"

	"medoffice/ent"
	"medoffice/ent/roomstay"
	"medoffice/ent/stagechange"
	"medoffice/ent/visit"
	"medoffice/ent/visitcheck"
	"medoffice/ent/visitnote"
	"medoffice/graph/model"
	"medoffice/modules/kit/ask"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/page"
)

type (
	// Query answers the root fields.
	Query struct{ *Module }
	// Mutation answers the root fields.
	Mutation struct{ *Module }
	// Patient answers what visits add to a patient.
	Patient struct{ *Module }
	// Visit answers what a visit is beyond its columns.
	Visit struct{ *Module }
	// Room answers what a room is beyond its columns.
	Room struct{ *Module }
	// RoomStay answers what a stay is beyond its columns.
	RoomStay struct{ *Module }
	// StageChange answers what a move is beyond its columns.
	StageChange struct{ *Module }
	// VisitNote answers what a note is beyond its columns.
	VisitNote struct{ *Module }
)

// The bounds of the lists of a visit, as the schema tells them.
const (
	mostMoves  = 200
	mostChecks = 50
)

func (v Visit) Patient(ctx context.Context, obj *ent.Visit) (*ent.Patient, error) {
	return load.Of(ctx, obj, "patient", func(v *ent.Visit) string { return v.PatientID }, v.patients.ByID)
}

func (v Visit) Location(ctx context.Context, obj *ent.Visit) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(v *ent.Visit) string { return opt.Text(v.LocationID) }, v.practice.LocationsByID)
}

func (v Visit) Provider(ctx context.Context, obj *ent.Visit) (*ent.Provider, error) {
	return load.Of(ctx, obj, "provider", func(v *ent.Visit) string { return opt.Text(v.ProviderID) }, v.practice.ProvidersByID)
}

func (v Visit) Type(ctx context.Context, obj *ent.Visit) (*ent.VisitType, error) {
	return load.Of(ctx, obj, "type", func(v *ent.Visit) string { return opt.Text(v.TypeID) }, v.TypesByID)
}

func (v Visit) Stage(ctx context.Context, obj *ent.Visit) (*ent.VisitStage, error) {
	return load.Of(ctx, obj, "stage", func(v *ent.Visit) string { return opt.Text(v.StageID) }, v.stagesByID)
}

func (v Visit) Room(ctx context.Context, obj *ent.Visit) (*ent.Room, error) {
	return load.Of(ctx, obj, "room", func(v *ent.Visit) string { return opt.Text(v.RoomID) }, v.RoomsByID)
}

func visitID(v *ent.Visit) string { return v.ID }

func (v Visit) Changes(ctx context.Context, obj *ent.Visit) ([]*ent.StageChange, error) {
	return load.Of(ctx, obj, "changes", visitID, func(ctx context.Context, ids []string) (map[string][]*ent.StageChange, error) {
		rows, err := v.DB.Client(ctx).StageChange.Query().Where(stagechange.VisitID.In(ids...)).
			Order(stagechange.At.Asc(), stagechange.ID.Asc()).Limit(mostMoves * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(c *ent.StageChange) string { return c.VisitID })
	})
}

func (v Visit) Stays(ctx context.Context, obj *ent.Visit) ([]*ent.RoomStay, error) {
	return load.Of(ctx, obj, "stays", visitID, func(ctx context.Context, ids []string) (map[string][]*ent.RoomStay, error) {
		rows, err := v.DB.Client(ctx).RoomStay.Query().Where(roomstay.VisitID.In(ids...)).
			Order(roomstay.StartedAt.Asc(), roomstay.ID.Asc()).Limit(mostMoves * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(s *ent.RoomStay) string { return s.VisitID })
	})
}

func (v Visit) Checklist(ctx context.Context, obj *ent.Visit) ([]*ent.VisitCheck, error) {
	return load.Of(ctx, obj, "checklist", visitID, func(ctx context.Context, ids []string) (map[string][]*ent.VisitCheck, error) {
		rows, err := v.DB.Client(ctx).VisitCheck.Query().Where(visitcheck.VisitID.In(ids...)).
			Order(visitcheck.Position.Asc(), visitcheck.ID.Asc()).Limit(mostChecks * len(ids)).All(ctx)
		return load.ByKey(rows, err, func(c *ent.VisitCheck) string { return c.VisitID })
	})
}

func (v Visit) Notes(ctx context.Context, obj *ent.Visit, first *int, after *string, last *int, before *string) (*model.VisitNoteConnection, error) {
	a := page.Args{First: first, After: after, Last: last, Before: before}
	return page.Of(ctx, v.notes, obj, page.Child{Column: visitnote.FieldVisitID}, a, func(n *ent.VisitNote) string { return n.VisitID })
}

func (p Patient) Visits(ctx context.Context, obj *ent.Patient, filter ask.Filter, orderBy *ask.Order, first *int, after *string, last *int, before *string) (*model.VisitConnection, error) {
	a := page.Args{Filter: filter, Order: orderBy, First: first, After: after, Last: last, Before: before}
	return page.Of(ctx, p.list, obj, page.Child{Column: visit.FieldPatientID}, a, func(v *ent.Visit) string { return v.PatientID })
}

func (r Room) Location(ctx context.Context, obj *ent.Room) (*ent.Location, error) {
	return load.Of(ctx, obj, "location", func(r *ent.Room) string { return r.LocationID }, r.practice.LocationsByID)
}

func (r Room) Visit(ctx context.Context, obj *ent.Room) (*ent.Visit, error) {
	return load.Of(ctx, obj, "visit", func(r *ent.Room) string { return opt.Text(r.VisitID) }, r.ByID)
}

func (s RoomStay) Room(ctx context.Context, obj *ent.RoomStay) (*ent.Room, error) {
	return load.Of(ctx, obj, "room", func(s *ent.RoomStay) string { return s.RoomID }, s.RoomsByID)
}

func (c StageChange) FromRoom(ctx context.Context, obj *ent.StageChange) (*ent.Room, error) {
	return load.Of(ctx, obj, "from room", func(c *ent.StageChange) string { return opt.Text(c.FromRoomID) }, c.RoomsByID)
}

func (c StageChange) ToRoom(ctx context.Context, obj *ent.StageChange) (*ent.Room, error) {
	return load.Of(ctx, obj, "to room", func(c *ent.StageChange) string { return opt.Text(c.ToRoomID) }, c.RoomsByID)
}

func (n VisitNote) Visit(ctx context.Context, obj *ent.VisitNote) (*ent.Visit, error) {
	return load.Of(ctx, obj, "visit", func(n *ent.VisitNote) string { return n.VisitID }, n.ByID)
}

func (n VisitNote) Amends(ctx context.Context, obj *ent.VisitNote) (*ent.VisitNote, error) {
	return load.Of(ctx, obj, "amends", func(n *ent.VisitNote) string { return opt.Text(n.AmendsID) }, n.notesByID)
}
