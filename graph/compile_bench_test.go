package graph_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"testing"
	"time"

	"medoffice/graph"
	"medoffice/modules/officetest"
)

// byHand are the chart as one statement that somebody has written by hand, with
// the functions that each database has for it.
var byHand = map[string]string{
	"postgres": `SELECT json_build_object('data', json_build_object('patient', (SELECT json_build_object(
	'id', p.id, 'mrn', p.mrn, 'name', json_build_object('text', concat_ws(' ', p.name_prefix, nullif(p.given_name, ''), p.family_name, p.name_suffix), 'family', p.family_name, 'given', p.given_name),
	'birthDate', p.birth_date, 'age', extract(year FROM age(to_date(p.birth_date, 'YYYY-MM-DD')))::int, 'sex', p.sex,
	'allergies', json_build_object('nodes', coalesce((SELECT json_agg(json_build_object('id', a.id, 'substance', json_build_object('text', a.substance_code_text, 'code', a.substance_code, 'system', a.substance_code_system), 'criticality', a.criticality, 'status', a.status)) FROM (SELECT * FROM allergies a WHERE a.patient_id = p.id ORDER BY recorded_at DESC, id DESC LIMIT 25) a), '[]')),
	'problems', json_build_object('nodes', coalesce((SELECT json_agg(json_build_object('id', a.id, 'code', json_build_object('text', a.code_text, 'code', a.code, 'system', a.code_system), 'onset', a.onset, 'status', a.status)) FROM (SELECT * FROM problems a WHERE a.patient_id = p.id ORDER BY recorded_at DESC, id DESC LIMIT 50) a), '[]')),
	'immunizations', json_build_object('nodes', coalesce((SELECT json_agg(json_build_object('id', a.id, 'vaccine', json_build_object('text', a.vaccine_code_text, 'code', a.vaccine_code), 'occurredAt', to_char(a.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'status', a.status)) FROM (SELECT * FROM immunizations a WHERE a.patient_id = p.id ORDER BY occurred_at DESC, id DESC LIMIT 50) a), '[]')),
	'weights', json_build_object('nodes', coalesce((SELECT json_agg(json_build_object('takenAt', to_char(r.taken_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'value', trim_scale(r.value / 1000000.0)::text, 'unit', r.unit, 'interpretation', r.interpretation)) FROM (SELECT * FROM vital_readings r WHERE r.patient_id = p.id AND r.sign = 'BODY_WEIGHT' AND r.status = 'FINAL' ORDER BY taken_at DESC, id DESC LIMIT 20) r), '[]')),
	'pressures', json_build_object('nodes', coalesce((SELECT json_agg(json_build_object('takenAt', to_char(r.taken_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'systolic', trim_scale(r.systolic / 1000000.0)::text, 'diastolic', trim_scale(r.diastolic / 1000000.0)::text, 'unit', r.unit, 'interpretation', r.interpretation)) FROM (SELECT * FROM vital_readings r WHERE r.patient_id = p.id AND r.sign = 'BLOOD_PRESSURE' AND r.status = 'FINAL' ORDER BY taken_at DESC, id DESC LIMIT 20) r), '[]')),
	'visits', (SELECT json_build_object('totalCount', (SELECT count(*) FROM visits c WHERE c.patient_id = p.id), 'pageInfo', json_build_object('hasNextPage', count(*) > 10, 'endCursor', max(v.id)),
		'edges', coalesce(json_agg(json_build_object('cursor', v.id, 'node', json_build_object('id', v.id, 'startedAt', to_char(v.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
			'stage', (SELECT json_build_object('name', s.name, 'category', s.category) FROM visit_stages s WHERE s.id = v.stage_id), 'reason', v.reason,
			'provider', (SELECT json_build_object('name', json_build_object('text', concat_ws(' ', s.name_prefix, nullif(s.given_name, ''), s.family_name, s.name_suffix))) FROM providers s WHERE s.id = v.provider_id),
			'room', (SELECT json_build_object('name', s.name) FROM rooms s WHERE s.id = v.room_id),
			'vitals', json_build_object('nodes', coalesce((SELECT json_agg(json_build_object('code', json_build_object('text', r.code_text), 'value', trim_scale(r.value / 1000000.0)::text, 'unit', r.unit, 'interpretation', r.interpretation, 'takenAt', to_char(r.taken_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) FROM (SELECT * FROM vital_readings r WHERE r.visit_id = v.id AND r.status = 'FINAL' ORDER BY taken_at DESC, id DESC LIMIT 25) r), '[]')))
		)), '[]')) FROM (SELECT * FROM visits v WHERE v.patient_id = p.id ORDER BY started_at DESC, id DESC LIMIT 11) v)
) FROM patients p WHERE p.id = $1)))`,
	"sqlite": `SELECT json_object('data', json_object('patient', (SELECT json_object(
	'id', p.id, 'mrn', p.mrn, 'name', json_object('text', trim(coalesce(p.name_prefix || ' ', '') || p.given_name || ' ' || p.family_name || coalesce(' ' || p.name_suffix, '')), 'family', p.family_name, 'given', p.given_name),
	'birthDate', p.birth_date, 'age', CAST(strftime('%Y', 'now') AS INT) - CAST(p.birth_date AS INT), 'sex', p.sex,
	'allergies', json_object('nodes', (SELECT json_group_array(json_object('id', a.id, 'substance', json_object('text', a.substance_code_text, 'code', a.substance_code, 'system', a.substance_code_system), 'criticality', a.criticality, 'status', a.status)) FROM (SELECT * FROM allergies a WHERE a.patient_id = p.id ORDER BY recorded_at DESC, id DESC LIMIT 25) a)),
	'problems', json_object('nodes', (SELECT json_group_array(json_object('id', a.id, 'code', json_object('text', a.code_text, 'code', a.code, 'system', a.code_system), 'onset', a.onset, 'status', a.status)) FROM (SELECT * FROM problems a WHERE a.patient_id = p.id ORDER BY recorded_at DESC, id DESC LIMIT 50) a)),
	'immunizations', json_object('nodes', (SELECT json_group_array(json_object('id', a.id, 'vaccine', json_object('text', a.vaccine_code_text, 'code', a.vaccine_code), 'occurredAt', a.occurred_at, 'status', a.status)) FROM (SELECT * FROM immunizations a WHERE a.patient_id = p.id ORDER BY occurred_at DESC, id DESC LIMIT 50) a)),
	'weights', json_object('nodes', (SELECT json_group_array(json_object('takenAt', r.taken_at, 'value', CAST(r.value / 1000000.0 AS TEXT), 'unit', r.unit, 'interpretation', r.interpretation)) FROM (SELECT * FROM vital_readings r WHERE r.patient_id = p.id AND r.sign = 'BODY_WEIGHT' AND r.status = 'FINAL' ORDER BY taken_at DESC, id DESC LIMIT 20) r)),
	'pressures', json_object('nodes', (SELECT json_group_array(json_object('takenAt', r.taken_at, 'systolic', CAST(r.systolic / 1000000.0 AS TEXT), 'diastolic', CAST(r.diastolic / 1000000.0 AS TEXT), 'unit', r.unit, 'interpretation', r.interpretation)) FROM (SELECT * FROM vital_readings r WHERE r.patient_id = p.id AND r.sign = 'BLOOD_PRESSURE' AND r.status = 'FINAL' ORDER BY taken_at DESC, id DESC LIMIT 20) r)),
	'visits', (SELECT json_object('totalCount', (SELECT count(*) FROM visits c WHERE c.patient_id = p.id), 'pageInfo', json_object('hasNextPage', count(*) > 10, 'endCursor', max(v.id)),
		'edges', json_group_array(json_object('cursor', v.id, 'node', json_object('id', v.id, 'startedAt', v.started_at,
			'stage', json((SELECT json_object('name', s.name, 'category', s.category) FROM visit_stages s WHERE s.id = v.stage_id)), 'reason', v.reason,
			'provider', json((SELECT json_object('name', json_object('text', trim(coalesce(s.name_prefix || ' ', '') || s.given_name || ' ' || s.family_name || coalesce(' ' || s.name_suffix, '')))) FROM providers s WHERE s.id = v.provider_id)),
			'room', json((SELECT json_object('name', s.name) FROM rooms s WHERE s.id = v.room_id)),
			'vitals', json_object('nodes', json((SELECT json_group_array(json_object('code', json_object('text', r.code_text), 'value', CAST(r.value / 1000000.0 AS TEXT), 'unit', r.unit, 'interpretation', r.interpretation, 'takenAt', r.taken_at)) FROM (SELECT * FROM vital_readings r WHERE r.visit_id = v.id AND r.status = 'FINAL' ORDER BY taken_at DESC, id DESC LIMIT 25) r)))
		)))) FROM (SELECT * FROM visits v WHERE v.patient_id = p.id ORDER BY started_at DESC, id DESC LIMIT 11) v)
) FROM patients p WHERE p.id = $1)))`,
}

