package graph_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"testing"

	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// reportQuestion is a question of the page, who asks it, and how the ids of its answer are
// found by SQL.
type reportQuestion struct {
	role string
	vars officetest.Vars
	sql  string
}

func span(from, to string) officetest.Vars { return officetest.Vars{"from": from, "to": to} }

// Instants stand in the same form in both databases where they are compared with these.
var reportQuestions = map[string]reportQuestion{
	"Who is over 65, has a visit next week and had no influenza vaccine this season?": {
		kit.Physician,
		officetest.Vars{"born": "1961-03-02", "week": span("2026-03-02T00:00:00Z", "2026-03-15T23:59:59Z"), "season": "2025-08-01T00:00:00Z", "vaccines": []string{"140", "150", "158", "161", "171", "185", "186", "205"}},
		`SELECT p.id FROM patients p WHERE p.status <> 'MERGED' AND p.birth_date <= '1961-03-02'
			AND EXISTS (SELECT 1 FROM appointments a WHERE a.patient_id = p.id AND a.status = 'BOOKED' AND a.starts_at >= '2026-03-02T00:00:00.000Z' AND a.starts_at <= '2026-03-15T23:59:59.000Z')
			AND NOT EXISTS (SELECT 1 FROM immunizations i WHERE i.patient_id = p.id AND i.status = 'COMPLETED' AND i.occurred_at >= '2025-08-01T00:00:00.000Z'
				AND i.vaccine_code IN ('140', '150', '158', '161', '171', '185', '186', '205'))`,
	},
	"Which visits were closed without a charge?": {
		kit.Manager,
		officetest.Vars{"from": "2026-01-01T00:00:00Z"},
		`SELECT v.id FROM visits v LEFT JOIN charges c ON c.visit_id = v.id AND c.status <> 'ENTERED_IN_ERROR'
			WHERE v.status = 'FINISHED' AND v.started_at >= '2026-01-01T00:00:00.000Z' AND c.id IS NULL`,
	},
	"Which notes are unsigned after two days?": {
		kit.Physician,
		officetest.Vars{"before": "2026-03-02T14:00:00Z"},
		`SELECT id FROM visit_notes WHERE status = 'DRAFT' AND created_at < '2026-03-02T14:00:00.000Z'`,
	},
	"Which lots expire soon, and what was given from them?": {
		kit.Nurse,
		officetest.Vars{"days": span("2026-03-02", "2026-05-31")},
		`SELECT id FROM lots WHERE expires_on BETWEEN '2026-03-02' AND '2026-05-31'`,
	},
	"Who has a problem and no blood pressure since a date?": {
		kit.Physician,
		officetest.Vars{"code": "E11", "since": "2026-02-01T00:00:00Z"},
		`SELECT DISTINCT p.id FROM patients p JOIN problems r ON r.patient_id = p.id AND r.status = 'ACTIVE' AND substr(r.code, 1, 3) = 'E11'
			WHERE p.status <> 'MERGED' AND p.id NOT IN (SELECT patient_id FROM vital_readings WHERE sign = 'BLOOD_PRESSURE' AND status <> 'ENTERED_IN_ERROR' AND taken_at >= '2026-02-01T00:00:00.000Z')`,
	},
	"Whose systolic pressure was over a limit since a date?": {
		kit.Physician,
		officetest.Vars{"limit": "130", "since": "2025-01-01T00:00:00Z"},
		`SELECT id FROM patients WHERE status <> 'MERGED' AND id IN (SELECT patient_id FROM vital_readings WHERE sign = 'BLOOD_PRESSURE' AND systolic > 130000000 AND taken_at >= '2025-01-01T00:00:00.000Z')`,
	},
	"Which open tasks are about patients who are here today?": {
		kit.Manager,
		officetest.Vars{"today": span("2026-03-02T00:00:00Z", "2026-03-02T23:59:59Z")},
		`SELECT DISTINCT t.id FROM tasks t JOIN visits v ON v.patient_id = t.patient_id WHERE t.status IN ('REQUESTED', 'ACCEPTED')
			AND v.started_at >= '2026-03-02T00:00:00.000Z' AND v.started_at <= '2026-03-02T23:59:59.000Z'`,
	},
	"Which items did not move since a date?": {
		kit.StockKeeper,
		officetest.Vars{"since": "2026-03-02T00:00:00Z"},
		`SELECT i.id FROM items i WHERE i.active AND (SELECT count(*) FROM stock_movements m WHERE m.item_id = i.id AND m.at >= '2026-03-02T00:00:00.000Z') = 0`,
	},
	"Whose invoices of one payer are open?": {
		kit.Biller,
		officetest.Vars{"payer": "Rivers"},
		`SELECT id FROM patients WHERE status <> 'MERGED' AND id IN (SELECT patient_id FROM invoices WHERE status = 'ISSUED')
			AND id IN (SELECT c.patient_id FROM coverages c JOIN payers y ON y.id = c.payer_id WHERE y.name LIKE '%Rivers%' AND c.voided_at IS NULL)`,
	},
}

// documents are the documents of the page by their titles.
func documents(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, m := range regexp.MustCompile("(?s)\n### ([^\n]+\\?)\n\n```graphql\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		all[m[1]] = m[2]
	}
	return all
}

// TestQuestions asks the questions of the page in both ways of answering, and compares
// the rows with those that SQL finds.
func TestQuestions(t *testing.T) {
	asked := documents(t)
	for title := range reportQuestions {
		if asked[title] == "" {
			t.Errorf("the page does not ask %q", title)
		}
	}
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		w := newBoth(t, o)
		answered := 0
		for title, doc := range asked {
			q, ok := reportQuestions[title]
			if !ok {
				t.Errorf("nobody knows the answer to %q", title)
				continue
			}
			want := idsOf(t, o, q.sql)
			for _, a := range []said{w.send(t, w.simple, o.As(q.role).Token, doc, q.vars), w.send(t, w.Handler, o.As(q.role).Token, doc, q.vars)} {
				total, got := rowsOf(t, title, a)
				slices.Sort(got)
				if total != len(want) || len(want) <= 25 && !slices.Equal(got, want) {
					t.Errorf("%s: %d rows %v, want %d %v", title, total, got, len(want), want)
				}
			}
			if len(want) > 0 {
				answered++
			}
		}
		if answered < len(reportQuestions)-3 {
			t.Errorf("only %d questions have an answer", answered)
		}
	})
}

func idsOf(t *testing.T, o *officetest.Office, sql string) (ids []string) {
	t.Helper()
	rows, err := o.Deps.DB.SQL().QueryContext(t.Context(), "SELECT id FROM ("+sql+") AS found ORDER BY id")
	if err != nil {
		t.Fatalf("%v: %s", err, sql)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return ids
}

// rowsOf are the number and the ids of the rows of the first root field of an answer.
func rowsOf(t *testing.T, title string, a said) (total int, ids []string) {
	t.Helper()
	var data map[string]*struct {
		TotalCount int
		Nodes      []struct{ ID string }
	}
	if err := json.Unmarshal([]byte(a.data), &data); err != nil || len(a.errors) > 0 {
		t.Fatalf("%s: %v %s %v", title, err, a.data, a.errors)
	}
	for _, list := range data {
		for _, n := range list.Nodes {
			ids = append(ids, n.ID)
		}
		return list.TotalCount, ids
	}
	panic(fmt.Sprint("no answer to ", title))
}
