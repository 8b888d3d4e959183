package visits

import (
	"entgo.io/ent/dialect/sql"

	"medoffice/ent/room"
	"medoffice/ent/roomstay"
	"medoffice/ent/stagechange"
	"medoffice/ent/visit"
	"medoffice/ent/visitcheck"
	"medoffice/ent/visitnote"
	"medoffice/ent/visitstage"
	"medoffice/ent/visittype"
	"medoffice/modules/kit/field"
)

// Types implements kit.Typer.
func (*Module) Types() field.Types {
	one := func(of, column string) field.Part { return field.Part{One: &field.One{Type: of, Column: column}} }
	ofVisit := func(of string, most int, sort string) field.Part {
		return field.Part{Many: &field.Many{
			Type: of, Column: "visit_id", Most: most, Sort: []field.Sort{{Column: sort}, {Column: "id"}},
		}}
	}
	return field.Types{
		"Query": {Parts: map[string]field.Part{
			"visit":  {One: &field.One{Type: "Visit", Find: byID}},
			"visits": {Page: &field.Page{Entity: &visitFields}},
			"rooms": {Many: &field.Many{Type: "Room", Most: mostRooms, Where: openRooms, Sort: []field.Sort{
				{Column: room.FieldLocationID}, {Column: room.FieldPosition}, {Column: room.FieldID},
			}}},
			"visitStages": {Many: &field.Many{Type: "VisitStage", Most: mostStages, Where: active, Sort: []field.Sort{
				{Column: visitstage.FieldPosition}, {Column: visitstage.FieldID},
			}}},
			"visitTypes": {Many: &field.Many{Type: "VisitType", Most: mostTypes, Where: active, Sort: []field.Sort{
				{Column: visittype.FieldName}, {Column: visittype.FieldID},
			}}},
		}},
		"Patient": {Parts: map[string]field.Part{
			"visits": {Page: &field.Page{Entity: &visitFields, Column: visit.FieldPatientID}},
		}},
		"Visit": {Can: Read, Prefix: "vis", Parts: map[string]field.Part{
			"patient": one("Patient", visit.FieldPatientID), "location": one("Location", visit.FieldLocationID),
			"provider": one("Provider", visit.FieldProviderID), "type": one("VisitType", visit.FieldTypeID),
			"stage": one("VisitStage", visit.FieldStageID), "room": one("Room", visit.FieldRoomID),
			"changes":   ofVisit("StageChange", mostMoves, stagechange.FieldAt),
			"stays":     ofVisit("RoomStay", mostMoves, roomstay.FieldStartedAt),
			"checklist": ofVisit("VisitCheck", mostChecks, visitcheck.FieldPosition),
			"notes":     {Page: &field.Page{Entity: &noteFields, Column: visitnote.FieldVisitID}},
		}},
		"Room": {Can: Board, Prefix: "room", Parts: map[string]field.Part{
			"location": one("Location", room.FieldLocationID), "visit": one("Visit", room.FieldVisitID),
		}},
		"RoomStay": {Parts: map[string]field.Part{"room": one("Room", roomstay.FieldRoomID)}},
		"StageChange": {Parts: map[string]field.Part{
			"fromRoom": one("Room", stagechange.FieldFromRoomID), "toRoom": one("Room", stagechange.FieldToRoomID),
		}},
		"VisitNote": {Can: ReadNotes, Prefix: "note", Parts: map[string]field.Part{
			"visit": one("Visit", visitnote.FieldVisitID), "amends": one("VisitNote", visitnote.FieldAmendsID),
		}},
		"VisitCheck": {},
		"VisitStage": {Can: Board, Prefix: "stg"},
		"VisitType":  {Can: Read, Prefix: "vtp"},
	}
}

func byID(args map[string]any) (field.Where, error) {
	id := args["id"]
	return func(s *sql.Selector) { s.Where(sql.EQ(s.C("id"), id)) }, nil
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
