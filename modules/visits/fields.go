package visits

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/predicate"
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
		"patient":   {Column: visit.FieldPatientID, Kind: field.ID, Filter: true},
		"location":  {Column: visit.FieldLocationID, Kind: field.ID, Nullable: true, Filter: true},
		"provider":  {Column: visit.FieldProviderID, Kind: field.ID, Nullable: true, Filter: true},
		"startedAt": {Column: visit.FieldStartedAt, Kind: field.Time, Filter: true, Order: true},
	},
	Default: field.Order{Field: "startedAt", Desc: true},
	Rule:    here(visit.FieldLocationID),
}

var noteFields = field.Entity{
	Type: "VisitNote", Table: visitnote.Table, Prefix: "note",
	Fields:  map[string]field.Field{"createdAt": {Column: visitnote.FieldCreatedAt, Kind: field.Time, Order: true}},
	Default: field.Order{Field: "createdAt"},
}

func inCategory(v any) (field.Where, error) {
	name, ok := v.(string)
	if !ok || visitstage.CategoryValidator(visitstage.Category(name)) != nil {
		return nil, fmt.Errorf("there is no such category")
	}
	return func(s *sql.Selector) {
		t := sql.Dialect(s.Dialect()).Table(visitstage.Table)
		s.Where(sql.In(s.C(visit.FieldStageID), sql.Dialect(s.Dialect()).Select(t.C("id")).From(t).
			Where(sql.EQ(t.C(visitstage.FieldCategory), name))))
	}, nil
}

// here is the rule that a viewer who is bound to a location sees only what is there.
func here(column string) func(context.Context) field.Where {
	return func(ctx context.Context) field.Where {
		bound := kit.ViewerOf(ctx).LocationID
		if bound == "" {
			return nil
		}
		return func(s *sql.Selector) { s.Where(sql.EQ(s.C(column), bound)) }
	}
}

func visitsHere(ctx context.Context) predicate.Visit {
	return where[predicate.Visit](here(visit.FieldLocationID)(ctx))
}

func roomsHere(ctx context.Context) predicate.Room {
	return where[predicate.Room](here(room.FieldLocationID)(ctx))
}

func where[P ~func(*sql.Selector)](w field.Where) P {
	return func(s *sql.Selector) {
		if w != nil {
			w(s)
		}
	}
}

// ByID finds visits for loaders and node.
func (m *Module) ByID(ctx context.Context, ids []string) (map[string]*ent.Visit, error) {
	return load.ByID(m.DB.Client(ctx).Visit.Query().Where(visit.IDIn(ids...), visitsHere(ctx)).All(ctx))
}

// RoomsByID finds rooms for loaders and node.
func (m *Module) RoomsByID(ctx context.Context, ids []string) (map[string]*ent.Room, error) {
	return load.ByID(m.DB.Client(ctx).Room.Query().Where(room.IDIn(ids...), roomsHere(ctx)).All(ctx))
}

func (m *Module) stagesByID(ctx context.Context, ids []string) (map[string]*ent.VisitStage, error) {
	return load.ByID(m.DB.Client(ctx).VisitStage.Query().Where(visitstage.IDIn(ids...)).All(ctx))
}

func (m *Module) typesByID(ctx context.Context, ids []string) (map[string]*ent.VisitType, error) {
	return load.ByID(m.DB.Client(ctx).VisitType.Query().Where(visittype.IDIn(ids...)).All(ctx))
}

func (m *Module) notesByID(ctx context.Context, ids []string) (map[string]*ent.VisitNote, error) {
	q := m.DB.Client(ctx).VisitNote.Query().Where(visitnote.IDIn(ids...))
	if kit.ViewerOf(ctx).LocationID != "" {
		q.Where(visitnote.HasVisitWith(visitsHere(ctx)))
	}
	return load.ByID(q.All(ctx))
}
