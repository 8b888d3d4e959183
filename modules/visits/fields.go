package visits

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/room"
	"medoffice/ent/visit"
	"medoffice/ent/visitnote"
	"medoffice/ent/visitstage"
	"medoffice/ent/visittype"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
)

var visitFields = field.Entity{
	Type: "Visit", Table: visit.Table, Prefix: "vis",
	Fields: map[string]field.Field{
		"status":    {Column: visit.FieldStatus, Kind: field.Enum, Filter: true},
		"category":  {Match: inCategory, Filter: true},
		"patient":   {Column: visit.FieldPatientID, Kind: field.ID, Filter: true, Can: readPatients},
		"location":  {Column: visit.FieldLocationID, Kind: field.ID, Nullable: true, Filter: true},
		"provider":  {Column: visit.FieldProviderID, Kind: field.ID, Nullable: true, Filter: true},
		"startedAt": {Column: visit.FieldStartedAt, Kind: field.Time, Filter: true, Order: true},
	},
	Default: field.Order{Field: "startedAt", Desc: true},
}

var noteFields = field.Entity{
	Type: "VisitNote", Table: visitnote.Table, Prefix: "note",
	Fields:  map[string]field.Field{"createdAt": {Column: visitnote.FieldCreatedAt, Kind: field.Time, Order: true}},
	Default: field.Order{Field: "createdAt"},
}

func inCategory(v any) (field.Where, error) {
	name, ok := v.(string)
	if !ok || visitstage.Category(name).Validate() != nil {
		return nil, fmt.Errorf("there is no such category")
	}
	return func(s *sql.Selector) {
		t := sql.Dialect(s.Dialect()).Table(visitstage.Table)
		s.Where(sql.In(s.C(visit.FieldStageID), sql.Dialect(s.Dialect()).Select(t.C("id")).From(t).
			Where(sql.EQ(t.C(visitstage.FieldCategory), name))))
	}, nil
}

// Rules implements kit.Ruler: who is bound to a location sees what is there.
func (*Module) Rules() kit.Rules {
	ofVisit := []kit.Rule{here(func(s *sql.Selector, location string) *sql.Predicate {
		t := sql.Dialect(s.Dialect()).Table(visit.Table)
		return sql.In(s.C("visit_id"), sql.Dialect(s.Dialect()).Select(t.C(visit.FieldID)).From(t).
			Where(sql.EQ(t.C(visit.FieldLocationID), location)))
	})}
	placed := []kit.Rule{here(func(s *sql.Selector, location string) *sql.Predicate {
		return sql.EQ(s.C("location_id"), location)
	})}
	return kit.Rules{
		"Visit": placed, "Room": placed,
		"VisitNote": ofVisit, "VisitCheck": ofVisit, "StageChange": ofVisit, "RoomStay": ofVisit,
	}
}

func here(at func(s *sql.Selector, location string) *sql.Predicate) kit.Rule {
	return func(v *kit.Viewer) func(*sql.Selector) {
		if v.LocationID == "" {
			return nil
		}
		return func(s *sql.Selector) { s.Where(at(s, v.LocationID)) }
	}
}

// ByID finds visits for loaders and node.
func (m *Module) ByID(ctx context.Context, ids []string) (map[string]*ent.Visit, error) {
	return load.ByID(m.DB.Client(ctx).Visit.Query().Where(visit.ID.In(ids...)).All(ctx))
}

// RoomsByID finds rooms for loaders and node.
func (m *Module) RoomsByID(ctx context.Context, ids []string) (map[string]*ent.Room, error) {
	return load.ByID(m.DB.Client(ctx).Room.Query().Where(room.ID.In(ids...)).All(ctx))
}

func (m *Module) stagesByID(ctx context.Context, ids []string) (map[string]*ent.VisitStage, error) {
	return load.ByID(m.DB.Client(ctx).VisitStage.Query().Where(visitstage.ID.In(ids...)).All(ctx))
}

// TypesByID finds kinds of visits for loaders and node.
func (m *Module) TypesByID(ctx context.Context, ids []string) (map[string]*ent.VisitType, error) {
	return load.ByID(m.DB.Client(ctx).VisitType.Query().Where(visittype.ID.In(ids...)).All(ctx))
}

func (m *Module) notesByID(ctx context.Context, ids []string) (map[string]*ent.VisitNote, error) {
	return load.ByID(m.DB.Client(ctx).VisitNote.Query().Where(visitnote.ID.In(ids...)).All(ctx))
}