// BenchmarkCompiled asks for the same chart in turns: by hand-written SQL behind
// a handler that does nothing else, compiled with and without sign-in, limits
// and audit, and by resolvers. It reports each as a share of the hand-written one.
func BenchmarkCompiled(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			o := officetest.Open(b, officetest.Database(b, engine))
			simple, err := graph.Serve(o.Office, graph.Options{Limits: o.Limits, Simple: true})
			if err != nil {
				b.Fatal(err)
			}
			id := patientWith(b, o, 10)
			body, err := json.Marshal(map[string]any{"query": chart, "variables": map[string]any{"id": id}})
			if err != nil {
				b.Fatal(err)
			}
			hand := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var in struct{ Variables struct{ ID string } }
				_ = json.NewDecoder(r.Body).Decode(&in)
				rows, err := o.Deps.DB.Client(o.System()).QueryContext(r.Context(), byHand[engine], in.Variables.ID)
				if err != nil {
					b.Error(err)
					return
				}
				defer func() { _ = rows.Close() }()
				var out []byte
				if rows.Next() {
					err = rows.Scan(&out)
				}
				if err != nil || rows.Err() != nil {
					b.Error(err, rows.Err())
				}
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write(out)
			})
			token := o.As("PHYSICIAN").Token
			ways := []struct {
				name string
				h    http.Handler
				took time.Duration
			}{{name: "hand", h: hand}, {name: "bare", h: graph.BareCompiled(b, o.Office)}, {name: "compiled", h: o.Handler}, {name: "simple", h: simple}}
			for i := range ways {
				callers(b, ways[i].h, token, body, 1, 20)
			}
			for b.Loop() {
				for i := range ways {
					ways[i].took += callers(b, ways[i].h, token, body, atOnce, inARow)
				}
			}
			for _, w := range ways[1:] {
				b.ReportMetric(float64(ways[0].took)/float64(w.took), w.name+"/hand")
			}
			b.ReportMetric(float64(ways[3].took)/float64(ways[2].took), "compiled/simple")
			b.ReportMetric(float64(b.N*atOnce*inARow)/ways[0].took.Seconds(), "hand/s")
			b.ReportMetric(float64(b.N*atOnce*inARow)/ways[2].took.Seconds(), "compiled/s")
		})
	}
}

// BenchmarkPlan makes the plan of the chart document, and finds it again.
func BenchmarkPlan(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		o := officetest.Open(b, officetest.Database(b, engine))
		plan := graph.Planner(b, o.Office, chart, map[string]any{"id": patientWith(b, o, 1)}, "PHYSICIAN")
		b.Run(engine+"/compile", func(b *testing.B) {
			for n := 0; b.Loop(); n++ {
				plan(strconv.Itoa(n))
			}
		})
		b.Run(engine+"/cached", func(b *testing.B) {
			for b.Loop() {
				plan(chart)
			}
		})
	}
}
