package trail_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"medoffice/ent"
	"medoffice/ent/auditevent"
	"medoffice/modules/kit"
	"medoffice/modules/kit/id"
	"medoffice/modules/officetest"
	"medoffice/modules/trail"
)

// table reads CSV and returns its rows by the names of the columns.
func table(t *testing.T, text string) (rows []map[string]string) {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	for _, line := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// fill puts many events into the trail at once, unsealed as after a crash.
func fill(t *testing.T, o *officetest.Office, n int, set func(i int, c *ent.AuditEventCreate)) {
	t.Helper()
	if err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
		for i := range n {
			c := o.Deps.DB.Client(ctx).AuditEvent.Create().SetID(id.New("aud")).SetAt(o.Clock.Now().Add(-time.Duration(i/3) * time.Second)).
				SetAction(auditevent.ActionREAD).SetOutcome(auditevent.OutcomeSUCCESS).SetActorID("acc_x").SetActorName("A").SetRoles("NURSE").
				SetEntityType("Patient").SetEntityID("p")
			if set != nil {
				set(i, c)
			}
			if err := c.Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestExport(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		nasty := []string{"=1+1", "+1", "-1", "@x", "\tx", "\rx", "a,b", `say "x"`, "two\nlines", "plain", "O'Brien", ""}
		const many = 2_345
		fill(t, o, many, func(i int, c *ent.AuditEventCreate) { c.SetActorName(nasty[i%len(nasty)]) })
		var b bytes.Buffer
		n, err := o.Trail.Export(o.System(), &b, trail.Extract{})
		if err != nil || n != many {
			t.Fatalf("%d %v", n, err)
		}
		head, _, _ := strings.Cut(b.String(), "\r\n")
		if head != "id,at,action,outcome,actor_id,actor_name,roles,patient_id,entity_type,entity_id,detail,operation,purpose,request_id,remote_ip,chain,position,hash" {
			t.Error(head)
		}
		rows, seen := table(t, b.String()), map[string]bool{}
		for i, row := range rows {
			seen[row["id"]] = true
			if strings.ContainsAny(row["actor_name"][:min(1, len(row["actor_name"]))], "=+-@\t\r") {
				t.Fatalf("a spreadsheet computes %q", row["actor_name"])
			}
			if at, err := time.Parse("2006-01-02T15:04:05.000Z", row["at"]); err != nil || i > 0 && row["at"] < rows[i-1]["at"] {
				t.Fatalf("%v %v", at, err)
			}
		}
		if len(rows) != many || len(seen) != many {
			t.Fatalf("%d rows, %d different", len(rows), len(seen))
		}
		for _, want := range []string{"'=1+1", "'-1", "a,b", `say "x"`, "two\nlines", "O'Brien"} {
			if !slices.ContainsFunc(rows, func(r map[string]string) bool { return r["actor_name"] == want }) {
				t.Errorf("no row has %q", want)
			}
		}
		told := events(t, o, "EXPORT")
		if len(told) != 1 || !strings.HasPrefix(told[0].Detail, fmt.Sprintf("AuditEvent:%d to:", many)) || told[0].PatientID != nil || told[0].ActorName != "test" {
			t.Errorf("%v", told)
		}
	})
}

// What is written is asked for in pages, so that memory does not grow with the trail.
func TestExportWritesAsItGoes(t *testing.T) {
	o := officetest.New(t)
	fill(t, o, 3_500, nil)
	gone := errors.New("the reader has gone")
	w := &short{most: 1, err: gone}
	if n, err := o.Trail.Export(o.System(), w, trail.Extract{}); !errors.Is(err, gone) || n >= 3_500 || n == 0 {
		t.Errorf("%d rows were read for a reader that left after the first part: %v", n, err)
	}
}

// short takes a number of parts.
type short struct {
	most int
	err  error
}

func (s *short) Write(p []byte) (int, error) {
	if s.most--; s.most < 0 {
		return 0, s.err
	}
	return len(p), nil
}

func TestExportFilters(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ids := patients(t, o, 2)
		token, err := o.Access.IssueToken(o.System(), "of a week", "NURSE", "", 7*24*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			o.With(token).Do(chart, officetest.Vars{"id": ids[0]}, nil)
			o.Clock.Add(24 * time.Hour)
		}
		o.As("PHYSICIAN").Send(chart, officetest.Vars{"id": ids[1]})
		nurse := events(t, o, "READ")[0].ActorID
		for _, c := range []struct {
			from, to, patient, actor string
			rows                     int
		}{
			{"", "", ids[0], "", 3},
			{"2026-03-03", "", ids[0], "", 2},
			{"2026-03-03", "2026-03-03", ids[0], "", 1},
			{"2026-03-03T15:00:00Z", "2026-03-04T15:00:00Z", ids[0], "", 1},
			{"2026-03-03T10:00:00-05:00", "2026-03-04T10:00:00-05:00", ids[0], "", 1},
			{"", "2026-03-01", ids[0], "", 0},
			{"", "", ids[0], nurse, 3},
			{"", "", ids[1], nurse, 0},
		} {
			x, err := o.Trail.ParseExtract(c.from, c.to, c.patient, c.actor)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if _, err := o.Trail.Export(o.System(), &b, x); err != nil {
				t.Fatal(err)
			}
			reads := 0
			for _, row := range table(t, b.String()) {
				if row["action"] == "READ" {
					reads++
				}
				if row["patient_id"] != c.patient {
					t.Fatalf("%+v: %v", c, row)
				}
			}
			if reads != c.rows {
				t.Errorf("%+v: %d rows", c, reads)
			}
			told := events(t, o, "EXPORT")
			if e := told[len(told)-1]; *e.PatientID != c.patient || !strings.Contains(e.Detail, "actor:"+c.actor) && c.actor != "" {
				t.Errorf("%+v: %v", c, e)
			}
		}
		for _, c := range [][4]string{
			{"yesterday", "", "", ""},
			{"", "2026-02-30", "", ""},
			{"", "2026-03-02 15:00", "", ""},
			{"", "", ids[0] + "x", ""},
			{"", "", "acc_x", ""},
			{"", "", "", "ines"},
			{"", "", "", "x\x00"},
		} {
			if e, ok := kit.AsError(second(o.Trail.ParseExtract(c[0], c[1], c[2], c[3]))); !ok || e.Code != kit.BadUserInput || len(e.Path) != 1 {
				t.Errorf("%v was taken", c)
			}
		}
	})
}

