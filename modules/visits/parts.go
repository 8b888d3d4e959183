package visits

import (
	"entgo.io/ent/dialect/sql"

	"medoffice/ent/room"
	"medoffice/ent/roomstay"
	"medoffice/ent/stagechange"
	"medoffice/ent/visitcheck"
	"medoffice/ent/visitstage"
	"medoffice/ent/visittype"
	"medoffice/modules/kit/field"
)

// nodes says which permission finds rows by their ids.
var nodes = field.Nodes{
	"Visit":      Read,
	"Room":       Board,
	"VisitNote":  ReadNotes,
	"VisitStage": Board,
	"VisitType":  Read,
}

// parts are the fields that do not follow from the schema and the tables.
func (*Module) parts() field.Parts {
	ofVisit := func(of string, most int, sort string) field.Part {
		return field.Part{Many: &field.Many{
			Type: of, Column: "visit_id", Most: most, Sort: []field.Sort{{Column: sort}, {Column: "id"}},
		}}
	}
	return field.Parts{
		"Query.rooms": {Many: &field.Many{Type: "Room", Most: mostRooms, Where: openRooms, Sort: []field.Sort{
			{Column: room.FieldLocationID}, {Column: room.FieldPosition}, {Column: room.FieldID},
		}}},
		"Query.visitStages": {Many: &field.Many{Type: "VisitStage", Most: mostStages, Where: active, Sort: []field.Sort{
			{Column: visitstage.FieldPosition}, {Column: visitstage.FieldID},
		}}},
		"Query.visitTypes": {Many: &field.Many{Type: "VisitType", Most: mostTypes, Where: active, Sort: []field.Sort{
			{Column: visittype.FieldName}, {Column: visittype.FieldID},
		}}},
		"Visit.changes":   ofVisit("StageChange", mostMoves, stagechange.FieldAt),
		"Visit.stays":     ofVisit("RoomStay", mostMoves, roomstay.FieldStartedAt),
		"Visit.checklist": ofVisit("VisitCheck", mostChecks, visitcheck.FieldPosition),
	}
}

func openRooms(args map[string]any) field.Where {
	return func(s *sql.Selector) {
		s.Where(sql.EQ(s.C(room.FieldActive), true))
		if at := args["location"]; at != nil {
			s.Where(sql.EQ(s.C(room.FieldLocationID), at))
		}
	}
}

func active(args map[string]any) field.Where {
	return func(s *sql.Selector) {
		if is := args["active"]; is != nil {
			s.Where(sql.EQ(s.C("active"), is))
		}
	}
}
