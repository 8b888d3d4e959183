package visits_test

import (
	"maps"
	"slices"
	"testing"

	"medoffice/modules/officetest"
)

func TestVisitLists(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 3)
		for range 3 {
			o.Clock.Add(60e9)
			s.walkIn(0)
		}
		last := s.must(s.As("NURSE"), "checkIn", officetest.Vars{"visitId": s.walkIn(1).ID, "expectedVersion": 1}).Visit
		var got struct {
			Patient struct {
				Visits struct {
					TotalCount int
					PageInfo   struct {
						HasNextPage bool
						EndCursor   string
					}
					Edges []struct {
						Cursor string
						Node   struct {
							StartedAt string
							Stage     *struct{ Name string }
							Provider  *struct{ Name struct{ Text string } }
						}
					}
				}
			}
		}
		a := s.As("PHYSICIAN").Do(`query($id: ID!) { patient(by: {id: $id}) { visits(first: 2, orderBy: {field: STARTED_AT, direction: DESC}) {
			totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id startedAt stage { name category } reason provider { name { text } } room { name } } } } } }`,
			officetest.Vars{"id": s.patients[0]}, &got)
		list := got.Patient.Visits
		if list.TotalCount != 3 || len(list.Edges) != 2 || !list.PageInfo.HasNextPage || list.Edges[0].Node.StartedAt < list.Edges[1].Node.StartedAt ||
			list.Edges[0].Node.Provider.Name.Text == "" {
			t.Fatalf("%s", a.Text)
		}
		var found struct {
			Visits struct{ Nodes []struct{ ID string } }
		}
		for name, filter := range map[string]officetest.Vars{
			"category": {"category": "CHECKED_IN"},
			"patient":  {"patientId": officetest.Vars{"eq": s.patients[1]}},
			"status":   {"status": officetest.Vars{"in": []string{"ARRIVED"}}, "patient": officetest.Vars{"id": officetest.Vars{"in": []string{s.patients[1]}}}},
			"not":      {"not": officetest.Vars{"category": "ARRIVED"}},
			"time":     {"startedAt": officetest.Vars{"gte": last.StartedAt}, "category": "CHECKED_IN", "locationId": officetest.Vars{"eq": s.here}, "provider": officetest.Vars{"active": officetest.Vars{"eq": true}, "id": officetest.Vars{"eq": s.provider}}},
		} {
			s.As("NURSE").Do(`query($f: VisitFilter) { visits(filter: $f) { nodes { id } } }`, officetest.Vars{"f": filter}, &found)
			if len(found.Visits.Nodes) != 1 || found.Visits.Nodes[0].ID != last.ID {
				t.Errorf("%s: %+v", name, found)
			}
		}
	})
}

var callers = []string{"FRONT_DESK", "MEDICAL_ASSISTANT", "NURSE", "PHYSICIAN", "BILLER", "STOCK_KEEPER", "MANAGER", "ADMIN", "AUDITOR", "BOARD", "REPORT", ""}

// Who may do what: for every root field, the callers who may.
func TestCallers(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		s := set(t, o, 1, 1)
		floor := []string{"FRONT_DESK", "MEDICAL_ASSISTANT", "NURSE", "PHYSICIAN"}
		clinical := []string{"MEDICAL_ASSISTANT", "NURSE", "PHYSICIAN"}
		readers := append(slices.Clone(floor), "BILLER", "MANAGER", "REPORT")
		watchers := append(slices.Clone(floor), "MANAGER", "BOARD")
		visit, room, note := officetest.Vars{"visitId": "vis_x", "expectedVersion": 1}, officetest.Vars{"roomId": "room_x", "expectedVersion": 1}, officetest.Vars{"noteId": "note_x", "expectedVersion": 1}
		with := func(m officetest.Vars, more ...any) officetest.Vars {
			m = maps.Clone(m)
			for i := 0; i < len(more); i += 2 {
				m[more[i].(string)] = more[i+1]
			}
			return m
		}
		for name, row := range map[string]struct {
			query string
			vars  officetest.Vars
			may   []string
		}{
			"visit":                 {`{ f: visit(id: "vis_x") { id } }`, nil, readers},
			"visits":                {`{ f: visits { nodes { id } } }`, nil, readers},
			"visitTypes":            {`{ f: visitTypes { id } }`, nil, readers},
			"visitStages":           {`{ f: visitStages { id } }`, nil, watchers},
			"rooms":                 {`{ f: rooms { id } }`, nil, watchers},
			"startVisit":            {"", officetest.Vars{"patientId": "pat_x", "locationId": s.here}, floor},
			"checkIn":               {"", visit, floor},
			"moveToRoom":            {"", with(visit, "roomId", "room_x", "expectedRoomVersion", 1), floor},
			"moveStage":             {"", with(visit, "stageId", "stg_x"), floor},
			"undoLastMove":          {"", visit, floor},
			"leaveWithoutBeingSeen": {"", visit, floor},
			"checkOut":              {"", visit, floor},
			"tickCheck":             {"", officetest.Vars{"checkId": "chk_x"}, floor},
			"untickCheck":           {"", officetest.Vars{"checkId": "chk_x"}, floor},
			"reserveRoom":           {"", with(room, "visitId", "vis_x"), floor},
			"releaseRoom":           {"", room, floor},
			"startCleaning":         {"", room, append(slices.Clone(floor), "MANAGER")},
			"cleanRoom":             {"", room, append(slices.Clone(floor), "MANAGER")},
			"takeOutOfService":      {"", with(room, "reason", "lamp"), []string{"MEDICAL_ASSISTANT", "NURSE", "MANAGER"}},
			"returnToService":       {"", room, []string{"MEDICAL_ASSISTANT", "NURSE", "MANAGER"}},
			"addVisitStage":         {"", officetest.Vars{"name": "", "category": "ROOMING"}, []string{"MANAGER", "ADMIN"}},
			"updateVisitStage":      {"", officetest.Vars{"stageId": "stg_x", "expectedVersion": 1}, []string{"MANAGER", "ADMIN"}},
			"retireVisitStage":      {"", officetest.Vars{"stageId": "stg_x", "expectedVersion": 1}, []string{"MANAGER", "ADMIN"}},
			"addRoom":               {"", officetest.Vars{"locationId": "loc_x", "name": "7"}, []string{"MANAGER", "ADMIN"}},
			"updateRoom":            {"", officetest.Vars{"roomId": "room_x", "expectedVersion": 1}, []string{"MANAGER", "ADMIN"}},
			"addVisitType":          {"", officetest.Vars{"name": ""}, []string{"MANAGER", "ADMIN"}},
			"updateVisitType":       {"", officetest.Vars{"typeId": "vtp_x", "expectedVersion": 1}, []string{"MANAGER", "ADMIN"}},
			"writeNote":             {"", officetest.Vars{"visitId": "vis_x", "text": "seen"}, clinical},
			"updateNote":            {"", with(note, "text", "seen"), clinical},
			"signNote":              {"", note, clinical},
			"amendNote":             {"", with(note, "text", "seen"), clinical},
			"voidNote":              {"", note, clinical},
		} {
			if row.query == "" {
				row.query, row.vars = document(name), officetest.Vars{"in": row.vars}
			}
			for _, caller := range callers {
				want := "FORBIDDEN"
				if slices.Contains(row.may, caller) {
					want = ""
				} else if caller == "" {
					want = "UNAUTHENTICATED"
				}
				if a := s.As(caller).Send(row.query, row.vars); a.Code() != want {
					t.Errorf("%s as %q: %s", name, caller, a.Text)
				}
			}
		}
	})
}