func second[A any](_ A, err error) error { return err }

// file is what came with a download.
type file struct {
	StatusCode int
	Header     http.Header
}

// get downloads with any headers.
func get(t *testing.T, o *officetest.Office, path string, headers ...string) (file, string) {
	t.Helper()
	method, path, _ := strings.Cut(path, " ")
	req, err := http.NewRequestWithContext(t.Context(), method, o.Server().URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return file{resp.StatusCode, resp.Header}, string(text)
}

func TestDownload(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		ids := patients(t, o, 2)
		for _, id := range ids {
			o.As("NURSE").Do(chart, officetest.Vars{"id": id}, nil)
		}
		bearer := func(role string) string { return "Bearer " + o.As(role).Token }
		add(t, o, "lea", kit.Auditor)
		lea, _, err := o.Access.SignIn(o.System(), "lea", password, "")
		if err != nil {
			t.Fatal(err)
		}
		cookie := kit.SessionCookie + "=" + o.With(lea).Token
		for _, c := range []struct {
			name, path string
			headers    []string
			status     int
			text       string
		}{
			{"a token", "GET /audit.csv", []string{"Authorization", bearer("AUDITOR")}, 200, ids[0]},
			{"one patient", "GET /audit.csv?patient=" + ids[1], []string{"Authorization", bearer("AUDITOR")}, 200, ids[1]},
			{"a cookie and a header", "GET /audit.csv", []string{"Cookie", cookie, "X-Requested-With", "medoffice"}, 200, ids[0]},
			{"a cookie and a page of ours", "GET /audit.csv", []string{"Cookie", cookie, "Sec-Fetch-Site", "same-origin"}, 200, ids[0]},
			{"a cookie and a typed address", "GET /audit.csv", []string{"Cookie", cookie, "Sec-Fetch-Site", "none"}, 200, ids[0]},
			{"a cookie alone", "GET /audit.csv", []string{"Cookie", cookie}, 403, "X-Requested-With"},
			{"a page elsewhere", "GET /audit.csv", []string{"Cookie", cookie, "Sec-Fetch-Site", "cross-site"}, 403, "X-Requested-With"},
			{"a page next door", "GET /audit.csv", []string{"Cookie", cookie, "Sec-Fetch-Site", "same-site"}, 403, "X-Requested-With"},
			{"nobody", "GET /audit.csv", nil, 401, "sign in first"},
			{"a wrong token", "GET /audit.csv", []string{"Authorization", "Bearer mo_tok_x"}, 401, "UNAUTHENTICATED"},
			{"a nurse", "GET /audit.csv?from=x", []string{"Authorization", bearer("NURSE")}, 403, "access.readTrail"},
			{"a bad day", "GET /audit.csv?from=x", []string{"Authorization", bearer("AUDITOR")}, 400, "from is a day"},
			{"a bad patient", "GET /audit.csv?patient=%00", []string{"Authorization", bearer("AUDITOR")}, 400, "no id of a patient"},
			{"a head", "HEAD /audit.csv", []string{"Authorization", bearer("AUDITOR")}, 405, ""},
		} {
			before, denied := len(events(t, o, "EXPORT")), len(events(t, o, "DENIED"))
			resp, text := get(t, o, c.path, c.headers...)
			if resp.StatusCode != c.status || !strings.Contains(text, c.text) || resp.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d %v %.200s", c.name, resp.StatusCode, resp.Header, text)
			}
			exported := events(t, o, "EXPORT")
			if (len(exported) > before) != (c.status == 200) {
				t.Errorf("%s: the trail has %d new exports", c.name, len(exported)-before)
			}
			if got := len(events(t, o, "DENIED")) - denied; (got == 1) != (c.name == "a nurse") {
				t.Errorf("%s: %d refusals in the trail", c.name, got)
			}
			if c.status != 200 {
				continue
			}
			if d := resp.Header.Get("Content-Disposition"); d != `attachment; filename="audit-2026-03-02.csv"` || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/csv") {
				t.Errorf("%s: %v", c.name, resp.Header)
			}
			if e := exported[len(exported)-1]; e.Operation != "GET /audit.csv" || e.RequestID != resp.Header.Get("X-Request-Id") || e.RemoteIP == "" ||
				(e.PatientID != nil) != (c.name == "one patient") {
				t.Errorf("%s: %v", c.name, e)
			}
		}
		if resp, _ := get(t, o, "POST /audit.csv", "Authorization", bearer("AUDITOR")); resp.StatusCode < 400 {
			t.Errorf("POST: %d", resp.StatusCode)
		}
	})
}

