package vitals

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/visit"
	"medoffice/ent/vitalreading"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/page"
)

// prefix is that of the ids of readings.
const prefix = "vit"

var reading = field.Entity{
	Type: "VitalReading", Table: vitalreading.Table, Prefix: prefix,
	Fields: map[string]field.Field{
		"sign":           {Column: vitalreading.FieldSign, Kind: field.Enum, Filter: true},
		"code":           {Column: vitalreading.FieldCode, Filter: true},
		"interpretation": {Column: vitalreading.FieldInterpretation, Kind: field.Enum, Nullable: true, Filter: true},
		"derived":        {Column: vitalreading.FieldDerived, Kind: field.Bool, Filter: true},
		"visit":          {Column: vitalreading.FieldVisitID, Kind: field.ID, Nullable: true, Filter: true},
		"takenAt":        {Column: vitalreading.FieldTakenAt, Kind: field.Time, Filter: true, Order: true},
	},
	Default: field.Order{Field: "takenAt", Desc: true},
}

type readings = page.Lister[ent.VitalReading, *ent.VitalReadingQuery]

func list(d kit.Deps, seal *page.Seal) readings {
	return readings{
		Entity: &reading, DB: d.DB, Seal: seal,
		Query: func(c *ent.Client) *ent.VitalReadingQuery { return c.VitalReading.Query() },
		Keys:  func(r *ent.VitalReading) map[string]any { return map[string]any{"takenAt": r.TakenAt} },
	}
}

// Rules implements kit.Ruler: who is bound to a location sees the readings of
// its visits, and those of no visit.
func (*Module) Rules() kit.Rules {
	return kit.Rules{"VitalReading": {func(v *kit.Viewer) func(*sql.Selector) {
		if v.LocationID == "" {
			return nil
		}
		return func(s *sql.Selector) {
			t := sql.Dialect(s.Dialect()).Table(visit.Table)
			here := sql.Dialect(s.Dialect()).Select(t.C(visit.FieldID)).From(t).Where(sql.EQ(t.C(visit.FieldLocationID), v.LocationID))
			at := s.C(vitalreading.FieldVisitID)
			s.Where(sql.Or(sql.IsNull(at), sql.In(at, here)))
		}
	}}}
}

// ByID finds readings for loaders and node.
func (m *Module) ByID(ctx context.Context, ids []string) (map[string]*ent.VitalReading, error) {
	return load.ByID(m.DB.Client(ctx).VitalReading.Query().Where(vitalreading.ID.In(ids...)).All(ctx))
}

// wanted narrows the list of a parent to what its arguments ask for.
func wanted(column string, code *vitalreading.Sign, wrong *bool) page.Child {
	all := wrong != nil && *wrong
	c := page.Child{Column: column, Name: fmt.Sprint("+", all)}
	if code != nil {
		c.Name += string(*code)
	}
	c.Where = func(s *sql.Selector) {
		if code != nil {
			s.Where(sql.EQ(s.C(vitalreading.FieldSign), string(*code)))
		}
		if !all {
			s.Where(sql.EQ(s.C(vitalreading.FieldStatus), string(vitalreading.StatusFINAL)))
		}
	}
	return c
}
