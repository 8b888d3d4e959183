package trail

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/auditevent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/field"
)

// several is the kind of thing that an event is about which stands for a list: a
// page of 25 patients is one look, and one row. Its detail names them (FHIR
// AuditEvent has any number of entities too).
const several = "Patients"

// subjectsTable finds the events of a patient, by time. Whatever it says stands
// in the events, sealed; Verify compares the two.
const subjectsTable = "audit_subjects"

// looks makes the events of what a request has shown. They are apart where each
// patient may have a reason of its own.
func (m *Module) looks(v *kit.Viewer, seen map[string][]string, apart bool) (events []*ent.AuditEvent) {
	if len(seen) > 1 && !apart {
		e := m.Event(v, auditevent.ActionREAD, several, "")
		e.Detail = listed(seen)
		return append(events, e)
	}
	for _, patient := range slices.Sorted(maps.Keys(seen)) {
		e := about(m.Event(v, auditevent.ActionREAD, "Patient", patient), patient)
		e.Detail = strings.Join(seen[patient], " ")
		events = append(events, e)
	}
	return events
}

// listed writes which kinds of rows were shown of whom, as in
// "Patient Visit: pat_1 pat_2; Patient: pat_3".
func listed(seen map[string][]string) string {
	of := map[string][]string{}
	for _, patient := range slices.Sorted(maps.Keys(seen)) {
		kinds := strings.Join(seen[patient], " ")
		of[kinds] = append(of[kinds], patient)
	}
	var parts []string
	for _, kinds := range slices.Sorted(maps.Keys(of)) {
		parts = append(parts, kinds+": "+strings.Join(of[kinds], " "))
	}
	return strings.Join(parts, "; ")
}

// subjects are the patients that an event is about.
func subjects(e *ent.AuditEvent) (patients []string) {
	if e.EntityType != several {
		if e.PatientID != nil {
			return []string{*e.PatientID}
		}
		return []string{}
	}
	for part := range strings.SplitSeq(e.Detail, "; ") {
		_, ids, _ := strings.Cut(part, ": ")
		patients = append(patients, strings.Fields(ids)...)
	}
	return patients
}

// subject is a row of subjectsTable.
type subject struct {
	PatientID string `json:"patient_id"`
	At        string `json:"at"`
	ID        string `json:"id"`
}

func subjectsOf(events []*ent.AuditEvent) (list []subject) {
	for _, e := range events {
		at := e.At.UTC().Format(db.SQLiteTime)
		for _, patient := range subjects(e) {
			list = append(list, subject{patient, at, e.ID})
		}
	}
	return list
}

const (
	subjectsSQLite = `INSERT INTO audit_subjects (patient_id, at, id) SELECT value->>'patient_id', value->>'at', value->>'id' FROM json_each(?)`

	unsubjectSQLite = `DELETE FROM audit_subjects WHERE (patient_id, at, id) IN
(SELECT value->>'patient_id', value->>'at', value->>'id' FROM json_each(?))`
	unsubjectPostgres = `DELETE FROM audit_subjects s USING json_to_recordset($1) AS gone (patient_id text, at timestamptz, id text)
WHERE s.patient_id = gone.patient_id AND s.at = gone.at AND s.id = gone.id`

	lostSQLite = `SELECT DISTINCT e.value->>'id' FROM json_each(?) e WHERE NOT EXISTS (SELECT 1 FROM audit_subjects s
WHERE s.patient_id = e.value->>'patient_id' AND s.at = e.value->>'at' AND s.id = e.value->>'id')
AND EXISTS (SELECT 1 FROM audit_events a WHERE a.id = e.value->>'id')`
	lostPostgres = `SELECT DISTINCT e.id FROM json_to_recordset($1) AS e (patient_id text, at timestamptz, id text) WHERE NOT EXISTS
(SELECT 1 FROM audit_subjects s WHERE s.patient_id = e.patient_id AND s.at = e.at AND s.id = e.id)
AND EXISTS (SELECT 1 FROM audit_events a WHERE a.id = e.id)`
)

// putSubjects has events found by their patients on SQLite. On PostgreSQL the
// statement that writes the events does.
func putSubjects(ctx context.Context, d *db.DB, events []*ent.AuditEvent) error {
	list := subjectsOf(events)
	if len(list) == 0 {
		return nil
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	_, err = d.Client(ctx).ExecContext(ctx, subjectsSQLite, string(text))
	return err
}

// deleteSubjects goes after the events, which are gone.
func (m *Module) deleteSubjects(ctx context.Context, events []*ent.AuditEvent) error {
	_, err := m.execJSON(ctx, unsubjectSQLite, unsubjectPostgres, subjectsOf(events))
	return err
}

// lost finds events that are not found by a patient that they are about.
func (v *verifier) lost(ctx context.Context, events []*ent.AuditEvent) error {
	list := subjectsOf(events)
	if len(list) == 0 {
		return nil
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	statement := lostSQLite
	if v.m.DB.Postgres() {
		statement = lostPostgres
	}
	rows, err := v.m.DB.Client(ctx).QueryContext(ctx, statement, string(text))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var ids []string
	if err := sql.ScanSlice(rows, &ids); err != nil {
		return err
	}
	for _, e := range events {
		if slices.Contains(ids, e.ID) {
			v.add(Finding{Chain: e.Chain, Position: *e.Position, Event: e.ID, Problem: Lost})
		}
	}
	return rows.Err()
}

// ofPatients finds the events about patients.
func ofPatients(v any) (field.Where, error) {
	ops, _ := v.(map[string]any)
	var parts []field.Where
	for _, op := range slices.Sorted(maps.Keys(ops)) {
		switch given := ops[op].(type) {
		case nil:
		case []any:
			parts = append(parts, amongPatients(given...))
		case bool:
			parts = append(parts, ofNobody(given))
		default:
			if op != "eq" && op != "in" {
				return nil, fmt.Errorf("unknown condition %q", op)
			}
			parts = append(parts, amongPatients(given))
		}
	}
	return func(s *sql.Selector) {
		for _, part := range parts {
			part(s)
		}
	}, nil
}

func amongPatients(ids ...any) field.Where {
	return func(s *sql.Selector) {
		d := sql.Dialect(s.Dialect())
		t := d.Table(subjectsTable).As("of")
		s.Where(sql.In(s.C(auditevent.FieldID), d.Select(t.C("id")).From(t).Where(sql.In(t.C("patient_id"), ids...))))
	}
}

func ofNobody(is bool) field.Where {
	return func(s *sql.Selector) {
		p := sql.And(sql.IsNull(s.C(auditevent.FieldPatientID)), sql.NEQ(s.C(auditevent.FieldEntityType), several))
		if !is {
			p = sql.Not(p)
		}
		s.Where(p)
	}
}