// TestDownloadFailsClosed: an export that cannot be recorded is none.
func TestDownloadFailsClosed(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id := patients(t, o, 1)[0]
		o.As("NURSE").Do(chart, officetest.Vars{"id": id}, nil)
		auditor := o.As("AUDITOR").Token
		sealed(t, o)
		failing, undo := "CREATE TRIGGER full BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'full'); END", "DROP TRIGGER full"
		if o.Deps.DB.Postgres() {
			failing, undo = "ALTER TABLE audit_events ADD CONSTRAINT full_up CHECK (action <> 'EXPORT') NOT VALID", "ALTER TABLE audit_events DROP CONSTRAINT full_up"
		}
		if _, err := o.Deps.DB.SQL().Exec(failing); err != nil {
			t.Fatal(err)
		}
		resp, text := get(t, o, "GET /audit.csv", "Authorization", "Bearer "+auditor)
		if resp.StatusCode != http.StatusInternalServerError || strings.Contains(text, id) || resp.Header.Get("Content-Disposition") != "" || !strings.Contains(o.Log.String(), "no download") {
			t.Errorf("%d %s %s", resp.StatusCode, text, o.Log)
		}
		if _, err := o.Deps.DB.SQL().Exec(undo); err != nil {
			t.Fatal(err)
		}
		if resp, text := get(t, o, "GET /audit.csv", "Authorization", "Bearer "+auditor); resp.StatusCode != http.StatusOK || !strings.Contains(text, id) {
			t.Errorf("%d %s", resp.StatusCode, text)
		}
	})
}
